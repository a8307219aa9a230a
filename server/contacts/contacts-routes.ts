import { Type } from 'typebox';
import { actorOf, recordAudit } from '#accounts/accounts.ts';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { cursor, instant, nullable, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import { type Contact, getContact, liftSuppressions, pageContacts, preferChannel, suppress } from './contacts.ts';

const preferredChannel = oneOf(['whatsapp', 'sms', 'email'], {
  description: 'Where the contact likes to be written to; routing rules may look at it',
});

const contact = strictObject({
  id: uuid(),
  name: nullable(Type.String()),
  preferred_channel: nullable(preferredChannel),
  identities: Type.Array(strictObject({ channel: Type.String(), kind: Type.String(), value: Type.String() })),
  suppressions: Type.Array(
    strictObject({
      channel: Type.String(),
      kind: Type.String(),
      reason: Type.String(),
      source: Type.String(),
      created_at: Type.String(),
    }),
  ),
  created_at: instant(),
  updated_at: instant(),
});

const path = strictObject({ id: uuid() });
const channel = Type.Optional(oneOf(['whatsapp', 'sms', 'email']));
const suppressionPath = strictObject({ id: uuid(), kind: oneOf(['stop', 'marketing_stop', 'block']) });

/** People, how they are known, and why some of them are not written to. */
export function contactsRoutes(server: HttpServer, deps: { db: Database; cursors: CursorCodec }): void {
  const tags = ['contacts'];
  server.get(
    '/v1/contacts',
    {
      config: { access: { scope: 'contacts:read' }, shed: 'ui' },
      schema: {
        operationId: 'listContacts',
        summary: 'List contacts, newest first',
        tags,
        querystring: strictObject({ after: Type.Optional(cursor()), limit: Type.Optional(pageLimit()) }),
        response: { 200: page(contact) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      return deps.cursors.page({ workspaceId, list: 'contacts' }, request.query, {
        read: ([id = null], limit) => pageContacts(deps.db, workspaceId, id, limit),
        positionOf: ({ id }) => [id],
        present,
      });
    },
  );

  server.get(
    '/v1/contacts/:id',
    {
      config: { access: { scope: 'contacts:read' }, shed: 'ui' },
      schema: { operationId: 'getContact', summary: 'A contact', tags, params: path, response: { 200: contact } },
    },
    async (request) => present(await getContact(deps.db, callerOf(request).workspaceId, request.params.id)),
  );

  server.patch(
    '/v1/contacts/:id',
    {
      config: { access: { scope: 'contacts:write' }, shed: 'api' },
      schema: {
        operationId: 'changeContact',
        summary: 'Change what is known of a contact',
        tags,
        params: path,
        body: strictObject({ preferred_channel: nullable(preferredChannel) }),
        response: { 200: contact },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { workspaceId } = caller;
      const { id } = request.params;
      const { preferred_channel: channel } = request.body;
      await withWorkspace(deps.db, workspaceId, async (tx) => {
        await preferChannel(tx, workspaceId, id, channel);
        await recordAudit(tx, {
          workspaceId,
          actor: actorOf(caller),
          action: 'contact.change',
          subject: `contact:${id}`,
          details: { preferred_channel: channel },
        });
      });
      return present(await getContact(deps.db, workspaceId, id));
    },
  );

  server.put(
    '/v1/contacts/:id/suppressions/:kind',
    {
      config: { access: { scope: 'contacts:write' }, shed: 'api' },
      schema: {
        operationId: 'suppressContact',
        summary: 'Write no more to a contact: at all (stop, block) or marketing only (marketing_stop)',
        tags,
        params: suppressionPath,
        body: strictObject({
          channel,
          reason: Type.String({ minLength: 1, maxLength: 500 }),
        }),
        response: { 200: contact },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { id, kind } = request.params;
      await getContact(deps.db, workspaceId, id);
      const { channel = 'whatsapp', reason } = request.body;
      await withWorkspace(deps.db, workspaceId, async (tx) => {
        await suppress(tx, [{ workspaceId, contactId: id.toLowerCase(), channel, kind, reason, source: 'api' }]);
        await recordAudit(tx, {
          workspaceId,
          actor: actorOf(callerOf(request)),
          action: 'contact.suppress',
          subject: `contact:${id}`,
          details: { channel, kind, reason },
        });
      });
      return present(await getContact(deps.db, workspaceId, id));
    },
  );

  server.delete(
    '/v1/contacts/:id/suppressions/:kind',
    {
      config: { access: { scope: 'contacts:write' }, shed: 'api' },
      schema: {
        operationId: 'liftSuppression',
        summary: 'Take a suppression back',
        tags,
        params: suppressionPath,
        querystring: strictObject({ channel }),
        response: { 200: contact },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const { id, kind } = request.params;
      const { channel = 'whatsapp' } = request.query;
      await getContact(deps.db, workspaceId, id);
      await withWorkspace(deps.db, workspaceId, async (tx) => {
        const lifted = await liftSuppressions(tx, [{ workspaceId, contactId: id.toLowerCase(), channel, kind }]);
        if (lifted === 0) throw new Fault('not_found', { detail: 'The contact has no such suppression.' });
        await recordAudit(tx, {
          workspaceId,
          actor: actorOf(callerOf(request)),
          action: 'contact.lift_suppression',
          subject: `contact:${id}`,
          details: { channel, kind },
        });
      });
      return present(await getContact(deps.db, workspaceId, id));
    },
  );
}

function present(row: Contact) {
  return {
    id: row.id,
    name: row.name,
    preferred_channel: row.preferredChannel,
    identities: row.identities,
    suppressions: row.suppressions.map(({ createdAt, ...rest }) => ({ ...rest, created_at: createdAt })),
    created_at: row.createdAt.toString(),
    updated_at: row.updatedAt.toString(),
  };
}
