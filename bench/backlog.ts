import { machineMs, poll, quantile } from './clock.ts';
import type { Bench } from './figures.ts';
import type { PacedLoad } from './load.ts';
import type { Subject } from './subject.ts';

/** One-time codes while many marketing messages wait for the same sender. */
export interface Codes {
  /** Marketing messages that wait when the codes begin. */
  waiting: number;
  codesPerSecond: number;
  runs: CodesRun[];
}

/** At one rate of the sender, which codes and marketing share. */
interface CodesRun {
  senderPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Marketing that left meanwhile: the sender was not idle. */
  marketingPerSecond: number;
}

const codesPerSecond = 20;
// What a number of the Cloud API may send as a rule, and what a large one may.
const senderRates = [80, 1_000];
// Nobody else of a run is written to at these numbers, so the first message that arrives there is the code.
const firstCodeNumber = 5_000_000;
const chunk = 100_000;

/** From the begin of an API call with a one-time code to its arrival at the provider, at a steady pace, in front of a
 *  backlog of marketing that leaves as fast as the sender may. Leaves the sender with an empty queue. */
export async function oneTimeCodes(bench: Bench, waiting: number, seconds: number): Promise<Codes> {
  const { subject } = bench;
  const runs: CodesRun[] = [];
  await subject.pauseSender();
  await queueMarketing(subject, waiting);
  for (const [n, senderPerSecond] of senderRates.entries()) {
    await setRate(subject, senderPerSecond);
    await subject.resumeSender();
    runs.push(await sendCodes(bench, { senderPerSecond, seconds, offset: firstCodeNumber + n * 100_000 }));
    await subject.pauseSender();
    await nothingUnderWay(subject);
  }
  await subject.db.query('truncate outbox');
  await setRate(subject, 100_000);
  await subject.resumeSender();
  return { waiting, codesPerSecond, runs };
}

async function sendCodes(
  { subject, sink, load }: Bench,
  run: { senderPerSecond: number; seconds: number; offset: number },
): Promise<CodesRun> {
  const count = codesPerSecond * run.seconds;
  await sink.call('reset', { keepArrivals: true });
  const options: PacedLoad = {
    origin: subject.origin,
    apiKey: subject.apiKey,
    purpose: 'authentication',
    count,
    offset: run.offset,
    contacts: 10_000_000,
    perSecond: codesPerSecond,
  };
  const startedAt = machineMs();
  const begunAt = await load.call<Map<string, number>>('paced', options);
  const { posts } = await sink.call<{ posts: number }>('stats');
  const elapsedSeconds = (machineMs() - startedAt) / 1000;
  const arrivedAt = await poll('The last code arrives', 60_000, 100, async () => {
    const arrivals = await sink.call<Map<string, number>>('arrivals');
    return [...begunAt.keys()].every((to) => arrivals.has(to)) ? arrivals : undefined;
  });
  const times = [...begunAt].map(([to, at]) => (arrivedAt.get(to) ?? Number.NaN) - at);
  const marketing = await countWaiting(subject);
  if (marketing < 1_000) throw new Error(`Only ${marketing} messages wait: nothing stood before the codes.`);
  return {
    senderPerSecond: run.senderPerSecond,
    p50Ms: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    marketingPerSecond: Math.max(0, posts - count) / elapsedSeconds,
  };
}

/** Puts copies of the newest message into the outbox, each with an id of its own, spread over the known contacts: what
 *  accepting them would have written, without the time it takes. */
async function queueMarketing(subject: Subject, total: number): Promise<void> {
  const client = await subject.db.connect();
  try {
    await client.query(`
      create temporary table marketing as
        select m as message from message m where direction = 'outbound' and type = 'template' order by id desc limit 1;
      create temporary table addressee as
        select contact_id, value, row_number() over () - 1 as n from identity where kind = 'phone' and channel <> 'any'`);
    for (let from = 0; from < total; from += chunk) {
      await client.query(
        `with fresh as materialized (
           select n, uuidv7() as id, (n::bigint * 7919) % (select count(*) from addressee) as person
           from generate_series($1::int, $2::int - 1) as n
         ), said as (
           insert into message (workspace_id, id, direction, sender_id, contact_id, purpose, type, content, address, address_kind, tags,
                                metadata, expires_at, created_at, decision, actor, traceparent)
           select (message).workspace_id, id, 'outbound', (message).sender_id, contact_id, 'marketing', (message).type, (message).content,
                  value, (message).address_kind, (message).tags, (message).metadata, now() + interval '1 day', now(), (message).decision,
                  (message).actor, (message).traceparent
           from fresh join addressee on addressee.n = person, marketing
         )
         insert into outbox (workspace_id, message_id, sender_id, contact_id, lane, due_at, expires_at, needs_window)
         select (message).workspace_id, id, (message).sender_id, contact_id, 'marketing', now(), now() + interval '1 day', false
         from fresh join addressee on addressee.n = person, marketing`,
        [from, Math.min(from + chunk, total)],
      );
    }
    await client.query('drop table marketing, addressee');
    // A backlog of hours, not of the last seconds: the housekeeping of its tables is done.
    await client.query('vacuum (analyze) message');
    await client.query('vacuum (analyze) outbox');
    await client.query('checkpoint');
    const waiting = await countWaiting(subject);
    if (waiting !== total) throw new Error(`${waiting} messages wait instead of ${total}.`);
  } finally {
    client.release();
  }
}

/** The server reads it with the next pause or resumption. */
async function setRate({ db }: Subject, perSecond: number): Promise<void> {
  await db.query('update sender set throughput_per_second = $1', [perSecond]);
}

async function countWaiting({ db }: Subject): Promise<number> {
  const { rows } = await db.query<{ waiting: number }>('select count(*)::int as waiting from outbox');
  return rows[0]?.waiting ?? 0;
}

async function nothingUnderWay({ db }: Subject): Promise<void> {
  await poll('Nothing is under way', 60_000, 100, async () => {
    const { rows } = await db.query(`select from outbox where state <> 'queued' limit 1`);
    return rows.length === 0 ? true : undefined;
  });
}
