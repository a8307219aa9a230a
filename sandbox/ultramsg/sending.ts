import { toWaId } from '#cloud-api/phone-numbers.ts';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { Acks } from './acks.ts';
import { type Address, jidOfPerson, lidOf, readAddress } from './addresses.ts';
import type { ChatMessage, Conversations } from './conversation.ts';
import { newMessageId } from './identifiers.ts';
import { type Instance, isConnected } from './instance.ts';
import type { Group, Groups } from './groups.ts';
import type { Instances } from './instances.ts';
import type { Outgoing, OutgoingList } from './outgoing.ts';
import { SEND_KINDS } from './send-kinds.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  people: People;
  instances: Instances;
  outgoing: OutgoingList;
  groups: Groups;
  conversations: Conversations;
  acks: Acks;
  /** Shows a message on the phones that have it. */
  show: (message: ChatMessage) => void;
  /** Resolves when the webhook was posted once. */
  tellCreated: (message: ChatMessage) => Promise<void>;
}

/** From so many messages in the queue on, the longer delay holds. */
const CROWDED = 10;

/** Lets the messages of queues leave, one after another, and expire. */
export class Sending {
  readonly #deps: Deps;
  /** When each instance is looked at again. */
  readonly #alarms = new Map<string, { atMs: number }>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Lets leave what may now. Resolves when the webhooks of that were posted once. */
  async pump(instance: Instance): Promise<void> {
    this.#expire(instance);
    const told: Promise<void>[] = [];
    for (;;) {
      const { clock, outgoing } = this.#deps;
      const queue = outgoing.queue(instance.id);
      const [next] = queue;
      if (!next || !isConnected(instance)) break;
      if (clock.now() < this.#dueAt(instance, queue.length)) break;
      told.push(this.#send(next, instance));
    }
    this.#setAlarm(instance);
    await Promise.all(told);
  }

  /** The phone is back after it had no connection. What waited leaves at once, unless the settings say otherwise. */
  reconnect(instance: Instance): void {
    const { instances, outgoing, settings } = this.#deps;
    if (settings.ultramsg_reconnect === 'burst') {
      this.#expire(instance);
      const waiting = [...outgoing.queue(instance.id)];
      for (const [index, each] of waiting.entries()) {
        if (settings.ultramsg_ban_burst > 0 && index >= settings.ultramsg_ban_burst) {
          // Too much at once: WhatsApp ends the session, and the rest waits for the next QR code.
          instances.change(instance, { state: 'qr' });
          break;
        }
        void this.#send(each, instance);
      }
    }
    void this.pump(instance);
  }

  #dueAt({ last_sent_at: last, settings }: Instance, waiting: number): number {
    if (last === null) return 0;
    const seconds = waiting >= CROWDED ? settings.sendDelayMax : settings.sendDelay;
    return last + seconds * 1000 * this.#deps.settings.delay_factor;
  }

  /** The earliest of: the next may leave, the oldest expires. */
  #setAlarm(instance: Instance): void {
    const { clock, outgoing } = this.#deps;
    const queue = outgoing.queue(instance.id);
    const before = this.#alarms.get(instance.id);
    if (queue.length === 0) {
      if (before) clock.forget(before);
      this.#alarms.delete(instance.id);
      return;
    }
    const expiry =
      queue.reduce((least, each) => Math.min(least, each.queued_at), Number.POSITIVE_INFINITY) + this.#lifeMs;
    const atMs = isConnected(instance) ? Math.min(expiry, this.#dueAt(instance, queue.length)) : expiry;
    if (before?.atMs === atMs) return;
    if (before) clock.forget(before);
    const alarm = { atMs };
    this.#alarms.set(instance.id, alarm);
    const look = () => {
      if (this.#alarms.get(instance.id) !== alarm) return;
      this.#alarms.delete(instance.id);
      void this.pump(instance);
    };
    clock.at(atMs, look, alarm);
  }

  get #lifeMs(): number {
    return this.#deps.settings.ultramsg_expiry_hours * 3_600_000;
  }

  #expire(instance: Instance): void {
    const { clock, outgoing } = this.#deps;
    const now = clock.now();
    for (const each of outgoing.queue(instance.id).filter(({ queued_at }) => now >= queued_at + this.#lifeMs)) {
      outgoing.change(each, { status: 'expired' });
    }
  }

  #send(sent: Outgoing, instance: Instance): Promise<void> {
    const { clock, instances, outgoing, settings } = this.#deps;
    const now = clock.now();
    instances.change(instance, { last_sent_at: now });
    const address = readAddress(sent.to, settings);
    if (sent.planned_failure || !address || (settings.magic_numbers && sent.to.endsWith('0053@c.us'))) {
      outgoing.change(sent, { status: 'unsent' });
      return Promise.resolve();
    }
    const group = address.kind === 'group' ? this.#deps.groups.find(address.id) : undefined;
    const person = this.#recipientOf(address);
    const isReached = group ? group.instance_id === instance.id : person?.on_whatsapp === true;
    if (!isReached || (settings.magic_numbers && sent.to.endsWith('0000@c.us'))) {
      outgoing.change(sent, { status: 'invalid' });
      return Promise.resolve();
    }
    if (sent.kind === 'reaction') return this.#react(sent);
    const message = this.#messageOf(sent, group ?? person, instance, now);
    this.#deps.conversations.change(message);
    outgoing.change(sent, { status: 'sent', sent_at: now, message_id: message.id });
    this.#deps.show(message);
    const told = this.#deps.tellCreated(message);
    this.#deps.acks.start(message);
    return told;
  }

  #react(sent: Outgoing): Promise<void> {
    const { clock, conversations, outgoing } = this.#deps;
    const target = conversations.find(sent.quoted_id ?? '');
    if (!target || target.deleted_at !== null) {
      outgoing.change(sent, { status: 'unsent' });
      return Promise.resolve();
    }
    const others = target.reactions.filter(({ from }) => from !== 'business');
    const emoji = sent.parameters['emoji'] ?? '';
    const reactions = emoji === '' ? others : [...others, { from: 'business' as const, emoji }];
    conversations.change(target, { reactions });
    outgoing.change(sent, { status: 'sent', sent_at: clock.now() });
    this.#deps.show(target);
    return Promise.resolve();
  }

  #messageOf(sent: Outgoing, recipient: Person | Group | undefined, instance: Instance, now: number): ChatMessage {
    const group = recipient && 'people' in recipient ? recipient : undefined;
    const person = recipient && !('people' in recipient) ? recipient : undefined;
    const jid = group?.id ?? (person ? jidOfPerson(person, this.#deps.settings) : sent.to);
    return {
      id: newMessageId('business', jid, group && `${instance.phone}@c.us`),
      instance_id: instance.id,
      person_id: person?.id ?? '',
      group_id: group?.id ?? null,
      member_acks: Object.fromEntries(group?.people.map((id) => [id, 'pending']) ?? []),
      from: 'business',
      jid,
      to: sent.to,
      at: now,
      type: sent.type,
      body: bodyOf(sent),
      content: contentOf(sent),
      quoted_id: sent.quoted_id,
      media_id: sent.media_id,
      media: linkOf(sent),
      ack: 'pending',
      status: 'accepted',
      reactions: [],
      deleted_at: null,
      edited_at: null,
      api_id: sent.id,
      reference_id: sent.reference_id,
    };
  }

  #recipientOf(address: Address): Person | undefined {
    const { people, settings } = this.#deps;
    if (address.kind === 'phone') {
      return people.findByWaId(address.waId) ?? people.add({ phone: `+${toWaId(`+${address.waId}`)}` });
    }
    if (address.kind === 'group' || settings.ultramsg_lid_recipients === 'invalid') return undefined;
    return people.list(undefined, Number.POSITIVE_INFINITY).find((person) => lidOf(person) === address.lid);
  }
}

function bodyOf({ kind, parameters }: Outgoing): string {
  return SEND_KINDS[kind]?.file
    ? (parameters['caption'] ?? parameters['filename'] ?? '')
    : listedBodyOf(kind, parameters);
}

/** What `GET messages` has as the body. */
export function listedBodyOf(kind: string, parameters: Readonly<Record<string, string>>): string {
  return SEND_KINDS[kind]?.body(parameters) ?? parameters['emoji'] ?? '';
}

function contentOf({ kind, parameters, media_id }: Outgoing): Json {
  const content = SEND_KINDS[kind]?.content(parameters) ?? {};
  const type = String(content['type']);
  return media_id === null ? content : { ...content, [type]: { ...(content[type] as Json), id: media_id } };
}

function linkOf({ kind, parameters }: Outgoing): string {
  const file = SEND_KINDS[kind]?.file;
  const value = file ? (parameters[file.name] ?? '') : '';
  return value.startsWith('http') ? value : '';
}
