import { purposes, purposePolicies, type Purpose } from '#messages/message.ts';

/** A message as the sender's queue knows it. */
export interface Queued {
  messageId: string;
  contactId: string;
  lane: Purpose;
}

interface Conversation<T extends Queued> {
  contactId: string;
  /** The id of the message that is on its way; the next one waits for its answer. */
  underWay: string | null;
  /** Monotonic milliseconds; while in the future nothing of this conversation leaves in the lanes it blocks. */
  blockedUntil: number;
  /** Waiting messages in accepted order, at the index of their lane. */
  lines: (T[] | undefined)[];
  waiting: number;
}

interface Lane<T extends Queued> {
  index: number;
  weight: number;
  /** Virtual time of stride scheduling: the lane with the smallest one is next. */
  pass: number;
  /** Conversations that have a message of this lane and are free, in the order they became so. */
  ready: Set<Conversation<T>>;
  size: number;
  open: boolean;
}

/**
 * The waiting messages of one sender. Lanes share the sender by weight (stride scheduling), so an urgent message passes a
 * backlog of any length at once and marketing never starves. Inside a lane a conversation keeps its order and has at
 * most one message under way; a conversation that has to wait holds up nobody else. Every operation is O(lanes).
 */
export class FairQueue<T extends Queued> {
  readonly #conversations = new Map<string, Conversation<T>>();
  readonly #lanes: Lane<T>[];
  readonly #laneOf: ReadonlyMap<Purpose, Lane<T>>;
  readonly #known = new Set<string>();

  constructor() {
    this.#lanes = purposes.map((purpose, index) => ({
      index,
      weight: purposePolicies[purpose].weight,
      pass: 0,
      ready: new Set(),
      size: 0,
      open: true,
    }));
    this.#laneOf = new Map(this.#lanes.map((lane, index) => [purposes[index] as Purpose, lane]));
  }

  get size(): number {
    return this.#known.size;
  }

  sizeOf(lane: Purpose): number {
    return this.#lane(lane).size;
  }

  /** Opens or closes a lane: a closed one keeps its messages. */
  setOpen(lane: Purpose, open: boolean): void {
    this.#lane(lane).open = open;
  }

  /**
   * Adds at the end of the conversation's line, or in front when the message was taken out before. A message that waits
   * or is on its way is not added: a page of the outbox may have been read before it was taken.
   */
  push(item: T, position: 'back' | 'front' = 'back'): void {
    if (this.#known.has(item.messageId)) return;
    const conversation = this.#conversation(item.contactId);
    if (position === 'back' && conversation.underWay === item.messageId) return;
    this.#known.add(item.messageId);
    const lane = this.#lane(item.lane);
    if (lane.size === 0) lane.pass = Math.max(lane.pass, this.#currentPass());
    lane.size += 1;
    conversation.waiting += 1;
    const line = conversation.lines[lane.index];
    if (!line) conversation.lines[lane.index] = [item];
    else if (position === 'front') line.unshift(item);
    else line.push(item);
    if (conversation.underWay === null) lane.ready.add(conversation);
  }

  /** Takes the next message that may go at `now` and keeps its conversation for it; undefined when none may. */
  take(now: number): T | undefined {
    let tried = 0;
    for (;;) {
      const lane = this.#nextLane(tried);
      if (!lane) return undefined;
      for (const conversation of lane.ready) {
        if (conversation.blockedUntil > now) continue;
        const item = conversation.lines[lane.index]?.shift();
        if (!item) {
          lane.ready.delete(conversation);
          continue;
        }
        conversation.underWay = item.messageId;
        conversation.waiting -= 1;
        for (const other of this.#lanes) other.ready.delete(conversation);
        lane.size -= 1;
        lane.pass += 1 / lane.weight;
        this.#known.delete(item.messageId);
        return item;
      }
      tried |= 1 << lane.index;
    }
  }

  /** The message under way has its answer: the next of the conversation may go, at the earliest at `blockedUntil`. */
  release(contactId: string, blockedUntil = 0): void {
    const conversation = this.#conversations.get(contactId);
    if (!conversation) return;
    conversation.underWay = null;
    conversation.blockedUntil = Math.max(conversation.blockedUntil, blockedUntil);
    if (conversation.waiting === 0) {
      if (blockedUntil === 0) this.#conversations.delete(contactId);
      return;
    }
    for (const lane of this.#lanes) if (conversation.lines[lane.index]?.length) lane.ready.add(conversation);
  }

  /** Keeps a conversation from sending until an instant, whether or not anything waits in it. */
  block(contactId: string, until: number): void {
    const conversation = this.#conversation(contactId);
    conversation.blockedUntil = Math.max(conversation.blockedUntil, until);
  }

  /** The earliest instant at which a blocked conversation may go on; undefined when none is blocked. */
  nextUnblockAt(now: number): number | undefined {
    let next: number | undefined;
    for (const conversation of this.#conversations.values()) {
      if (conversation.blockedUntil <= now) this.#forget(conversation);
      else if (conversation.waiting > 0) next = Math.min(next ?? Infinity, conversation.blockedUntil);
    }
    return next;
  }

  /** Forgets every waiting message; messages on their way keep their conversations. */
  clear(): void {
    this.#known.clear();
    for (const lane of this.#lanes) {
      lane.ready.clear();
      lane.size = 0;
    }
    for (const conversation of this.#conversations.values()) {
      conversation.lines = [];
      conversation.waiting = 0;
      if (conversation.blockedUntil === 0) this.#forget(conversation);
    }
  }

  #forget(conversation: Conversation<T>): void {
    if (conversation.underWay === null && conversation.waiting === 0)
      this.#conversations.delete(conversation.contactId);
  }

  /** `tried` has a bit for each lane of which nothing may go now. */
  #nextLane(tried: number): Lane<T> | undefined {
    let best: Lane<T> | undefined;
    for (const lane of this.#lanes) {
      if (!lane.open || lane.ready.size === 0 || (tried & (1 << lane.index)) !== 0) continue;
      if (!best || lane.pass < best.pass) best = lane;
    }
    return best;
  }

  // A lane that was idle starts at the present virtual time: it gets its share from now on, not a credit for its rest.
  #currentPass(): number {
    let pass = Infinity;
    for (const lane of this.#lanes) if (lane.size > 0) pass = Math.min(pass, lane.pass);
    return pass === Infinity ? 0 : pass;
  }

  #lane(name: Purpose): Lane<T> {
    const lane = this.#laneOf.get(name);
    if (!lane) throw new Error(`There is no lane ${name}.`);
    return lane;
  }

  #conversation(contactId: string): Conversation<T> {
    let conversation = this.#conversations.get(contactId);
    if (!conversation) {
      conversation = { contactId, underWay: null, blockedUntil: 0, lines: [], waiting: 0 };
      this.#conversations.set(contactId, conversation);
    }
    return conversation;
  }
}
