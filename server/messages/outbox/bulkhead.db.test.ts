import { afterEach, expect, it } from 'vitest';
import { AccountBreaker } from '#channels/breaker.ts';
import type { ProviderAnswer, ProviderTransport } from '#channels/provider-http.ts';
import type { Purpose } from '#messages/message.ts';
import { sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { createLog } from '#platform/telemetry.ts';
import { Tracing } from '#platform/tracing.ts';
import { aMessageRequest, MessagePath } from '#testing/message-path.ts';
import { Dispatcher } from './dispatcher.ts';
import type { SenderAccount } from './sender-account.ts';

/** A provider account that answers, cannot be reached, or takes calls and says nothing. */
class Account implements ProviderTransport {
  readonly baseUrl = 'http://127.0.0.1:9';
  readonly firstUsedAt = null;
  readonly breaker = new AccountBreaker();
  mode: 'answers' | 'refuses' | 'hangs' = 'answers';
  calls = 0;
  underWay = 0;
  mostAtOnce = 0;
  #letGo: (() => void)[] = [];

  async send(): Promise<ProviderAnswer> {
    this.calls += 1;
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    if (this.mode === 'hangs') await new Promise<void>((resolve) => this.#letGo.push(resolve));
    else await new Promise((resolve) => setImmediate(resolve));
    this.underWay -= 1;
    if (this.mode === 'refuses') return { kind: 'not_written', reason: 'the connection was refused' };
    const body = Buffer.from(
      JSON.stringify({
        messaging_product: 'whatsapp',
        contacts: [{ input: '15550001111', wa_id: '15550001111' }],
        messages: [{ id: `wamid.${newId()}` }],
      }),
    );
    return { kind: 'answer', response: { httpStatus: 200, headers: {}, body, truncated: false } };
  }

  answer(): void {
    this.mode = 'answers';
    for (const resolve of this.#letGo.splice(0)) resolve();
  }

  async close(): Promise<void> {}
}

const { database } = await MessagePath.ofFile();
const dispatchers: Dispatcher[] = [];
afterEach(async () => {
  for (const dispatcher of dispatchers.splice(0)) await dispatcher.stop();
});

async function dispatch(path: MessagePath, accounts: SenderAccount[]): Promise<Dispatcher> {
  const dispatcher = new Dispatcher({
    db: path.worker,
    leases: path.worker,
    log: createLog({ level: 'silent' }),
    isAlone: () => true,
    tracing: new Tracing(),
    callbackKey: path.callbackKey,
    instanceId: newId(),
    senders: () => accounts,
    account: (senderId) => accounts.find((account) => account.senderId === senderId),
    pause: async () => undefined,
    suppress: async () => undefined,
    learn: async () => undefined,
    readiness: () => undefined,
    stale: () => undefined,
    onAttempt: () => undefined,
  });
  dispatchers.push(dispatcher);
  await dispatcher.start();
  return dispatcher;
}

const sendersOf = (path: MessagePath, at: Account): SenderAccount[] =>
  path.accounts.map((account) => ({ ...account, http: at, breaker: at.breaker }));

async function acceptMany(path: MessagePath, count: number, purpose: Purpose = 'transactional'): Promise<void> {
  const requests = Array.from({ length: count }, (_, index) =>
    aMessageRequest({
      purpose,
      to: `+1555${String(1_000_000 + index)}`,
      sender_id: path.accounts[index % path.accounts.length]?.senderId ?? '',
    }),
  );
  await path.accept(requests);
}

async function left(path: MessagePath, lane: Purpose | null = null): Promise<number> {
  const [row] = await database.db.query<{ count: number }>(
    sql`select count(*)::int as count from outbox
        where workspace_id = ${path.workspaceId} and (${lane}::text is null or lane = ${lane})`,
  );
  return row?.count ?? 0;
}

it('a provider that takes calls and says nothing takes nothing from another account', async () => {
  const [dead, healthy] = [await MessagePath.open(database), await MessagePath.open(database)];
  const [silent, answering] = [new Account(), new Account()];
  silent.mode = 'hangs';
  await acceptMany(dead, 60);
  await acceptMany(healthy, 60);
  const dispatcher = await dispatch(dead, [...sendersOf(dead, silent), ...sendersOf(healthy, answering)]);
  await expect.poll(() => left(healthy), { timeout: 20_000 }).toBe(0);
  // All of one went at its own rate while nothing of the other ended.
  expect(await left(dead)).toBe(60);
  expect(silent.underWay).toBeGreaterThan(0);
  expect(answering.calls).toBe(60);
  const rates = dispatcher.stats().map(({ ratePerSecond }) => ratePerSecond);
  expect(rates).toEqual([80, 80]);
  silent.answer();
  await expect.poll(() => left(dead), { timeout: 20_000 }).toBe(0);
});

it('a breaker opens and closes for all senders of its account, and for no other account', async () => {
  const [down, healthy] = [await MessagePath.open(database, ['106', '107']), await MessagePath.open(database)];
  const [refusing, answering] = [new Account(), new Account()];
  refusing.mode = 'refuses';
  await acceptMany(down, 40);
  await acceptMany(healthy, 40);
  await dispatch(down, [...sendersOf(down, refusing), ...sendersOf(healthy, answering)]);
  await expect.poll(() => refusing.breaker.state(performance.now()), { timeout: 20_000 }).not.toBe('closed');
  await expect.poll(() => refusing.underWay, { timeout: 20_000 }).toBe(0);
  await expect.poll(() => left(healthy), { timeout: 20_000 }).toBe(0);
  expect(answering.breaker.state(performance.now())).toBe('closed');

  // From here on there are probes only: one at a time, of both senders together.
  refusing.mostAtOnce = 0;
  const before = refusing.calls;
  await expect.poll(() => refusing.calls - before, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(refusing.mostAtOnce).toBe(1);
  expect(await left(down)).toBe(40);

  refusing.answer();
  await expect.poll(() => left(down), { timeout: 40_000 }).toBe(0);
  expect(refusing.breaker.state(performance.now())).toBe('closed');
}, 60_000);

it('behind a long outage what can wait leaves at a tenth of the rate, and one-time codes as they come', async () => {
  const path = await MessagePath.open(database);
  const account = new Account();
  const startedAt = performance.now();
  for (let failures = 0; failures < 5; failures += 1)
    account.breaker.leave(startedAt - 60_000).fail(startedAt - 60_000);
  account.breaker.leave(startedAt - 1_000).succeed(startedAt);
  await acceptMany(path, 60, 'marketing');
  await acceptMany(path, 20, 'authentication');
  await dispatch(
    path,
    sendersOf(path, account).map((sender) => ({ ...sender, throughputPerSecond: 100 })),
  );
  await expect.poll(() => left(path, 'authentication'), { timeout: 20_000 }).toBe(0);
  await expect.poll(() => account.calls, { timeout: 20_000 }).toBeGreaterThan(40);
  const seconds = (performance.now() - startedAt) / 1000;
  expect(account.calls - 20).toBeLessThanOrEqual(seconds * 11 + 1);
});

it('while an operator forces its breaker open nothing leaves for the account, and all of it afterwards', async () => {
  const [forced, other] = [await MessagePath.open(database, ['106', '107']), await MessagePath.open(database)];
  const [held, answering] = [new Account(), new Account()];
  held.breaker.force({ state: 'open', until: Number.POSITIVE_INFINITY }, performance.now());
  await acceptMany(forced, 20);
  await acceptMany(other, 40);
  await dispatch(forced, [...sendersOf(forced, held), ...sendersOf(other, answering)]);
  await expect.poll(() => left(other), { timeout: 20_000 }).toBe(0);
  expect(held.calls).toBe(0);
  held.breaker.force(null, performance.now());
  await expect.poll(() => left(forced), { timeout: 20_000 }).toBe(0);
  expect(held.calls).toBe(20);
});
