import { purposes, purposePolicies, type Purpose } from '#messages/message.ts';

/** A message as the sender's queue knows it. */
export interface Queued {
  messageId: string;
  contactId: string;
  lane: Purpose;
}

interface Conversation<T extends Queued> {
  /** The id of the message that is on its way; the next one waits for its answer. */
  underWay: string | null;
  /** Monotonic milliseconds; while in the future nothing of this conversation leaves in the lanes it blocks. */
  blockedUntil: number;
  /** Waiting messages by lane, in accepted order. */
  waiting: Map<Purpose, T[]>;
}

interface Lane {
  weight: number;
  /** Virtual time of stride scheduling: the lane with the smallest one is next. */
  pass: number;
  /** Conversations that have a message of this lane and are free, in the order they became so. */
  ready: Set<string>;
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
  readonly #lanes = new Map<Purpose, Lane>();
  readonly #known = new Set<string>();

  constructor() {
    for (const purpose of purposes) {
      this.#lanes.set(purpose, {
        weight: purposePolicies[purpose].weight,
        pass: 0,
        ready: new Set(),
        size: 0,
        open: true,
      });
    }
  }

  get size(): number {
    let size = 0;
    for (const lane of this.#lanes.values()) size += lane.size;
    return size;
  }

  sizeOf(lane: Purpose): number {
    return this.#lane(lane).size;
  }

  has(messageId: string): boolean {
    return this.#known.has(messageId);
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
    if (position === 'back' && this.#conversations.get(item.contactId)?.underWay === item.messageId) return;
    this.#known.add(item.messageId);
    const lane = this.#lane(item.lane);
    if (lane.size === 0) lane.pass = Math.max(lane.pass, this.#currentPass());
    lane.size += 1;
    const conversation = this.#conversation(item.contactId);
    const line = conversation.waiting.get(item.lane);
    if (!line) conversation.waiting.set(item.lane, [item]);
    else if (position === 'front') line.unshift(item);
    else line.push(item);
    if (conversation.underWay === null) lane.ready.add(item.contactId);
  }

  /** Takes the next message that may go at `now` and keeps its conversation for it; undefined when none may. */
  take(now: number): T | undefined {
    const tried = new Set<Lane>();
    for (;;) {
      const lane = this.#nextLane(tried);
      if (!lane) return undefined;
      for (const contactId of lane.ready) {
        const conversation = this.#conversations.get(contactId);
        if (!conversation || conversation.underWay !== null) {
          lane.ready.delete(contactId);
          continue;
        }
        if (conversation.blockedUntil > now) continue;
        const line = conversation.waiting.get(this.#nameOf(lane));
        const item = line?.shift();
        if (!item) {
          lane.ready.delete(contactId);
          continue;
        }
        if (line?.length === 0) conversation.waiting.delete(item.lane);
        conversation.underWay = item.messageId;
        for (const other of this.#lanes.values()) other.ready.delete(contactId);
        lane.size -= 1;
        lane.pass += 1 / lane.weight;
        this.#known.delete(item.messageId);
        return item;
      }
      tried.add(lane);
    }
  }

  /** The message under way has its answer: the next of the conversation may go, at the earliest at `blockedUntil`. */
  release(contactId: string, blockedUntil = 0): void {
    const conversation = this.#conversations.get(contactId);
    if (!conversation) return;
    conversation.underWay = null;
    conversation.blockedUntil = Math.max(conversation.blockedUntil, blockedUntil);
    for (const lane of conversation.waiting.keys()) this.#lane(lane).ready.add(contactId);
    if (conversation.waiting.size === 0 && blockedUntil === 0) this.#conversations.delete(contactId);
  }

  /** Keeps a conversation from sending until an instant, whether or not anything waits in it. */
  block(contactId: string, until: number): void {
    const conversation = this.#conversation(contactId);
    conversation.blockedUntil = Math.max(conversation.blockedUntil, until);
  }

  unblock(contactId: string): void {
    const conversation = this.#conversations.get(contactId);
    if (conversation) conversation.blockedUntil = 0;
  }

  /** The earliest instant at which a blocked conversation may go on; undefined when none is blocked. */
  nextUnblockAt(now: number): number | undefined {
    let next: number | undefined;
    for (const [contactId, conversation] of this.#conversations) {
      if (conversation.blockedUntil <= now) {
        if (conversation.underWay === null && conversation.waiting.size === 0) this.#conversations.delete(contactId);
        continue;
      }
      if (conversation.waiting.size > 0) next = Math.min(next ?? Infinity, conversation.blockedUntil);
    }
    return next;
  }

  /** Forgets every waiting message; messages on their way keep their conversations. */
  clear(): void {
    this.#known.clear();
    for (const lane of this.#lanes.values()) {
      lane.ready.clear();
      lane.size = 0;
    }
    for (const [contactId, conversation] of this.#conversations) {
      conversation.waiting.clear();
      if (conversation.underWay === null && conversation.blockedUntil === 0) this.#conversations.delete(contactId);
    }
  }

  #nextLane(tried: Set<Lane>): Lane | undefined {
    let best: Lane | undefined;
    for (const lane of this.#lanes.values()) {
      if (!lane.open || lane.ready.size === 0 || tried.has(lane)) continue;
      if (!best || lane.pass < best.pass) best = lane;
    }
    return best;
  }

  // A lane that was idle starts at the present virtual time: it gets its share from now on, not a credit for its rest.
  #currentPass(): number {
    let pass = Infinity;
    for (const lane of this.#lanes.values()) if (lane.size > 0) pass = Math.min(pass, lane.pass);
    return pass === Infinity ? 0 : pass;
  }

  #lane(name: Purpose): Lane {
    const lane = this.#lanes.get(name);
    if (!lane) throw new Error(`There is no lane ${name}.`);
    return lane;
  }

  #nameOf(wanted: Lane): Purpose {
    for (const [name, lane] of this.#lanes) if (lane === wanted) return name;
    throw new Error('The lane is not of this queue.');
  }

  #conversation(contactId: string): Conversation<T> {
    let conversation = this.#conversations.get(contactId);
    if (!conversation) {
      conversation = { underWay: null, blockedUntil: 0, waiting: new Map() };
      this.#conversations.set(contactId, conversation);
    }
    return conversation;
  }
}
