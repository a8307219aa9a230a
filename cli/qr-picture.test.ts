import { PNG } from 'pngjs';
import { toBuffer } from 'qrcode';
import { expect, it } from 'vitest';
import { drawModules, readModules } from './qr-picture.ts';

const text = '2@4cSAkqQ7l1XaN7mXrVh8yB3g==,abcdefghijklmnopqrstuvwxyz0123456789,AAAAAAAAAAAAAAAAAAAA==';

async function modulesOf(options: { scale?: number; width?: number; margin?: number }) {
  return readModules(await toBuffer(text, options));
}

it('a QR code is read from its picture, whatever its size and frame', async () => {
  const small = await modulesOf({ scale: 1, margin: 0 });
  expect(small?.length).toBeGreaterThan(20);
  for (const options of [{ scale: 4 }, { scale: 8, margin: 1 }, { width: 300 }, { width: 264, margin: 2 }])
    expect(await modulesOf(options)).toEqual(small);
});

it('is drawn dark on light, two rows to a line, with a frame', async () => {
  const modules = await modulesOf({ scale: 3 });
  if (!modules) throw new Error('The code was not read.');
  const lines = drawModules(modules);
  expect(lines).toHaveLength(Math.ceil((modules.length + 4) / 2));
  expect(lines[0]?.trim()).toBe('');
  expect(lines[1]).toMatch(/^ {2}█▀▀▀▀▀█ .* █▀▀▀▀▀█ {2}$/);
  for (const line of lines) expect(line).toHaveLength(modules.length + 4);
});

it('another picture, or none, is not taken for a code', () => {
  const picture = new PNG({ width: 50, height: 50 });
  expect(readModules(PNG.sync.write(picture))).toBeUndefined();
  picture.data.fill(0);
  for (let at = 3; at < picture.data.length; at += 4) picture.data[at] = 255;
  expect(readModules(PNG.sync.write(picture))).toBeUndefined();
  expect(readModules(Buffer.from('no picture'))).toBeUndefined();
});
