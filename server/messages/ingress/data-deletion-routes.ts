import { hash } from 'node:crypto';
import type { DeletionRequest } from '#channels/provider.ts';
import type { Database } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import type { HttpServer } from '#platform/http.ts';
import { webhookScope } from '#platform/webhook-scope.ts';
import { newId, parseId } from '#platform/ids.ts';
import { pageHeaders } from '#platform/security-headers.ts';
import { findDeletionRequest, insertDeletionRequest } from './data-deletion-store.ts';
import type { WebhookConnection } from './ingress-routes.ts';

export interface DataDeletionRoutesDeps {
  worker: Database;
  publicUrl: string | undefined;
  connection: (connectionId: string) => WebhookConnection | undefined;
  onBadSignature: () => void;
}

const limitBytes = 8 * 1024;

/**
 * Meta's data deletion callback: somebody removed the app and asks that what it knows of them be deleted. The id in it is one
 * of Facebook Login, under which nothing is kept here, so there is nothing to delete by machine: the request is kept, people of
 * the workspace see it among the notices, and whoever asked gets a page that says so.
 */
export async function dataDeletionRoutes(server: HttpServer, deps: DataDeletionRoutesDeps): Promise<void> {
  const path = '/webhooks/whatsapp-cloud/:connectionId/data-deletion';
  await webhookScope(server, limitBytes, (scope) => {
    scope.post<{ Params: { connectionId: string } }>(
      path,
      { config: { access: 'public', kind: 'webhook', shed: 'ingress' }, schema: { hide: true } },
      async (request, reply) => {
        const { workspaceId, connectionId, provider, secrets } = find(request.params.connectionId);
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const asked = provider.readDeletionRequest?.(body, secrets);
        if (!asked) {
          deps.onBadSignature();
          throw new Fault('invalid_signature', {
            detail: 'This is no signed_request that was signed with the app secret of this connection.',
          });
        }
        const code = codeOf(connectionId, asked);
        await insertDeletionRequest(deps.worker, {
          workspaceId,
          id: code,
          connectionId,
          rawWebhookId: newId(),
          rawBody: body.toString('latin1'),
          value: { user_id: asked.userId, issued_at: asked.issuedAt.toString(), confirmation_code: code },
          reason:
            'Somebody asks that data about them be deleted. Nothing is kept here under this id: see whether they are known otherwise.',
        });
        const url = `${deps.publicUrl ?? ''}${path.replace(':connectionId', connectionId)}/${code}`;
        return reply.type('application/json').send(JSON.stringify({ url, confirmation_code: code }));
      },
    );
  });

  server.get<{ Params: { connectionId: string; code: string } }>(
    `${path}/:code`,
    { config: { access: 'public', kind: 'page', shed: 'ui' }, schema: { hide: true } },
    async (request, reply) => {
      const { workspaceId, connectionId } = find(request.params.connectionId);
      const id = parseId(request.params.code);
      const found = id && (await findDeletionRequest(deps.worker, { workspaceId, connectionId, id }));
      if (!found) throw new Fault('not_found', { detail: 'There is no request with this confirmation code.' });
      return reply.headers(pageHeaders()).type('text/html; charset=utf-8').send(pageOf(id, found.receivedAt));
    },
  );

  function find(text: string): WebhookConnection {
    const connectionId = parseId(text);
    const connection = connectionId && deps.connection(connectionId);
    if (!connection) throw new Fault('not_found', { detail: 'There is no such connection.' });
    return connection;
  }
}

/** The same request has the same code, however often it comes: an identifier of version 7 from the instant and the content. */
function codeOf(connectionId: string, { userId, issuedAt }: DeletionRequest): string {
  const ms = issuedAt.epochMilliseconds.toString(16).padStart(12, '0');
  const digest = hash('sha256', `${connectionId} ${userId} ${ms}`, 'hex');
  return `${ms.slice(0, 8)}-${ms.slice(8)}-7${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`;
}

function pageOf(code: string, receivedAt: Temporal.Instant): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Request for deletion</title>
<h1>Your request was received</h1>
<p>Confirmation code: ${code}<br>Received: ${receivedAt.toString({ smallestUnit: 'second' })}</p>
<p>This service keeps nothing under your Facebook account. The business was told of your request. Messages on WhatsApp are kept by
phone number: to have those deleted, write to the business and name this code.</p>
</html>
`;
}
