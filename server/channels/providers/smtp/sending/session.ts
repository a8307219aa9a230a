import type { Socket } from 'node:net';
import SmtpConnection from 'nodemailer/lib/smtp-connection';
import ipaddr from 'ipaddr.js';
import type { ConnectionSecrets, ConnectionSettings } from '#channels/provider.ts';
import { Fault } from '#platform/fault.ts';
import type { SmtpReply } from './answers.ts';

/** The ports at which servers take mail of those who sign in, and the one between servers. */
export const smtpPorts: readonly number[] = [25, 465, 587, 2525];

export interface SmtpTimeouts {
  connectMs: number;
  /** Between two answers. */
  answerMs: number;
}

/** What a server said no to, or how the talk with it ended. `replyCode` is null when it said nothing. */
export class SmtpFailure extends Error {
  override readonly name = 'SmtpFailure';
  readonly command: SmtpReply['command'];
  readonly replyCode: number | null;
  readonly response: string;

  constructor(command: SmtpReply['command'], replyCode: number | null, response: string, message: string) {
    super(message);
    this.command = command;
    this.replyCode = replyCode;
    this.response = response;
  }
}

/** Opens a plain connection to the server; it obeys the policy for outgoing addresses. */
export type OpenSocket = (target: { host: string; port: number; timeoutMs: number }) => Promise<Socket>;

/** Where the server is, by the address of a connection: `smtps://` is TLS from the first byte. */
export function targetOf(settings: ConnectionSettings): {
  host: string;
  port: number;
  tls: 'implicit' | 'starttls' | 'none';
} {
  const url = new URL(settings.baseUrl);
  const isImplicit = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const tls = isImplicit ? 'implicit' : settings.options['tls'] === 'none' ? 'none' : 'starttls';
  return { host, port: Number(url.port) || (isImplicit ? 465 : 587), tls };
}

/** Connects, greets, secures and signs in. Throws SmtpFailure; nothing of any message is written. */
export async function openSession(
  settings: ConnectionSettings,
  secrets: ConnectionSecrets,
  openSocket: OpenSocket,
  timeouts: SmtpTimeouts,
): Promise<SmtpConnection> {
  const { host, port, tls } = targetOf(settings);
  const socket = await openSocket({ host, port, timeoutMs: timeouts.connectMs }).catch((error: unknown) => {
    throw new SmtpFailure('CONN', null, '', `the server cannot be reached: ${wordsOf(error)}`);
  });
  if (tls === 'none' && !isThisMachine(socket)) {
    socket.destroy();
    throw new SmtpFailure('CONN', null, '', 'mail goes without TLS to this machine only');
  }
  const connection = new SmtpConnection({
    connection: socket,
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    // Of a server with an address as its name the certificate has that.
    ...(ipaddr.isValid(host) ? {} : { servername: host }),
    tls: { minVersion: 'TLSv1.2', ...(settings.options['ca'] === undefined ? {} : { ca: settings.options['ca'] }) },
    name: hostNameOf(settings),
    greetingTimeout: timeouts.answerMs,
    connectionTimeout: timeouts.connectMs,
    socketTimeout: timeouts.answerMs,
    logger: false,
  });
  try {
    await heard(connection, (done) => connection.connect(done));
    const credentials = { user: userOf(settings), pass: secrets.accessToken };
    await heard(connection, (done) => connection.login({ credentials, user: credentials.user }, done));
  } catch (error) {
    connection.close();
    throw failureOf(error, 'CONN');
  }
  return connection;
}

/** Waits for what the server says to one step, or for the end of the connection, whichever comes. */
export function heard<Told>(
  connection: SmtpConnection,
  step: (done: (error?: Error | null, told?: Told) => void) => void,
): Promise<Told | undefined> {
  return new Promise((resolve, reject) => {
    const onEnd = (): void => reject(new Error('the server closed the connection'));
    connection.once('error', reject);
    connection.once('end', onEnd);
    step((error, told) => {
      connection.off('error', reject);
      connection.off('end', onEnd);
      if (error) reject(error);
      else resolve(told);
    });
  });
}

/** Who signs in; the name of the account unless told otherwise. */
function userOf({ options, businessAccountId }: ConnectionSettings): string {
  return options['user'] ?? businessAccountId.slice(0, businessAccountId.lastIndexOf('@'));
}

/** What we call ourselves: some servers refuse a name that is not one of a domain. */
function hostNameOf({ options, webhookUrl }: ConnectionSettings): string {
  const bounce = options['bounce_address'] ?? '';
  return (
    bounce.slice(bounce.lastIndexOf('@') + 1) || (webhookUrl === null ? 'localhost' : new URL(webhookUrl).hostname)
  );
}

/** What the library throws, as a failure: only the reply code counts, its own codes mix refusals with losses. */
export function failureOf(error: unknown, otherwise: SmtpReply['command']): SmtpFailure {
  if (error instanceof SmtpFailure) return error;
  const { command, responseCode, response } = error as { command?: string; responseCode?: number; response?: string };
  const at = (['STARTTLS', 'AUTH', 'MAIL FROM', 'RCPT TO', 'DATA'] as const).find((name) => command?.startsWith(name));
  const isReply = typeof responseCode === 'number' && responseCode >= 200 && responseCode <= 599;
  return new SmtpFailure(
    at ?? otherwise,
    isReply ? responseCode : null,
    typeof response === 'string' ? response.slice(0, 2_000) : '',
    wordsOf(error),
  );
}

function isThisMachine(socket: Socket): boolean {
  const address = socket.remoteAddress ?? '';
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

// Words for people, without addresses of the network.
function wordsOf(error: unknown): string {
  if (error instanceof Fault) return error.detail ?? error.title;
  const { code, message } = error as { code?: string; message?: string };
  const known = code === undefined ? undefined : wordsByCode[code];
  return known ?? (message ?? 'the call failed').replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, 200);
}

const wordsByCode: Partial<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused (ECONNREFUSED)',
  ECONNRESET: 'the connection was reset (ECONNRESET)',
  ECONNECTION: 'the connection was closed (ECONNECTION)',
  EPIPE: 'the connection was closed (EPIPE)',
  ENOTFOUND: 'the name of the host cannot be resolved (ENOTFOUND)',
  EAI_AGAIN: 'the name of the host cannot be resolved now (EAI_AGAIN)',
  EHOSTUNREACH: 'the host cannot be reached (EHOSTUNREACH)',
  ENETUNREACH: 'the network cannot be reached (ENETUNREACH)',
  ETIMEDOUT: 'no answer came in time (ETIMEDOUT)',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
};
