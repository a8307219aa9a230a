import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toWaId } from '#cloud-api/phone-numbers.ts';
import { MAX_MEDIA_BYTES } from '#cloud-api/media.ts';
import { sendBytes } from '#cloud-api/media-routes.ts';
import type { StatusTimeline } from '#cloud-api/status-timeline.ts';
import { isoInstant } from '#storage/clock.ts';
import { contactOf } from '#webhooks/contents.ts';
import type { Chat, Json, Message } from '#people/chats.ts';
import { type InboundDeps, writeAsPerson } from '#people/inbound.ts';
import { messagesFor, unreadOfOthers, viewFor } from '#people/group-thread.ts';
import type { People, Person, PersonSwitches } from '#people/people.ts';
import type { OtherChats, OtherProvider } from '#other-provider.ts';
import { Refusal, notFound } from './refusal.ts';

interface Deps extends InboundDeps {
  people: People;
  timeline: StatusTimeline;
  others: readonly OtherProvider[];
}

type Who = { Params: { who: string } };
type WhoAndNumber = { Params: { who: string; number: string } };

const WINDOW_MS = 24 * 3_600_000;

/** The people, their chats, and what they do with their phones. */
export function peopleRoutes(app: FastifyInstance, deps: Deps): void {
  const { people, chats, media, timeline } = deps;
  const others = deps.others.flatMap((other) => other.chats ?? []);

  app.get<{ Querystring: { after?: string; limit?: string } }>(
    '/_sandbox/people',
    { schema: { querystring: LIST_SCHEMA } },
    (request) => {
      const limit = limitOf(request.query.limit, 100, 1000);
      const data = people.list(request.query.after, limit);
      return { data, next_after: data.length === limit ? (data.at(-1)?.id ?? null) : null };
    },
  );

  app.post<{ Body: { phone?: string } & PersonSwitches }>(
    '/_sandbox/people',
    { schema: { body: NEW_PERSON_SCHEMA } },
    async (request, reply) => {
      const { phone, username } = request.body;
      if (phone === undefined && !username) throw new Refusal('A person needs a phone or a username', 'phone');
      const waId = phone === undefined ? undefined : toWaId(phone);
      if (phone !== undefined && waId === undefined) throw new Refusal('phone is not a phone number', 'phone');
      if (waId !== undefined && people.findByWaId(waId)) throw new Refusal('A person has this phone', 'phone', 409);
      if (username && people.findByUsername(username)) throw new Refusal('A person has this username', 'username', 409);
      return reply.code(201).send(people.add(request.body));
    },
  );

  app.get<Who>('/_sandbox/people/:who', (request) => getPerson(request.params.who));

  app.put<Who>('/_sandbox/people/:who', (request) => {
    const { who } = request.params;
    return people.find(who) ?? (toWaId(who) === undefined ? getPerson(who) : people.add({ phone: who }));
  });

  app.patch<Who & { Body: PersonSwitches }>(
    '/_sandbox/people/:who',
    { schema: { body: SWITCHES_SCHEMA } },
    (request) => {
      const person = getPerson(request.params.who);
      const before = { ...person };
      people.change(person, request.body);
      if (person.online && !before.online) {
        timeline.deliverWaiting(person);
        for (const other of others) other.deliverWaiting(person);
      }
      if (person.marketing_opted_out !== before.marketing_opted_out) tellPreference(person);
      return person;
    },
  );

  app.post<Who & { Body: { phone: string } }>(
    '/_sandbox/people/:who/number',
    { schema: { body: NEW_NUMBER_SCHEMA } },
    (request) => {
      const person = getPerson(request.params.who);
      const waId = toWaId(request.body.phone);
      if (waId === undefined) throw new Refusal('phone is not a phone number', 'phone');
      if (people.findByWaId(waId)) throw new Refusal('A person has this phone', 'phone', 409);
      const before = { ...person };
      people.changeNumber(person, waId);
      tellNumber(before, person);
      return person;
    },
  );

  app.post<Who>('/_sandbox/people/:who/user_id', (request) => {
    const person = getPerson(request.params.who);
    if (person.wa_id !== null)
      throw new Refusal('A person with a phone gets a new user id with a new number', null, 409);
    const before = { ...person };
    people.renewUserId(person);
    const body = `User ${person.name} changed from ${before.user_id} to ${person.user_id}`;
    tellSystem(before, { type: 'user_changed_user_id', body, ...userIdsOf(before, person) });
    return person;
  });

  app.get<Who>('/_sandbox/people/:who/chats', (request) => {
    const person = getPerson(request.params.who);
    const own = [...deps.credentials.phone_numbers, ...groupChats(person)].map((partner) => ({
      ...partner,
      ...summaryOf(chats.chat(person.id, partner.phone_number_id)),
    }));
    const data = [...own, ...others.flatMap((other) => other.of(person))];
    const newest = (chat: (typeof data)[number]) => chat.last_message?.at ?? '';
    return { data: data.toSorted((one, other) => newest(other).localeCompare(newest(one))) };
  });

  app.get<WhoAndNumber & { Querystring: { before?: string; limit?: string } }>(
    '/_sandbox/people/:who/chats/:number/messages',
    { schema: { querystring: MESSAGES_SCHEMA } },
    (request) => {
      const person = getPerson(request.params.who);
      const { number: chatId } = request.params;
      const other = otherOf(chatId);
      if (other) return pageOf(other.messages(person, chatId), request.query);
      const { data, has_more } = pageOf(messagesFor(person.id, getNumber(chatId), deps).filter(isShown), request.query);
      return { data: data.map((message) => viewFor(person.id, message, deps)), has_more };
    },
  );

  app.post<WhoAndNumber>('/_sandbox/people/:who/chats/:number/read', (request) => {
    const person = getPerson(request.params.who);
    const other = otherOf(request.params.number);
    if (other) return { read: other.read(person, request.params.number) };
    const chatId = getNumber(request.params.number);
    const group = deps.groups.find(chatId);
    if (group?.participants.includes(person.id)) deps.groups.look(group, person.id);
    return { read: timeline.read(person, chatId) };
  });

  app.post<Who & { Body: Json }>(
    '/_sandbox/people/:who/messages',
    { bodyLimit: 1_000_000, schema: { body: { type: 'object', required: ['type'] } } },
    async (request) => {
      const { who } = request.params;
      const person = people.find(who) ?? (toWaId(who) === undefined ? undefined : people.add({ phone: who }));
      if (!person) throw notFound(`The person ${who.slice(0, 100)}`);
      const { phone_number_id: chatId } = request.body;
      const other = typeof chatId === 'string' ? otherOf(chatId) : undefined;
      const id = other ? other.write(person, request.body) : writeAsPerson(person, request.body, deps);
      return { messages: [{ id }] };
    },
  );

  app.post<{ Body: { count: number; people?: number } }>(
    '/_sandbox/storm',
    { schema: { body: STORM_SCHEMA } },
    async (request) => {
      const { count, people: crowd = 100 } = request.body;
      for (let written = 0; written < count; written++) {
        const waId = String(15_551_000_000 + (written % crowd));
        const person = people.findByWaId(waId) ?? people.add({ phone: `+${waId}` });
        writeAsPerson(person, { type: 'text', text: { body: `Storm ${written}` } }, deps);
        // The sends and webhooks of others go on meanwhile.
        if (written % 500 === 499) await nextTurn();
      }
      return { written: count };
    },
  );

  app.get<{ Params: { id: string } }>('/_sandbox/media/:id', (request, reply) => {
    const found = media.find(request.params.id);
    if (!found) throw notFound(`The file ${request.params.id.slice(0, 100)}`);
    // A stranger's bytes must not become a page of this origin.
    reply.header('content-security-policy', "default-src 'none'; sandbox");
    return sendBytes(reply, found, media);
  });

  function otherOf(chatId: string): OtherChats | undefined {
    return others.find((other) => other.has(chatId));
  }

  function getPerson(who: string): Person {
    const person = people.find(who);
    if (!person) throw notFound(`The person ${who.slice(0, 100)}`);
    return person;
  }

  // A phone shows a group like one more number, under the id and the subject of the group.
  function groupChats(person: Person) {
    return deps.groups.of(person.id).flatMap((group) => {
      const number = deps.credentials.phone_numbers.find((each) => each.phone_number_id === group.phone_number_id);
      if (!number) return [];
      return [
        {
          ...number,
          phone_number_id: group.id,
          verified_name: group.subject,
          group_id: group.id,
          business_name: number.verified_name,
          participants: group.participants.flatMap((id) => people.find(id)?.name ?? []),
          suspended: group.is_suspended,
        },
      ];
    });
  }

  function summaryOf(chat: Chat) {
    const group = deps.groups.find(chat.phone_number_id);
    const shown = messagesFor(chat.person_id, chat.phone_number_id, deps).filter(isShown);
    const last = shown.at(-1);
    const unread = shown.filter((message) => message.from === 'business' && message.status === 'delivered').length;
    // The window of a group is one for all who are in it.
    const lastInboundAt = group ? group.last_inbound_at : chat.last_inbound_at;
    return {
      unread: unread + (group ? unreadOfOthers(chat.person_id, group, shown) : 0),
      last_message: last ? viewFor(chat.person_id, last, deps) : null,
      window_closes_at: lastInboundAt === null ? null : isoInstant(lastInboundAt + WINDOW_MS),
    };
  }

  function getNumber(id: string): string {
    if (isNumber(id) || deps.groups.find(id)) return id;
    throw notFound(`The business number ${id.slice(0, 100)}`);
  }

  function isNumber(chatId: string): boolean {
    return deps.credentials.phone_numbers.some((number) => number.phone_number_id === chatId);
  }

  function tellNumber(before: Person, after: Person): void {
    const from = before.wa_id ?? before.user_id;
    const body = `User ${after.name} changed from ${from} to ${after.wa_id}`;
    tellSystem(before, { type: 'user_changed_number', body, wa_id: after.wa_id, ...userIdsOf(before, after) });
  }

  // WhatsApp tells each business that knows the person; the message comes from who the person was before.
  function tellSystem(before: Person, system: Json): void {
    for (const { phone_number_id, messages } of Array.from(chats.chatsOf(before.id))) {
      if (messages.length === 0 || !isNumber(phone_number_id)) continue;
      writeAsPerson(before, { type: 'system', system, phone_number_id }, deps);
    }
  }

  function tellPreference(person: Person): void {
    const value = person.marketing_opted_out ? 'stop' : 'resume';
    for (const number of deps.credentials.phone_numbers) {
      const seen = deps.contactBook.shown(person, number.phone_number_id);
      deps.webhooks.tell(number.phone_number_id, {
        field: 'user_preferences',
        part: 'user_preferences',
        contacts: [contactOf(seen)],
        inbound_id: null,
        element: {
          ...(seen.wa_id === null ? {} : { wa_id: seen.wa_id }),
          user_id: person.user_id,
          detail: `User requested to ${value} marketing messages`,
          category: 'marketing_messages',
          value,
          timestamp: Math.floor(deps.clock.now() / 1000),
        },
      });
    }
  }
}

/** Files that a person will send; apart from the rest, because these bodies may be large. */
export function personMediaRoutes(app: FastifyInstance, deps: Deps): void {
  app.post<Who & { Querystring: { filename?: string } }>(
    '/_sandbox/people/:who/media',
    { bodyLimit: MAX_MEDIA_BYTES },
    async (request, reply) => {
      if (!deps.people.find(request.params.who)) throw notFound(`The person ${request.params.who.slice(0, 100)}`);
      const upload = request.isMultipart() ? await partOf(request) : rawUpload(request);
      try {
        const stored = await deps.media.store(
          upload.bytes,
          { owner: 'person', phone_number_id: null, mime_type: upload.mimeType, filename: upload.filename },
          MAX_MEDIA_BYTES,
        );
        const { id, mime_type, sha256, file_size, filename } = stored;
        return await reply.code(201).send({ id, mime_type, sha256, file_size, filename });
      } catch (error) {
        if (error instanceof RangeError) throw new Refusal(error.message, 'file', 413);
        throw error;
      }
    },
  );
}

interface Upload {
  bytes: Readable;
  mimeType: string;
  filename: string | null;
}

async function partOf(request: FastifyRequest): Promise<Upload> {
  const part = await request.file({ limits: { files: 1, fileSize: MAX_MEDIA_BYTES + 1 } });
  if (!part) throw new Refusal('The upload has no file', 'file');
  return { bytes: part.file, mimeType: part.mimetype, filename: part.filename || null };
}

function rawUpload(request: FastifyRequest<{ Querystring: { filename?: string } }>): Upload {
  const { body } = request;
  if (!Buffer.isBuffer(body) || body.length === 0) throw new Refusal('The upload has no bytes', 'file');
  return {
    bytes: Readable.from([body]),
    mimeType: request.headers['content-type'] ?? 'application/octet-stream',
    filename: request.query.filename?.slice(0, 240) ?? null,
  };
}

function userIdsOf(before: Person, after: Person) {
  return { user_id: after.user_id, previous_user_id: before.user_id };
}

/** Reactions, edits and deletions are drawn on the message that they are about. */
function isShown(message: Message): boolean {
  return message.type !== 'reaction' && message.type !== 'edit' && message.type !== 'revoke';
}

/** The messages before one of them, or the newest. */
function pageOf<Shown extends { id: string }>(shown: readonly Shown[], query: { before?: string; limit?: string }) {
  const { before } = query;
  const end = before === undefined ? shown.length : shown.findIndex((message) => message.id === before);
  if (end === -1) throw new Refusal('before is not a message of this chat', 'before');
  const start = Math.max(0, end - limitOf(query.limit, 50, 200));
  return { data: shown.slice(start, end), has_more: start > 0 };
}

function limitOf(asked: string | undefined, standard: number, most: number): number {
  const limit = Number(asked ?? standard);
  if (limit < 1 || limit > most) throw new Refusal(`limit must be from 1 to ${most}`, 'limit');
  return limit;
}

const number = { type: 'string', pattern: '^\\d{1,4}$' } as const;

const STORM_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['count'],
  properties: {
    count: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    people: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  },
} as const;

const LIST_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { after: { type: 'string', maxLength: 100 }, limit: number },
} as const;

const MESSAGES_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { before: { type: 'string', maxLength: 600 }, limit: number },
} as const;

const SWITCHES = {
  name: { type: 'string', minLength: 1, maxLength: 200 },
  username: { type: ['string', 'null'], pattern: '^[a-z0-9._]{3,35}$' },
  on_whatsapp: { type: 'boolean' },
  online: { type: 'boolean' },
  read_receipts: { type: 'boolean' },
  blocked: { type: 'boolean' },
  marketing_opted_out: { type: 'boolean' },
  auto_read: { type: 'boolean' },
  old_client: { type: 'boolean' },
  in_experiment: { type: 'boolean' },
  us_number_rule: { type: 'boolean' },
  saved_business: { type: 'boolean' },
  identity_key_hash: { type: ['string', 'null'], minLength: 1, maxLength: 200 },
} as const;

export const SWITCHES_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: SWITCHES,
} as const;

const NEW_NUMBER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['phone'],
  properties: { phone: { type: 'string', minLength: 5, maxLength: 40 } },
} as const;

const NEW_PERSON_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { phone: { type: 'string', minLength: 5, maxLength: 40 }, ...SWITCHES },
} as const;
