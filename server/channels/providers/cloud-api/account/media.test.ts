import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { MediaUnavailable } from '#channels/media.ts';
import { OutgoingClient } from '#platform/outgoing.ts';
import { fetchMedia } from './media.ts';

const file = Buffer.from('the bytes of a picture');
const digest = (encoding: 'hex' | 'base64') => createHash('sha256').update(file).digest(encoding);

let described: Record<string, unknown>;
let download: (request: IncomingMessage, response: ServerResponse) => void;
let requests: { path: string; authorization: string | undefined; agent: string | undefined }[];
let server: Server;
let origin: string;
let calls: OutgoingClient;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push({ path, authorization: request.headers.authorization, agent: request.headers['user-agent'] });
    if (path.startsWith('/v26.0/'))
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(described));
    else download(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  calls = new OutgoingClient({ allowed: [{ host: '127.0.0.1', port }] });
  described = {
    url: `${origin}/file?ext=1`,
    mime_type: 'image/jpeg',
    sha256: digest('hex'),
    file_size: String(file.length),
    id: '55',
  };
  download = (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(file);
});

afterEach(async () => {
  await calls[Symbol.asyncDispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function read(maxBytes = 1_000): Promise<Buffer> {
  const access = {
    settings: { baseUrl: origin, apiVersion: 'v26.0', businessAccountId: '1', options: {}, webhookUrl: null },
    secrets: { accessToken: 'EAA', appSecrets: ['s'], verifyToken: 'v' },
    senderExternalId: '106',
  };
  const media = await fetchMedia(calls, access, '55', maxBytes);
  expect(media.mimeType).toBe('image/jpeg');
  const chunks: Buffer[] = [];
  for await (const chunk of media.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

it('a file is asked for by its number, and downloaded with the token and a user agent', async () => {
  expect(await read()).toEqual(file);
  expect(requests).toEqual([
    {
      path: expect.stringMatching(/^\/v26\.0\/55\?phone_number_id=106(&appsecret_proof=[0-9a-f]{64})?$/),
      authorization: 'Bearer EAA',
      agent: expect.stringMatching(/./),
    },
    { path: '/file?ext=1', authorization: 'Bearer EAA', agent: expect.stringMatching(/./) },
  ]);
});

it.each(['hex', 'base64'] as const)('the sum may be written as %s', async (encoding) => {
  described['sha256'] = digest(encoding);
  expect(await read()).toEqual(file);
});

it('B139: bytes that differ from the announced ones are refused, and may be asked for again', async () => {
  download = (_request, response) => response.end('other bytes of the same');
  await expect(read()).rejects.toMatchObject({
    name: 'MediaUnavailable',
    isFinal: false,
    message: expect.stringContaining('differs'),
  });
});

it.each([
  'https://evil.example/file',
  'http://lookaside.fbsbx.com/file',
  'https://lookaside.fbsbx.com.evil.example/file',
  'https://user@lookaside.fbsbx.com/file',
  'https://lookaside.fbsbx.com:8443/file',
  'http://169.254.169.254/latest/meta-data',
  'http://127.0.0.1:1/file',
  'file:///etc/passwd',
  '',
])('B138: the token does not go to %s', async (url) => {
  described['url'] = url;
  await expect(read()).rejects.toMatchObject({ isFinal: true, message: expect.stringContaining('token') });
  expect(requests).toHaveLength(1);
});

it('B138: a redirect is not followed', async () => {
  download = (_request, response) => response.writeHead(302, { location: `${origin}/elsewhere` }).end();
  await expect(read()).rejects.toMatchObject({ isFinal: false, message: expect.stringContaining('HTTP 302') });
  expect(requests.map(({ path }) => path)).not.toContain('/elsewhere');
});

it('B134: a file that is too large is refused, by what is said and by what comes', async () => {
  await expect(read(5)).rejects.toMatchObject({ isFinal: true });
  expect(requests).toHaveLength(1);
  described['file_size'] = 1;
  await expect(read(5)).rejects.toMatchObject({ name: 'MediaUnavailable', isFinal: true });
});

it.each([401, 404, 500])(
  'F64: a download that is answered %i may be tried again with a new address',
  async (status) => {
    download = (_request, response) => response.writeHead(status).end('<html>');
    await expect(read()).rejects.toMatchObject({ isFinal: false });
  },
);

it('an id that Meta no longer knows is gone for good', async () => {
  described = { error: { message: 'Unsupported get request', code: 100, error_subcode: 33 } };
  const error: unknown = await read().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(MediaUnavailable);
  expect(error).toMatchObject({ isFinal: true });
});
