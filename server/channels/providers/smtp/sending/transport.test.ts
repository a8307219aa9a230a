import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type SMTPServerOptions, SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { expiredCertificate, ownCertificate, testKey } from '#channels/provider-http-tls.fixture.ts';
import { contents, secrets, settings } from '#channels/providers/smtp/samples.fixture.ts';
import { checkCredentials } from '#channels/providers/smtp/account/credentials.ts';
import { smtp } from '#channels/providers/smtp/smtp.ts';
import { OutgoingClient } from '#platform/outgoing.ts';
import { SmtpTransport } from './transport.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Got {
  from: string;
  to: string[];
  raw: string;
}

const refuse = (code: number, message: string) => Object.assign(new Error(message), { responseCode: code });

async function aServer(options: SMTPServerOptions = {}) {
  const got: Got[] = [];
  let sessions = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    logger: false,
    onConnect: (_session, done) => {
      sessions += 1;
      done();
    },
    onAuth: (auth, _session, done) =>
      auth.username === 'mailer' && auth.password === secrets.accessToken
        ? done(null, { user: 'mailer' })
        : done(refuse(535, '5.7.8 Bad credentials')),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const raw = Buffer.concat(chunks).toString();
        got.push({ from: (mailFrom as { address: string }).address, to: rcptTo.map(({ address }) => address), raw });
        done(null, '2.0.0 Ok: queued as 4F1');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, got, sessions: () => sessions };
}

/** A server that says what it is told to, for what no honest server does. */
async function aScript(talk: (socket: Socket, line: string) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('220 script\r\n');
    let rest = '';
    socket.on('data', (chunk) => {
      rest += chunk.toString();
      for (let at = rest.indexOf('\r\n'); at !== -1; at = rest.indexOf('\r\n')) {
        const line = rest.slice(0, at);
        rest = rest.slice(at + 2);
        if (line.startsWith('EHLO')) socket.write('250-script\r\n250 AUTH PLAIN\r\n');
        else if (line.startsWith('AUTH')) socket.write('235 fine\r\n');
        else talk(socket, line);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}

const at = (port: number, options: Record<string, string> = {}) => ({
  ...settings,
  baseUrl: `smtp://127.0.0.1:${port}`,
  options: { ...settings.options, ...options },
});

const policyFor = (port: number) => ({ allowed: [{ cidr: '127.0.0.0/8', port }] });

function aTransport(port: number, limits = {}, options: Record<string, string> = {}, of = secrets) {
  const transport = new SmtpTransport(at(port, options), of, policyFor(port), limits);
  closing.push(() => transport.close());
  return transport;
}

const requestOf = (n = 1, to = 'ana@example.com', lane: 'service' | 'marketing' = 'marketing') =>
  smtp.buildSend(
    {
      recipient: { kind: 'email', value: to },
      content: contents[1] ?? { type: 'text' },
      callbackData: `a1:AZqK0000000000000000aa:${n}:abcdefghijk`,
      lane,
      expiresAt: null,
      replyToProviderId: '<CAF1@mail.example.com>',
    } as never,
    { externalId: 'shop@shop.example' },
    settings,
    secrets,
  );

const read = (answer: Awaited<ReturnType<SmtpTransport['send']>>) => {
  if (answer.kind !== 'answer') throw new Error(`No answer: ${answer.reason}`);
  return smtp.readSendAnswer(answer.response, Temporal.Now.instant(), { externalId: 'shop@shop.example' });
};

describe('a mail', () => {
  it('is handed over once, with its attempt in envelope and id, and both bodies', async () => {
    const server = await aServer();
    const answer = await aTransport(server.port).send(requestOf());
    expect(read(answer)).toEqual({
      outcome: 'accepted',
      providerMessageIds: ['<a1.AZqK0000000000000000aa.1.abcdefghijk@mail.shop.example>'],
    });
    expect(server.got).toHaveLength(1);
    const { from, to, raw } = server.got[0] as Got;
    expect(from).toMatch(/^bounce\+a1=azqk0000000000000000aa=1=abcdefghijk=[a-z2-7]+@mail\.shop\.example$/);
    expect(to).toEqual(['ana@example.com']);
    expect(raw).toMatch(/^From: The Shop <shop@shop\.example>\r$/m);
    expect(raw).toMatch(/^Message-ID: <a1\.AZqK0000000000000000aa\.1\.abcdefghijk@mail\.shop\.example>\r$/m);
    expect(raw).toMatch(/^In-Reply-To: <CAF1@mail\.example\.com>\r$/m);
    expect(raw).toMatch(/^Reply-To: help@shop\.example\r$/m);
    expect(raw).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(raw).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(raw.replaceAll(/\r\n\s/g, ' ')).toMatch(
      /^List-Unsubscribe: <https:\/\/carillon\.example\/u\/[\w-]{22}\.a1%3AAZqK[^>]+>, <mailto:shop@shop\.example\?subject=unsubscribe>\r$/m,
    );
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    expect(raw).not.toContain(secrets.accessToken);
  });

  it('that is no marketing offers no end of marketing', async () => {
    const server = await aServer();
    await aTransport(server.port).send(requestOf(1, 'ana@example.com', 'service'));
    expect(server.got[0]?.raw).not.toMatch(/List-Unsubscribe/i);
  });

  it('goes by a connection that is there already, one after the other', async () => {
    const server = await aServer();
    const transport = aTransport(server.port);
    for (let n = 1; n <= 3; n += 1)
      expect(read(await transport.send(requestOf(n)))).toMatchObject({ outcome: 'accepted' });
    expect(server.sessions()).toBe(1);
    expect(server.got).toHaveLength(3);
  });

  it('many at once take no more connections than allowed, and each goes once', async () => {
    const server = await aServer();
    const transport = aTransport(server.port, { connections: 2 });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => transport.send(requestOf(n + 1))));
    expect(answers.map((answer) => read(answer).outcome)).toEqual(Array.from({ length: 20 }, () => 'accepted'));
    expect(new Set(server.got.map(({ from }) => from)).size).toBe(20);
    expect(server.got).toHaveLength(20);
    expect(server.sessions()).toBeLessThanOrEqual(2);
  });

  it('that ends with a dot on its own line arrives whole', async () => {
    const server = await aServer();
    const request = requestOf();
    const mail = { ...JSON.parse(request.body), text: 'a\n.\n..b\nc' };
    await aTransport(server.port).send({ ...request, body: JSON.stringify(mail) });
    expect(server.got[0]?.raw).toMatch(/a\r\n\.\r\n\.\.b\r\nc/);
  });
});

describe('a refusal', () => {
  it.each([
    [550, '5.1.1 No such user', 'rejected', '5.1.1', 'fail'],
    [450, '4.2.1 Try later', 'rejected', '4.2.1', 'retry'],
    [451, 'Local error', 'rejected', '451', 'retry'],
    [452, '4.2.2 Mailbox full', 'rejected', '4.2.2', 'retry'],
    [554, 'Spam', 'rejected', '554', 'fail'],
  ])('of the recipient with %i %s is %s by the row %s: %s', async (code, text, outcome, row, reaction) => {
    const server = await aServer({ onRcptTo: (_address, _session, done) => done(refuse(code, text)) });
    const transport = aTransport(server.port);
    const read1 = read(await transport.send(requestOf()));
    expect(read1).toMatchObject({ outcome, row: { code: row, reaction } });
    expect(server.got).toHaveLength(0);
    expect(read(await transport.send(requestOf(2)))).toMatchObject({ outcome });
    expect(server.sessions()).toBe(1);
  });

  it('of the sender halts the sender, and not the recipient', async () => {
    const server = await aServer({ onMailFrom: (_address, _session, done) => done(refuse(550, '5.7.1 Not yours')) });
    expect(read(await aTransport(server.port).send(requestOf()))).toMatchObject({
      outcome: 'rejected',
      row: { code: 'sender_refused', reaction: 'pause_sender' },
    });
  });

  it('of the whole message after it was given is a refusal: the server does not have it', async () => {
    const server = await aServer({
      onData: (stream, _session, done) => {
        stream.resume();
        stream.on('end', () => done(refuse(550, '5.7.1 Looks like spam')));
      },
    });
    expect(read(await aTransport(server.port).send(requestOf()))).toMatchObject({
      outcome: 'rejected',
      row: { code: '5.7.1', reaction: 'fail' },
    });
  });

  it('of the password pauses the connection', async () => {
    const server = await aServer();
    const transport = aTransport(server.port, {}, {}, { ...secrets, accessToken: 'wrong-secret' });
    const outcome = read(await transport.send(requestOf()));
    expect(outcome).toMatchObject({ outcome: 'rejected', row: { reaction: 'pause_connection' } });
    expect(JSON.stringify(outcome)).not.toContain('wrong-secret');
  });

  it('of the connection with 421 slows the sender', async () => {
    const server = await aServer({ onConnect: (_session, done) => done(refuse(421, '4.3.2 Too busy')) });
    expect(read(await aTransport(server.port).send(requestOf()))).toMatchObject({
      outcome: 'throttled',
      scope: 'sender',
    });
  });
});

describe('an outcome that is lost', () => {
  it.each(['MAIL', 'RCPT', 'DATA'])('before the message (at %s) is not written', async (command) => {
    const port = await aScript((socket, line) => {
      if (line.startsWith(command)) socket.destroy();
      else socket.write('250 fine\r\n');
    });
    expect(await aTransport(port).send(requestOf())).toMatchObject({ kind: 'not_written' });
  });

  it('after the first byte of the message is unknown', async () => {
    let began = false;
    const port = await aScript((socket, line) => {
      if (began) return socket.destroy();
      began = line === 'DATA';
      socket.write(began ? '354 go on\r\n' : '250 fine\r\n');
    });
    expect(await aTransport(port).send(requestOf())).toMatchObject({ kind: 'unknown' });
  });

  it('after the whole message, without a word of the server, is unknown', async () => {
    let began = false;
    const port = await aScript((socket, line) => {
      if (began && line === '.') socket.destroy();
      if (began) return;
      began = line === 'DATA';
      socket.write(began ? '354 go on\r\n' : '250 fine\r\n');
    });
    expect(await aTransport(port).send(requestOf())).toMatchObject({ kind: 'unknown' });
  });

  it('in silence after the whole message is unknown, and in silence before it is not written', async () => {
    for (const [silentAt, kind] of [
      ['.', 'unknown'],
      ['MAIL', 'not_written'],
    ] as const) {
      let began = false;
      const port = await aScript((socket, line) => {
        if (line.startsWith(silentAt) || began) return;
        began = line === 'DATA';
        socket.write(began ? '354 go on\r\n' : '250 fine\r\n');
      });
      expect(await aTransport(port, { totalMs: 300 }).send(requestOf())).toMatchObject({ kind });
    }
  });

  it('with nobody at the port is not written', async () => {
    const server = await aServer();
    const close = closing.pop();
    await close?.();
    expect(await aTransport(server.port).send(requestOf())).toEqual({
      kind: 'not_written',
      reason: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

describe('nothing is written', () => {
  it('when there is a reason not to, asked when the server waits for the first byte', async () => {
    const server = await aServer();
    const transport = aTransport(server.port);
    let asked = 0;
    const answer = await transport.send(requestOf(), null, {
      reasonNotToWrite: () => {
        asked += 1;
        return 'the lease was lost';
      },
    });
    expect(answer).toEqual({ kind: 'not_written', reason: 'the lease was lost' });
    expect(asked).toBe(1);
    expect(read(await transport.send(requestOf(2)))).toMatchObject({ outcome: 'accepted' });
    expect(server.got).toHaveLength(1);
  });

  it('when the call was given up before', async () => {
    const server = await aServer();
    const signal = AbortSignal.abort();
    expect(await aTransport(server.port).send(requestOf(), null, { signal })).toMatchObject({ kind: 'not_written' });
    expect(server.got).toHaveLength(0);
  });

  it('to an address that the policy does not allow, or without TLS to another machine', async () => {
    const server = await aServer();
    const refused = new SmtpTransport(at(server.port), secrets, {});
    closing.push(() => refused.close());
    expect(await refused.send(requestOf())).toMatchObject({
      kind: 'not_written',
      reason: expect.stringContaining('public internet'),
    });
    expect(server.sessions()).toBe(0);
  });

  it('when the server offers no TLS and it is wanted', async () => {
    const server = await aServer();
    const answer = await aTransport(server.port, {}, { tls: 'starttls' }).send(requestOf());
    expect(['not_written', 'answer']).toContain(answer.kind);
    expect(server.got).toHaveLength(0);
    if (answer.kind === 'answer') expect(read(answer).outcome).not.toBe('accepted');
  });
});

describe('TLS', () => {
  const secured = (secure: boolean, cert = ownCertificate) =>
    aServer({ secure, key: testKey, cert, disabledCommands: [], allowInsecureAuth: false });
  const transportOf = (port: number, tls: 'implicit' | 'starttls', ca = ownCertificate) => {
    const known = at(port, { tls, ca });
    const baseUrl = tls === 'implicit' ? `smtps://127.0.0.1:${port}` : known.baseUrl;
    const transport = new SmtpTransport({ ...known, baseUrl }, secrets, policyFor(port));
    closing.push(() => transport.close());
    return transport;
  };

  it.each(['implicit', 'starttls'] as const)('%s: a mail goes when the certificate is right', async (tls) => {
    const server = await secured(tls === 'implicit');
    expect(read(await transportOf(server.port, tls).send(requestOf()))).toMatchObject({ outcome: 'accepted' });
    expect(server.got).toHaveLength(1);
  });

  it.each(['implicit', 'starttls'] as const)('%s: nothing goes, no password either, when it is not', async (tls) => {
    let signedIn = 0;
    for (const [cert, ca] of [
      [ownCertificate, expiredCertificate],
      [expiredCertificate, expiredCertificate],
    ]) {
      const server = await aServer({
        secure: tls === 'implicit',
        key: testKey,
        cert,
        disabledCommands: [],
        onAuth: (_auth, _session, done) => {
          signedIn += 1;
          done(null, { user: 'mailer' });
        },
      });
      const answer = await transportOf(server.port, tls, ca).send(requestOf());
      expect(answer).toMatchObject({ kind: 'not_written', reason: expect.stringMatching(/certificate|self.signed/i) });
      expect(server.got).toHaveLength(0);
    }
    expect(signedIn).toBe(0);
  });
});

describe('the credentials', () => {
  const check = async (port: number, password = secrets.accessToken, options: Record<string, string> = {}) => {
    const calls = new OutgoingClient(policyFor(port));
    closing.push(() => calls[Symbol.asyncDispose]());
    const access = {
      settings: at(port, options),
      secrets: { ...secrets, accessToken: password },
      senderExternalId: 'shop@shop.example',
    };
    return checkCredentials(calls, access, null);
  };

  it('that work are said to, and nothing is sent', async () => {
    const server = await aServer();
    const { checks, displayName } = await check(server.port);
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['webhooks']);
    expect(displayName).toBe('The Shop <shop@shop.example>');
    expect(server.got).toHaveLength(0);
  });

  it('that are wrong are told from a server that is away and one without TLS', async () => {
    const server = await aServer();
    const failed = async (...args: Parameters<typeof check>) =>
      (await check(...args)).checks.filter(({ ok, name }) => !ok && name !== 'webhooks');
    expect(await failed(server.port, 'wrong-secret')).toMatchObject([{ name: 'credentials' }]);
    expect(JSON.stringify(await failed(server.port, 'wrong-secret'))).not.toContain('wrong-secret');
    expect(await failed(server.port, secrets.accessToken, { tls: 'starttls' })).toMatchObject([{ name: 'tls' }]);
    await closing.shift()?.();
    expect(await failed(1)).toMatchObject([{ name: 'reach' }]);
  });
});
