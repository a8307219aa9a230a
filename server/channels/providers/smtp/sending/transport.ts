import { Readable } from 'node:stream';
import type SmtpConnection from 'nodemailer/lib/smtp-connection';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { ProviderAnswer, ProviderTransport, SendOptions } from '#channels/provider-http.ts';
import type { ConnectionSecrets, ConnectionSettings, ProviderRequest } from '#channels/provider.ts';
import { failpoint, failpointsArmed } from '#platform/failpoints.ts';
import type { AddressPolicy } from '#platform/outgoing-address.ts';
import { openChecked } from '#platform/outgoing.ts';
import type { SmtpReply } from './answers.ts';
import type { MailRequest } from './requests.ts';
import { failureOf, heard, openSession, type OpenSocket, smtpPorts } from './session.ts';

export interface SmtpLimits {
  connections: number;
  connectMs: number;
  answerMs: number;
  /** For everything, the wait for a free connection included. */
  totalMs: number;
  idleMs: number;
}

const usualLimits: SmtpLimits = { connections: 5, connectMs: 5_000, answerMs: 15_000, totalMs: 20_000, idleMs: 4_000 };

/** How far one mail has come. */
interface Passage {
  /** A byte of the message was given to the network. */
  begun: boolean;
  /** Nobody waits any more, so nothing may begin. */
  over: boolean;
  refusal: string | undefined;
  connection: SmtpConnection | undefined;
}

/**
 * The connections to one SMTP server, each signed in once and used for one mail after the other. Before the first byte of
 * a message the server has nothing of it, so whatever goes wrong until then is `not_written` or the server's own word; a
 * connection that is lost behind it leaves the outcome unknown.
 */
export class SmtpTransport implements ProviderTransport, AsyncDisposable {
  readonly baseUrl: string;
  readonly #settings: ConnectionSettings;
  readonly #secrets: ConnectionSecrets;
  readonly #openSocket: OpenSocket;
  readonly #limits: SmtpLimits;
  readonly #idle: { connection: SmtpConnection; timer: NodeJS.Timeout }[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #used = 0;
  #isClosed = false;
  #firstUsedAt: Temporal.Instant | null = null;

  constructor(
    settings: ConnectionSettings,
    secrets: ConnectionSecrets,
    addressPolicy: AddressPolicy,
    limits: Partial<SmtpLimits> = {},
  ) {
    this.baseUrl = settings.baseUrl;
    this.#settings = settings;
    this.#secrets = secrets;
    this.#openSocket = (target) => openChecked({ ...addressPolicy, ports: smtpPorts }, target);
    this.#limits = { ...usualLimits, ...limits };
  }

  get firstUsedAt(): Temporal.Instant | null {
    return this.#firstUsedAt;
  }

  /** Never rejects, and never repeats. Mail has no place for the ids of a trace. */
  send(request: ProviderRequest, _traceparent?: string | null, options: SendOptions = {}): Promise<ProviderAnswer> {
    this.#firstUsedAt ??= Temporal.Now.instant();
    const sent = this.#send(request, options);
    this.#running.add(sent);
    return sent.finally(() => this.#running.delete(sent));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.allSettled(this.#running);
    for (const { connection, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      connection.quit();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #send(request: ProviderRequest, options: SendOptions): Promise<ProviderAnswer> {
    const passage: Passage = { begun: false, over: false, refusal: undefined, connection: undefined };
    const given = Promise.withResolvers<ProviderAnswer>();
    const giveUp = (reason: string): void => {
      passage.over = true;
      given.resolve({ kind: passage.begun ? 'unknown' : 'not_written', reason });
      passage.connection?.close();
    };
    const { totalMs } = this.#limits;
    const timer = setTimeout(() => giveUp(`no whole answer within ${totalMs / 1000} s`), totalMs);
    const onAbort = (): void => giveUp('the call was given up');
    options.signal?.addEventListener('abort', onAbort);
    if (options.signal?.aborted) onAbort();
    try {
      return await Promise.race([given.promise, this.#deliver(request, passage, options)]);
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  async #deliver(request: ProviderRequest, passage: Passage, options: SendOptions): Promise<ProviderAnswer> {
    const mail = JSON.parse(request.body) as MailRequest;
    const raw = await compose(mail);
    await this.#takePlace();
    let kept: Promise<void> | undefined;
    try {
      if (passage.over) return { kind: 'not_written', reason: 'the call was given up' };
      const connection = await this.#connect();
      passage.connection = connection;
      if (passage.over) {
        connection.close();
        return { kind: 'not_written', reason: 'the call was given up' };
      }
      const response = await hand(connection, mail, bytesOf(raw, request, passage, options));
      await failpoint('dispatch.afterResponse', request.body);
      kept = this.#keep(connection);
      return answerOf('DATA', Number(response.slice(0, 3)), response, mail);
    } catch (error) {
      const { connection } = passage;
      const isUsable = passage.refusal === undefined && isRefusal(error) && !passage.over;
      if (isUsable && connection) kept = this.#keep(connection);
      else connection?.close();
      return answerToFailure(error, passage, mail);
    } finally {
      // The next one may find the connection that this one leaves.
      void Promise.resolve(kept).then(() => this.#leavePlace());
    }
  }

  async #connect(): Promise<SmtpConnection> {
    for (let kept = this.#idle.pop(); kept; kept = this.#idle.pop()) {
      clearTimeout(kept.timer);
      if (!kept.connection.destroyed) return kept.connection;
    }
    const connection = await openSession(this.#settings, this.#secrets, this.#openSocket, this.#limits);
    // What happens while nobody uses it closes it; whoever uses it hears of it by the mail.
    connection.on('error', () => connection.close());
    return connection;
  }

  #keep(connection: SmtpConnection): Promise<void> {
    return new Promise((resolve) => {
      if (connection.destroyed || this.#isClosed) {
        connection.quit();
        return resolve();
      }
      const onEnd = (): void => resolve();
      connection.once('end', onEnd);
      connection.reset((error) => {
        connection.off('end', onEnd);
        if (error || this.#isClosed) connection.close();
        else this.#rest(connection);
        resolve();
      });
    });
  }

  #rest(connection: SmtpConnection): void {
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((kept) => kept.connection === connection),
        1,
      );
      connection.quit();
    }, this.#limits.idleMs);
    this.#idle.push({ connection, timer });
  }

  async #takePlace(): Promise<void> {
    if (this.#used < this.#limits.connections) this.#used += 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leavePlace(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#used -= 1;
  }
}

/** Whether the server said no and goes on talking; with 421 it closes the connection. */
function isRefusal(error: unknown): boolean {
  const { replyCode } = failureOf(error, 'DATA');
  return replyCode !== null && replyCode !== 421;
}

function answerToFailure(error: unknown, { refusal, begun }: Passage, mail: MailRequest): ProviderAnswer {
  // The server waits for a message that does not come; without its end it has none.
  if (refusal !== undefined) return { kind: 'not_written', reason: refusal };
  const failure = failureOf(error, begun ? 'DATA' : 'CONN');
  if (failure.replyCode === null) return { kind: begun ? 'unknown' : 'not_written', reason: failure.message };
  return answerOf(failure.command, failure.replyCode, failure.response, mail);
}

/** Gives the mail to the server; resolves with its last word, rejects with what the library says. */
async function hand(connection: SmtpConnection, mail: MailRequest, bytes: Readable): Promise<string> {
  const { from, to } = mail.envelope;
  const told = await heard<{ response: string }>(connection, (done) =>
    connection.send({ from, to: [to] }, bytes, (error, result) => done(error, result)),
  );
  return told?.response ?? '';
}

/** The message, whose first byte is asked for when the server waits for it, and not before. */
function bytesOf(raw: Buffer, request: ProviderRequest, passage: Passage, options: SendOptions): Readable {
  async function* steps(): AsyncGenerator<Buffer> {
    passage.refusal = passage.over ? 'the call was given up' : options.reasonNotToWrite?.();
    if (passage.refusal !== undefined) throw new Error(passage.refusal);
    passage.begun = true;
    if (!failpointsArmed()) return yield raw;
    yield raw.subarray(0, 1);
    await failpoint('dispatch.afterFirstByte', request.body);
    yield raw.subarray(1);
    await failpoint('dispatch.afterFullWrite', request.body);
  }
  return Readable.from(steps(), { objectMode: false, highWaterMark: 1 });
}

function compose(mail: MailRequest): Promise<Buffer> {
  const { messageId, from, to, subject, text, html, replyTo, inReplyTo, headers, envelope } = mail;
  return new MailComposer({
    from,
    to: { name: '', address: to },
    envelope,
    messageId,
    subject,
    text,
    html,
    ...(replyTo === undefined ? {} : { replyTo: { name: '', address: replyTo } }),
    ...(inReplyTo === undefined ? {} : { inReplyTo, references: [inReplyTo] }),
    headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
    // A content is what it says, never a place to read from.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
    .compile()
    .build();
}

function answerOf(
  command: SmtpReply['command'],
  replyCode: number,
  response: string,
  mail: MailRequest,
): ProviderAnswer {
  const reply: SmtpReply = { command, response: response.slice(0, 2_000), messageId: mail.messageId };
  return {
    kind: 'answer',
    response: { httpStatus: replyCode, headers: {}, body: Buffer.from(JSON.stringify(reply)), truncated: false },
  };
}
