import { Type } from 'typebox';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault, invalidField } from '#platform/fault.ts';
import { type Caller, callerOf, type HttpServer } from '#platform/http.ts';
import { cursor, instant, nullable, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import {
  type ApiKey,
  createApiKey,
  endSession,
  getWorkspace,
  listApiKeys,
  revokeApiKey,
  startSession,
} from './accounts.ts';
import type { Authenticator } from './authentication.ts';
import { scopes } from './scopes.ts';
import { endedSessionCookie, sessionCookie } from './session-cookie.ts';

export type AccountsRoutesDeps = {
  /** The pool whose role row level security binds. */
  db: Database;
  authenticator: Authenticator;
  cursors: CursorCodec;
  publicUrl: string | undefined;
};

const apiKey = strictObject({
  id: uuid(),
  name: Type.String(),
  prefix: Type.String({ description: 'The beginning of the key, to tell keys apart' }),
  scopes: Type.Array(Type.String()),
  created_at: instant(),
  expires_at: nullable(instant()),
  last_used_at: nullable(instant({ description: 'Up to a minute late' })),
  revoked_at: nullable(instant()),
});

const session = strictObject({
  workspace: strictObject({ id: uuid(), name: Type.String() }),
  scopes: Type.Array(Type.String()),
  expires_at: nullable(instant()),
});

const apiKeyPath = strictObject({ id: uuid() });

/** Workspace, API keys and the console's session. */
export function accountsRoutes(server: HttpServer, deps: AccountsRoutesDeps): void {
  const { db, authenticator, cursors } = deps;
  const isSecure = deps.publicUrl?.startsWith('https:') ?? false;

  server.get(
    '/v1/workspace',
    {
      config: { access: { scope: 'workspace:read' }, shed: 'ui' },
      schema: {
        operationId: 'getWorkspace',
        summary: 'The workspace of the credential',
        tags: ['accounts'],
        response: { 200: strictObject({ id: uuid(), name: Type.String(), created_at: instant() }) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const workspace = await withWorkspace(db, workspaceId, (tx) => getWorkspace(tx, workspaceId));
      return { id: workspace.id, name: workspace.name, created_at: workspace.createdAt.toString() };
    },
  );

  server.post(
    '/v1/api-keys',
    {
      config: { access: { scope: 'api_keys:write' }, secretField: 'key', shed: 'ui' },
      schema: {
        operationId: 'createApiKey',
        summary: 'Make an API key',
        description: 'The key itself is in this answer only.',
        tags: ['accounts'],
        body: strictObject({
          name: Type.String({ minLength: 1, maxLength: 100 }),
          scopes: Type.Array(oneOf([...scopes, '*']), { minItems: 1, maxItems: 100 }),
          expires_at: Type.Optional(instant()),
        }),
        response: { 201: strictObject({ ...apiKey.properties, key: Type.String() }) },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { body } = request;
      const name = readName(body.name);
      const expiresAt = body.expires_at === undefined ? undefined : readExpiry(body.expires_at);
      const created = await withWorkspace(db, caller.workspaceId, (tx) =>
        createApiKey(tx, caller, { name, scopes: body.scopes, expiresAt }),
      );
      // The new key may have been tried before it was there, and the refusal kept.
      authenticator.forget();
      reply.code(201);
      return { ...presentKey(created), key: created.secret };
    },
  );

  server.get(
    '/v1/api-keys',
    {
      config: { access: { scope: 'api_keys:read' }, shed: 'ui' },
      schema: {
        operationId: 'listApiKeys',
        summary: 'List the API keys, newest first',
        tags: ['accounts'],
        querystring: strictObject({ limit: Type.Optional(pageLimit()), after: Type.Optional(cursor()) }),
        response: { 200: page(apiKey) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      return cursors.page({ workspaceId, list: 'api_keys' }, request.query, {
        read: ([afterId], limit) =>
          withWorkspace(db, workspaceId, (tx) => listApiKeys(tx, workspaceId, afterId, limit)),
        positionOf: ({ id }) => [id],
        present: presentKey,
      });
    },
  );

  server.delete(
    '/v1/api-keys/:id',
    {
      config: { access: { scope: 'api_keys:write' }, shed: 'never' },
      schema: {
        operationId: 'revokeApiKey',
        summary: 'Revoke an API key and end its sessions',
        tags: ['accounts'],
        params: apiKeyPath,
        response: { 200: apiKey },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const revoked = await withWorkspace(db, caller.workspaceId, (tx) => revokeApiKey(tx, caller, request.params.id));
      authenticator.forget();
      return presentKey(revoked);
    },
  );

  server.post(
    '/v1/session',
    {
      config: { access: 'public', shed: 'ui' },
      schema: {
        operationId: 'startSession',
        summary: 'Sign in to the console with an API key',
        description: 'Sets a cookie that no script can read.',
        tags: ['session'],
        body: strictObject({ api_key: Type.String({ minLength: 16, maxLength: 255 }) }),
        response: { 201: session },
      },
    },
    async (request, reply) => {
      // Nobody may be signed in to another's workspace by a page that they happen to visit.
      if (request.headers.origin !== undefined) authenticator.refuseOtherSites(request);
      const caller = await authenticator.authenticateKey(request.body.api_key);
      const [started, workspace] = await withWorkspace(db, caller.workspaceId, async (tx) => [
        await startSession(tx, caller),
        await getWorkspace(tx, caller.workspaceId),
      ]);
      reply.code(201).header('set-cookie', sessionCookie(started.token, isSecure));
      return presentSession(caller, workspace, started.expiresAt);
    },
  );

  server.get(
    '/v1/session',
    {
      config: { access: 'authenticated', shed: 'ui' },
      schema: { operationId: 'getSession', summary: 'Who is signed in', tags: ['session'], response: { 200: session } },
    },
    async (request) => {
      const caller = callerOf(request);
      const workspace = await withWorkspace(db, caller.workspaceId, (tx) => getWorkspace(tx, caller.workspaceId));
      return presentSession(caller, workspace, undefined);
    },
  );

  server.delete(
    '/v1/session',
    {
      config: { access: 'authenticated', shed: 'ui', idempotency: 'none' },
      schema: { operationId: 'endSession', summary: 'Sign out', tags: ['session'], response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      const { workspaceId, sessionId } = callerOf(request);
      if (sessionId === undefined)
        throw new Fault('conflict', { detail: 'An API key is not a session; revoke the key instead.' });
      await withWorkspace(db, workspaceId, (tx) => endSession(tx, workspaceId, sessionId));
      authenticator.forget();
      return reply.code(204).header('set-cookie', endedSessionCookie(isSecure)).send(null);
    },
  );
}

function presentKey(key: ApiKey) {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: key.scopes,
    created_at: key.createdAt.toString(),
    expires_at: key.expiresAt?.toString() ?? null,
    last_used_at: key.lastUsedAt?.toString() ?? null,
    revoked_at: key.revokedAt?.toString() ?? null,
  };
}

function presentSession(
  caller: Caller,
  workspace: { id: string; name: string },
  expiresAt: Temporal.Instant | undefined,
) {
  return {
    workspace: { id: workspace.id, name: workspace.name },
    scopes: [...caller.scopes],
    expires_at: expiresAt?.toString() ?? null,
  };
}

function readName(text: string): string {
  const name = text.trim().normalize('NFC');
  if (name === '') throw invalidField('/name', 'It must have more than spaces.', 'length');
  return name;
}

function readExpiry(text: string): Temporal.Instant {
  const at = Temporal.Instant.from(text);
  if (Temporal.Instant.compare(at, Temporal.Now.instant()) <= 0)
    throw invalidField('/expires_at', 'It must lie in the future.', 'range');
  return at;
}
