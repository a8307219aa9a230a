import { purposes } from '#messages/message.ts';
import type { Database } from '#platform/database.ts';
import { failpoint } from '#platform/failpoints.ts';
import { GroupCommit } from '#queue/group-commit.ts';
import { acquireLeases, releaseLeases } from '#queue/lease.ts';
import { listNextDue, type ReadyMessage, type Settlement, settleBatch } from './outbox-store.ts';
import type { SenderAccount, WorkerDeps } from './sender-account.ts';
import { SenderWorker } from './sender-worker.ts';

export interface DispatcherDeps extends Omit<WorkerDeps, 'settle'> {
  /** Leases are kept by this one: a pool that statements which wait for something cannot use up. */
  leases: Database;
  /** Names this process among the holders of leases. */
  instanceId: string;
  /** Every sender that should be sent for. */
  senders: () => SenderAccount[];
  /** No other process accepts messages. */
  isAlone: () => boolean;
}

const leaseSeconds = 6;
const beatMs = 2_000;
const pollMs = 200;
/** So many polls are left out while nothing can have come past this process. */
const quietPolls = 5;
const sweepMs = 10_000;
const settleRetryMs = 250;
/** The longest call plus the time to write its outcome down. */
const stopBudgetMs = 25_000;

/** Owns as many senders as it can get a lease for, and runs a worker for each. */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  readonly #workers = new Map<string, SenderWorker>();
  readonly #settlements: GroupCommit<Settlement, void>;
  #timers: NodeJS.Timeout[] = [];
  #beating: Promise<void> | null = null;
  #stopped = false;
  #polls = 0;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#settlements = new GroupCommit<Settlement, void>({
      maxBatch: 500,
      maxWaiting: Infinity,
      onFull: () => new Error('unreachable'),
      flush: async (settlements) => {
        await failpoint('dispatch.beforeOutcomeCommit');
        await settleBatch(deps.db, settlements);
        await failpoint('dispatch.afterOutcomeCommit');
        return settlements.map(() => undefined);
      },
    });
  }

  async start(): Promise<void> {
    await this.#beat();
    this.#timers = [
      setInterval(() => void this.#beat(), beatMs),
      setInterval(() => void this.#poll(), pollMs),
      setInterval(() => void this.#sweep(), sweepMs),
    ];
  }

  /**
   * Messages that accept committed a moment ago. They join the line in memory while this is the only process. Otherwise an
   * older one of the same conversation, accepted elsewhere, may still wait in the table: then the table is read, in order.
   * Those of senders that another process owns are found by its poll.
   */
  offer(messages: (ReadyMessage & { senderId: string })[]): void {
    const touched = new Set<SenderWorker>();
    const isAlone = this.#deps.isAlone();
    for (const message of messages) {
      const worker = this.#workers.get(message.senderId);
      if (!worker) continue;
      if (isAlone) worker.offer(message);
      touched.add(worker);
    }
    for (const worker of touched) {
      if (isAlone) worker.pump();
      else worker.missed();
    }
  }

  /** Messages may be in the database that were not offered. Until they are read, an offer is no way past them. */
  missed(): void {
    for (const worker of this.#workers.values()) worker.missed();
  }

  /** Something about senders changed: a new one, a pause, a lane. */
  wake(): void {
    void this.#beat();
    for (const worker of this.#workers.values()) worker.wake();
  }

  owns(senderId: string): boolean {
    return this.#workers.has(senderId);
  }

  stats(): { senderId: string; queued: number; inFlight: number; ratePerSecond: number }[] {
    return [...this.#workers.values()].map((worker) => ({ senderId: worker.senderId, ...worker.stats }));
  }

  /** Claims no more, lets what is under way finish, writes every outcome, and gives the leases back. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#beating;
    // The leases stay ours while the last calls are under way.
    const keepAlive = setInterval(() => void this.#renew().catch(() => undefined), beatMs);
    const finished = Promise.all([...this.#workers.values()].map((worker) => worker.stop())).then(() =>
      this.#settlements.drain(),
    );
    await Promise.race([finished, new Promise((resolve) => setTimeout(resolve, stopBudgetMs).unref())]);
    clearInterval(keepAlive);
    await releaseLeases(this.#deps.leases, this.#deps.instanceId, [...this.#workers.keys()].map(leaseName)).catch(
      () => undefined,
    );
    this.#workers.clear();
  }

  /** Writes an outcome down; tries until the database takes it, because the outcome is known only here. */
  async settle(settlement: Settlement): Promise<void> {
    for (;;) {
      try {
        await this.#settlements.add(settlement);
        return;
      } catch (error) {
        this.#deps.log.error({ error }, 'outcomes could not be written; trying again');
        await new Promise((resolve) => setTimeout(resolve, settleRetryMs));
      }
    }
  }

  #beat(): Promise<void> {
    this.#beating ??= this.#renew()
      .catch((error: unknown) => this.#deps.log.warn({ error }, 'leases could not be renewed'))
      .finally(() => {
        this.#beating = null;
      });
    return this.#beating;
  }

  async #renew(): Promise<void> {
    const accounts = new Map(this.#deps.senders().map((account) => [account.senderId, account]));
    // Before the database is asked: its clock starts the lease later than this one.
    const until = performance.now() + leaseSeconds * 1000;
    const wanted = this.#stopped ? [...this.#workers.keys()] : [...accounts.keys()];
    const leases = await acquireLeases(this.#deps.leases, this.#deps.instanceId, wanted.map(leaseName), leaseSeconds);
    const held = new Map(leases.map((lease) => [lease.name.slice('sender:'.length), lease.fence]));
    for (const [senderId, worker] of this.#workers) {
      if (held.get(senderId) === worker.fence) {
        worker.prolong(until);
        continue;
      }
      // The sender is gone, or another process took over while this one stood still. Its fence keeps ours from marking anything more.
      this.#workers.delete(senderId);
      if (accounts.has(senderId)) this.#deps.log.warn({ senderId }, 'the lease of a sender was lost');
      void worker.stop();
    }
    if (this.#stopped) return;
    for (const [senderId, fence] of held) {
      const account = accounts.get(senderId);
      if (!account || this.#workers.has(senderId)) continue;
      const worker = new SenderWorker(
        account,
        { fence, until },
        { ...this.#deps, settle: (settlement) => this.settle(settlement) },
      );
      await worker.start();
      this.#workers.set(senderId, worker);
    }
  }

  async #poll(): Promise<void> {
    if (this.#workers.size === 0) return;
    if (this.#deps.isAlone() && (this.#polls += 1) % quietPolls !== 0) return;
    try {
      for (const row of await listNextDue(this.#deps.db, [...this.#workers.keys()], purposes)) {
        this.#workers.get(row.senderId)?.notice(row.lane, row.dueInMs);
      }
    } catch (error) {
      this.#deps.log.warn({ error }, 'the outbox could not be polled');
    }
  }

  async #sweep(): Promise<void> {
    for (const worker of this.#workers.values()) {
      await worker
        .sweep()
        .catch((error: unknown) => this.#deps.log.warn({ error }, 'stranded marks could not be looked for'));
    }
  }
}

function leaseName(senderId: string): string {
  return `sender:${senderId}`;
}
