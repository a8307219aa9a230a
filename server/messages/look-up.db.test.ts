import { expect, it } from 'vitest';
import type { SentSearch } from '#channels/provider-account.ts';
import { sql } from '#platform/database.ts';
import { createLog } from '#platform/telemetry.ts';
import { MessagePath } from '#testing/message-path.ts';
import { judgeSearch, lookUps } from './look-up.ts';
import type { Purpose } from './message.ts';
import { settleBatch } from './outbox/outbox-store.ts';

const { database, path } = await MessagePath.ofFile();
const log = createLog({ level: 'silent' });

/** One look at the provider, which answers so whatever it is asked. Gives what it was asked for. */
async function lookOnce(search: SentSearch): Promise<unknown[]> {
  const asked: unknown[] = [];
  const account = {
    findSent: (_calls: unknown, _access: unknown, sought: unknown) => {
      asked.push(sought);
      return Promise.resolve(search);
    },
  };
  const chore = lookUps({
    db: path.worker,
    log,
    instanceId: crypto.randomUUID(),
    calls: {} as never,
    callbackKey: path.callbackKey,
    senders: () => path.accounts,
    accountOf: () => account as never,
    wake: () => undefined,
  });
  chore.run();
  await chore.stop();
  return asked;
}

async function unknownFor(seconds: number, purpose: Purpose = 'transactional'): Promise<string> {
  const id = await path.send({ purpose });
  await path.mark([id]);
  await settleBatch(path.worker, [await path.settlement(id, { next: 'unknown' })]);
  await database.db.query(
    sql`update outbox set dispatching_at = now() - make_interval(secs => ${seconds}) where message_id = ${id}::uuid`,
  );
  return id;
}

it('a message that the provider has is settled with the status that it tells, and asked for by its attempt', async () => {
  const id = await unknownFor(6);
  const asked = await lookOnce({ found: 'sent', providerMessageId: '4711', status: 'delivered' });
  expect(asked).toMatchObject([{ callbackData: path.callbackData(id), recipient: { kind: 'phone' } }]);
  expect(await path.state(id)).toMatchObject({
    place: null,
    status: 'delivered',
    providerMessageId: '4711',
    outcomes: ['accepted'],
  });
});

it('a failure that was found because the person wants no more does what its receipt would', async () => {
  const id = await unknownFor(6);
  const row = {
    provider: 'twilio',
    code: '21610',
    title: 'They wrote STOP',
    reaction: 'fail',
    suppress: 'stop',
  } as never;
  const error = { code: '21610', title: 'They wrote STOP' };
  await lookOnce({ found: 'sent', providerMessageId: '4712', status: 'failed', error, row });
  expect(await path.state(id)).toMatchObject({ status: 'failed', letter: 'open' });
  const found = await database.db.query<object>(
    sql`select s.kind, s.channel, s.source, s.reason from suppression s join message m on m.workspace_id = s.workspace_id and m.contact_id = s.contact_id
        where m.id = ${id}::uuid`,
  );
  expect(found).toEqual([{ kind: 'stop', channel: 'whatsapp', source: 'provider', reason: 'They wrote STOP' }]);
  await database.db.query(sql`delete from suppression where workspace_id = ${path.workspaceId}::uuid`);
});

it('a message that is known to be another one of ours settles nothing', async () => {
  const [first, second] = [await unknownFor(6), await unknownFor(6)];
  await settleBatch(path.worker, [await path.settlement(first, { wamid: '4713' })]);
  await lookOnce({ found: 'sent', providerMessageId: '4713', status: 'delivered' });
  expect(await path.state(second)).toMatchObject({ place: 'unknown', providerMessageId: null });
});

it('a message that the provider surely does not have is sent again, as an attempt of its own', async () => {
  const id = await unknownFor(61);
  await lookOnce({ found: 'no' });
  expect(await path.state(id)).toMatchObject({
    place: 'queued',
    outcomes: ['presumed_not_accepted'],
    events: ['resend'],
  });
  await path.mark([id]);
  await settleBatch(path.worker, [await path.settlement(id, { attemptNo: 2 })]);
});

it('marketing is never sent again', async () => {
  const id = await unknownFor(61, 'marketing');
  await lookOnce({ found: 'no' });
  expect(await path.state(id)).toMatchObject({ place: null, status: 'unknown_final', letter: 'open' });
});

it('what may still be on its way waits', async () => {
  const id = await unknownFor(59);
  await lookOnce({ found: 'no' });
  expect(await path.state(id)).toMatchObject({ place: 'unknown', events: [] });
});

it('an answer that is not clear decides nothing', () => {
  const old = { lane: 'service', dispatchedSecondsAgo: 900 } as const;
  expect(judgeSearch({ found: 'unclear', reason: 'There are two.' }, old)).toBeNull();
});
