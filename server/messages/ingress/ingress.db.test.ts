import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { describe, expect, it, vi } from 'vitest';
import { sql } from '#platform/database.ts';
import { createLog } from '#platform/telemetry.ts';
import { Tracing } from '#platform/tracing.ts';
import { lockTable } from '#testing/locked-table.ts';
import { anInboundText, aWebhook, MessagePath, nowSeconds } from '#testing/message-path.ts';
import { Ingress } from './ingress.ts';
import { insertReplayTask } from './ingress-store.ts';

const { database, path } = await MessagePath.ofFile();

interface Inbound {
  id: string;
  type: string;
  content: Record<string, unknown>;
  contactId: string;
  name: string | null;
  windowHours: number | null;
}

async function received(wamid: string): Promise<Inbound | undefined> {
  const [row] = await database.db.query<Inbound>(
    sql`select m.id, m.type, m.content, m.contact_id as "contactId", c.name,
               (select extract(epoch from w.expires_at - now()) / 3600 from service_window w where w.contact_id = m.contact_id)::float8 as "windowHours"
        from message m join contact c on c.id = m.contact_id where m.provider_message_id = ${wamid}`,
  );
  return row;
}

async function notices(kind: string): Promise<{ field: string; reason: string | null }[]> {
  return database.db.query(sql`select field, reason from provider_notice where kind = ${kind} order by id`);
}

async function kindsOf(messageId: string): Promise<string[]> {
  const rows = await database.db.query<{ kind: string }>(
    sql`select kind from message_event where message_id = ${messageId}::uuid order by id`,
  );
  return rows.map(({ kind }) => kind);
}

/** A person of their own for each test. */
let people = 0;
const someone = () => `1555100${String((people += 1)).padStart(4, '0')}`;

describe('what a person writes', () => {
  it('makes a contact with a name, and opens the window for 24 hours from when it was written', async () => {
    await path.deliver(anInboundText('Hi', { id: 'w.hi', from: someone(), timestamp: nowSeconds(-7200) }));
    const message = await received('w.hi');
    expect(message).toMatchObject({ type: 'text', name: 'Ada' });
    expect(message?.windowHours).toBeGreaterThan(21.9);
    expect(message?.windowHours).toBeLessThan(22.1);
  });

  it('F40: comes once, however often it is delivered, alone or in other batches', async () => {
    const from = someone();
    const one = anInboundText('Once', { id: 'w.once', from });
    const other = anInboundText('Other', { id: 'w.other', from });
    const both = { ...one, entry: [...one.entry, ...other.entry, ...one.entry] };
    await path.deliver(one, both, one, both);
    const rows = await database.db.query(
      sql`select provider_message_id from message where provider_message_id in ('w.once', 'w.other')`,
    );
    expect(rows).toHaveLength(2);
  });

  it('B061: of one id with two contents the first stays, and the contradiction is on record', async () => {
    const from = someone();
    await path.deliver(anInboundText('First', { id: 'w.twice', from }));
    await path.deliver(anInboundText('Second', { id: 'w.twice', from }));
    const message = await received('w.twice');
    expect(message?.content['text']).toEqual({ body: 'First' });
    expect((await kindsOf(message?.id ?? '')).toSorted()).toEqual(['conflict', 'received']);
  });

  it('B054: from 40 days ago is kept, opens no window and changes no consent', async () => {
    await path.deliver(anInboundText('STOP', { id: 'w.old', from: someone(), timestamp: nowSeconds(-40 * 86_400) }));
    const message = await received('w.old');
    expect(message?.windowHours).toBeNull();
    expect(await database.db.query(sql`select 1 from suppression where contact_id = ${message?.contactId}`)).toEqual(
      [],
    );
  });

  it.each([
    ['text', 'yesterday'],
    ['milliseconds', String(Date.now())],
    ['a negative number', '-5'],
    ['the far future', nowSeconds(70 * 365 * 86_400)],
    ['tomorrow', nowSeconds(86_400)],
    ['nothing', undefined],
  ])('B057: with %s for a time takes the time of receipt', async (what, timestamp) => {
    const id = `w.time.${what}`;
    await path.deliver(anInboundText('Hi', { id, from: someone(), timestamp }));
    const message = await received(id);
    expect(message?.windowHours).toBeGreaterThan(23.9);
    expect(message?.windowHours).toBeLessThanOrEqual(24);
  });

  it('B056: of a kind that is new to us is kept whole, shown as unsupported and listed', async () => {
    await path.deliver(
      anInboundText('', { id: 'w.poll', from: someone(), type: 'poll', poll: { name: 'Tea?' }, text: undefined }),
    );
    expect(await received('w.poll')).toMatchObject({
      type: 'unsupported',
      content: { type: 'unsupported', provider_type: 'poll', poll: { name: 'Tea?' } },
    });
    expect(await notices('unsupported')).toHaveLength(1);
  });

  it('B059: a name of any length and marks is cleaned before it is shown', async () => {
    const message = { from: someone(), id: 'w.name', timestamp: nowSeconds(), type: 'text', text: { body: 'Hi' } };
    const name = `\u202Eevil\u0000\u2066 ${'n'.repeat(10_000)}`;
    await path.deliver(aWebhook({ contacts: [{ profile: { name }, wa_id: message.from }], messages: [message] }));
    const shown = (await received('w.name'))?.name ?? '';
    expect(shown.length).toBeLessThanOrEqual(256);
    expect(shown).toMatch(/^evil n+$/);
  });

  it('B060: longer than 64 kB is cut, and says so', async () => {
    await path.deliver(anInboundText('é'.repeat(70_000), { id: 'w.long', from: someone() }));
    const content = (await received('w.long'))?.content as { text: { body: string }; truncated: boolean };
    expect(Buffer.byteLength(content.text.body)).toBeLessThanOrEqual(64 * 1024);
    expect(content.truncated).toBe(true);
  });

  it('B074: 999 of 1,000 messages in one body are received when one is poison', async () => {
    const from = someone();
    const messages = Array.from({ length: 1000 }, (_, n) =>
      n === 500
        ? { id: 7 }
        : { from, id: `w.many.${n}`, timestamp: nowSeconds(), type: 'text', text: { body: `${n}` } },
    );
    await path.deliver(aWebhook({ messages }));
    const [row] = await database.db.query<{ n: number }>(
      sql`select count(*) as n from message where provider_message_id like 'w.many.%'`,
    );
    expect(row?.n).toBe(999);
    expect(await notices('unknown')).not.toEqual([]);
  });

  it('of a number that is not ours is kept as unrouted', async () => {
    const [value] = anInboundText('Hi', { id: 'w.foreign', from: someone() }).entry;
    const body = JSON.parse(
      JSON.stringify({ object: 'whatsapp_business_account', entry: [value] }).replaceAll('"106"', '"999"'),
    );
    await path.deliver(body);
    expect(await received('w.foreign')).toBeUndefined();
    expect(await notices('unrouted')).toEqual([
      { field: 'message', reason: 'No sender of this connection has the id 999.' },
    ]);
  });
});

describe('who a person is', () => {
  const from = (fields: object, contact: object, id: string) =>
    aWebhook({
      contacts: [contact],
      messages: [{ id, timestamp: nowSeconds(), type: 'text', text: { body: 'Hi' }, ...fields }],
    });

  it('B058: a user id without a phone is enough', async () => {
    await path.deliver(
      from({ from_user_id: 'US.10001' }, { profile: { name: 'Bo', username: 'bo' }, user_id: 'US.10001' }, 'w.bsuid'),
    );
    expect(await received('w.bsuid')).toMatchObject({ name: 'Bo' });
  });

  it('B058: known by phone first and by user id later is one contact, also when the phone is gone', async () => {
    const phone = someone();
    await path.deliver(from({ from: phone }, { wa_id: phone }, 'w.merge.1'));
    await path.deliver(
      from({ from: phone, from_user_id: 'US.10002' }, { wa_id: phone, user_id: 'US.10002' }, 'w.merge.2'),
    );
    await path.deliver(from({ from_user_id: 'US.10002' }, { user_id: 'US.10002' }, 'w.merge.3'));
    const ids = await Promise.all(['w.merge.1', 'w.merge.2', 'w.merge.3'].map(received));
    expect(new Set(ids.map((message) => message?.contactId)).size).toBe(1);
  });

  it('B089: the number that was written to and the id that answers are one contact, with and without the ninth digit', async () => {
    const id = await path.send({ to: '+5511987650001' });
    await path.deliver(from({ from: '551187650001' }, { wa_id: '551187650001' }, 'w.ninth'));
    const [sent] = await database.db.query<{ contactId: string }>(
      sql`select contact_id as "contactId" from message where id = ${id}::uuid`,
    );
    expect((await received('w.ninth'))?.contactId).toBe(sent?.contactId);
  });

  it('two webhooks of one new person at the same moment make one contact', async () => {
    const phone = someone();
    await Promise.all([1, 2, 3, 4].map((n) => path.deliver(anInboundText('Hi', { id: `w.race.${n}`, from: phone }))));
    const rows = await database.db.query(
      sql`select distinct contact_id from message where provider_message_id like 'w.race.%'`,
    );
    expect(rows).toHaveLength(1);
    expect(
      await database.db.query(
        sql`select 1 from contact c where not exists (select 1 from identity i where i.contact_id = c.id)`,
      ),
    ).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['B055: a body about something else', { object: 'page', entry: [] }],
    ['B055: no entries', { object: 'whatsapp_business_account' }],
    ['B055: entries that are no list', { object: 'whatsapp_business_account', entry: 'x' }],
    ['B055: changes that are null', { object: 'whatsapp_business_account', entry: [{ id: '1', changes: null }] }],
    ['a body that is not JSON', Buffer.from('not json')],
    ['an empty body', Buffer.alloc(0)],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x00])],
  ])('%s is kept, byte for byte, and listed as unknown', async (_, body) => {
    const before = (await notices('unknown')).length;
    await path.deliver(body);
    expect((await notices('unknown')).length).toBe(before + 1);
    const [raw] = await database.db.query<{ body: string; isBase64: boolean }>(
      sql`select body, is_base64 as "isBase64" from raw_webhook order by id desc limit 1`,
    );
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    expect(Buffer.from(raw?.body ?? '', raw?.isBase64 ? 'base64' : 'utf8')).toEqual(bytes);
  });

  it('a webhook that fails every time is put aside after its tries, and those behind it are applied', async () => {
    const from = someone();
    // The database refuses this message alone, as a mistake of ours would make it.
    await database.db.query(
      sql`create or replace function refuse() returns trigger language plpgsql as $$
          begin if new.provider_message_id = 'w.bad' then raise exception 'refused'; end if; return new; end $$`,
    );
    await database.db.query(sql`create trigger refuse before insert on message for each row execute function refuse()`);
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    path.tracing = new Tracing(provider.getTracer('test'));
    await path.deliver(
      anInboundText('before', { id: 'w.before', from }),
      anInboundText('bad', { id: 'w.bad', from }),
      anInboundText('behind', { id: 'w.behind', from }),
    );
    await database.db.query(sql`drop trigger refuse on message`);
    path.tracing = new Tracing();
    const steps = exporter
      .getFinishedSpans()
      .map(({ name, status, attributes }) => ({ name, ...status, ...attributes }));
    expect(new Set(steps.map(({ name }) => name))).toEqual(new Set(['process webhooks']));
    expect(steps).toContainEqual(expect.objectContaining({ code: 2, 'error.type': 'P0001' }));
    expect(steps).toContainEqual(expect.objectContaining({ code: 0, 'carillon.events': 1 }));
    expect(await received('w.before')).toBeDefined();
    expect(await received('w.behind')).toBeDefined();
    expect(await received('w.bad')).toBeUndefined();
    const [notice] = await database.db.query<{ rawWebhookId: string; reason: string }>(
      sql`select raw_webhook_id as "rawWebhookId", reason from provider_notice where kind = 'quarantined'`,
    );
    expect(notice?.reason).toContain('refused');

    // The mistake is mended: the kept webhook is applied again, and what was applied before does not happen twice.
    expect(await insertReplayTask(path.worker, path.workspaceId, notice?.rawWebhookId ?? '')).toBe(true);
    await path.deliver();
    await path.deliver(anInboundText('wake', { id: 'w.wake', from }));
    expect(await received('w.bad')).toBeDefined();
  });
});

describe('F18: while somebody keeps the table of messages to himself', () => {
  it('webhooks are stored, none is put aside for it however long it takes, and all take effect behind it', async () => {
    const db = database.connect({ role: 'carillon_worker', maxConnections: 1 });
    await db.query(sql`set lock_timeout = '20ms'`);
    const problems: string[] = [];
    const ingress = new Ingress({
      db,
      intake: path.worker,
      log: createLog({ level: 'warn', sink: { write: (line) => void problems.push(line) } }),
      tracing: path.tracing,
      callbackKey: path.callbackKey,
      connection: () => path.connection,
      forward: async () => undefined,
      onApplied: () => undefined,
    });
    {
      await using _locked = await lockTable(database.db, 'message');
      const body = Buffer.from(JSON.stringify(anInboundText('Locked', { id: 'w.locked', from: someone() })));
      await ingress.append(path.workspaceId, path.connectionId, body);
      // It waits for so long that it would be suspected of ending processes.
      await database.db.query(sql`update ingress_task set created_at = now() - interval '1 minute'`);
      problems.length = 0;
      await vi.waitFor(() => {
        ingress.wake();
        expect(problems.length).toBeGreaterThan(6);
      }, 20_000);
      expect(await database.db.query(sql`select state from ingress_task`)).toEqual([{ state: 'pending' }]);
    }
    await vi.waitFor(async () => {
      ingress.wake();
      expect(await received('w.locked')).toBeDefined();
    }, 20_000);
    await ingress.stop();
  });
});
