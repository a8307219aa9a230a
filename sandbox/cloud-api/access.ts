import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';

/** Who calls: the business's system user, somebody who may only read, or the app itself. */
export type Caller = 'user' | 'limited' | 'app';

/** Tells the caller by `Authorization: Bearer` or `?access_token=`. Throws 190 or, for a bad proof, 100. */
export function checkToken(request: FastifyRequest, credentials: Credentials, settings: Settings): Caller {
  const token = tokenOf(request);
  if (token === undefined) {
    throw new GraphError(190, 'An access token is required to request this resource.', { httpStatus: 401 });
  }
  if (settings.account_state === 'token_expired') {
    throw new GraphError(190, 'Error validating access token: the session has expired.', { subcode: 463 });
  }
  const caller = callerOf(token, credentials);
  if (!caller) throw new GraphError(190, 'Invalid OAuth access token - Cannot parse access token');
  checkProof(request, token, credentials, settings);
  return caller;
}

/** Throws what Graph answers for an id that the caller may not see. */
export function checkVisible(id: string, credentials: Credentials): void {
  if (id === credentials.foreign_phone_number_id) {
    throw new GraphError(200, `You do not have the necessary permissions to access the object ${id}.`);
  }
  const isOurs =
    id === credentials.app_id ||
    id === credentials.waba_id ||
    credentials.phone_numbers.some((number) => number.phone_number_id === id);
  if (!isOurs) throw unknownObject(id);
}

/** The answer for an id that does not exist, or may not be seen. */
export function unknownObject(id: string): GraphError {
  return new GraphError(
    100,
    `Unsupported request. Object with ID '${id.slice(0, 100)}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    { subcode: 33 },
  );
}

export function isSame(one: string, other: string): boolean {
  const left = Buffer.from(one);
  const right = Buffer.from(other);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Who a token belongs to, if it is one of ours. */
export function callerOf(token: string, credentials: Credentials): Caller | undefined {
  if (isSame(token, credentials.access_token)) return 'user';
  if (isSame(token, credentials.limited_access_token)) return 'limited';
  return isSame(token, `${credentials.app_id}|${credentials.app_secret}`) ? 'app' : undefined;
}

function tokenOf(request: FastifyRequest): string | undefined {
  const header = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? '');
  if (header) return header[1];
  const { access_token: inQuery } = request.query as { access_token?: unknown };
  return typeof inQuery === 'string' && inQuery !== '' ? inQuery : undefined;
}

function checkProof(request: FastifyRequest, token: string, credentials: Credentials, settings: Settings): void {
  const { appsecret_proof: proof } = request.query as { appsecret_proof?: unknown };
  if (proof === undefined && !settings.require_app_secret_proof) return;
  if (proof === undefined) throw new GraphError(100, 'API calls from the server require an appsecret_proof argument');
  const expected = createHmac('sha256', credentials.app_secret).update(token).digest('hex');
  if (typeof proof !== 'string' || !isSame(proof, expected)) {
    throw new GraphError(100, 'Invalid appsecret_proof provided in the API argument');
  }
}
