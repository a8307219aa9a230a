import { writeFile } from 'node:fs/promises';
import { dataOf } from '@carillon/sdk';
import type { Context } from './context.ts';
import { mark, style } from './output.ts';
import { drawModules, readModules } from './qr-picture.ts';
import { UsageProblem } from './settings.ts';

/** Shows the QR code of an instance in the terminal, or writes it into a file. */
export async function showQr(
  { client, out }: Pick<Context<object>, 'client' | 'out'>,
  id: string,
  file: string | undefined,
): Promise<void> {
  const bytes = await dataOf(
    client.api.GET('/v1/connections/{id}/ultramsg/qr', { params: { path: { id } }, parseAs: 'arrayBuffer' }),
  );
  const png = Buffer.from(bytes as ArrayBuffer);
  if (file !== undefined) {
    try {
      // Whoever has the code can take the instance over, so nobody else may read it.
      await writeFile(file, png, { mode: 0o600 });
    } catch {
      throw new UsageProblem(`The file ${file} cannot be written.`);
    }
    out.note(mark(true, `The QR code is in ${file}. It changes every half minute.`));
    return;
  }
  const modules = readModules(png);
  if (!modules) throw new UsageProblem('The QR code cannot be drawn here. Write it into a file: --output qr.png');
  const lines = drawModules(modules).map((line) => style(['black', 'bgWhite'], line));
  process.stderr.write(`${lines.join('\n')}\n`);
  out.note('On the phone: WhatsApp, Settings, Linked devices, Link a device. The code changes every half minute.');
}
