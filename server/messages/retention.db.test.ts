import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BlobStore } from '#platform/blob-store.ts';
import { type Database, sql } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { createLog } from '#platform/telemetry.ts';
import { aMessageRequest, anInboundText, aReceipt, MessagePath } from '#testing/message-path.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { redriveOne } from './messages.ts';
import { settleBatch } from './outbox/outbox-store.ts';
import { dropOldMonths } from './retention.ts';

let database: TestDatabase;
let path: MessagePath;
const lines: string[] = [];
const log = createLog({ level: 'info', sink: { write: (line) => void lines.push(line) } });
const files = new Set<string>();
const blobs: BlobStore = {
  put: () => Promise.resolve(0),
  get: () => Promise.resolve(undefined),
  delete: async (key) => void files.delete(key),
};

beforeEach(async () => {
  database = await createTestDatabase();
  path = await MessagePath.open(database);
  lines.length = 0;
});
afterEach(() => database?.close());

const drop = (days: { messages?: number; webhooks?: number }, owner: Database = database.db) =>
  dropOldMonths(
    { owner, blobs, log, days: { messages: days.messages, webhooks: days.webhooks } },
    new AbortController().signal,
  );

/** `YYYY_MM` of the month so many months ago. */
function monthAgo(months: number): string {
  const month = Temporal.Now.plainDateISO('UTC').subtract({ months });
  return month.toString().slice(0, 7).replace('-', '_');
}

/** Makes everything look as if it had happened in the middle of that month. */
async function age(ids: string[], month: string, kind: 'messages' | 'webhooks'): Promise<string[]> {
  const day = `${month.replace('_', '-')}-15`;
  const columns =
    kind === 'messages'
      ? [
          ['message', 'id'],
          ['message_state', 'message_id'],
          ['attempt', 'message_id'],
          ['message_event', 'message_id'],
          ['outbox', 'message_id'],
          ['dead_letter', 'message_id'],
          ['reroute', 'message_id'],
          ['media', 'message_id'],
        ]
      : [
          ['raw_webhook', 'id'],
          ['ingress_task', 'id'],
        ];
  for (const [table] of columns) {
    if (table?.startsWith('message') || table === 'attempt' || table === 'raw_webhook')
      await database.db.query(sql`select ensure_partitions(${table}::regclass, ${day}::date, 1)`);
  }
  const aged: string[] = [];
  for (const id of ids) {
    // The time is in the first twelve digits.
    const [row] = await database.db.query<{ id: string }>(
      sql`select (substr(uuid_v7_floor(${day}::date)::text, 1, 14) || substr(${id}::text, 15))::uuid as id`,
    );
    for (const [table, column] of columns) {
      await database.db.query({
        text: `update ${table} set ${column} = $1::uuid where ${column} = $2::uuid`,
        values: [row?.id, id],
      });
    }
    aged.push(row?.id ?? '');
  }
  return aged;
}

async function partsOf(table: string): Promise<string[]> {
  const rows = await database.db.query<{ name: string }>(
    sql`select right(c.relname, 7) as name from pg_class c where c.relname ~ ('^' || ${table} || '_[0-9]{4}_[0-9]{2}$')`,
  );
  return rows.map(({ name }) => name);
}

async function aSettledMessage(): Promise<string> {
  const id = await path.send();
  await path.mark([id]);
  await settleBatch(path.worker, [await path.settlement(id)]);
  return id;
}

async function aDeadLetter(): Promise<string> {
  const id = await path.send();
  await path.mark([id]);
  const deadLetter = { class: 'rejected', code: '131026', title: 'Undeliverable', fingerprint: 'x' };
  await settleBatch(path.worker, [await path.settlement(id, { next: 'fail', deadLetter })]);
  return id;
}

const messageTables = ['message', 'message_state', 'attempt', 'message_event'];

describe('a month of messages', () => {
  it('goes with all that belongs to it when it is wholly older than what is kept', async () => {
    const month = monthAgo(5);
    const [old, letter] = await age([await aSettledMessage(), await aDeadLetter()], month, 'messages');
    const young = await aSettledMessage();
    const storageKey = `${path.workspaceId}/file`;
    files.add(storageKey);
    await database.db.query(
      sql`insert into media (workspace_id, id, message_id, connection_id, provider_media_id, kind, state, storage_key)
          values (${path.workspaceId}, ${newId()}, ${old}, ${path.connectionId}, '1', 'image', 'stored', ${storageKey})`,
    );
    await database.db.query(
      sql`insert into chosen_option (workspace_id, offer_id, number, message_id) values (${path.workspaceId}, ${old}, 1, ${newId()})`,
    );
    await database.db.query(
      sql`insert into reroute (workspace_id, message_id, trigger) values (${path.workspaceId}, ${old}, 'reported')`,
    );
    await drop({ messages: 100 });
    for (const table of messageTables) expect(await partsOf(table), table).not.toContain(month);
    expect(files).not.toContain(storageKey);
    const [left] = await database.db.query<object>(
      sql`select (select count(*) from dead_letter) as letters, (select count(*) from media) as media, (select count(*) from reroute) as reroutes,
                 (select count(*) from chosen_option) as choices, (select count(*) from message) as messages`,
    );
    expect(left).toEqual({ letters: 0, media: 0, reroutes: 0, choices: 0, messages: 1 });
    expect(await path.state(young)).toMatchObject({ status: 'accepted' });
    await expect(
      redriveOne(path.worker, path.workspaceId, letter ?? '', { withUnknown: true, perSecond: 1, actor: 'test' }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  it('stays while one of its days is to be kept, and for good when nobody set a limit', async () => {
    const month = monthAgo(3);
    await age([await aSettledMessage()], month, 'messages');
    const first = Temporal.PlainDate.from(`${month.replace('_', '-')}-01`);
    const daysSinceItsEnd = first.add({ months: 1 }).until(Temporal.Now.plainDateISO('UTC')).total('days');
    await drop({});
    await drop({ messages: daysSinceItsEnd + 1 });
    for (const table of messageTables) expect(await partsOf(table)).toContain(month);
    await drop({ messages: daysSinceItsEnd - 1 });
    for (const table of messageTables) expect(await partsOf(table)).not.toContain(month);
  });

  it('stays, with its dead letters, while a message of it is in the outbox', async () => {
    const month = monthAgo(5);
    const [waiting] = await age([await path.send(), await aDeadLetter()], month, 'messages');
    await drop({ messages: 31 });
    expect(await partsOf('message')).toContain(month);
    expect(await path.state(waiting ?? '')).toMatchObject({ place: 'queued' });
    const [letters] = await database.db.query<{ n: number }>(sql`select count(*) as n from dead_letter`);
    expect(letters?.n).toBe(1);
    expect(lines.join('')).toContain('still to be done');
  });

  it('that a dead letter is put back from in the same moment stays', async () => {
    const month = monthAgo(5);
    const [letter] = await age([await aDeadLetter()], month, 'messages');
    const redriving = Promise.withResolvers<void>();
    const dropping = path.worker.transaction(async (tx) => {
      // As the redrive does it: the letter is locked, and the message goes into the outbox behind that.
      await tx.query(sql`select 1 from dead_letter where message_id = ${letter}::uuid for update`);
      const drops = drop({ messages: 31 });
      await expect.poll(() => waiters()).toBeGreaterThan(0);
      await tx.query(
        sql`insert into outbox (workspace_id, message_id, sender_id, contact_id, lane, due_at, needs_window)
            select workspace_id, id, sender_id, contact_id, purpose, now(), false from message where id = ${letter}::uuid`,
      );
      redriving.resolve();
      return { drops };
    });
    await redriving.promise;
    await (await dropping).drops;
    expect(await path.state(letter ?? '')).toMatchObject({ place: 'queued', letter: 'open' });
  });

  it('that was left half detached goes the next time, and one that an operator detached does not', async () => {
    const [month, kept] = [monthAgo(5), monthAgo(7)];
    await age([await aSettledMessage()], month, 'messages');
    await age([await aSettledMessage()], kept, 'messages');
    await database.db.query({ text: `alter table message detach partition message_${kept}`, values: [] });
    // A reader of the table, such as a backup, keeps a month from being detached at once.
    const reader = await database.db.reserve();
    await reader.client.query('begin');
    await reader.client.query('select count(*) from message');
    await drop({ messages: 31 });
    expect(lines.join('')).toContain('still being read');
    expect(await partsOf('message')).toContain(month);
    expect(await path.send(), 'nobody waits meanwhile').toEqual(expect.any(String));
    await reader.client.query('rollback');
    reader.release();
    await drop({ messages: 31 });
    for (const table of messageTables) expect(await partsOf(table)).not.toContain(month);
    expect(await partsOf('message')).toContain(kept);
  }, 60_000);

  it('that is gone does not keep a late receipt from being kept', async () => {
    const id = await path.send();
    await path.mark([id]);
    await settleBatch(path.worker, [await path.settlement(id)]);
    const [old] = await age([id], monthAgo(5), 'messages');
    await drop({ messages: 31 });
    await path.deliver(
      aReceipt(`wamid.${id}`, 'read', { biz_opaque_callback_data: path.callbackData(old ?? '') }),
      aReceipt(`wamid.${await aSettledMessage()}`, 'read'),
    );
    const [kept] = await database.db.query<{ orphans: number; read: number }>(
      sql`select (select count(*) from orphan_status) as orphans, (select count(*) from message_state where status = 'read') as read`,
    );
    expect(kept).toEqual({ orphans: 1, read: 1 });
  });
});

describe('a month of webhooks', () => {
  it('goes when all of them were applied, and stays when one was not', async () => {
    const [done, open] = [monthAgo(3), monthAgo(4)];
    await path.deliver(anInboundText('One'), anInboundText('Two'));
    const webhooks = await database.db.query<{ id: string }>(sql`select id from raw_webhook order by id`);
    await database.db.query(
      sql`insert into ingress_task (workspace_id, id, connection_id, state) values (${path.workspaceId}, ${webhooks[1]?.id}, ${path.connectionId}, 'quarantined')`,
    );
    await age([webhooks[0]?.id ?? ''], done, 'webhooks');
    await age([webhooks[1]?.id ?? ''], open, 'webhooks');
    await drop({ webhooks: 30 });
    expect(await partsOf('raw_webhook')).not.toContain(done);
    expect(await partsOf('raw_webhook')).toContain(open);
    await database.db.query(sql`delete from ingress_task`);
    await drop({ webhooks: 30 });
    expect(await partsOf('raw_webhook')).not.toContain(open);
    // What was received stays.
    const [messages] = await database.db.query<{ n: number }>(sql`select count(*) as n from message`);
    expect(messages?.n).toBe(2);
    expect((await path.accept(aMessageRequest())).status).toBe(202);
  });
});

async function waiters(): Promise<number> {
  const [row] = await database.db.query<{ n: number }>(
    sql`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return row?.n ?? 0;
}
