import type { FastifyInstance } from 'fastify';
import type { Person } from '#people/people.ts';
import { jidOfPerson, lidOf, readAddress } from './addresses.ts';
import type { ChatMessage } from './conversation.ts';
import type { Instance } from './instance.ts';
import { dataOf } from './payloads.ts';
import { type Call, type UltraMsgRouteDeps, answering } from './answering.ts';
import { UltraMsgError, wrongParameters } from './ultramsg-error.ts';

const MOST_MESSAGES = 1000;

/** The other side of a chat: a person or a group. */
interface Partner {
  key: string;
  jid: string;
  name: string;
}

/** The chats of an instance, with what came and what went. */
export function chatRoutes(app: FastifyInstance, deps: UltraMsgRouteDeps): void {
  const { people, settings, ultramsg } = deps;
  const { conversations, instances } = ultramsg;

  const partnersOf = (instance: Instance): Partner[] =>
    conversations.partnersOf(instance.id).flatMap((id): Partner[] => {
      const group = ultramsg.groups.find(id);
      if (group) return [{ key: id, jid: id, name: group.name }];
      const person = people.find(id);
      return person ? [{ key: id, jid: jidOfPerson(person, settings), name: person.name }] : [];
    });
  const chatOf = (instance: Instance, parameters: Call['parameters']): Partner => {
    const named = partnersOf(instance).find(({ jid }) => jid === parameters['chatId']);
    if (named) return named;
    const person = partnerOf(parameters, deps);
    return { key: person.id, jid: jidOfPerson(person, settings), name: person.name };
  };

  answering(app, 'GET', 'chats', deps, ({ instance }) =>
    partnersOf(instance).map(({ key, jid: id, name }) => {
      const messages = conversations.of(instance.id, key);
      return {
        id,
        name,
        isGroup: id.endsWith('@g.us'),
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
    const ids = partnersOf(instance).map(({ jid }) => jid);
    return parameters['clear'] === 'true' ? ids.map((id) => id.replace(/@.*/, '')) : ids;
  });

  answering(app, 'GET', 'chats/messages', deps, ({ instance, parameters }) => {
    const { key } = chatOf(instance, parameters);
    const limit = Number(parameters['limit'] || 100);
    if (!Number.isInteger(limit) || limit < 1) throw wrongParameters([['limit', 'must be an integer']]);
    const newest = conversations.of(instance.id, key).slice(-Math.min(limit, MOST_MESSAGES));
    return newest.map((message) => dataOf(message, toldOf(message, instance), instance, settings));
  });

  for (const isArchived of [true, false]) {
    answering(app, 'POST', isArchived ? 'chats/archive' : 'chats/unarchive', deps, ({ instance, parameters }) => {
      const { jid: id } = chatOf(instance, parameters);
      const others = instance.archived_chats.filter((each) => each !== id);
      instances.change(instance, { archived_chats: isArchived ? [...others, id] : others });
      return { success: 'done' };
    });
  }

  for (const path of ['chats/clearMessages', 'chats/delete']) {
    answering(app, 'POST', path, deps, ({ instance, parameters }) => {
      conversations.clear(instance.id, chatOf(instance, parameters).key);
      return { success: 'done' };
    });
  }

  answering(app, 'POST', 'chats/read', deps, ({ instance, parameters }) => {
    ultramsg.chats.readByBusiness(instance, chatOf(instance, parameters).key);
    return { success: 'done' };
  });

  function toldOf(message: ChatMessage, { name }: Instance) {
    const writer = people.find(message.person_id);
    return {
      event: 'message_create' as const,
      ack: message.ack,
      pushname: message.from === 'business' ? name : (writer?.name ?? ''),
      ...(message.group_id !== null && writer ? { author: jidOfPerson(writer, settings) } : {}),
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
