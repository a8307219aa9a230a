import { expect, it } from 'vitest';
import { errorTable } from '#channels/providers/ultramsg/errors/errors.ts';
import type { ErrorReaction } from '#channels/provider.ts';
import { sql } from '#platform/database.ts';
import { createLog } from '#platform/telemetry.ts';
import { MessagePath } from '#testing/message-path.ts';
import { failures } from './failures.ts';
import { settleBatch } from './outbox/outbox-store.ts';

const { database, path } = await MessagePath.ofFile();
const row = errorTable.find(({ code }) => code === 'invalid');
if (!row) throw new Error('There is no such row.');

/** One look at the provider, whose list has failures under these references. */
async function lookOnce(...references: string[]): Promise<void> {
  await lookFor(row, ...references);
}

async function lookFor(row: ErrorReaction | undefined, ...references: string[]): Promise<void> {
  const listed = references.map((callbackData, index) => ({
    providerMessageId: `instance1150:${callbackData}:${index}`,
    callbackData,
    error: { code: row?.code ?? '', title: row?.title ?? '' },
    row,
  }));
  const chore = failures({
    db: path.worker,
    log: createLog({ level: 'silent' }),
    instanceId: crypto.randomUUID(),
    calls: {} as never,
    callbackKey: path.callbackKey,
    senders: () => path.accounts,
    accountOf: () => ({ listFailed: () => Promise.resolve(listed) }) as never,
  });
  chore.run();
  await chore.stop();
}

async function accepted(): Promise<string> {
  const id = await path.send();
  await path.mark([id]);
  await settleBatch(path.worker, [await path.settlement(id, { wamid: 'instance1150:0' })]);
  return id;
}

it('a message that only a list tells of has failed, once, with the reason', async () => {
  const id = await accepted();
  await lookOnce(path.callbackData(id));
  const state = await path.state(id);
  expect(state).toMatchObject({ status: 'failed', failed: true, letter: 'open' });
  await lookOnce(path.callbackData(id));
  expect(await path.state(id)).toEqual(state);
});

it('who wants no more, as a list tells, is written to no more', async () => {
  const id = await accepted();
  await lookFor({ ...row, suppress: 'stop' }, path.callbackData(id));
  const found = await database.db.query<object>(
    sql`select s.kind, s.source from suppression s join message m on m.workspace_id = s.workspace_id and m.contact_id = s.contact_id
        where m.id = ${id}::uuid`,
  );
  expect(found).toEqual([{ kind: 'stop', source: 'provider' }]);
  await database.db.query(sql`delete from suppression where workspace_id = ${path.workspaceId}::uuid`);
});

it('what is listed under a reference that is not ours changes nothing', async () => {
  const id = await accepted();
  const own = path.callbackData(id);
  await lookOnce('a1:x', 'anything', `${own.slice(0, -1)}${own.endsWith('_') ? '-' : '_'}`);
  expect(await path.state(id)).toMatchObject({ status: 'accepted', failed: false });
});
