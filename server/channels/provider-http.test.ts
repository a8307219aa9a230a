import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { configureFailpoints } from '#platform/failpoints.ts';
import type { ProviderRequest } from './provider.ts';
import { ProviderHttp, type ProviderHttpLimits } from './provider-http.ts';
import { expiredCertificate, foreignCertificate, testKey } from './provider-http-tls.fixture.ts';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const quick: Partial<ProviderHttpLimits> = { connectMs: 500, headersMs: 400, bodyMs: 400, totalMs: 1_500 };

function clientFor(
  origin: string,
  limits: Partial<ProviderHttpLimits> = {},
  connect: ConstructorParameters<typeof ProviderHttp>[2] = {},
) {
  const http = new ProviderHttp(origin, { ...quick, ...limits }, connect);
  cleanups.push(() => http.close());
  return http;
}

async function listen(server: Server | ReturnType<typeof createTcpServer>, scheme = 'http'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener) => listen(createServer(listener));

/** A server that sees bytes: `onBytes` gets everything that arrived on the connection so far. */
async function serveBytes(
  onBytes: (socket: Socket, received: string, connection: number) => void,
  onConnect?: (socket: Socket) => void,
) {
  let connections = 0;
  const sockets = new Set<Socket>();
  cleanups.push(() => sockets.forEach((socket) => socket.destroy()));
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    const connection = ++connections;
    let received = '';
    socket.on('error', () => {});
    onConnect?.(socket);
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      onBytes(socket, received, connection);
    });
  });
  return { origin: await listen(server), connections: () => connections };
}

const request: ProviderRequest = {
  method: 'POST',
  path: '/v26.0/1/messages',
  headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
  body: JSON.stringify({ type: 'text', text: { body: 'x'.repeat(300) } }),
};
const okAnswer = (body = '{}') => `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const isWhole = (received: string) => received.endsWith(request.body);

describe('what the server gets and gives', () => {
  it('sends the ids of a trace as a header when it is given them, and no such header otherwise', async () => {
    const seen: unknown[] = [];
    const origin = await serve((incoming, answer) => {
      seen.push(incoming.headers['traceparent']);
      incoming.resume().on('end', () => answer.end('{}'));
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const http = clientFor(origin);
    for (const given of [traceparent, null, undefined]) await http.send(request, given);
    expect(seen).toEqual([traceparent, undefined, undefined]);
    expect(request.headers).not.toHaveProperty('traceparent');
  });

  it('sends method, path below the base path, headers and body, and no wish for compression', async () => {
    let seen: unknown;
    const origin = await serve((incoming, answer) => {
      let body = '';
      incoming
        .on('data', (chunk) => (body += chunk))
        .on('end', () => {
          seen = {
            url: incoming.url,
            method: incoming.method,
            authorization: incoming.headers.authorization,
            encoding: incoming.headers['accept-encoding'],
            body,
          };
          answer.setHeader('X-Trace', 'a').writeHead(200).end('{"ok":true}');
        });
    });
    const answer = await clientFor(`${origin}/prefix/`).send(request);
    expect(seen).toEqual({
      url: '/prefix/v26.0/1/messages',
      method: 'POST',
      authorization: 'Bearer token',
      encoding: undefined,
      body: request.body,
    });
    expect(answer).toMatchObject({
      kind: 'answer',
      response: { httpStatus: 200, truncated: false, headers: { 'x-trace': 'a' } },
    });
    if (answer.kind === 'answer') expect(Buffer.from(answer.response.body).toString()).toBe('{"ok":true}');
  });

  it('F32: a redirect is an answer and is not followed', async () => {
    const paths: unknown[] = [];
    const origin = await serve((incoming, answer) => {
      paths.push(incoming.url);
      answer.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await clientFor(origin).send(request)).toMatchObject({ kind: 'answer', response: { httpStatus: 307 } });
    expect(paths).toEqual(['/v26.0/1/messages']);
  });

  it('an informational answer is not taken for the real one', async () => {
    const { origin } = await serveBytes((socket, received) => {
      if (isWhole(received)) socket.write(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${okAnswer('{"id":1}')}`);
    });
    expect(await clientFor(origin).send(request)).toMatchObject({ kind: 'answer', response: { httpStatus: 200 } });
  });

  it('F30: an answer of 100 MB is cut at a megabyte and the connection ended', async () => {
    let written = 0;
    const origin = await serve((_incoming, answer) => {
      const piece = Buffer.alloc(64 * 1024, 'x');
      const more = () => {
        while (written < 100e6 && !answer.destroyed) {
          written += piece.length;
          if (!answer.write(piece)) return answer.once('drain', more);
        }
        return answer.end();
      };
      answer.writeHead(200);
      more();
    });
    const answer = await clientFor(origin).send(request);
    expect(answer).toMatchObject({ kind: 'answer', response: { truncated: true } });
    if (answer.kind === 'answer') expect(answer.response.body.length).toBe(1024 * 1024);
    expect(written).toBeLessThan(50e6);
  });

  it('F30: a compressed answer is handed on as it is', async () => {
    const bomb = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
    const origin = await serve((_incoming, answer) => answer.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb));
    const answer = await clientFor(origin).send(request);
    expect(answer.kind === 'answer' && Buffer.from(answer.response.body)).toEqual(bomb);
  });
});

describe('F33: not a byte was written', () => {
  it('when the connection is refused', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const answer = await clientFor(`http://127.0.0.1:${port}`).send(request);
    expect(answer).toEqual({ kind: 'not_written', reason: 'the connection was refused (ECONNREFUSED)' });
  });

  it('when the name does not resolve', async () => {
    const failure = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
    const http = clientFor('http://provider.example', {}, { lookup: (_host, _options, done) => done(failure, '') });
    expect(await http.send(request)).toEqual({
      kind: 'not_written',
      reason: 'the name of the host cannot be resolved (ENOTFOUND)',
    });
  });

  it('when resolving the name takes longer than a connection may', async () => {
    const http = clientFor('http://provider.example', {}, { lookup: () => {} });
    expect(await http.send(request)).toMatchObject({ kind: 'not_written' });
  });

  it.each([
    ['is self-signed', foreignCertificate, undefined],
    ['is for another host', foreignCertificate, foreignCertificate],
    ['has expired', expiredCertificate, expiredCertificate],
  ])('when the certificate %s', async (_name, cert, ca) => {
    let requests = 0;
    const server = createTlsServer({ key: testKey, cert }, (_incoming, answer) => {
      requests++;
      answer.end('{}');
    });
    const http = clientFor(await listen(server, 'https'), {}, ca === undefined ? {} : { ca });
    const answer = await http.send(request);
    expect(answer.kind).toBe('not_written');
    expect(answer.kind === 'not_written' && answer.reason).toMatch(/certificate/);
    expect(requests).toBe(0);
  });

  it('when the other side speaks no TLS', async () => {
    const { origin } = await serveBytes((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect(await clientFor(origin.replace('http:', 'https:')).send(request)).toMatchObject({ kind: 'not_written' });
  });

  it('when no connection becomes free in time, nor ever after', async () => {
    let received = 0;
    const origin = await serve(() => void received++);
    const http = clientFor(origin, { connections: 1, headersMs: 2_000, totalMs: 1_200 });
    const first = http.send(request);
    const patience = new AbortController();
    const second = http.send(request, null, { signal: patience.signal });
    await expect.poll(() => received).toBe(1);
    patience.abort();
    expect(await second).toEqual({ kind: 'not_written', reason: 'the call was given up' });
    expect(http.stats.running).toBe(1);
    const third = clientFor(origin, { connections: 1, totalMs: 300 });
    void third.send(request);
    expect(await third.send(request)).toEqual({ kind: 'not_written', reason: 'no connection within 0.3 s' });
    await expect.poll(() => received).toBe(2);
    void first;
  });

  it('when its caller says so right before the write, after the wait for a connection', async () => {
    let received = 0;
    const origin = await serve((_incoming, answer) => {
      received += 1;
      answer.end('{}');
    });
    let reason: string | undefined;
    const options = { reasonNotToWrite: () => reason };
    const http = clientFor(origin, { connections: 1 });
    const first = http.send(request, null, options);
    const second = http.send(request, null, options);
    expect(await first).toMatchObject({ kind: 'answer' });
    reason = 'It is too late.';
    expect(await second).toEqual({ kind: 'not_written', reason });
    // The connection is as good as before.
    expect(await http.send(request)).toMatchObject({ kind: 'answer' });
    expect(received).toBe(2);
  });

  it('when the call was given up before it began', async () => {
    expect(await clientFor('http://127.0.0.1:9').send(request, null, { signal: AbortSignal.abort() })).toMatchObject({
      kind: 'not_written',
    });
  });

  it('when the connections are closed', async () => {
    const http = new ProviderHttp('http://127.0.0.1:9', quick);
    await http.close();
    expect(await http.send(request)).toMatchObject({ kind: 'not_written' });
  });
});

describe('F01: the process can be made to fail in the middle of a request', () => {
  it.each([
    ['dispatch.afterFirstByte', (body: string) => body.length === 1],
    ['dispatch.afterFullWrite', (body: string) => body === request.body],
    ['dispatch.afterResponse', (body: string) => body === request.body],
  ])('at %s, and what has left by then is unknown', async (name, isExpected) => {
    let received = '';
    const { origin } = await serveBytes((socket, all) => {
      received = all;
      if (isWhole(all)) socket.write(okAnswer());
    });
    configureFailpoints(`${name}=throw`);
    cleanups.push(() => configureFailpoints(undefined));
    expect(await clientFor(origin).send(request)).toMatchObject({ kind: 'unknown' });
    await expect.poll(() => isExpected(received.split('\r\n\r\n')[1] ?? '')).toBe(true);
  });
});

describe('F29: what may have arrived is unknown', () => {
  it.each([
    ['one byte', (received: string) => received.length >= 1],
    ['half of the request', (received: string) => received.length >= 250],
    ['all of the request', isWhole],
  ])('when the connection is reset after %s', async (_name, isTime) => {
    const { origin, connections } = await serveBytes((socket, received) => {
      if (isTime(received)) socket.resetAndDestroy();
    });
    expect(await clientFor(origin).send(request)).toMatchObject({ kind: 'unknown' });
    expect(connections()).toBe(1);
  });

  it('when the connection is reset before the server read anything, since our side has written by then', async () => {
    const { origin } = await serveBytes(
      () => {},
      (socket) => socket.resetAndDestroy(),
    );
    expect(['unknown', 'not_written']).toContain((await clientFor(origin).send(request)).kind);
  });

  it('F23, F28: when no answer comes', async () => {
    const { origin } = await serveBytes(() => {});
    expect(await clientFor(origin).send(request)).toMatchObject({ kind: 'unknown' });
  });

  it('F27: when the answer comes byte by byte for longer than a call may take', async () => {
    let timer: NodeJS.Timeout | undefined;
    cleanups.push(() => clearInterval(timer));
    const { origin } = await serveBytes((socket, received) => {
      if (!isWhole(received)) return;
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
      timer = setInterval(() => socket.write('x'), 50);
    });
    expect(await clientFor(origin, { totalMs: 700 }).send(request)).toEqual({
      kind: 'unknown',
      reason: 'no whole answer within 0.7 s',
    });
  });

  it('when the answer stops in the middle', async () => {
    const { origin } = await serveBytes((socket, received) => {
      if (isWhole(received)) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"messages"');
    });
    expect(await clientFor(origin).send(request)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('HTTP 200'),
    });
  });

  it('F30: when the answer is shorter than it says', async () => {
    const { origin } = await serveBytes((socket, received) => {
      if (isWhole(received)) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{}');
    });
    expect(await clientFor(origin).send(request)).toMatchObject({ kind: 'unknown' });
  });

  it('F30: when the answer is not HTTP', async () => {
    const { origin } = await serveBytes((socket, received) => {
      if (isWhole(received)) socket.end('220 mail.example ESMTP\r\n');
    });
    expect(await clientFor(origin).send(request)).toMatchObject({ kind: 'unknown' });
  });

  it('when the call is given up after it began', async () => {
    let received = false;
    const origin = await serve(() => {
      received = true;
    });
    const patience = new AbortController();
    const sent = clientFor(origin).send(request, null, { signal: patience.signal });
    await expect.poll(() => received).toBe(true);
    patience.abort();
    expect(await sent).toEqual({ kind: 'unknown', reason: 'the call was given up' });
  });
});

it('F30: an answer that is longer than it says is cut there, and spoils no later one', async () => {
  const { origin, connections } = await serveBytes((socket, received) => {
    const count = received.split('POST ').length - 1;
    if (isWhole(received))
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}${count === 1 ? '{"messages":[{"id":"forged"}]}' : ''}`,
      );
  });
  const http = clientFor(origin, { connections: 1 });
  for (let round = 0; round < 2; round++) {
    const answer = await http.send(request);
    expect(answer.kind === 'answer' && Buffer.from(answer.response.body).toString()).toBe('{}');
  }
  expect(connections()).toBe(2);
});

it('F31: a request on a connection that the other side has ended while idle is sent once, on a new one', async () => {
  let whole = 0;
  const idle: Socket[] = [];
  const { origin } = await serveBytes((socket, received) => {
    if (!isWhole(received)) return;
    whole++;
    socket.write(okAnswer());
    idle.push(socket);
  });
  const http = clientFor(origin, { connections: 1 });
  for (let round = 1; round <= 20; round++) {
    const before = whole;
    const answer = await http.send(request);
    // The end of the connection races with the next request; whatever wins, nothing is sent twice.
    expect(whole - before).toBe(answer.kind === 'answer' ? 1 : 0);
    idle.pop()?.end();
  }
  expect(whole).toBeGreaterThan(0);
});
