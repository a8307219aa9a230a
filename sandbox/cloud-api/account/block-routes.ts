import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Chats, Json } from '#people/chats.ts';
import type { ContactBook } from '#people/contact-book.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { accessToNumber } from '#cloud-api/access.ts';
import { isObject, requireArray } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { GraphError, webhookError } from '#cloud-api/graph-error.ts';
import { pagedAnswer } from '#cloud-api/paging.ts';
import { toWaId } from '#cloud-api/phone-numbers.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import type { BlockLists } from './block-lists.ts';

interface Deps {
  clock: SandboxClock;
  credentials: Credentials;
  settings: Settings;
  people: People;
  chats: Chats;
  blockLists: BlockLists;
  contactBook: ContactBook;
}

type ById = { Params: { id: string } };

const DAY_MS = 86_400_000;

/** `/{PHONE}/block_users`. One bad user fails the call, but not the others of it. */
export function blockRoutes(app: FastifyInstance, deps: Deps): void {
  const { people, blockLists } = deps;

  app.get<ById>('/:id/block_users', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const blocked = blockLists.list(id).flatMap((personId) => people.find(personId) ?? []);
    return pagedAnswer(
      request,
      blocked,
      (person) => person.id,
      (person) => ({ messaging_product: 'whatsapp', ...namesOf(deps.contactBook.shown(person, id)) }),
    );
  });

  app.route<ById>({
    method: ['POST', 'DELETE'],
    url: '/:id/block_users',
    handler: (request) => {
      const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
      const fields = fieldsOf(request);
      if (fields['messaging_product'] !== 'whatsapp') {
        throw new GraphError(100, 'Param messaging_product must be whatsapp.');
      }
      const entries = requireArray(fields, 'block_users', 'block_users', 1, 1000);
      const isAdding = request.method === 'POST';
      const done: Json[] = [];
      const failed: Json[] = [];
      for (const entry of entries) {
        const { input, person, waId } = whoIs(entry);
        const problem = isAdding ? problemOf(id, person) : undefined;
        if (problem) failed.push({ input, ...(waId === undefined ? {} : { wa_id: waId }), errors: [problem] });
        else done.push({ input, ...(person ? namesOf(deps.contactBook.shown(person, id)) : { wa_id: waId }) });
        if (!problem && person) blockLists.change(id, person.id, isAdding);
      }
      const key = isAdding ? 'added_users' : deps.settings.unblock_answer;
      const answer = { [key]: done, ...(failed.length === 0 ? {} : { failed_users: failed }) };
      if (failed.length > 0) {
        throw new GraphError(139100, 'Some users could not be blocked: see failed_users.', {
          beside: { messaging_product: 'whatsapp', block_users: answer },
        });
      }
      return { messaging_product: 'whatsapp', block_users: answer };
    },
  });

  function whoIs(entry: unknown): { input: string; person: Person | undefined; waId: string | undefined } {
    const named = isObject(entry) ? (entry['user'] ?? entry['user_id']) : undefined;
    const input = typeof named === 'number' ? String(named) : named;
    if (typeof input !== 'string' || input === '' || input.length > 150) {
      throw new GraphError(100, 'Param block_users must hold objects with user or user_id.');
    }
    const waId = toWaId(input);
    const person = people.findByUserId(input) ?? (waId === undefined ? undefined : people.findByWaId(waId));
    if (!person && waId === undefined) {
      throw new GraphError(131009, `Param block_users: ${input} is no phone number and no known user id.`);
    }
    return { input, person, waId };
  }

  function problemOf(phoneNumberId: string, person: Person | undefined): Json | undefined {
    if (blockLists.list(phoneNumberId).length >= deps.settings.block_list_limit)
      return webhookError(139101, 'The block list is full.');
    const last = person && deps.chats.chat(person.id, phoneNumberId).last_inbound_at;
    if (typeof last === 'number' && last > deps.clock.now() - DAY_MS) return undefined;
    return webhookError(131047, 'Only users who wrote to the business in the last 24 hours can be blocked.');
  }
}

function namesOf({ wa_id, user_id }: Person): Json {
  return { ...(wa_id === null ? {} : { wa_id }), user_id };
}
