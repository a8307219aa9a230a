import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { TwilioAccount } from './account.ts';
import { TwilioError } from './twilio-error.ts';

/** Checks `Authorization: Basic`: the account with an auth token, or an API key with its secret. */
export function checkAccess(request: FastifyRequest, account: TwilioAccount, settings: Settings): 'account' | 'key' {
  const [user, password] = readBasic(request.headers.authorization);
  const tokens = [account.auth_token, account.secondary_auth_token ?? account.auth_token];
  const isOpen = settings.twilio_account !== 'closed';
  if (isOpen && user === account.account_sid && tokens.some((token) => isSame(token, password))) return 'account';
  if (isOpen && user === account.api_key_sid && isSame(account.api_key_secret, password)) return 'key';
  throw new TwilioError(20003);
}

/** Refuses the account of somebody else, which is not there for this caller. */
export function checkAccountSid(request: FastifyRequest, accountSid: string, account: TwilioAccount): void {
  if (accountSid !== account.account_sid) throw notFound(request);
}

export function notFound(request: FastifyRequest): TwilioError {
  const path = (request.url.split('?', 1)[0] ?? '').replace(/^\/twilio/, '');
  return new TwilioError(20404, `The requested resource ${path} was not found`);
}

export function answerError(reply: FastifyReply, error: TwilioError): FastifyReply {
  if (error.httpStatus === 401) reply.header('www-authenticate', 'Basic realm="Twilio API"');
  return reply.code(error.httpStatus).send(error.toEnvelope());
}

function readBasic(header: string | undefined): [user: string, password: string] {
  const [, encoded = ''] = /^Basic\s+(\S+)$/i.exec(header ?? '') ?? [];
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
