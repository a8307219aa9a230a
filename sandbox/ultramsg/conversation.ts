import { isObject } from '#cloud-api/checks.ts';
import type { MediaStore } from '#cloud-api/media.ts';
import { type MessageView, viewMessage } from '#people/message-view.ts';
import type { Json, MessageStatus, Reaction } from '#people/chats.ts';
import type { StateJournal } from '#storage/state.ts';

export const ACKS = ['pending', 'server', 'device', 'read', 'played'] as const;
export type Ack = (typeof ACKS)[number];

/** A message as WhatsApp has it, of either side. */
export interface ChatMessage {
  /** `true_…` of the instance, `false_…` of a person. */
  id: string;
  instance_id: string;
  /** The person of the chat; in a group who wrote it, or nobody if it was the instance. */
  person_id: string;
  group_id: string | null;
  /** How far the people of a group are; the ack of the message is the least of them. */
  member_acks: Readonly<Record<string, Ack>>;
  from: 'business' | 'person';
  /** The other side's address, as the id has it. */
  jid: string;
  /** Of the instance's own: the address to which it was sent, which may have the phone where the id hides it. */
  to: string;
  at: number;
  /** UltraMsg's word. */
  type: string;
  body: string;
  /** The Cloud API's object, which the phone draws. */
  content: Json;
  quoted_id: string | null;
  media_id: string | null;
  /** Where the file can be had, if the instance downloads files. */
  media: string;
  ack: Ack | null;
  /** Of a person's message: `sent`, `delivered` when the business knows it, `read` when it read the chat. */
  status: MessageStatus;
  reactions: Reaction[];
  deleted_at: number | null;
  edited_at: number | null;
  /** Of what the API sent. */
  api_id: number | null;
  reference_id: string | null;
}

/** Whose phone shows a message of a group. */
export interface Viewer {
  id: string;
  nameOf: (personId: string) => string;
}

/** The chat in which a message stands on the phones. */
export function chatIdOf({ group_id, instance_id }: Pick<ChatMessage, 'group_id' | 'instance_id'>): string {
  return group_id ?? instance_id;
}

/** What the phone shows of an ack. */
export const STATUS_OF: Readonly<Record<Ack, MessageStatus>> = {
  pending: 'accepted',
  server: 'sent',
  device: 'delivered',
  read: 'read',
  played: 'played',
};

const KEPT_IN_CHAT = 1000;

/** The chats of people with instances. */
export class Conversations {
  readonly #state: StateJournal;
  readonly #media: MediaStore;
  readonly #byId = new Map<string, ChatMessage>();
  readonly #chats = new Map<string, ChatMessage[]>();

  constructor(state: StateJournal, media: MediaStore) {
    this.#state = state;
    this.#media = media;
    state.on<ChatMessage>('ultramsg_message', (message) => this.#keep(message));
    state.on<[string, string]>('ultramsg_chat_cleared', ([instanceId, personId]) => this.#clear(instanceId, personId));
    state.snapshot(() => [...this.#byId.values()].map((each) => ['ultramsg_message', each] as const));
  }

  find(id: string): ChatMessage | undefined {
    return this.#byId.get(id);
  }

  /** What was said with a person, or in the group with that id; oldest first. */
  of(instanceId: string, partnerId: string): readonly ChatMessage[] {
    return this.#chats.get(`${instanceId} ${partnerId}`) ?? [];
  }

  /** The ids of the people and groups with whom an instance has a chat. */
  partnersOf(instanceId: string): string[] {
    return [...this.#chats.keys()].flatMap((key) => {
      const [instance, personId] = key.split(' ');
      return instance === instanceId && personId !== undefined ? [personId] : [];
    });
  }

  all(): Iterable<ChatMessage> {
    return this.#byId.values();
  }

  change(message: ChatMessage, change: Partial<ChatMessage> = {}): void {
    Object.assign(message, change);
    this.#keep(message);
    this.#state.record('ultramsg_message', message);
  }

  /** Forgets what was said. */
  clear(instanceId: string, partnerId: string): void {
    this.#clear(instanceId, partnerId);
    this.#state.record('ultramsg_chat_cleared', [instanceId, partnerId]);
  }

  /** The message on the phone of its person, or of one of the people of its group. */
  view(message: ChatMessage, viewer?: Viewer): MessageView {
    const { id, from, at, content, quoted_id, reactions, media_id } = message;
    const personId = viewer?.id ?? message.person_id;
    const ack = viewer && message.member_acks[viewer.id];
    const status = ack === undefined ? message.status : STATUS_OF[ack];
    const isOthers = viewer !== undefined && from === 'person' && message.person_id !== viewer.id;
    const view = viewMessage(
      {
        id,
        from,
        person_id: personId,
        phone_number_id: chatIdOf(message),
        at,
        type: typeof content['type'] === 'string' ? content['type'] : 'unsupported',
        content: message.deleted_at === null ? content : {},
        context_id: quoted_id,
        status,
        error: null,
        reactions,
        rendered: null,
        media_id,
        to: null,
        callback_data: message.reference_id,
        category: null,
        ...(message.deleted_at === null ? {} : { deleted_at: message.deleted_at }),
        ...(message.edited_at === null ? {} : { edited_at: message.edited_at }),
      },
      media_id === null ? undefined : this.#media.find(media_id),
    );
    const author = { id: message.person_id, name: viewer?.nameOf(message.person_id) ?? '' };
    return isOthers ? { ...view, from: 'member', author } : view;
  }

  #clear(instanceId: string, partnerId: string): void {
    for (const message of this.of(instanceId, partnerId)) this.#byId.delete(message.id);
    this.#chats.delete(`${instanceId} ${partnerId}`);
  }

  #keep(message: ChatMessage): void {
    const known = this.#byId.get(message.id);
    this.#byId.set(message.id, message);
    const key = `${message.instance_id} ${message.group_id ?? message.person_id}`;
    const chat = this.#chats.get(key) ?? [];
    this.#chats.set(key, chat);
    if (known) {
      const place = chat.indexOf(known);
      if (place !== -1) chat[place] = message;
      return;
    }
    chat.push(message);
    if (chat.length > KEPT_IN_CHAT + 100) for (const old of chat.splice(0, 100)) this.#byId.delete(old.id);
  }
}

/** The part of a content that its type names. */
export function partOf(content: Json): Json {
  const part = content[String(content['type'])];
  return isObject(part) ? part : {};
}

export function rankOf(ack: Ack | null): number {
  return ack === null ? -1 : ACKS.indexOf(ack);
}
