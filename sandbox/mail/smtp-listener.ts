import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { Faults } from '#faults/faults.ts';
import type { SendAction } from '#faults/rules.ts';

export interface Envelope {
  from: string;
  to: string;
}

/** What the server says to a mail, or that it says nothing. */
export type Reply = { code: number; text: string; afterMs?: number } | 'silence' | 'reset' | 'garbage';

interface Deps {
  faults: Faults;
  credentials: { user: string; password: string };
  /** A whole mail; what it resolves with is said to the client. */
  receive(envelope: Envelope, raw: Buffer, fault: SendAction | undefined): Promise<Reply>;
}

type Done = (error?: Error | null, message?: string) => void;

const MOST_BYTES = 10_000_000;

/** The door of the simulated mail server: SMTP with sign-in, on this machine only, without TLS. */
export class SmtpListener {
  readonly #server: SMTPServer;
  readonly #sockets = new Map<number, Socket>();
  readonly #faultOf = new WeakMap<SMTPServerSession, { fault: SendAction; since: number }>();
  #isListening = false;

  constructor(deps: Deps) {
    this.#server = new SMTPServer({
      name: 'mx.sandbox.example',
      banner: 'Carillon sandbox',
      // Nobody can prove to be 127.0.0.1, so there is no certificate to offer.
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      disableReverseLookup: true,
      size: MOST_BYTES,
      logger: false,
      onAuth: (auth, _session, done) => {
        const { user, password } = deps.credentials;
        const isRight = isSame(auth.username ?? '', user) && isSame(auth.password ?? '', password);
        if (isRight) done(null, { user });
        else done(refusal(535, '5.7.8 Authentication credentials invalid'));
      },
      onRcptTo: ({ address }, session, done) => {
        if (session.envelope.rcptTo.length > 0) return done(refusal(452, '4.5.3 One recipient at a time'));
        const sender = addressOf(session.envelope.mailFrom);
        const cut = deps.faults.forUnreadSend(sender, 'mail');
        const subject = { provider: 'mail', sender, to: address, type: 'email', callbackData: null };
        const fault: SendAction | undefined = cut
          ? { kind: 'reset_after_bytes', bytes: cut.bytes }
          : deps.faults.forSend(subject);
        if (fault?.kind === 'error' && fault.accepted !== true)
          return done(refusal(smtpCode(fault.code), fault.details ?? 'The sandbox was told to refuse this'));
        if (fault) this.#faultOf.set(session, { fault, since: deps.faults.timesCleared });
        done();
      },
      onData: (stream, session, done) => {
        void this.#answer(deps, stream, session, done);
      },
    });
    // A client that goes away in the middle is what the sandbox is for.
    this.#server.on('error', () => undefined);
    this.#netServer.on('connection', (socket: Socket) => {
      const { remotePort } = socket;
      if (remotePort === undefined) return;
      this.#sockets.set(remotePort, socket);
      socket.once('close', () => this.#sockets.delete(remotePort));
    });
  }

  get port(): number {
    return this.#isListening ? ((this.#netServer.address() as AddressInfo | null)?.port ?? 0) : 0;
  }

  get #netServer(): Server {
    return this.#server.server as Server;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#netServer.once('error', reject);
      this.#netServer.listen(port, '127.0.0.1', () => {
        this.#netServer.off('error', reject);
        resolve();
      });
    });
    this.#isListening = true;
  }

  async close(): Promise<void> {
    if (!this.#isListening) return;
    for (const socket of this.#sockets.values()) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(deps: Deps, stream: Readable, session: SMTPServerSession, done: Done): Promise<void> {
    try {
      await this.#take(deps, stream, session, done);
    } catch (error) {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      done(refusal(451, '4.3.0 The sandbox failed; its standard error says how'));
    }
  }

  async #take(deps: Deps, stream: Readable, session: SMTPServerSession, done: Done): Promise<void> {
    const { fault, since } = this.#faultOf.get(session) ?? {};
    this.#faultOf.delete(session);
    const socket = this.#sockets.get(session.remotePort);
    const cutAt = fault?.kind === 'reset_after_bytes' && typeof fault.bytes === 'number' ? fault.bytes : undefined;
    const chunks: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size <= MOST_BYTES) chunks.push(chunk);
        if ((cutAt !== undefined && size > cutAt) || (fault?.kind === 'reset_after_bytes' && fault.bytes === 'half')) {
          socket?.resetAndDestroy();
          return;
        }
      }
    } catch {
      // The client went away in the middle: nothing was whole, so there is nothing to keep or to answer.
      return;
    }
    if (size > MOST_BYTES) return done(refusal(552, '5.3.4 The message is too large'));
    const [recipient] = session.envelope.rcptTo;
    const envelope = { from: addressOf(session.envelope.mailFrom), to: recipient?.address ?? '' };
    const reply = await deps.receive(envelope, Buffer.concat(chunks), fault);
    if (reply === 'reset') socket?.resetAndDestroy();
    else if (reply === 'garbage') socket?.write('what was that?\r\n', () => socket.destroy());
    else if (reply === 'silence')
      socket?.once(
        'close',
        // The faults may have been cleared while the mail was being stored.
        deps.faults.hold(() => socket.destroy(), since),
      );
    else if (reply.afterMs !== undefined) setTimeout(() => say(reply, done), reply.afterMs).unref();
    else say(reply, done);
  }
}

function say(reply: { code: number; text: string }, done: (error?: Error | null, message?: string) => void): void {
  if (reply.code < 400) done(null, reply.text);
  else done(refusal(reply.code, reply.text));
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** Rules name codes of any provider; what is none of SMTP is a refusal for good. */
export function smtpCode(code: number): number {
  return code >= 400 && code <= 599 ? code : 550;
}

function addressOf(from: SMTPServerSession['envelope']['mailFrom']): string {
  return from === false ? '' : from.address;
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
