import { Type } from 'typebox';
import { actorOf } from '#accounts/accounts.ts';
import type { MessageContent } from '#channels/provider.ts';

import { discardDeadLetters, redriveDeadLetters, redriveOne } from '#messages/messages.ts';
import type { CursorCodec } from '#platform/cursor.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { cursor, instant, oneOf, page, pageLimit, strictObject, uuid } from '#platform/schema.ts';
import {
  countDeadLetters,
  type DeadLetter,
  type DeadLetterFilter,
  listDeadLetters,
  listGroups,
} from './dead-letters-store.ts';
import { type MendDeps, mend } from './mend.ts';

export interface DeadLettersRoutesDeps extends MendDeps {
  worker: Database;
  cursors: CursorCodec;
  /** Tells the dispatcher that something came back into the queue. */
  wake: () => void;
}

const deadLetter = strictObject({
  message_id: uuid(),
  state: oneOf(['open', 'redriven', 'discarded', 'recovered', 'rerouted']),
  class: Type.String({ description: 'rejected, retries_exhausted, reported or unknown' }),
  code: Type.String(),
  title: Type.String(),
  fingerprint: Type.String({ description: 'Equal for dead letters of one cause' }),
  first_at: instant(),
  last_at: instant(),
  failures: Type.Integer(),
  redrives: Type.Integer(),
  type: Type.String(),
  purpose: Type.String(),
  contact_id: uuid(),
  sender_id: uuid(),
});

const filterFields = {
  state: Type.Optional(oneOf(['open', 'redriven', 'discarded', 'recovered', 'rerouted'])),
  class: Type.Optional(Type.String({ maxLength: 40 })),
  fingerprint: Type.Optional(Type.String({ maxLength: 200 })),
};

const path = strictObject({ message_id: uuid() });
/** In one call. */
const mostRedriven = 1000;

/** Messages that no further attempt was made for: look, mend, send again, or let go. */
export function deadLettersRoutes(server: HttpServer, deps: DeadLettersRoutesDeps): void {
  const tags = ['dead letters'];

  server.get(
    '/v1/dead-letters',
    {
      config: { access: { scope: 'dead_letters:read' }, shed: 'ui' },
      schema: {
        operationId: 'listDeadLetters',
        summary: 'List dead letters, newest message first',
        tags,
        querystring: strictObject({
          ...filterFields,
          after: Type.Optional(cursor()),
          limit: Type.Optional(pageLimit()),
        }),
        response: { 200: page(deadLetter) },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      return deps.cursors.page({ workspaceId, list: 'dead_letters' }, request.query, {
        read: ([before], limit) =>
          withWorkspace(deps.db, workspaceId, (tx) =>
            listDeadLetters(tx, filterOf(workspaceId, request.query, before), limit),
          ),
        positionOf: ({ messageId }) => [messageId],
        present,
      });
    },
  );

  server.get(
    '/v1/dead-letters/groups',
    {
      config: { access: { scope: 'dead_letters:read' }, shed: 'ui' },
      schema: {
        operationId: 'listDeadLetterGroups',
        summary: 'Open dead letters by cause',
        tags,
        response: {
          200: strictObject({
            data: Type.Array(
              strictObject({
                fingerprint: Type.String(),
                class: Type.String(),
                code: Type.String(),
                title: Type.String(),
                messages: Type.Integer(),
                first_at: instant(),
                last_at: instant(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const groups = await withWorkspace(deps.db, workspaceId, (tx) => listGroups(tx, workspaceId));
      return {
        data: groups.map(({ firstAt, lastAt, ...group }) => ({
          ...group,
          first_at: firstAt.toString(),
          last_at: lastAt.toString(),
        })),
      };
    },
  );

  server.post(
    '/v1/dead-letters/:message_id/redrive',
    {
      config: { access: { scope: 'dead_letters:redrive' }, shed: 'ui' },
      schema: {
        operationId: 'redriveDeadLetter',
        summary: 'Send a dead letter again, with mended content if given',
        tags,
        params: path,
        body: strictObject({
          content: Type.Optional(
            Type.Object(
              { type: Type.String() },
              {
                additionalProperties: true,
                description: 'Takes the place of the content; the old one stays in the trace',
              },
            ),
          ),
          even_if_unknown: Type.Optional(
            Type.Boolean({ description: 'Send although the provider may have delivered it already' }),
          ),
        }),
        response: { 200: strictObject({ redriven: Type.Integer() }) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const given = request.body.content as MessageContent | undefined;
      const content = given && (await mend(deps, caller.workspaceId, request.params.message_id, given));
      await redriveOne(deps.worker, caller.workspaceId, request.params.message_id, {
        withUnknown: request.body.even_if_unknown ?? false,
        perSecond: 1000,
        actor: actorOf(caller),
        ...(content ? { content } : {}),
      });
      deps.wake();
      return { redriven: 1 };
    },
  );

  server.post(
    '/v1/dead-letters/:message_id/discard',
    {
      config: { access: { scope: 'dead_letters:redrive' }, shed: 'ui' },
      schema: {
        operationId: 'discardDeadLetter',
        summary: 'Let a dead letter go',
        tags,
        params: path,
        response: { 200: strictObject({ discarded: Type.Integer() }) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const done = await discardDeadLetters(
        deps.worker,
        caller.workspaceId,
        [request.params.message_id],
        actorOf(caller),
      );
      if (done.length === 0) throw new Fault('not_found', { detail: 'There is no open dead letter for this message.' });
      return { discarded: 1 };
    },
  );

  server.post(
    '/v1/dead-letters/redrive',
    {
      // Thousands at once are like a campaign, whatever each of them is.
      config: { access: { scope: 'dead_letters:redrive' }, shed: 'campaign' },
      schema: {
        operationId: 'redriveDeadLetters',
        summary: 'Send many dead letters again; with dry_run only count them',
        tags,
        body: strictObject({
          ...filterFields,
          message_ids: Type.Optional(Type.Array(uuid(), { minItems: 1, maxItems: mostRedriven })),
          dry_run: Type.Optional(Type.Boolean()),
          per_second: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: '5 unless told' })),
          even_if_unknown: Type.Optional(Type.Boolean()),
        }),
        response: { 200: strictObject({ matching: Type.Integer(), redriven: Type.Integer() }) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { message_ids, dry_run, per_second, even_if_unknown, ...filters } = request.body;
      const open = filterOf(caller.workspaceId, { ...filters, state: 'open' }, undefined);
      const filter = { ...open, messageIds: message_ids };
      const { matching, letters } = await withWorkspace(deps.db, caller.workspaceId, async (tx) => ({
        matching: await countDeadLetters(tx, filter),
        letters: dry_run ? [] : await listDeadLetters(tx, filter, mostRedriven),
      }));
      if (dry_run) return { matching, redriven: 0 };
      const done = await redriveDeadLetters(deps.worker, caller.workspaceId, {
        messageIds: letters.map(({ messageId }) => messageId),
        withUnknown: even_if_unknown ?? false,
        perSecond: per_second ?? 5,
        actor: actorOf(caller),
      });
      deps.wake();
      return { matching, redriven: done.length };
    },
  );
}

function filterOf(
  workspaceId: string,
  filters: { state?: string; class?: string; fingerprint?: string },
  before: string | undefined,
): DeadLetterFilter {
  return { workspaceId, state: filters.state, class: filters.class, fingerprint: filters.fingerprint, before };
}

function present(letter: DeadLetter) {
  return {
    message_id: letter.messageId,
    state: letter.state as 'open',
    class: letter.class,
    code: letter.code,
    title: letter.title,
    fingerprint: letter.fingerprint,
    first_at: letter.firstAt.toString(),
    last_at: letter.lastAt.toString(),
    failures: letter.failures,
    redrives: letter.redrives,
    type: letter.type,
    purpose: letter.purpose,
    contact_id: letter.contactId,
    sender_id: letter.senderId,
  };
}
