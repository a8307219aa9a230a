import type { MediaStore } from '#cloud-api/media.ts';
import type { LiveChanges } from '#control/events.ts';
import type { Settings } from '#control/settings.ts';
import type { Faults } from '#faults/faults.ts';
import type { Json } from '#people/chats.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import type { StateJournal } from '#storage/state.ts';
import type { OtherProvider } from '#other-provider.ts';
import type { Deliveries } from '#webhooks/deliveries.ts';
import { Acks } from './acks.ts';
import { type Ack, type ChatMessage, Conversations } from './conversation.ts';
import { Files } from './files.ts';
import { Groups } from './groups.ts';
import { jidOfPerson } from './addresses.ts';
import type { Instance } from './instance.ts';
import { Instances } from './instances.ts';
import { type Outgoing, OutgoingList } from './outgoing.ts';
import { type EventType, type Told, payloadOf } from './payloads.ts';
import { PhoneChats } from './phone-chats.ts';
import { Posts } from './posts.ts';
import { type CheckedSend, checkSend } from './send-check.ts';
import { SEND_KINDS } from './send-kinds.ts';
import { Sending } from './sending.ts';
import { UltraMsgError } from './ultramsg-error.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  state: StateJournal;
  faults: Faults;
  random: () => number;
  people: People;
  media: MediaStore;
  changes: LiveChanges;
  deliveries: Deliveries;
}

/** The simulated UltraMsg: numbers that are linked like a browser, their queues, and what they tell. */
export class UltraMsg implements OtherProvider {
  readonly name = 'ultramsg';
  readonly instances: Instances;
  readonly outgoing: OutgoingList;
  readonly conversations: Conversations;
  readonly groups: Groups;
  readonly files: Files;
  readonly chats: PhoneChats;
  readonly sending: Sending;
  readonly acks: Acks;
  /** Set once the sandbox knows where it listens. */
  address: () => string = () => '';

  readonly #deps: Deps;
  readonly #posts: Posts;

  constructor(deps: Deps) {
    const { clock, settings, state, people, media, changes } = deps;
    this.#deps = deps;
    this.instances = new Instances(state);
    this.outgoing = new OutgoingList(state);
    this.conversations = new Conversations(state, media);
    this.groups = new Groups(state);
    this.files = new Files({ clock, state, media, address: () => this.address() });
    const { instances, outgoing, groups, conversations } = this;
    this.#posts = new Posts({ ...deps, instances });
    this.#posts.onInboundTold = (id) => this.chats.tickAsDelivered(id);
    const shared = { clock, settings, people, groups, conversations };
    this.acks = new Acks({
      ...shared,
      changes,
      random: deps.random,
      tellAck: (message, ack) => void this.tell(message, 'message_ack', { ack }),
    });
    this.sending = new Sending({
      ...shared,
      instances,
      outgoing,
      acks: this.acks,
      show: (message) => this.chats.show(message),
      tellCreated: (message) => this.tell(message, 'message_create', { ack: 'pending' }),
    });
    this.chats = new PhoneChats({
      ...shared,
      changes,
      media,
      instances,
      acks: this.acks,
      addressOf: (mediaId, instance) => this.files.addressOf(mediaId, instance),
      tell: (message, event, more) => void this.tell(message, event, more),
    });
  }

  get pendingWebhooks(): number {
    return this.#posts.pending;
  }

  describe(address: string): Json {
    const [first] = this.instances.list();
    return {
      base_url: `${address}/ultramsg`,
      instance_id: first?.id,
      token: first?.token,
      phone: `+${first?.phone}`,
      instances: this.instances.list().map(({ id, token, phone, name }) => ({ id, token, phone: `+${phone}`, name })),
    };
  }

  /** Puts a message into the queue. Resolves when what could leave at once has, and was told. */
  async take(checked: CheckedSend, instance: Instance, more: Pick<Outgoing, 'id' | 'media_id' | 'planned_failure'>) {
    const now = this.#deps.clock.now();
    this.outgoing.add(this.#outgoingOf(checked, instance, more, now));
    await this.sending.pump(instance);
  }

  /** The next number of a message. */
  nextId(instance: Instance): number {
    const id = instance.next_message_id;
    this.instances.change(instance, { next_message_id: id + 1 });
    return id;
  }

  restore(entry: LedgerEntry): void {
    const instance = this.instances.find(entry.sender);
    const id = Number(entry.provider_message_id);
    if (!instance || entry.provider_message_id === null) return;
    if (instance.next_message_id <= id) this.instances.change(instance, { next_message_id: id + 1 });
    // A repetition is in the queue again or not; a reaction that was lost is not worth a message.
    if (!SEND_KINDS[entry.type]) return;
    if (this.outgoing.find(instance.id, id)) return;
    const checked = checkSend(entry.type, entry.body as Record<string, string>, this.#deps.settings);
    // Its sender was told that it was taken; what has become of the settings since does not matter.
    if (checked instanceof UltraMsgError) return;
    this.outgoing.add(this.#outgoingOf(checked, instance, { id, media_id: null }, Date.parse(entry.at)));
  }

  resume(): void {
    this.acks.resume();
    this.#posts.resume();
    for (const instance of this.instances.list()) void this.sending.pump(instance);
  }

  adapt(): void {
    for (const instance of this.instances.list()) void this.sending.pump(instance);
  }

  async close(): Promise<void> {
    await this.#posts.close();
  }

  /** Tells of a message. Resolves when that was posted once, whatever came of it. */
  tell(
    message: ChatMessage,
    event: EventType,
    more: { ack?: Ack; reaction?: Told['reaction']; inboundId?: string } = {},
  ): Promise<void> {
    const instance = this.instances.find(message.instance_id);
    const person = this.#deps.people.find(message.person_id);
    if (!instance) return Promise.resolve();
    const told: Told = {
      event,
      ack: more.ack ?? null,
      pushname: message.from === 'business' ? instance.name : (person?.name ?? ''),
      quoted: message.quoted_id === null ? undefined : this.conversations.find(message.quoted_id),
      ...(message.group_id !== null && message.from === 'person' && person
        ? { author: jidOfPerson(person, this.#deps.settings) }
        : {}),
      ...(more.reaction ? { reaction: more.reaction } : {}),
    };
    return this.#posts.tell(instance, event, payloadOf(message, told, instance, this.#deps.settings), {
      to: addressFacts(message, person),
      type: message.type,
      callbackData: message.reference_id,
      inbound_id: more.inboundId ?? null,
      ...(more.ack === undefined ? {} : { status: more.ack }),
    });
  }

  #outgoingOf(
    checked: CheckedSend,
    instance: Instance,
    more: Pick<Outgoing, 'id' | 'media_id' | 'planned_failure'>,
    now: number,
  ): Outgoing {
    return {
      ...more,
      instance_id: instance.id,
      reference_id: checked.referenceId,
      to: checked.jid,
      kind: checked.kind,
      type: checked.type,
      priority: checked.priority,
      status: 'queue',
      parameters: checked.parameters,
      quoted_id: checked.quotedId,
      created_at: now,
      queued_at: now,
      sent_at: null,
      message_id: null,
    };
  }
}

function addressFacts(message: ChatMessage, person: Person | undefined): string {
  return person?.wa_id ?? message.jid;
}
