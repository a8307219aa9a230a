import type { MediaStore } from '#cloud-api/media.ts';
import type { LiveChanges } from '#control/events.ts';
import { Refusal, notFound } from '#control/refusal.ts';
import type { Settings } from '#control/settings.ts';
import type { OtherChat, OtherChats } from '#other-provider.ts';
import type { Json } from '#people/chats.ts';
import type { MessageView } from '#people/message-view.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { Acks } from './acks.ts';
import { type ChatMessage, type Conversations, type Viewer, chatIdOf } from './conversation.ts';
import type { Group, Groups } from './groups.ts';
import { type Written, readWritten } from './inbound.ts';
import type { Instance } from './instance.ts';
import type { Instances } from './instances.ts';
import type { EventType, Told } from './payloads.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  people: People;
  media: MediaStore;
  instances: Instances;
  groups: Groups;
  conversations: Conversations;
  acks: Acks;
  changes: LiveChanges;
  addressOf: (mediaId: string, instance: Instance) => string;
  tell: (message: ChatMessage, event: EventType, more?: { reaction?: Told['reaction']; inboundId?: string }) => void;
}

/** The chats with instances on the phones, under the id of the instance, and those of groups under theirs. */
export class PhoneChats implements OtherChats {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** One for each instance that somebody uses, and for each group of the person. */
  of(person: Person): OtherChat[] {
    const { conversations, groups, instances } = this.#deps;
    const own = instances.list().flatMap((instance): OtherChat[] => {
      const messages = conversations.of(instance.id, person.id);
      if (!instance.is_used && messages.length === 0) return [];
      return [this.#summaryOf(messages, person, instance.id, instance.name, `+${instance.phone}`)];
    });
    const inGroups = groups.withPerson(person.id).map((group) => {
      const messages = conversations.of(group.instance_id, group.id);
      return this.#summaryOf(messages, person, group.id, group.name, `Group of ${group.people.length + 1}`);
    });
    return [...own, ...inGroups];
  }

  has(chatId: string): boolean {
    const { groups, instances } = this.#deps;
    return instances.find(chatId)?.id === chatId || groups.find(chatId) !== undefined;
  }

  messages(person: Person, chatId: string): MessageView[] {
    return this.#messagesOf(person, chatId).map((message) => this.#viewFor(person.id, message));
  }

  read(person: Person, chatId: string): number {
    return this.#deps.acks.read(this.#messagesOf(person, chatId), person);
  }

  play(person: Person, messageId: string): boolean {
    const message = this.#deps.conversations.find(messageId);
    return message !== undefined && this.#deps.acks.play(message, person);
  }

  deliverWaiting(person: Person): void {
    const { acks, groups, instances } = this.#deps;
    for (const { id } of [...instances.list(), ...groups.withPerson(person.id)]) {
      acks.deliverWaiting(this.#messagesOf(person, id), person);
    }
  }

  #messagesOf(person: Person, chatId: string): readonly ChatMessage[] {
    const { conversations } = this.#deps;
    const group = this.#groupOf(person, chatId);
    return group ? conversations.of(group.instance_id, group.id) : conversations.of(chatId, person.id);
  }

  /** The group with this id, if the person is in it. */
  #groupOf(person: Person, chatId: string): Group | undefined {
    const group = this.#deps.groups.find(chatId);
    if (group && !group.people.includes(person.id)) throw notFound(`The group ${chatId}`);
    return group;
  }

  #summaryOf(messages: readonly ChatMessage[], person: Person, id: string, name: string, address: string): OtherChat {
    const views = messages.map((message) => this.#viewFor(person.id, message));
    return {
      phone_number_id: id,
      display_phone_number: address,
      verified_name: name,
      channel: 'whatsapp',
      unread: views.filter(({ from, status }) => from === 'business' && status === 'delivered').length,
      last_message: views.at(-1) ?? null,
      // A linked phone has no window: it may always write.
      window_closes_at: null,
      has_window: false,
    };
  }

  #viewFor(viewerId: string, message: ChatMessage): MessageView {
    const { conversations, people } = this.#deps;
    const viewer: Viewer = { id: viewerId, nameOf: (id) => people.find(id)?.name ?? 'Somebody' };
    return message.group_id === null ? conversations.view(message) : conversations.view(message, viewer);
  }

  write(person: Person, body: Json): string {
    const chatId = String(body['phone_number_id']);
    const group = this.#groupOf(person, chatId);
    const instance = this.#deps.instances.find(group?.instance_id ?? chatId);
    if (!instance) throw new Refusal('phone_number_id is no instance', 'phone_number_id');
    const { clock, conversations, media, settings, addressOf } = this.#deps;
    const written = readWritten(person, body, instance, {
      settings,
      conversations,
      media,
      now: clock.now(),
      group,
      addressOf: (mediaId) => addressOf(mediaId, instance),
    });
    // Whom the number blocked writes into the void.
    const isHeard = !instance.blocked_people.includes(person.id);
    return this.#apply(written, isHeard);
  }

  /** The business has answered the webhook of a person's message: its second tick. */
  tickAsDelivered(messageId: string): void {
    const message = this.#deps.conversations.find(messageId);
    if (message?.status === 'sent') this.#mark(message, 'delivered');
  }

  /** The business opens the chat: the person sees it. */
  readByBusiness(instance: Instance, partnerId: string): void {
    for (const message of this.#deps.conversations.of(instance.id, partnerId)) {
      if (message.from === 'person' && message.status !== 'read') this.#mark(message, 'read');
    }
  }

  show(message: ChatMessage): void {
    const { changes, groups } = this.#deps;
    if (changes.listenerCount('message') === 0) return;
    const viewers = message.group_id === null ? [message.person_id] : (groups.find(message.group_id)?.people ?? []);
    for (const viewerId of viewers) changes.emit('message', { message: this.#viewFor(viewerId, message) });
  }

  #mark(message: ChatMessage, status: 'delivered' | 'read'): void {
    this.#deps.conversations.change(message, { status });
    const { id, person_id } = message;
    this.#deps.changes.emit('status', { id, person_id, phone_number_id: chatIdOf(message), status, error: null });
  }

  #apply(written: Written, isHeard: boolean): string {
    const { clock, conversations, settings, tell } = this.#deps;
    switch (written.kind) {
      case 'message': {
        const { message, isAgain } = written;
        if (!isAgain) {
          conversations.change(message);
          this.show(message);
        }
        if (isHeard) {
          tell(message, 'message_received', { inboundId: message.id });
          if (settings.ultramsg_inbound_create === 'repeated') tell(message, 'message_create');
        }
        return message.id;
      }
      case 'reaction': {
        const { target, message, emoji } = written;
        // In a group each of the people has one of their own.
        const by = target.group_id === null ? {} : { person_id: message.person_id };
        const others = target.reactions.filter(
          ({ from, person_id }) => from !== 'person' || person_id !== by.person_id,
        );
        const reactions = emoji === '' ? others : [...others, { from: 'person' as const, emoji, ...by }];
        conversations.change(target, { reactions });
        this.show(target);
        if (isHeard) tell(message, 'message_reaction', { reaction: { target: target.id, emoji } });
        return message.id;
      }
      // Nothing is told of an edit: a linked client of this kind does not pass it on.
      case 'edit': {
        const { target, content } = written;
        conversations.change(target, { content, edited_at: clock.now() });
        this.show(target);
        return target.id;
      }
      case 'revoke': {
        const { target, message } = written;
        conversations.change(target, { deleted_at: clock.now() });
        this.show(target);
        if (isHeard) tell({ ...message, quoted_id: target.id }, 'message_received');
        return message.id;
      }
    }
  }
}
