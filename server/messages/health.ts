import { type Database, type Queryable, sql } from '#platform/database.ts';
import type { PartHealth } from '#platform/health.ts';
import { lag } from '#queue/log.ts';
import { purposes } from './message.ts';

/** Each entry is one transaction's events: a consumer takes some thousand a second. */
const farBehind = 5_000;

export interface MessagePathFigures {
  /** Age of the oldest message that is due and not held, in seconds; null when none waits. */
  oldestDueSeconds: number | null;
  unknown: number;
  webhooksWaiting: number;
  oldestWebhookSeconds: number | null;
  webhooksQuarantined: number;
  /** Of the consumer group that is furthest behind. */
  entriesBehind: number;
  parkedEntries: number;
}

/** How much waits on the message path of these senders. Looks at the heads of the queues, not at their length. */
export async function readMessagePath(db: Queryable, senderIds: string[]): Promise<MessagePathFigures> {
  const [row] = await db.query<Omit<MessagePathFigures, 'entriesBehind' | 'parkedEntries'>>(
    sql`select
          (select max(extract(epoch from now() - first.due_at))::float8
           from unnest(${senderIds}::uuid[]) as s(id) cross join unnest(${purposes}::text[]) as l(lane)
           cross join lateral (
             select o.due_at from outbox o
             where o.sender_id = s.id and o.lane = l.lane and o.due_at <= now() and o.state = 'queued' and o.hold is null
             order by o.due_at limit 1) first) as "oldestDueSeconds",
          (select count(*) from outbox where unknown_at is not null and state = 'unknown') as unknown,
          (select count(*) from (select 1 from ingress_task where state = 'pending' limit 10000) waiting) as "webhooksWaiting",
          (select extract(epoch from now() - min(created_at))::float8 from (select created_at from ingress_task where state = 'pending' order by id limit 1) head) as "oldestWebhookSeconds",
          (select count(*) from (select 1 from ingress_task where state = 'quarantined' limit 10000) parked) as "webhooksQuarantined"`,
  );
  if (!row) throw new Error('The database did not count.');
  const groups = await lag(db);
  return {
    ...row,
    entriesBehind: Math.max(0, ...groups.map(({ entries }) => entries)),
    parkedEntries: groups.reduce((sum, { deadLetters }) => sum + deadLetters, 0),
  };
}

/** The same in words. Waiting messages alone are no fault: a sender has its rate. Pure. */
export function judgeMessagePath(figures: MessagePathFigures): PartHealth {
  const troubles: string[] = [];
  if ((figures.oldestWebhookSeconds ?? 0) > 30) {
    troubles.push(`Webhooks wait for ${Math.round(figures.oldestWebhookSeconds ?? 0)} s to be applied.`);
  }
  if (figures.unknown > 0)
    troubles.push(`${count(figures.unknown, 'message has', 'messages have')} an unknown outcome.`);
  if (figures.webhooksQuarantined > 0) {
    troubles.push(
      `${count(figures.webhooksQuarantined, 'webhook is', 'webhooks are')} quarantined; see GET /v1/webhooks?state=quarantined.`,
    );
  }
  if (figures.entriesBehind >= farBehind) {
    troubles.push(
      `A consumer of the log is ${count(figures.entriesBehind, 'entry', 'entries')} behind: conversations or files come late.`,
    );
  }
  if (figures.parkedEntries > 0) {
    troubles.push(`${count(figures.parkedEntries, 'entry', 'entries')} of the log could not be taken by a consumer.`);
  }
  const oldest = figures.oldestDueSeconds;
  const waiting =
    oldest === null || oldest < 5
      ? 'Messages leave as they become due.'
      : `The oldest due message waits since ${Math.round(oldest)} s.`;
  return troubles.length === 0
    ? { state: 'ok', detail: waiting }
    : { state: 'degraded', detail: `${troubles.join(' ')} ${waiting}` };
}

export function messagePathCheck(db: Database, senderIds: () => string[]): () => Promise<PartHealth> {
  return async () => judgeMessagePath(await readMessagePath(db, senderIds()));
}

function count(n: number, one: string, many: string): string {
  return n === 1 ? `1 ${one}` : `${n >= 10_000 ? 'more than 10,000' : n} ${many}`;
}
