import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { linksOf } from './link-files.ts';

it('finds the files of a message in headers, cards and templates', () => {
  const image = (link: string) => ({ type: 'image', image: { link } });
  const card = (link: string) => ({ header: image(link), action: { parameters: { url: 'https://example.com/' } } });
  const cards = [card('a'), { header: { type: 'video', video: { link: 'b' } } }];
  const found = (content: object) =>
    linksOf(content as Record<string, unknown>).map(({ kind, url }) => `${kind} ${url}`);
  expect(found({ type: 'sticker', sticker: { link: 's' } })).toEqual(['sticker s']);
  expect(found({ interactive: { header: image('h'), action: { cards } } })).toEqual(['image h', 'image a', 'video b']);
  const template = { components: [{ type: 'header', parameters: [{ type: 'gif', gif: { link: 'g' } }] }] };
  expect(found({ template })).toEqual(['video g']);
  expect(found({ image: { id: '1' }, text: { body: 'x' } })).toEqual([]);
});

it.each([
  ['a picture', '/a.png', 'delivered'],
  ['a page', '/page', 'failed 131053'],
  ['nothing', '/empty.png', 'failed 131053'],
  ['more than a picture may have', '/large.png', 'failed 131053'],
  ['an error', '/missing.png', 'failed 131053'],
])('fetches the file of a message, if told so: %s', async (_name, path, end) => {
  await using files = await FileServer.listen();
  await using user = await SandboxUser.start({ media_links: 'fetched', service_window: 'off' });
  const message = { type: 'image', image: { link: files.address + path } };
  const endOf = async () => {
    const wamid = idOf(await user.send(message));
    return eventually(async () => (await user.statusesOf(wamid)).find((status) => status !== 'sent'));
  };
  expect(await endOf()).toBe(end);
  expect(await endOf()).toBe(end);
  const isKept = end === 'delivered';
  expect(files.count).toBe(isKept ? 1 : 2);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 601 });
  expect(await endOf()).toBe(end);
  expect(files.count).toBe(isKept ? 2 : 3);
});

it('fails a message whose file is at an address that nobody answers', async () => {
  await using user = await SandboxUser.start({ media_links: 'fetched', service_window: 'off' });
  const wamid = idOf(await user.send({ type: 'image', image: { link: 'http://127.0.0.1:9/a.png' } }));
  expect(await eventually(async () => (await user.statusesOf(wamid))[0])).toBe('failed 131053');
});

class FileServer implements AsyncDisposable {
  count = 0;
  readonly #server = createServer((request, response) => {
    this.count++;
    const type = request.url === '/page' ? 'text/html' : 'image/png';
    const size = request.url === '/large.png' ? 5_000_001 : request.url === '/empty.png' ? 0 : 100;
    response.writeHead(request.url === '/missing.png' ? 404 : 200, { 'content-type': type }).end(Buffer.alloc(size));
  });

  static async listen(): Promise<FileServer> {
    const files = new FileServer();
    await new Promise<void>((resolve) => files.#server.listen(0, '127.0.0.1', resolve));
    return files;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
