import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ChaosProxy } from './chaos-proxy.ts';

let server: Server;
let proxy: ChaosProxy;
/** What the server received, over all connections, and what it knows of their end. */
let received: string;
let ends: string[];
let clients: Socket[];

beforeEach(async () => {
  received = '';
  clients = [];
  // Of this test's own connections: those of the one before may end late.
  const ownEnds: string[] = [];
  ends = ownEnds;
  // An echo that goes on answering after the client has ended its side.
  server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (chunk) => {
      received += chunk.toString();
      socket.write(chunk);
    });
    socket.on('end', () => {
      ownEnds.push('end');
      socket.end('goodbye');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => ownEnds.push(error.code ?? ''));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await ChaosProxy.start({ port: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  await proxy[Symbol.asyncDispose]();
  server.close();
});

async function open(): Promise<Socket> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  clients.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function say(socket: Socket, words: string): Promise<string> {
  socket.write(words);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

async function errorOf(socket: Socket): Promise<string> {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code ?? '';
}

it('in fine weather it passes bytes and both ends of a connection', async () => {
  const client = await open();
  expect(await say(client, 'hello')).toBe('hello');
  client.end();
  expect(await text(client)).toBe('goodbye');
  await vi.waitFor(() => expect(proxy.connections).toEqual({ living: 0, accepted: 1 }));
});

it('a large transfer arrives whole, also through a slow line', async () => {
  proxy.set({ bytesPerSecond: 4_000_000 });
  const client = await open();
  const payload = 'x'.repeat(300_000);
  client.end(payload);
  expect(await text(client)).toBe(`${payload}goodbye`);
});

it('latency delays each way, and keeps the order', async () => {
  proxy.set({ latencyMs: 40 });
  const client = await open();
  const startedMs = performance.now();
  client.write('a');
  client.write('b');
  let answer = '';
  client.on('data', (chunk) => (answer += chunk.toString()));
  await vi.waitFor(() => expect(answer).toBe('ab'));
  expect(performance.now() - startedMs).toBeGreaterThan(75);
});

it('a black hole swallows without an end, and gives everything back when it heals', async () => {
  const client = await open();
  await say(client, 'before ');
  proxy.set({ isBlackhole: true }, 'to-server');
  client.write('swallowed');
  const later = await open();
  later.write(' too');
  // What was sent after it, by a way around the hole, arrives first.
  const direct = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  clients.push(direct);
  await say(direct, 'around');
  expect(received).toBe('before around');
  expect(client.destroyed).toBe(false);
  await proxy.heal();
  await vi.waitFor(() => expect(received).toContain('swallowed'));
  await vi.waitFor(() => expect(received).toContain(' too'));
});

it('a cut after some bytes lets exactly those through', async () => {
  const cut = proxy.cut({ way: 'to-server', bytes: 7, how: 'reset' });
  const client = await open();
  client.write('0123');
  await once(client, 'data');
  const failed = errorOf(client);
  client.write('456789');
  expect(await failed).toBe('ECONNRESET');
  await cut.happened;
  expect('0123456').toContain(received);
  expect(cut.count).toBe(1);
  expect(await say(await open(), 'the next connection is fine')).toBe('the next connection is fine');
});

it('an orderly cut of the answer leaves a part of it', async () => {
  proxy.cut({ way: 'to-client', bytes: 4, how: 'close' });
  const client = await open();
  client.write('a long answer');
  expect(await text(client)).toBe('a lo');
});

it('F15: the server gets the COMMIT and the client never hears of it', async () => {
  const cut = proxy.loseAnswerToCommit();
  const client = await open();
  await say(client, 'insert');
  const failed = errorOf(client);
  // The text may be spread over packets.
  client.write('Q....COM');
  await vi.waitFor(() => expect(received).toContain('COM'));
  client.write('MIT\0');
  await cut.happened;
  expect(await failed).toBe('ECONNRESET');
  await vi.waitFor(() => expect(received).toBe('insertQ....COMMIT\0'));
  expect(ends).not.toContain('ECONNRESET');
});

it('a request that is cut before it was sent never reaches the server', async () => {
  const cut = proxy.cut({ way: 'to-server', text: 'POST /messages', how: 'not-sent', times: 2 });
  for (let round = 0; round < 2; round++) {
    const client = await open();
    const failed = errorOf(client);
    client.write('POST /messages HTTP/1.1');
    expect(await failed).toBe('ECONNRESET');
  }
  expect(received).toBe('');
  expect(cut.count).toBe(2);
  expect(await say(await open(), 'POST /messages')).toBe('POST /messages');
});

it('a reset reaches both ends of every living connection', async () => {
  const both = [await open(), await open()];
  for (const client of both) await say(client, 'x');
  const failures = Promise.all(both.map(errorOf));
  proxy.reset();
  expect(await failures).toEqual(['ECONNRESET', 'ECONNRESET']);
  await vi.waitFor(() => expect(ends).toEqual(['ECONNRESET', 'ECONNRESET']));
});

it('half closed, the client gets no more and can still send', async () => {
  const client = await open();
  await say(client, 'x');
  const ended = once(client, 'end');
  client.resume();
  proxy.halfClose('to-client');
  await ended;
  client.write('after the end');
  await vi.waitFor(() => expect(received).toBe('xafter the end'));
});

it('while it refuses, living connections go on and new ones are turned away', async () => {
  const client = await open();
  await proxy.refuse();
  const refused = connect({ port: proxy.port, host: '127.0.0.1' });
  expect(await errorOf(refused)).toBe('ECONNREFUSED');
  expect(await say(client, 'still here')).toBe('still here');
  await proxy.heal();
  expect(await say(await open(), 'welcome')).toBe('welcome');
});

it('a server that does not listen looks so through the proxy: accepted, then reset', async () => {
  await using dead = await ChaosProxy.start({ port: 1 });
  const client = connect({ port: dead.port, host: '127.0.0.1' });
  clients.push(client);
  expect(await errorOf(client)).toBe('ECONNRESET');
});
