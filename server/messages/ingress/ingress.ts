import { isUtf8 } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, isDatabaseBusy, isDatabaseUnavailable, type Queryable } from '#platform/database.ts';
import { failpoint, failpointFlag } from '#platform/failpoints.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import type { Log } from '#platform/telemetry.ts';
import type { SpanOptions, Tracing, WorkSpan } from '#platform/tracing.ts';
import { GroupCommit } from '#queue/group-commit.ts';
import { applyEvents, decodeTask } from './apply.ts';
import type { ApplyDeps } from './placed.ts';
import {
  claimTasks,
  countAttempts,
  deleteTasks,
  type IngressTask,
  insertNotices,
  insertRawWebhooks,
  quarantineTask,
  type RawWebhook,
  uncountAttempts,
} from './ingress-store.ts';

export interface IngressDeps extends ApplyDeps {
  db: Database;
  /** Webhooks are stored by this one: a pool that whatever waits behind them cannot use up. */
  intake: Database;
  log: Log;
  tracing: Tracing;
  onApplied: (webhooks: number) => void;
  /** Sends webhooks on to whom their workspace wants it; in the transaction that applies them, so each once. */
  forward: (tx: Queryable, webhooks: { workspaceId: string; id: string }[]) => Promise<void>;
}

const batchSize = 2_000;
/** A webhook that waited this long may have been tried by a process that died: from now on its tries are counted. */
const oldAfterSeconds = 5;
const maxAttempts = 3;
const pollMs = 1_000;
/** Between two batches that are applied, while more webhooks come in. */
const giveWayMs = 1_000;
const giveWayStepMs = 20;
/** Behind by this much, applying gives way no longer. */
const longestLagMs = 4_000;

/**
 * Takes provider webhooks in: kept first, answered, and applied behind that. The provider repeats a call that we are slow
 * to answer, and each repeat costs a duplicate, so nothing that can fail happens before the answer.
 */
export class Ingress {
  readonly #deps: IngressDeps;
  readonly #appends: GroupCommit<RawWebhook, void>;
  #running: Promise<void> | null = null;
  #again = false;
  #caughtUpAt = performance.now();
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(deps: IngressDeps) {
    this.#deps = deps;
    this.#appends = new GroupCommit<RawWebhook, void>({
      maxBatch: 500,
      maxWaiting: 10_000,
      // A storm at one account does not stand before the webhooks of another.
      lineOf: ({ connectionId }) => connectionId,
      onFull: () => new Fault('overloaded', { detail: 'Too many webhooks wait to be stored.', retryAfterSeconds: 1 }),
      flush: async (webhooks) => {
        await failpoint('ingress.beforeCommit');
        await insertRawWebhooks(deps.intake, webhooks);
        await failpoint('ingress.afterCommit');
        return webhooks.map(() => undefined);
      },
    });
  }

  get waiting(): number {
    return this.#appends.waiting;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), pollMs);
    this.wake();
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    await this.#appends.drain();
    this.#stopped = true;
    await this.#running;
  }

  /** Resolves when the bytes are on disk. */
  async append(workspaceId: string, connectionId: string, body: Buffer, query = ''): Promise<void> {
    const asText = isUtf8(body) && !body.includes(0);
    const stored = this.#appends.add({
      workspaceId,
      id: newId(),
      connectionId,
      body: asText ? body : Buffer.from(body.toString('base64')),
      isBase64: !asText,
      query: Buffer.from(query),
    });
    if (failpointFlag('answerWebhookBeforeCommit')) stored.catch(() => undefined);
    else await stored;
    this.wake();
  }

  wake(): void {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        while (!this.#stopped) {
          const applied = await this.#applyNext();
          if (applied < batchSize) this.#caughtUpAt = performance.now();
          if (applied === 0) break;
          await this.#giveWay();
        }
      } catch (error) {
        this.#deps.log.warn({ error }, 'webhooks could not be applied; trying again');
        // The timer wakes us: a database that is away is not asked in a tight loop.
        return;
      }
    }
  }

  // In a storm the answers come first: a provider that waits for one sends the same webhook again, and what has gathered
  // meanwhile costs less each. No batch waits for the first of a quiet time, and nothing waits for long.
  async #giveWay(): Promise<void> {
    const until = Math.min(performance.now() + giveWayMs, this.#caughtUpAt + longestLagMs);
    while (!this.#stopped && this.#appends.isBusy && performance.now() < until) await sleep(giveWayStepMs);
  }

  async #applyNext(): Promise<number> {
    const { db, tracing } = this.#deps;
    let tasks: IngressTask[] = [];
    let old: IngressTask[] = [];
    let span = undefined as WorkSpan | undefined;
    try {
      await db.transaction(async (tx) => {
        // A conflict runs this again.
        span?.end();
        span = undefined;
        tasks = [];
        const claimed = await claimTasks(tx, batchSize, oldAfterSeconds);
        old = claimed.filter((task) => task.isOld);
        const untried = old.filter((task) => task.attempts === 0);
        if (untried.length > 0) await countAttempts(tx, untried);
        if (old.length > 0) return;
        tasks = claimed;
        if (tasks.length === 0) return;
        span = tracing.startSpan(spanName, spanOf(tasks));
        await this.#apply(tx, tasks, span);
      });
      span?.end();
      if (old.length > 0) return await this.#applyOld(old);
      await failpoint('ingress.afterApplyCommit');
      return tasks.length;
    } catch (error) {
      span?.fail(error);
      span?.end();
      if (isDatabaseUnavailable(error) || tasks.length === 0) throw error;
      for (const task of tasks) await this.#applyAlone(task, error);
      return tasks.length;
    } finally {
      if (tasks.length > 0) this.#deps.onApplied(tasks.length);
    }
  }

  // A task that has waited is tried alone, and the try is on record before it begins: what ends the process each time is
  // found out and put aside, and everything behind it goes on.
  async #applyOld(old: IngressTask[]): Promise<number> {
    const { db } = this.#deps;
    const [fresh, tried] = [old.filter((task) => task.attempts === 0), old.filter((task) => task.attempts > 0)];
    if (fresh.length > 0) {
      try {
        await this.#applyTogether(fresh);
      } catch (error) {
        if (isDatabaseUnavailable(error)) await this.#giveUpFor(fresh, error);
        for (const task of fresh) await this.#applyAlone(task, error);
      }
    }
    for (const task of tried) {
      if (task.attempts >= maxAttempts) {
        // That we cannot read it does not mean that its receiver cannot.
        await db.transaction(async (tx) => {
          await this.#deps.forward(tx, [task]);
          await quarantineTask(tx, task, `Its ${task.attempts} tries ended with the process or failed.`);
        });
        continue;
      }
      // Counted one by one: what stands behind the one that ends the process was not tried, and must not share its fate.
      await countAttempts(db, [task]);
      await this.#applyAlone(task, undefined).catch((error: unknown) => this.#giveUpFor([task], error));
    }
    this.#deps.onApplied(old.length);
    return old.length;
  }

  // A lock that somebody keeps speaks against no webhook, so the tries do not count. What the database did not survive, or
  // what took it too long, may be the webhook's doing.
  async #giveUpFor(tasks: IngressTask[], error: unknown): Promise<never> {
    const { db, log } = this.#deps;
    if (isDatabaseBusy(error)) {
      await uncountAttempts(db, tasks).catch((failure: unknown) =>
        log.warn({ error: failure }, 'tries of webhooks could not be taken back'),
      );
    }
    throw error;
  }

  #applyTogether(tasks: IngressTask[]): Promise<void> {
    const { db, tracing } = this.#deps;
    return tracing.inSpan(spanName, spanOf(tasks), (span) => db.transaction((tx) => this.#apply(tx, tasks, span)));
  }

  async #apply(tx: Queryable, tasks: IngressTask[], span: WorkSpan): Promise<void> {
    const decoded = tasks.map((task) => {
      const connection = this.#deps.connection(task.connectionId);
      return { task, connection, events: connection ? decodeTask(task, connection) : [] };
    });
    span.set({ 'carillon.events': decoded.reduce((sum, { events }) => sum + events.length, 0) });
    await applyEvents(tx, this.#deps, decoded);
    await insertNotices(
      tx,
      decoded.filter(({ connection }) => !connection).map(({ task }) => orphaned(task)),
    );
    await this.#deps.forward(tx, tasks);
    await deleteTasks(tx, tasks);
  }

  // One bad webhook must not hold up its neighbours, and one bad event in it not the others of the same body.
  async #applyAlone(task: IngressTask, _cause: unknown): Promise<void> {
    const { db, log } = this.#deps;
    try {
      await this.#applyTogether([task]);
      return;
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      log.error(
        { error, rawWebhookId: task.id },
        'a webhook could not be applied as a whole; trying its events one by one',
      );
    }
    const connection = this.#deps.connection(task.connectionId);
    if (!connection) return;
    for (const event of decodeTask(task, connection)) {
      try {
        await db.transaction((tx) => applyEvents(tx, this.#deps, [{ task, connection, events: [event] }]));
      } catch (error) {
        if (isDatabaseUnavailable(error)) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        await insertNotices(db, [
          {
            workspaceId: task.workspaceId,
            id: newId(),
            connectionId: task.connectionId,
            senderId: null,
            rawWebhookId: task.id,
            kind: 'quarantined',
            field: event.kind,
            value: { contentKey: event.contentKey },
            reason,
          },
        ]);
      }
    }
    await db.transaction(async (tx) => {
      await this.#deps.forward(tx, [task]);
      await deleteTasks(tx, [task]);
    });
  }
}

const spanName = 'process webhooks';

// By OpenTelemetry's conventions for messaging. The requests that brought the webhooks are traces of their own.
function spanOf(tasks: IngressTask[]): SpanOptions {
  return {
    kind: 'consumer',
    attributes: {
      'messaging.system': 'carillon',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'webhooks',
      'messaging.batch.message_count': tasks.length,
    },
  };
}

function orphaned(task: IngressTask) {
  return {
    workspaceId: task.workspaceId,
    id: newId(),
    connectionId: task.connectionId,
    senderId: null,
    rawWebhookId: task.id,
    kind: 'unrouted' as const,
    field: 'connection',
    value: null,
    reason: 'The connection was removed before the webhook was applied.',
  };
}
