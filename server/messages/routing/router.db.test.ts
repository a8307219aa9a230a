import { afterAll, beforeAll, expect, it } from 'vitest';
import { smtp } from '#channels/providers/smtp/smtp.ts';
import { twilioSms } from '#channels/providers/twilio/twilio.ts';
import { Acceptor } from '#messages/accept/accept.ts';
import type { MessageRequest, PreparedMessage } from '#messages/accept/prepare.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { type Database, type Queryable, type Sql, sql } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import { aTemplate, anInboundText, aText, MessagePath } from '#testing/message-path.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { routeMessages } from './router.ts';
import { insertRule } from './routing-store.ts';
import type { RuleDefinition } from './rule.ts';

// Which sender sends what is asked for without one, on a real database: rules, contacts and windows as they are kept.

const database = await createTestDatabase();
afterAll(() => database.close());
const path = await MessagePath.open(database, ['106']);
const now = Temporal.Now.instant();
let cloud: SenderAccount;
let sms: SenderAccount;
let mail: SenderAccount;
let senders: SenderAccount[];
let unanswering: string[] = [];

beforeAll(async () => {
  cloud = path.account;
  sms = await anotherSender(twilioSms, '+15550783999');
  mail = await anotherSender(smtp, 'shop@example.com');
  senders = [cloud, sms, mail];
  await addRule('By mail', { when: { preferred_channels: ['email'] }, senders: [{ sender_id: mail.senderId }] });
  await addRule('Germany', {
    when: { countries: ['DE'], purposes: ['transactional'] },
    senders: [{ sender_id: sms.senderId, price: { amount: '0.07', currency: 'EUR' } }, { sender_id: cloud.senderId }],
  });
  await addRule('Cheap', {
    when: { countries: ['FR'] },
    order: 'cheapest',
    senders: [
      { sender_id: sms.senderId, price: { amount: '0.08', currency: 'EUR' } },
      { sender_id: cloud.senderId, price: { amount: '0.06', currency: 'EUR' } },
    ],
  });
  await addRule('All', {
    when: { purposes: ['transactional'] },
    reroute: { enabled: true, max_hops: 1 },
    senders: [{ sender_id: cloud.senderId }, { sender_id: sms.senderId }],
    twins: [
      { template: 'hello_world', language: 'en_US', variants: [{ channel: 'sms', text: 'Hello, this is the shop.' }] },
    ],
  });
});

/** A sender of another connection of the workspace. */
async function anotherSender(provider: SenderAccount['provider'], externalId: string): Promise<SenderAccount> {
  const [connectionId, senderId] = [newId(), newId()];
  await database.db.query(
    sql`insert into connection (workspace_id, id, provider, name, base_url, api_version, business_account_id, secrets)
        values (${path.workspaceId}, ${connectionId}, ${provider.name}, 'Shop', 'http://127.0.0.1:9', '', ${externalId}, 'sealed')`,
  );
  await database.db.query(
    sql`insert into sender (workspace_id, id, connection_id, external_id, throughput_per_second)
        values (${path.workspaceId}, ${senderId}, ${connectionId}, ${externalId}, 80)`,
  );
  return { ...path.account, connectionId, senderId, externalId, provider };
}

function addRule(
  name: string,
  rule: Pick<RuleDefinition, 'when' | 'senders'> & Partial<RuleDefinition>,
): Promise<void> {
  const whole = { name, order: 'listed' as const, reroute: { enabled: false, max_hops: 1 }, twins: [], ...rule };
  return insertRule(path.worker, { workspaceId: path.workspaceId, id: newId(), position: null, rule: whole });
}

/** Counts the statements that go through it. */
function counted(db: Database): { db: Database; statements: Sql[] } {
  const statements: Sql[] = [];
  const query = <Row extends object>(statement: Sql): Promise<Row[]> => {
    statements.push(statement);
    return db.query<Row>(statement);
  };
  const transaction = <Result>(work: (tx: Queryable) => Promise<Result>) =>
    db.transaction((tx) =>
      work({
        query: (statement) => {
          statements.push(statement);
          return tx.query(statement);
        },
      }),
    );
  return { db: { ...db, query, transaction }, statements };
}

function route(requests: (MessageRequest | Fault)[], db: Database = path.worker) {
  const silent = () => new Set(unanswering);
  return routeMessages({ db, senders: () => senders, silent }, path.workspaceId, requests, now);
}

const request = (changes: Partial<MessageRequest> = {}): MessageRequest => ({
  to: '+15550001111',
  purpose: 'transactional',
  content: aTemplate,
  ...changes,
});

/** Whom it went to, by which rule; or why it is refused. */
function summaryOf(result: PreparedMessage | Fault): string {
  if (result instanceof Fault) return `${result.code}: ${result.detail ?? result.fields?.[0]?.message ?? ''}`;
  const sender = senders.find(({ senderId }) => senderId === result.account.senderId);
  return `${result.routing?.rule.name ?? 'named'} → ${sender?.provider.name ?? '?'} (${result.routing?.said_as ?? '-'})`;
}

async function contactOf(phone: string): Promise<string> {
  const [row] = await database.db.query<{ id: string }>(
    sql`select contact_id as id from identity where workspace_id = ${path.workspaceId} and match_key = ${phone} limit 1`,
  );
  return row?.id ?? '';
}

it('each message of a batch goes by its own rule, and what is wrong stands in its place', async () => {
  await path.deliver(anInboundText('Hi', { from: '33612345678' }), anInboundText('Hi', { from: '15550001111' }));
  const bad = new Fault('content_unsupported', { detail: 'It was wrong before.' });
  const results = await route([
    request({ to: '+4915123456789', content: aText() }),
    request({ to: '+33612345678', content: aText() }),
    request(),
    bad,
    request({ sender_id: sms.senderId, content: aText() }),
    request({ purpose: 'service', to: '+15550001111', content: aText() }),
    request({ to: 'nobody' }),
    request({ sender_id: newId() }),
    request({ to: '+4915123456789', purpose: 'marketing' }),
  ]);
  expect(results.map(summaryOf)).toEqual([
    'Germany → twilio-sms (as_written)',
    'Cheap → whatsapp-cloud (as_written)',
    'All → whatsapp-cloud (as_written)',
    'content_unsupported: It was wrong before.',
    'named → twilio-sms (-)',
    expect.stringContaining('None of the 4 routing rules'),
    expect.stringContaining('A phone number has digits'),
    expect.stringContaining('sender_not_found'),
    expect.stringContaining('None of the 4 routing rules'),
  ]);
});

it('a batch of 1,000 takes as few statements as one message', async () => {
  const kinds: Partial<MessageRequest>[] = [
    { content: aText() },
    {},
    { purpose: 'marketing' },
    { sender_id: sms.senderId, content: aText() },
  ];
  const countries = ['+49151', '+3361', '+1202555', '+44770'];
  const requests = Array.from({ length: 1000 }, (_, n) =>
    request({ to: `${countries[n % 4]}${String(1_000_000 + n)}`, ...kinds[n % 3] }),
  );
  const one = counted(path.worker);
  await route([request({ to: '+4915123456789' })], one.db);
  const many = counted(path.worker);
  const results = await route(requests, many.db);
  expect(results).toHaveLength(1000);
  expect(one.statements.length).toBeGreaterThan(0);
  expect(many.statements.length).toBe(one.statements.length);
  // Each is for its own request.
  results.forEach((result, n) => {
    if (result instanceof Fault) return;
    expect(result.recipient?.value).toBe(requests[n]?.to);
  });
  expect(new Set(results.map(summaryOf)).size).toBeGreaterThan(2);
});

it('a message that needs no rule asks the database nothing', async () => {
  const { db, statements } = counted(path.worker);
  await route([request({ sender_id: cloud.senderId }), request({ sender_id: sms.senderId, content: aText() })], db);
  expect(statements).toEqual([]);
});

it('what the contact prefers decides, and is asked of the contact that the address belongs to', async () => {
  const phone = '15550004444';
  await path.deliver(anInboundText('Hi', { from: phone }));
  const contactId = await contactOf(phone);
  await database.db.query(
    sql`update contact set preferred_channel = 'email' where workspace_id = ${path.workspaceId} and id = ${contactId}::uuid`,
  );
  await database.db.query(
    sql`insert into identity (workspace_id, channel, kind, match_key, value, contact_id)
        values (${path.workspaceId}, 'email', 'email', 'ada@example.com', 'ada@example.com', ${contactId}::uuid)`,
  );
  const results = await route([
    request({ to: `+${phone}`, content: aText() }),
    request({ to: undefined, contact_id: contactId, content: aText() } as never),
    request({ to: '+15550004445', content: aTemplate }),
  ]);
  expect(results.map(summaryOf)).toEqual([
    'By mail → smtp (as_written)',
    'By mail → smtp (as_written)',
    'All → whatsapp-cloud (as_written)',
  ]);
});

it('the closed window of one sender leads to the next, and the message says why', async () => {
  const [result] = await route([request({ to: '+15550005555', content: aText() })]);
  expect(result).toMatchObject({
    account: { senderId: sms.senderId },
    routing: { skipped: [{ sender_id: cloud.senderId, reason: 'service_window_closed' }] },
  });
});

it('with rerouting on a sender that does not answer is passed over, and takes it when nobody else can', async () => {
  unanswering = [cloud.senderId];
  const [template] = await route([request({ to: '+15550006666' })]);
  expect(template).toMatchObject({
    account: { senderId: sms.senderId },
    content: aText('Hello, this is the shop.'),
    routing: { said_as: 'twin', original: aTemplate, skipped: [{ reason: 'not_answering' }] },
  });
  unanswering = [cloud.senderId, sms.senderId];
  const [waiting] = await route([request({ to: '+15550006666' })]);
  expect(waiting).toMatchObject({ account: { senderId: cloud.senderId } });
  unanswering = [];
});

it('what was routed is accepted with its reason, and another workspace has no rules of this one', async () => {
  const routed = await route([request({ to: '+4915199999999', content: aText() })]);
  const acceptor = new Acceptor({ db: path.worker, offer: () => undefined, missed: () => undefined });
  const answer = await acceptor.accept({
    workspaceId: path.workspaceId,
    actor: 'test',
    traceparent: null,
    idempotency: null,
    messages: routed,
    respond: (results) => ({
      status: 202,
      body: results.map((one) => (one.kind === 'refused' ? null : one.messageId)),
    }),
  });
  const [id] = answer.body as string[];
  const [kept] = await database.db.query<{ senderId: string; routing: { rule: { name: string }; price: unknown } }>(
    sql`select sender_id as "senderId", routing from message where id = ${id}::uuid`,
  );
  expect(kept).toMatchObject({
    senderId: sms.senderId,
    routing: { rule: { name: 'Germany' }, price: { amount: '0.07', currency: 'EUR' } },
  });
  const other = await MessagePath.open(database, ['107', '108']);
  const [result] = await routeMessages(
    { db: other.worker, senders: () => other.accounts, silent: () => new Set() },
    other.workspaceId,
    [request()],
    now,
  );
  expect(result).toBeInstanceOf(Fault);
  expect(result && summaryOf(result)).toContain('routing rule');
});
