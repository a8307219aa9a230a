import type { MediaStore } from '#cloud-api/media.ts';
import type { LiveChanges } from '#control/events.ts';
import { Refusal } from '#control/refusal.ts';
import type { Settings } from '#control/settings.ts';
import type { OtherChat, OtherChats } from '#other-provider.ts';
import type { Json } from '#people/chats.ts';
import type { MessageView } from '#people/message-view.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { Acks } from './acks.ts';
import type { ChatMessage, Conversations } from './conversation.ts';
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
  conversations: Conversations;
  acks: Acks;
  changes: LiveChanges;
  addressOf: (mediaId: string, instance: Instance) => string;
  tell: (message: ChatMessage, event: EventType, more?: { reaction?: Told['reaction']; inboundId?: string }) => void;
}

/** The chats with instances on the phones, under the id of the instance. */
export class PhoneChats implements OtherChats {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** One for each instance that somebody uses. */
  of(person: Person): OtherChat[] {
    const { conversations, instances } = this.#deps;
    return instances.list().flatMap((instance): OtherChat[] => {
      const messages = conversations.of(instance.id, person.id);
      const last = messages.at(-1);
      if (!instance.is_used && !last) return [];
      return [
        {
          phone_number_id: instance.id,
          display_phone_number: `+${instance.phone}`,
          verified_name: instance.name,
          channel: 'whatsapp',
          unread: messages.filter(({ from, status }) => from === 'business' && status === 'delivered').length,
          last_message: last ? conversations.view(last) : null,
          // A linked phone has no window: it may always write.
          window_closes_at: null,
        },
      ];
    });
  }

  has(chatId: string): boolean {
    return this.#deps.instances.find(chatId)?.id === chatId;
  }

  messages(person: Person, chatId: string): MessageView[] {
    const { conversations } = this.#deps;
    return conversations.of(chatId, person.id).map((message) => conversations.view(message));
  }

  read(person: Person, chatId: string): number {
    return this.#deps.acks.read(chatId, person);
  }

  play(person: Person, messageId: string): boolean {
    const message = this.#deps.conversations.find(messageId);
    return message !== undefined && this.#deps.acks.play(message, person);
  }

  deliverWaiting(person: Person): void {
    for (const { id } of this.#deps.instances.list()) this.#deps.acks.deliverWaiting(id, person);
  }

  write(person: Person, body: Json): string {
    const instance = this.#deps.instances.find(String(body['phone_number_id']));
    if (!instance) throw new Refusal('phone_number_id is no instance', 'phone_number_id');
    const { clock, conversations, media, settings, addressOf } = this.#deps;
    const written = readWritten(person, body, instance, {
      settings,
      conversations,
      media,
      now: clock.now(),
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
  readByBusiness(instance: Instance, person: Person): void {
    for (const message of this.#deps.conversations.of(instance.id, person.id)) {
      if (message.from === 'person' && message.status !== 'read') this.#mark(message, 'read');
    }
  }

  show(message: ChatMessage): void {
    const { changes, conversations } = this.#deps;
    if (changes.listenerCount('message') > 0) changes.emit('message', { message: conversations.view(message) });
  }

  #mark(message: ChatMessage, status: 'delivered' | 'read'): void {
    this.#deps.conversations.change(message, { status });
    const { id, person_id, instance_id } = message;
    this.#deps.changes.emit('status', { id, person_id, phone_number_id: instance_id, status, error: null });
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
        const others = target.reactions.filter(({ from }) => from !== 'person');
        const reactions = emoji === '' ? others : [...others, { from: 'person' as const, emoji }];
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
