import type { AccountBreaker, Pass } from '#channels/breaker.ts';
import type { SendOutcome } from '#channels/provider.ts';
import { type Decision, type Purpose, purposes } from '#messages/message.ts';
import { failpointFlag } from '#platform/failpoints.ts';
import { countPatient, takeBatch } from './batch.ts';
import { AdaptiveBucket, PairLimits } from './buckets.ts';
import { decideAtDispatch, isNews } from './dispatch-decision.ts';
import { FairQueue } from './fair-queue.ts';
import { LaneReader } from './lane-reader.ts';
import { Marker } from './marker.ts';
import { listWaitingRetries, type MarkedMessage, type ReadyMessage, withdrawStranded } from './outbox-store.ts';
import { callProvider, requestOf } from './provider-call.ts';
import { QueueRoom } from './queue-room.ts';
import { type Reaction, reactTo } from './reaction.ts';
import type { SenderAccount, WorkerDeps } from './sender-account.ts';
import { settlementOf, settlementOfRefusal } from './settlement.ts';
import { adoptAbandoned } from './unknown-store.ts';
import { WakeTimer } from './wake-timer.ts';

interface Item extends ReadyMessage {
  pairRefusals: number;
  /** While it is on its way: what the breaker learns of it. */
  pass?: Pass;
}

const maxInFlight = 256;
const markBatch = 128;
const memoryLimit = 2_000;
/** A pause of the process this long between the commit and the write: the world may have changed, so nothing is written. */
const staleAfterMs = 2_000;
const stoodStill = 'The process stood still between the commit and the write.';
const retryReadMs = 1_000;
const holdMs = 250;
const longestWaitMs = 60_000;
/** Longer than the total time limit of a call: a mark of ours this old that is not under way here was never used. */
const strandedAfterSeconds = 25;

/** That this process stood still is no word about the provider. */
const isOurs = (outcome: SendOutcome): boolean => outcome.outcome === 'not_written' && outcome.reason === stoodStill;

/** Sends the messages of one sender, while this process holds the sender's lease. */
export class SenderWorker {
  readonly senderId: string;
  readonly #workspaceId: string;
  readonly #fence: number;
  readonly #deps: WorkerDeps;
  readonly #queue = new FairQueue<Item>();
  readonly #readers: ReadonlyMap<Purpose, LaneReader>;
  /** Of the account, and so of its other senders too. */
  readonly #breaker: AccountBreaker;
  readonly #pairs = new PairLimits();
  readonly #bucket: AdaptiveBucket;
  readonly #marker: Marker;
  /** For providers with a queue of their own. */
  readonly #room: QueueRoom | null;
  /** Monotonic milliseconds. From here on another process may have the sender. */
  #leaseUntil: number;
  #inFlight = 0;
  /** Monotonic milliseconds. For a reason of our own: that is no word about the provider. */
  #heldUntil = 0;
  /** Until when there may be marks whose answer was lost; looking for them reads the sender's whole queue. */
  #sweepUntil = 0;
  #marking = false;
  #stopped = false;
  readonly #underWay = new Set<string>();
  /** Lanes in which a message becomes due. */
  readonly #timer = new WakeTimer<Purpose>((lanes) => {
    for (const lane of lanes) this.#reader(lane).wake('beginning');
    this.pump();
  });
  #idle: (() => void)[] = [];
  readonly #forgetBreaker: () => void;
  /** Another owner counts what this one marked as lost: it must not be written after that, however late its turn comes. */
  readonly #whileOurs = {
    reasonNotToWrite: () =>
      performance.now() < this.#leaseUntil || failpointFlag('skipFence') ? undefined : stoodStill,
  };

  constructor(account: SenderAccount, lease: { fence: number; until: number }, deps: WorkerDeps) {
    this.senderId = account.senderId;
    this.#workspaceId = account.workspaceId;
    this.#fence = lease.fence;
    this.#leaseUntil = lease.until;
    this.#deps = deps;
    this.#marker = new Marker(deps.db, {
      workspaceId: account.workspaceId,
      senderId: account.senderId,
      fence: lease.fence,
    });
    this.#readers = new Map(purposes.map((lane) => [lane, new LaneReader(deps.db, account, lane)]));
    this.#bucket = new AdaptiveBucket(account.throughputPerSecond, performance.now());
    this.#room = QueueRoom.of(account, deps, () => this.pump());
    this.#breaker = account.breaker;
    // The probe of one sender opens the way for all. A probe that leaves changes nothing for the others.
    this.#forgetBreaker = this.#breaker.onChange((change) => {
      if (change !== 'probe') this.pump();
    });
  }

  get fence(): number {
    return this.#fence;
  }

  get stats(): { queued: number; inFlight: number; ratePerSecond: number } {
    return { queued: this.#queue.size, inFlight: this.#inFlight, ratePerSecond: this.#bucket.ratePerSecond };
  }

  /** The lease holds for longer: until a monotonic instant that is not after its end by the database's clock. */
  prolong(until: number): void {
    this.#leaseUntil = until;
  }

  /** Takes over: what the last owner left between writing and answer becomes unknown, then the queue is read. Nothing
   *  waits for those: they were written by now, or never will be. */
  async start(): Promise<void> {
    const { db, log } = this.#deps;
    const abandoned = await adoptAbandoned(db, {
      workspaceId: this.#workspaceId,
      senderId: this.senderId,
      fence: this.#fence,
    });
    if (abandoned.length > 0)
      log.warn({ senderId: this.senderId, messages: abandoned.length }, 'unknown outcomes were taken over');
    const now = performance.now();
    for (const retry of await listWaitingRetries(db, this.senderId))
      this.#queue.block(retry.contactId, now + retry.waitMs);
    this.wake();
  }

  /** A message that was committed a moment ago, handed over in memory. */
  offer(message: ReadyMessage): void {
    const reader = this.#reader(message.lane);
    if (!reader.isComplete || this.#queue.size >= memoryLimit) {
      reader.miss();
      return;
    }
    this.#queue.push({ ...message, pairRefusals: 0 });
  }

  /** Messages may be in the database that were not offered. */
  missed(): void {
    for (const reader of this.#readers.values()) {
      reader.miss();
      reader.wake('beginning');
    }
    this.pump();
  }

  /** Something changed, it is not known what: the queue is read again from its beginning. */
  wake(): void {
    for (const reader of this.#readers.values()) reader.wake('beginning');
    this.pump();
  }

  /** The oldest waiting message of the lane is due in so many milliseconds (from the regular look at all senders). */
  notice(lane: Purpose, dueInMs: number): void {
    if (dueInMs > 0) {
      this.#timer.wakeIn(dueInMs + 2, lane);
      return;
    }
    this.#reader(lane).wake('beginning');
    this.pump();
  }

  /** Puts messages back that a lost answer of the database left marked, though nothing was written for them. */
  async sweep(): Promise<void> {
    if (performance.now() > this.#sweepUntil) return;
    const key = { workspaceId: this.#workspaceId, senderId: this.senderId, fence: this.#fence };
    const rows = await withdrawStranded(this.#deps.db, key, [...this.#underWay], strandedAfterSeconds);
    if (rows.length > 0)
      this.#deps.log.warn({ senderId: this.senderId, messages: rows.length }, 'marks without a send were taken back');
  }

  /** Takes no more, and resolves when everything under way has its outcome on record. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forgetBreaker();
    this.#timer.stop();
    this.#queue.clear();
    if (this.#inFlight > 0 || this.#marking) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Sends what may go now. */
  pump(): void {
    if (this.#stopped || this.#marking) return;
    const account = this.#deps.account(this.senderId);
    if (!account) return;
    this.#bucket.configure(account.throughputPerSecond);
    this.#refill(account);
    const now = performance.now();
    const isHalted = account.paused !== null || account.stopped !== null;
    // While the provider does not answer, one message of the account at a time is the probe.
    const passes = this.#breaker.room(now);
    if (isHalted || passes === 0 || now < this.#heldUntil) {
      const waitMs = Math.max(this.#heldUntil - now, passes === 0 ? this.#breaker.waitMs(now) : 0);
      if (!isHalted) this.#timer.wakeIn(Math.min(waitMs, longestWaitMs));
      return;
    }
    const free = maxInFlight - this.#inFlight;
    if (free <= 0 || (free < 32 && this.#inFlight > 32)) return;
    if (this.#queue.size === 0) return;
    const room = this.#room?.available(now) ?? markBatch;
    const allowed = Math.min(free, markBatch, this.#bucket.available(now), room, passes);
    this.#bucket.ramp(this.#breaker.rampFrom);
    const ramp = this.#bucket.availableToPatient(now);
    const batch = takeBatch(this.#queue, this.#pairs, account, { allowed, patient: ramp }, now);
    if (batch.length > 0) {
      this.#bucket.take(batch.length, countPatient(batch));
      this.#inFlight += batch.length;
      this.#room?.take(batch.length);
      this.#marking = true;
      const pass = this.#breaker.leave(now);
      for (const item of batch) item.pass = pass;
      void this.#dispatch(account, batch);
      return;
    }
    const unblockAt = this.#queue.nextUnblockAt(now);
    const waits = [
      this.#bucket.available(now) > 0 ? Infinity : this.#bucket.waitMs(now),
      this.#room?.waitMs(now) || Infinity,
      unblockAt === undefined ? Infinity : unblockAt - now,
      ramp > 0 ? Infinity : this.#bucket.patientWaitMs(now),
    ];
    const wait = Math.min(...waits);
    if (wait !== Infinity) this.#timer.wakeIn(wait);
  }

  #refill(account: SenderAccount): void {
    for (const [lane, reader] of this.#readers) {
      if (reader.wantsToRead(this.#queue.sizeOf(lane)) && !account.stoppedLanes.has(lane)) void this.#readInto(reader);
    }
  }

  async #readInto(reader: LaneReader): Promise<void> {
    try {
      const rows = await reader.read();
      if (this.#stopped) return;
      for (const row of rows) this.#queue.push({ ...row, pairRefusals: 0 });
    } catch (error) {
      this.#deps.log.warn({ senderId: this.senderId, error }, 'the outbox could not be read');
      this.#timer.wakeIn(retryReadMs);
      return;
    }
    this.pump();
  }

  async #dispatch(account: SenderAccount, batch: Item[]): Promise<void> {
    let marks: Awaited<ReturnType<Marker['mark']>>;
    try {
      marks = await this.#marker.mark(batch, account);
    } catch (error) {
      this.#deps.log.warn({ senderId: this.senderId, error }, 'messages could not be marked for dispatch');
      this.#putBack(batch);
      return;
    }
    const byId = new Map(marks.marked.map((row) => [row.messageId, row]));
    this.#marking = false;
    for (const item of batch) {
      const row = byId.get(item.messageId);
      if (row) this.#underWay.add(item.messageId);
      if (row) void this.#sendOne(account, item, row, marks.committedAt);
      // Canceled meanwhile, or another owner has the sender: not ours to send.
      else this.#finish(item, 0);
    }
    this.pump();
  }

  // Nothing was written. In front of their lines, so that nothing overtakes them; `sweep` finds a mark that comes late.
  #putBack(batch: Item[]): void {
    const now = performance.now();
    this.#heldUntil = now + holdMs;
    this.#sweepUntil = now + 4 * strandedAfterSeconds * 1000;
    this.#marking = false;
    this.#bucket.giveBack(batch.length, countPatient(batch));
    for (const item of batch) {
      this.#pairs.giveBack(item.contactId);
      if (!this.#stopped) this.#queue.push(item, 'front');
    }
    for (const item of batch) this.#finish(item, 0);
  }

  async #sendOne(account: SenderAccount, item: Item, row: MarkedMessage, committedAt: number): Promise<void> {
    const decision = decideAtDispatch(account, item, row);
    if (decision.outcome !== 'send') return this.#refuse(account, item, row, decision);
    const startedAt = performance.now();
    let outcome: SendOutcome;
    if (startedAt - committedAt > staleAfterMs) {
      outcome = { outcome: 'not_written', reason: stoodStill };
    } else {
      outcome = await this.#call(account, item, row);
    }
    if (!isOurs(outcome)) this.#deps.onAttempt(account, outcome, performance.now() - startedAt);
    await this.#react(account, item, row, outcome);
  }

  #call(account: SenderAccount, item: Item, row: MarkedMessage): Promise<SendOutcome> {
    const request = requestOf(account, item, row, this.#deps.callbackKey);
    return callProvider(this.#deps.tracing, account, item, row.attemptNo, request, this.#whileOurs);
  }

  async #refuse(
    account: SenderAccount,
    item: Item,
    row: MarkedMessage,
    decision: Exclude<Decision, { outcome: 'send' }>,
  ): Promise<void> {
    if (isNews(account, item, decision)) {
      this.#heldUntil = performance.now() + holdMs;
      this.#deps.stale();
    }
    this.#bucket.giveBack(1, countPatient([item]));
    this.#pairs.giveBack(item.contactId);
    await this.#deps.settle(settlementOfRefusal(this.senderId, item, row, decision));
    this.#underWay.delete(item.messageId);
    this.#finish(item, 0);
  }

  async #react(account: SenderAccount, item: Item, row: MarkedMessage, outcome: SendOutcome): Promise<void> {
    const reaction = reactTo(outcome, item, Math.random());
    const now = performance.now();
    if (!reaction.unhealthy) item.pass?.succeed(now);
    else if (!isOurs(outcome)) item.pass?.fail(now);
    if (reaction.slowSenderMs !== null) this.#bucket.slowDown(now, reaction.slowSenderMs);
    // Under way until its outcome is on record: while the database is away the mark is old, but not stranded.
    const written = this.#deps
      .settle(settlementOf(this.senderId, item, row, reaction.settlement))
      .then(() => void this.#underWay.delete(item.messageId));
    const again = reaction.settlement.next === 'requeue';
    // The next of the conversation follows the provider's answer. A message that goes back must be on record first,
    // or the mark of its next attempt would not find it in the queue.
    if (again || reaction.settlement.next === 'unknown') await written;
    await this.#takeConsequences(account, item, row, reaction, outcome).catch((error: unknown) =>
      // The next refusal says the same again: a database that is away now need not end the process.
      this.#deps.log.warn({ senderId: this.senderId, error }, 'a pause or a suppression could not be written'),
    );
    const scope = outcome.outcome === 'throttled' ? outcome.scope : null;
    if (again && reaction.staysInLine && !this.#stopped) {
      this.#queue.push(
        {
          ...item,
          tries: item.tries + (reaction.settlement.countsAsTry ? 1 : 0),
          pairRefusals: item.pairRefusals + (scope === 'pair' ? 1 : 0),
        },
        'front',
      );
    }
    this.#finish(item, reaction.conversationWaitMs, outcome.outcome === 'accepted' || outcome.outcome === 'unknown');
    await written;
  }

  async #takeConsequences(
    account: SenderAccount,
    item: Item,
    mark: MarkedMessage,
    reaction: Reaction,
    outcome: SendOutcome,
  ): Promise<void> {
    const { pause, suppress } = reaction;
    const title = outcome.outcome === 'rejected' ? outcome.error.title : '';
    if (pause) await this.#deps.pause(account, pause.scope, pause.reason, mark.decidedAt);
    if (suppress) await this.#deps.suppress(account, item.contactId, suppress, title);
    if (outcome.outcome === 'rejected') await this.#deps.learn(account, item, outcome.error, mark.decidedAt);
  }

  #finish(item: Item, conversationWaitMs: number, mayBeInQueue = false): void {
    this.#inFlight -= 1;
    item.pass?.giveBack(performance.now());
    this.#room?.end(mayBeInQueue);
    this.#queue.release(item.contactId, conversationWaitMs > 0 ? performance.now() + conversationWaitMs : 0);
    if (this.#inFlight === 0 && this.#stopped) for (const resolve of this.#idle.splice(0)) resolve();
    this.pump();
  }

  #reader(lane: Purpose): LaneReader {
    const reader = this.#readers.get(lane);
    if (!reader) throw new Error(`There is no lane ${lane}.`);
    return reader;
  }
}
