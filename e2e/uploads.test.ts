import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect, sql } from '#server/platform/database.ts';
import { eicar, type FakeClamd, startFakeClamd } from '#server/testing/fake-clamd.ts';
import { mp4File, opusFile, pngFile, wavFile } from '#server/testing/files.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';
import { newDataFolder } from './carillon.ts';
import { type Answer, aMessage, expectProblem, UnderTest } from './under-test.ts';

// Files of ours on their way to people: taken in, looked at, handed to the provider once, and sent.

const to = '+15550001111';
const patience = { timeout: 20_000, interval: 50 };
let under: UnderTest;
let clamd: FakeClamd;
let folder: string;
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  clamd = await startFakeClamd();
  folder = await newDataFolder();
  const log = { info: () => undefined, warn: () => undefined };
  postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings: { shared_buffers: '32MB' }, log });
  under = await UnderTest.start({
    CARILLON_VIRUS_SCANNER: `clamd://127.0.0.1:${clamd.target.port}`,
    DATABASE_URL: postgres.url,
    CARILLON_SECRET_KEY: randomBytes(32).toString('base64'),
  });
  const person = `${under.carillon.sandbox}/_sandbox/people/${encodeURIComponent(to)}/messages`;
  const wrote = await fetch(person, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'text', text: { body: 'Hello' } }),
  });
  expect(wrote.status).toBeLessThan(300);
  await vi.waitFor(async () => {
    const { json } = await under.call('GET', '/v1/messages?direction=inbound');
    expect(json.data).toHaveLength(1);
  }, patience);
});
afterAll(async () => {
  await under?.[Symbol.asyncDispose]();
  await clamd?.[Symbol.asyncDispose]();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function upload(bytes: Buffer | string, filename: string, name = 'file'): Promise<Answer> {
  const form = new FormData();
  form.append(name, new Blob([new Uint8Array(Buffer.from(bytes as string))]), filename);
  const request = new Request('http://localhost/', { method: 'POST', body: form });
  return under.call('POST', '/v1/uploads', {
    body: Buffer.from(await request.arrayBuffer()),
    headers: { 'content-type': request.headers.get('content-type') ?? '', 'idempotency-key': undefined },
  });
}

async function uploaded(bytes: Buffer | string, filename: string): Promise<string> {
  const answer = await upload(bytes, filename);
  expect(answer.status, answer.text).toBe(201);
  return answer.json.id as string;
}

const send = (content: unknown, more: Record<string, unknown> = {}): Promise<Answer> =>
  under.call('POST', '/v1/messages', { body: aMessage({ to, purpose: 'service', content, ...more }) });

/** The content of a message as it arrived at the provider. */
async function arrived(messageId: string): Promise<Record<string, { id?: string }>> {
  return vi.waitFor(async () => {
    const message = await under.call('GET', `/v1/messages/${messageId}`);
    expect(['sent', 'delivered', 'read']).toContain(message.json.status);
    const ledger = await fetch(`${under.carillon.sandbox}/_sandbox/ledger?after=0`);
    const { data } = (await ledger.json()) as {
      data: { provider_message_id: string; body: Record<string, { id?: string }> }[];
    };
    const entry = data.find(({ provider_message_id }) => provider_message_id === message.json.provider_message_id);
    expect(entry).toBeDefined();
    return entry?.body ?? {};
  }, patience);
}

describe('an uploaded file', () => {
  it('reaches the person, and is handed to the provider once for all messages', async () => {
    const id = await uploaded(pngFile(), 'photo.png');
    const answers = await Promise.all([1, 2, 3].map(() => send({ type: 'image', image: { id, caption: 'Look' } })));
    const later = await send({ type: 'document', document: { id: await uploaded('terms', 'terms.txt') } });
    for (const answer of [...answers, later]) expect(answer.status, answer.text).toBe(202);
    const bodies = await Promise.all(answers.map(({ json }) => arrived(json.id)));
    const ids = new Set(bodies.map(({ image }) => image?.id));
    expect(ids.size).toBe(1);
    expect([...ids][0]).toMatch(/^\d+$/);
    expect((await arrived(later.json.id))['document']?.id).not.toBe([...ids][0]);
  });

  it('that comes again under its name is the same upload, and under another name another', async () => {
    const bytes = pngFile({ width: 2 });
    const id = await uploaded(bytes, 'a.png');
    expect(await uploaded(bytes, 'a.png')).toBe(id);
    expect(await uploaded(bytes, 'b.png')).not.toBe(id);
    const list = await under.call('GET', '/v1/uploads?limit=1');
    expect(list.json.data[0]).toMatchObject({ filename: 'b.png', mime_type: 'image/png', size_bytes: bytes.length });
    expect(list.json.next_cursor).not.toBeNull();
  });

  it('is handed over anew when the provider has forgotten it, or would before the message expires', async () => {
    const id = await uploaded(pngFile({ width: 3 }), 'c.png');
    const first = await arrived((await send({ type: 'image', image: { id } })).json.id);
    const owner = connect({ url: postgres.url, maxConnections: 1 });
    await owner.query(
      sql`update provider_upload set expires_at = now() + interval '1 hour' where upload_id = ${id}::uuid`,
    );
    await owner.close();
    const second = await arrived((await send({ type: 'image', image: { id } })).json.id);
    expect(second['image']?.id).not.toBe(first['image']?.id);
    const sendAt = Temporal.Now.instant().add({ hours: 24 * 40 });
    const far = await send({ type: 'image', image: { id } }, { send_at: sendAt.toString() });
    expectProblem(far, 422, 'invalid_request');
    expect(far.json.detail).toMatch(/keeps a file until .* earlier send_at/);
  });

  it('says what it can be sent as, and is refused in words in the wrong place', async () => {
    const answer = await upload(opusFile({ channels: 2 }), 'voice.ogg');
    expectProblem(answer, 422, 'file_refused');
    expect(answer.json.detail).toMatch(/mono; this one has 2 channels/);
    const note = await upload(opusFile(), 'voice.ogg');
    const uses = Object.fromEntries(
      note.json.uses.map(({ kind, problems }: { kind: string; problems: string[] }) => [kind, problems]),
    );
    expect(uses['audio']).toEqual([]);
    expect(uses['image'].join()).toMatch(/the file is audio\/ogg/);
    expect((await send({ type: 'audio', audio: { id: note.json.id, voice: true } })).status).toBe(202);
    const wrong = await send({ type: 'image', image: { id: note.json.id } });
    expectProblem(wrong, 422, 'invalid_request');
    expect(wrong.json.errors[0]).toMatchObject({ pointer: '/content/image/id' });
    const unknown = await send({ type: 'image', image: { id: '0198c0de-7a11-7000-8000-000000000009' } });
    expectProblem(unknown, 422, 'invalid_request');
    expect(unknown.json.detail).toMatch(/no upload with this id/);
  });

  it('of a bad message in a batch costs only that message', async () => {
    const id = await uploaded(mp4File(), 'clip.mp4');
    const video = { to, purpose: 'service', content: { type: 'video', video: { id } } };
    const image = { to, purpose: 'service', content: { type: 'image', image: { id } } };
    const answer = await under.call('POST', '/v1/messages/batch', { body: { messages: [video, image, video] } });
    const statuses = answer.json.results.map(({ status }: { status: string }) => status);
    expect(statuses).toEqual(['queued', 'refused', 'queued']);
  });

  it('is forgotten when it is deleted; what was accepted with it goes out', async () => {
    const id = await uploaded(pngFile({ width: 4 }), 'd.png');
    const sent = await send({ type: 'image', image: { id } });
    expect((await under.call('DELETE', `/v1/uploads/${id}`)).json).toEqual({ deleted: true });
    expect((await arrived(sent.json.id))['image']?.id).toMatch(/^\d+$/);
    expectProblem(await under.call('GET', `/v1/uploads/${id}`), 404, 'not_found');
    expectProblem(await send({ type: 'image', image: { id } }), 422, 'invalid_request');
  });
});

describe('what is no usable file', () => {
  it.each([
    ['a WAV', wavFile(), 'sound.wav', /audio\/wav/],
    ['nothing', Buffer.alloc(0), 'empty.png', /empty/],
    ['bytes of no known type', Buffer.from([1, 0, 2, 0, 3, 0]), 'strange.png', /no known type/],
    ['a virus', eicar, 'invoice.txt', /virus scanner found Eicar-Test-Signature/],
  ])('%s is refused in words', async (_name, bytes, filename, words) => {
    const answer = await upload(bytes, filename);
    expectProblem(answer, 422, 'file_refused');
    expect(answer.json.detail).toMatch(words);
  });

  it('a body that is no form, or has no file, is refused in words', async () => {
    expectProblem(await under.call('POST', '/v1/uploads', { body: {} }), 415, 'unsupported_media_type');
    expectProblem(await upload(pngFile(), 'a.png', 'picture'), 422, 'invalid_request');
  });

  const part = (name: string, more = '') =>
    `--x\r\ncontent-disposition: form-data; name="${name}"${more}\r\ncontent-type: text/plain\r\n\r\nhello\r\n`;
  const file = part('file', '; filename="a.txt"');
  it.each([
    ['has two files', `${file}${file}--x--\r\n`, /more than one part/],
    ['has a field behind the file', `${file}${part('caption')}--x--\r\n`, /more than one part|without a filename/],
    ['has a field and no file', `${part('file')}--x--\r\n`, /without a filename/],
    ['ends within the file', file, /cannot be read: it is cut off/],
    ['ends within the head of a part', '--x\r\nnothing', /cannot be read: it is cut off/],
    ['has another boundary than it says', `${file}--x--\r\n`.replaceAll('--x', '--y'), /cannot be read|needs one part/],
  ])('a form that %s is refused in words of its own', async (_name, body, words) => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const answer = await under.call('POST', '/v1/uploads', { body: Buffer.from(body), headers });
    expectProblem(answer, 422, 'invalid_request');
    expect(answer.json.detail).toMatch(words);
  });

  it('a file over the limit is cut off and refused', async () => {
    expectProblem(await upload(Buffer.alloc(100 * 1024 * 1024 + 1), 'large.pdf'), 413, 'body_too_large');
  });
});
