import { beforeEach, expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { createLog } from '#platform/telemetry.ts';
import { MessagePath } from '#testing/message-path.ts';
import type { AccountBreaker } from './breaker.ts';
import { Breakers } from './breakers.ts';
import { listOpenBreakers } from './breakers-store.ts';

const { database, path } = await MessagePath.ofFile();

/** What one process knows of the account. */
class Process {
  readonly breakers = new Breakers(path.worker, createLog({ level: 'silent' }));
  readonly breaker: AccountBreaker = this.breakers.of(path.workspaceId, path.connectionId);

  fail(times = 5): void {
    const now = performance.now();
    for (let left = times; left > 0; left -= 1) this.breaker.leave(now).fail(now);
  }

  /** As the directory does after each notification. */
  async listen(now = performance.now()): Promise<string> {
    this.breakers.hear(await listOpenBreakers(path.worker), now);
    return this.breaker.state(now);
  }
}

const rows = () => listOpenBreakers(path.worker);
const written = (count: number) => expect.poll(async () => (await rows()).length).toBe(count);

beforeEach(() => database.db.query(sql`truncate open_breaker`));

it('what one process found out, the others know: they keep the messages and do not probe', async () => {
  const [one, other] = [new Process(), new Process()];
  one.fail();
  await written(1);
  expect(await other.listen()).toBe('open');
  // The first pause is over long since for the one that sees to it; the other leaves the probe to it.
  const later = performance.now() + 2_000;
  expect(one.breaker.room(later)).toBe(1);
  expect(other.breaker.room(later)).toBe(0);
});

it('the answer to the probe of one process closes the breaker of all', async () => {
  const [one, other] = [new Process(), new Process()];
  one.fail();
  await written(1);
  await other.listen();
  const later = performance.now() + 1_000;
  one.breaker.leave(later).succeed(later);
  await written(0);
  expect(await other.listen(later)).toBe('closed');
});

it('when the process that sees to the probes dies, another one takes over', async () => {
  const [dead, heir] = [new Process(), new Process()];
  dead.fail();
  await written(1);
  await heir.listen();
  await database.db.query(sql`update open_breaker set expires_at = now() - interval '1 second'`);
  expect(await heir.listen()).toBe('half_open');
  const [before] = await rows();
  const now = performance.now();
  heir.breaker.leave(now).fail(now);
  await expect.poll(async () => (await rows())[0]?.holder).not.toBe(before?.holder);
  // The dead one was only slow: it hears of its heir, and waits.
  expect(await dead.listen()).toBe('open');
});

it('a probe under way is told, so that nobody takes the silence for an end', async () => {
  const one = new Process();
  one.fail();
  await written(1);
  one.breaker.leave(performance.now());
  await expect.poll(async () => (await rows())[0]?.remaining_ms).toBeGreaterThan(20_000);
});

it('what an operator forces is not told as an outage', async () => {
  const one = new Process();
  one.breaker.force({ state: 'open', until: Number.POSITIVE_INFINITY }, performance.now());
  expect(await one.listen()).toBe('open');
  expect(await rows()).toEqual([]);
});

it('an account whose connection is gone is told of by nobody', async () => {
  const breakers = new Breakers(path.worker, createLog({ level: 'silent' }));
  const breaker = breakers.of(path.workspaceId, '00000000-0000-7000-8000-000000000000');
  const now = performance.now();
  for (let left = 5; left > 0; left -= 1) breaker.leave(now).fail(now);
  const one = new Process();
  one.fail();
  await written(1);
});
