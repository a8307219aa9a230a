import type { FastifyInstance } from 'fastify';
import type { Person } from '#people/people.ts';
import { jidOfPerson, lidOf, readAddress } from './addresses.ts';
import type { ChatMessage } from './conversation.ts';
import type { Instance } from './instance.ts';
import { dataOf } from './payloads.ts';
import { type Call, type UltraMsgRouteDeps, answering } from './answering.ts';
import { UltraMsgError, wrongParameters } from './ultramsg-error.ts';

const MOST_MESSAGES = 1000;

/** The chats of an instance, with what came and what went. */
export function chatRoutes(app: FastifyInstance, deps: UltraMsgRouteDeps): void {
  const { people, settings, ultramsg } = deps;
  const { conversations, instances } = ultramsg;

  const partnersOf = (instance: Instance): Person[] =>
    conversations.partnersOf(instance.id).flatMap((id) => people.find(id) ?? []);

  answering(app, 'GET', 'chats', deps, ({ instance }) =>
    partnersOf(instance).map((person) => {
      const messages = conversations.of(instance.id, person.id);
      const id = jidOfPerson(person, settings);
      return {
        id,
        name: person.name,
        isGroup: false,
        isReadOnly: false,
        unread: messages.filter(({ from, status }) => from === 'person' && status !== 'read').length,
        last_time: Math.floor((messages.at(-1)?.at ?? 0) / 1000),
        archived: instance.archived_chats.includes(id),
        pinned: false,
        isMuted: false,
      };
    }),
  );

  answering(app, 'GET', 'chats/ids', deps, ({ instance, parameters }) => {
    const ids = partnersOf(instance).map((person) => jidOfPerson(person, settings));
    return parameters['clear'] === 'true' ? ids.map((id) => id.replace(/@.*/, '')) : ids;
  });

  answering(app, 'GET', 'chats/messages', deps, ({ instance, parameters }) => {
    const person = partnerOf(parameters, deps);
    const limit = Number(parameters['limit'] || 100);
    if (!Number.isInteger(limit) || limit < 1) throw wrongParameters([['limit', 'must be an integer']]);
    const newest = conversations.of(instance.id, person.id).slice(-Math.min(limit, MOST_MESSAGES));
    return newest.map((message) => dataOf(message, toldOf(message, person, instance), instance, settings));
  });

  for (const isArchived of [true, false]) {
    answering(app, 'POST', isArchived ? 'chats/archive' : 'chats/unarchive', deps, ({ instance, parameters }) => {
      const id = jidOfPerson(partnerOf(parameters, deps), settings);
      const others = instance.archived_chats.filter((each) => each !== id);
      instances.change(instance, { archived_chats: isArchived ? [...others, id] : others });
      return { success: 'done' };
    });
  }

  for (const path of ['chats/clearMessages', 'chats/delete']) {
    answering(app, 'POST', path, deps, ({ instance, parameters }) => {
      conversations.clear(instance.id, partnerOf(parameters, deps).id);
      return { success: 'done' };
    });
  }

  answering(app, 'POST', 'chats/read', deps, ({ instance, parameters }) => {
    ultramsg.chats.readByBusiness(instance, partnerOf(parameters, deps));
    return { success: 'done' };
  });

  function toldOf(message: ChatMessage, person: Person, { name }: Instance) {
    return {
      event: 'message_create' as const,
      ack: message.ack,
      pushname: message.from === 'business' ? name : person.name,
      quoted: message.quoted_id === null ? undefined : conversations.find(message.quoted_id),
    };
  }
}

/** The person whom `chatId` means. */
export function partnerOf(parameters: Call['parameters'], { people, settings }: UltraMsgRouteDeps): Person {
  const { chatId = '' } = parameters;
  if (chatId === '') throw wrongParameters([['chatId', 'is required']]);
  const address = readAddress(chatId, settings);
  const person =
    address?.kind === 'phone'
      ? people.findByWaId(address.waId)
      : people.list(undefined, Number.POSITIVE_INFINITY).find((each) => `${lidOf(each)}@lid` === chatId);
  if (!person) throw new UltraMsgError('chat_not_found', { error: 'chat not found' });
  return person;
}
