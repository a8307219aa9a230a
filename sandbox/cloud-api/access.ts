import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import { type BusinessNumber, type Credentials, type SandboxApp, findNumber } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { parameterOf } from './request-body.ts';

/** Who calls: the system user of an app, somebody who may only read, or the app itself. */
export interface Access {
  caller: 'user' | 'limited' | 'app';
  app: SandboxApp;
}

interface Deps {
  credentials: Credentials;
  settings: Settings;
}

/** Tells the caller by `Authorization: Bearer`, or by `access_token` in the query or the body. Throws 190 or, for a bad proof, 100. */
export function checkToken(request: FastifyRequest, credentials: Credentials, settings: Settings): Access {
  const token = tokenOf(request);
  if (token === undefined) {
    throw new GraphError(190, 'An access token is required to request this resource.', { httpStatus: 401 });
  }
  if (settings.account_state === 'token_expired') {
    throw new GraphError(190, 'Error validating access token: the session has expired.', { subcode: 463 });
  }
  if (settings.account_state === 'token_invalidated') {
    throw new GraphError(0, 'The app user could not be authenticated: the access token was invalidated.');
  }
  const access = accessOf(token, credentials);
  if (!access) throw new GraphError(190, 'Invalid OAuth access token - Cannot parse access token');
  checkProof(request, token, access.app, settings);
  return access;
}

/** Throws what Graph answers for an app, account or number that the caller may not see. */
export function checkVisible(id: string, { app }: Access, credentials: Credentials): void {
  if (id === app.app_id || app.waba_ids.includes(id)) return;
  const number = findNumber(credentials, id);
  if (number && app.waba_ids.includes(number.waba_id)) return;
  const isForeign =
    id === credentials.foreign_phone_number_id || number || credentials.wabas.some((waba) => waba.waba_id === id);
  if (isForeign) throw new GraphError(200, `You do not have the necessary permissions to access the object ${id}.`);
  throw unknownObject(id);
}

/** Throws unless the caller may use the account of that id. */
export function accessToWaba(request: FastifyRequest, id: string, { credentials, settings }: Deps): Access {
  const access = checkToken(request, credentials, settings);
  checkVisible(id, access, credentials);
  if (!credentials.wabas.some((waba) => waba.waba_id === id)) throw unknownObject(id);
  return access;
}

/** The number of that id; throws unless the caller may use it. */
export function accessToNumber(request: FastifyRequest, id: string, { credentials, settings }: Deps): BusinessNumber {
  const access = checkToken(request, credentials, settings);
  checkVisible(id, access, credentials);
  const number = findNumber(credentials, id);
  if (!number) throw unknownObject(id);
  return number;
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
export function accessOf(token: string, credentials: Credentials): Access | undefined {
  for (const app of credentials.apps) {
    if (isSame(token, app.access_token)) return { caller: 'user', app };
    if (isSame(token, app.limited_access_token)) return { caller: 'limited', app };
    if (isSame(token, `${app.app_id}|${app.app_secret}`)) return { caller: 'app', app };
  }
  return undefined;
}

/** The token of a request, wherever it stands. */
export function tokenOf(request: FastifyRequest): string | undefined {
  const header = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.authorization ?? '');
  if (header) return header[1];
  const token = parameterOf(request, 'access_token');
  return typeof token === 'string' && token !== '' ? token : undefined;
}

function checkProof(request: FastifyRequest, token: string, app: SandboxApp, settings: Settings): void {
  const proof = parameterOf(request, 'appsecret_proof');
  if (proof === undefined && !(app.require_app_secret_proof ?? settings.require_app_secret_proof)) return;
  if (proof === undefined) throw new GraphError(100, 'API calls from the server require an appsecret_proof argument');
  const expected = createHmac('sha256', app.app_secret).update(token).digest('hex');
  if (typeof proof !== 'string' || !isSame(proof, expected)) {
    throw new GraphError(100, 'Invalid appsecret_proof provided in the API argument');
  }
}
