import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsWithin, OutgoingClient } from './outgoing.ts';
import { checkAddresses, checkUserHeaders, hostOf, isPublicAddress, parseOutgoingUrl } from './outgoing-address.ts';
import { childTrace, formatTraceparent } from './trace-context.ts';
import { Tracing } from './tracing.ts';

const anyPort = { allowHttp: true, ports: [80, 443] };

describe('an address that a user gave', () => {
  it.each(
    [
      ['B146', 'http://127.0.0.1'],
      ['B146', 'http://localhost'],
      ['B146', 'http://localhost.'],
      ['B146', 'http://0.0.0.0'],
      ['B146', 'http://[::]'],
      ['B146', 'http://[::1]'],
      ['B147', 'http://10.1.2.3'],
      ['B147', 'http://172.16.0.1'],
      ['B147', 'http://172.31.255.255'],
      ['B147', 'http://192.168.1.1'],
      ['B147', 'http://169.254.169.254/latest/meta-data/'],
      ['B147', 'http://100.64.0.1'],
      ['B147', 'http://198.18.0.1'],
      ['B147', 'http://192.0.0.1'],
      ['B147', 'http://224.0.0.1'],
      ['B147', 'http://240.0.0.1'],
      ['B147', 'http://255.255.255.255'],
      ['B148', 'http://2130706433'],
      ['B148', 'http://0x7f.1'],
      ['B148', 'http://0177.0.0.1'],
      ['B148', 'http://127.1'],
      ['B148', 'http://①②⑦.⓪.⓪.①'],
      ['B148', 'http://127。0。0。1'],
      ['B149', 'http://[::ffff:127.0.0.1]'],
      ['B149', 'http://[64:ff9b::7f00:1]'],
      ['B149', 'http://[2002:7f00:1::]'],
      ['B149', 'http://[2001::1]'],
      ['B149', 'http://[2001:db8::1]'],
      ['B149', 'http://[fe80::1%25eth0]'],
      ['B149', 'http://[fd00::1]'],
      ['B149', 'http://[fec0::1]'],
      ['B149', 'http://[::7f00:1]'],
      ['B155', 'https://user:pw@example.com'],
      ['B155', 'https://example.com@127.0.0.1'],
      ['B155', 'https://example.com#@evil.example.com'],
      ['B155', 'https:\\\\example.com'],
      ['B155', 'https://exam\nple.com'],
      ['B155', 'https://exam\tple.com'],
      ['B155', ' https://example.com'],
      ['B156', 'file:///etc/passwd'],
      ['B156', 'gopher://example.com'],
      ['B156', 'ftp://example.com'],
      ['B156', 'data:text/plain,x'],
      ['B156', 'javascript:alert(1)'],
      ['B156', 'blob:https://example.com/x'],
      ['B157', 'https://example.com:22'],
      ['B157', 'https://example.com:5432'],
      ['B157', 'https://example.com:6379'],
      ['B157', 'https://example.com:0'],
      ['B157', 'https://example.com:65536'],
      ['B158', 'https://metadata.google.internal'],
      ['B158', 'https://api.default.svc.cluster.local'],
      ['B158', 'https://intranet'],
      ['B160', `https://example.com/${'a'.repeat(10_000)}`],
      ['B160', `https://example.com/?q=${'a'.repeat(1_000_000)}`],
      ['B156', ''],
    ].map(([id = '', text = '']) => ({ id, text, shown: JSON.stringify(text.slice(0, 60)) })),
  )('$id: $shown is refused in words', ({ text }) => {
    expect(() => parseOutgoingUrl(text, anyPort)).toThrowError(expect.objectContaining({ code: 'address_refused' }));
  });

  it('B157: must use https and port 443 unless the purpose says otherwise', () => {
    expect(() => parseOutgoingUrl('http://example.com', {})).toThrow();
    expect(() => parseOutgoingUrl('https://example.com:8443', {})).toThrow();
    expect(parseOutgoingUrl('https://example.com/hook?x=1', {}).href).toBe('https://example.com/hook?x=1');
    expect(parseOutgoingUrl('http://example.com', { allowHttp: true }).port).toBe('');
  });

  it('B158: cannot lead back to this server', () => {
    expect(() => parseOutgoingUrl('https://Chat.Example.com./x', { ownHosts: ['chat.example.com'] })).toThrow(
      'leads back',
    );
  });

  it.each([
    ['http://127.0.0.1:4010', '127.0.0.1:4010'],
    ['http://localhost:4010/', 'localhost:4010'],
    ['https://sandbox.internal', 'sandbox.internal:443'],
    ['https://chat.example.com', 'chat.example.com:443'],
  ])('B158: %s is refused with a word on how the operator can allow it', (text, target) => {
    expect(() => parseOutgoingUrl(text, { ownHosts: ['chat.example.com'] })).toThrow(
      `CARILLON_ALLOWED_TARGETS=${target}.`,
    );
    expect(() => checkAddresses('sandbox.example.com', ['10.0.0.1'], 443, {})).toThrow(
      'CARILLON_ALLOWED_TARGETS=sandbox.example.com:443.',
    );
  });

  it('B159: is shown in the form that cannot be mistaken for another name', () => {
    expect(hostOf(parseOutgoingUrl('https://аpple.com', {}))).toBe('xn--pple-43d.com');
  });

  it('B161: may be private where the operator allows that host or range with that port, and only there', () => {
    const policy = {
      allowed: [
        { host: 'crm.internal', port: 8080 },
        { cidr: '10.0.0.0/8', port: 8443 },
      ],
    };
    expect(parseOutgoingUrl('http://crm.internal:8080/x', policy).hostname).toBe('crm.internal');
    expect(parseOutgoingUrl('https://10.1.2.3:8443', policy).hostname).toBe('10.1.2.3');
    expect(() => parseOutgoingUrl('http://crm.internal:8081/x', policy)).toThrow();
    expect(() => parseOutgoingUrl('https://10.1.2.3', policy)).toThrow();
    expect(() => parseOutgoingUrl('https://192.168.1.1:8443', policy)).toThrow();
    expect(() => checkAddresses('crm.internal', ['192.168.7.7'], 8080, policy)).not.toThrow();
    expect(() => checkAddresses('other.internal', ['10.9.9.9'], 8443, policy)).not.toThrow();
    expect(() => checkAddresses('other.internal', ['10.9.9.9', '192.168.1.1'], 8443, policy)).toThrow();
    expect(parseOutgoingUrl('https://other.internal:8443', policy).port).toBe('8443');
    expect(() => checkAddresses('example.com', ['93.184.215.14'], 8443, policy)).toThrow();
  });

  it('B153: is refused when one of several addresses behind the name is private', () => {
    expect(() => checkAddresses('example.com', ['93.184.215.14', '10.0.0.1'], 443, {})).toThrow(
      'not on the public internet',
    );
    expect(() =>
      checkAddresses('example.com', ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'], 443, {}),
    ).not.toThrow();
    expect(() => checkAddresses('example.com', [], 443, {})).toThrow('nowhere');
  });

  it('B147: no address of a private range is public, whatever its bits', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const inside = fc.oneof(
      fc.tuple(fc.constant(10), byte, byte, byte),
      fc.tuple(fc.constant(127), byte, byte, byte),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), byte, byte),
      fc.tuple(fc.constant(192), fc.constant(168), byte, byte),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), byte, byte),
      fc.tuple(fc.integer({ min: 224, max: 255 }), byte, byte, byte),
    );
    fc.assert(
      fc.property(inside, (bytes) => {
        const address = bytes.join('.');
        return !isPublicAddress(address) && !isPublicAddress(`::ffff:${address}`);
      }),
    );
  });
});

describe('headers that a user sets for our calls', () => {
  it.each([
    ['Host', 'x'],
    ['Content-Length', '0'],
    ['transfer-encoding', 'chunked'],
    ['Authorization', 'Bearer x'],
    ['X-Forwarded-For', '1.1.1.1'],
    ['X-Ok', 'a\r\nHost: evil'],
    ['X-Ok', 'a\u0000'],
    ['X Bad', 'a'],
    ['X-Bad:', 'a'],
    ['', 'a'],
  ])('B163: %j with %j is refused', (name, value) => {
    expect(() => checkUserHeaders({ [name]: value })).toThrowError(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it('B163: others are taken', () => {
    expect(() => checkUserHeaders({ 'X-Shop': 'berlin', 'x-key': 'a b;c' })).not.toThrow();
  });
});

describe('a call', () => {
  let server: Server;
  let port: number;
  let hits = 0;
  let traceparent: unknown;

  beforeAll(async () => {
    server = createServer((request, response) => {
      hits++;
      traceparent = request.headers['traceparent'];
      if (request.url === '/redirect') response.writeHead(302, { location: 'http://127.0.0.1/secret' }).end();
      else if (request.url === '/large') response.end('x'.repeat(200_000));
      else if (request.url === '/silent') response.flushHeaders();
      else response.end('fine');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const client = (policy: object, addresses: string[] | (() => string[])) =>
    new OutgoingClient(policy, { lookup: async () => (typeof addresses === 'function' ? addresses() : addresses) });

  it('B151: does not reach a private address behind a public name', async () => {
    const before = hits;
    await using outgoing = client({ allowHttp: true, ports: [port] }, ['127.0.0.1']);
    await expect(outgoing.request({ url: `http://example.com:${port}/` })).rejects.toMatchObject({
      code: 'address_refused',
    });
    expect(hits).toBe(before);
  });

  it('B150: does not reach a private address that is written out, where no name is resolved', async () => {
    await using outgoing = client({ allowHttp: true, ports: [port] }, []);
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', '[::1]']) {
      await expect(outgoing.request({ url: `http://${host}:${port}/` })).rejects.toMatchObject({
        code: 'address_refused',
      });
    }
  });

  it('B152: resolves once and connects to the address that was checked', async () => {
    let lookups = 0;
    // The second answer would be refused; it must not be asked for.
    const rebinding = () => (lookups++ === 0 ? ['127.0.0.1'] : ['10.0.0.1']);
    await using outgoing = client({ allowed: [{ cidr: '127.0.0.0/8', port }] }, rebinding);
    expect((await outgoing.request({ url: `http://rebind.example.com:${port}/` })).body.toString()).toBe('fine');
    expect(lookups).toBe(1);
  });

  it('B162: checks again with every new connection, however good the address was when it was saved', async () => {
    const url = parseOutgoingUrl(`http://moved.example.com:${port}/`, { allowHttp: true, ports: [port] }).href;
    await using outgoing = client({ allowHttp: true, ports: [port] }, ['127.0.0.1']);
    await expect(outgoing.request({ url })).rejects.toMatchObject({ code: 'address_refused' });
  });

  it('B161: reaches the private target that the operator allows', async () => {
    await using outgoing = client({ allowed: [{ host: 'crm.internal', port }] }, ['127.0.0.1']);
    const answer = await outgoing.request({ url: `http://crm.internal:${port}/` });
    expect([answer.status, answer.body.toString()]).toEqual([200, 'fine']);
  });

  it('B154: hands over a redirect instead of following it', async () => {
    const before = hits;
    await using outgoing = client({ allowed: [{ host: 'crm.internal', port }] }, ['127.0.0.1']);
    expect((await outgoing.request({ url: `http://crm.internal:${port}/redirect` })).status).toBe(302);
    expect(hits).toBe(before + 1);
  });

  it('is a step of its trace, tells no more of the address than the host, and sends the ids along', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const policy = { allowed: [{ host: '127.0.0.1', port }] };
    const url = `http://127.0.0.1:${port}/15550001111?access_token=secret`;
    const parent = childTrace(undefined);

    await using traced = new OutgoingClient(policy, { tracing: new Tracing(provider.getTracer('test')) });
    await callsWithin(traced, parent).request({ url });
    const [span] = exporter.getFinishedSpans();
    expect(span?.parentSpanContext?.spanId).toBe(parent.spanId);
    expect(traceparent).toBe(`00-${parent.traceId}-${span?.spanContext().spanId}-01`);
    expect(span).toMatchObject({
      name: 'GET',
      attributes: { 'server.address': '127.0.0.1', 'http.response.status_code': 200 },
    });
    expect(JSON.stringify(span?.attributes)).not.toMatch(/15550001111|secret/);

    await using untraced = new OutgoingClient(policy);
    await callsWithin(untraced, parent).request({ url });
    expect(traceparent).toBe(formatTraceparent(parent));
    await untraced.request({ url });
    expect(traceparent).toBeUndefined();
  });

  it('ends when the answer is too large or does not come', async () => {
    await using outgoing = client({ allowed: [{ host: 'crm.internal', port }] }, ['127.0.0.1']);
    await expect(outgoing.request({ url: `http://crm.internal:${port}/large` })).rejects.toMatchObject({
      reason: 'too_large',
    });
    await expect(outgoing.request({ url: `http://crm.internal:${port}/silent`, timeoutMs: 200 })).rejects.toMatchObject(
      { reason: 'timeout' },
    );
  });
});
