import { expect, it } from 'vitest';
import { addWorkspace } from '#accounts/accounts.ts';
import { type Database, sql } from '#platform/database.ts';
import { type MessageRequest, prepareMessage } from './prepare.ts';
import { faultOf } from '#platform/problems.ts';
import { lockTable } from '#testing/locked-table.ts';
import { aMessageRequest, anInboundText, aText, MessagePath } from '#testing/message-path.ts';

const { database, path } = await MessagePath.ofFile();

async function count(): Promise<number> {
  const [row] = await database.db.query<{ n: number }>(
    sql`select count(*) as n from message where direction = 'outbound'`,
  );
  return row?.n ?? 0;
}

it('B034: a key leads to one message: the same request again gets the same answer', async () => {
  const before = await count();
  const first = await path.accept(aMessageRequest(), { key: 'same' });
  const again = await path.accept(aMessageRequest(), { key: 'same' });
  expect(first).toMatchObject({ status: 202, replayed: false });
  expect(again).toEqual({ ...first, replayed: true });
  expect(await count()).toBe(before + 1);
});

it('B034: a key that comes with another body, or at another address, is refused', async () => {
  await path.accept(aMessageRequest(), { key: 'taken' });
  const before = await count();
  const otherBody = await path.accept(aMessageRequest({ tags: ['other'] }), { key: 'taken' });
  const otherRoute = await path.accept(aMessageRequest(), { key: 'taken', route: 'POST /v1/messages/batch' });
  for (const answer of [otherBody, otherRoute])
    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  expect(await count()).toBe(before);
});

it('B036: the order of fields does not make another request', async () => {
  const first = await path.accept({ ...aMessageRequest(), metadata: { a: '1', b: '2' } }, { key: 'order' });
  const again = await path.accept({ metadata: { b: '2', a: '1' }, ...aMessageRequest() }, { key: 'order' });
  expect(again.body).toEqual(first.body);
});

it('B035: twenty at once with one key, in two processes, lead to one message and one answer', async () => {
  const before = await count();
  const processes = [path.acceptor(), path.acceptor(database.connect({ role: 'carillon_worker' }))];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const acceptor = processes[index % 2];
      return path.accept(aMessageRequest(), { key: 'crowd', ...(acceptor ? { acceptor } : {}) });
    }),
  );
  expect(await count()).toBe(before + 1);
  const taken = answers.filter(({ status }) => status === 202);
  expect(new Set(taken.map(({ body }) => body[0]?.id)).size).toBe(1);
  // A request that cannot wait for the other process is told to come again; it is never told that it failed.
  for (const answer of answers.filter(({ status }) => status !== 202))
    expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_in_progress' } });
  expect(taken.length).toBeGreaterThan(0);
});

it('keys of two workspaces are strangers to each other', async () => {
  const other = await MessagePath.open(database);
  const [first, second] = await Promise.all([
    path.accept(aMessageRequest(), { key: 'shared' }),
    other.accept(aMessageRequest(), { key: 'shared' }),
  ]);
  expect(first.replayed || second.replayed).toBe(false);
  expect(first.body[0]?.id).not.toBe(second.body[0]?.id);
});

it('different requests with one key at the same moment: one is taken, the other is told that the key is used', async () => {
  const acceptor = path.acceptor();
  const answers = await Promise.all(
    ['a', 'b'].map((tag) => path.accept(aMessageRequest({ tags: [tag] }), { key: 'two bodies', acceptor })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 422]));
});

it('a bad message of a batch of 1,000 costs only itself', async () => {
  const before = await count();
  const requests = Array.from({ length: 1000 }, (_, index) =>
    aMessageRequest({ to: index === 500 ? '+1' : `+1555${String(2_000_000 + index)}` }),
  );
  const { body } = await path.accept(requests, { key: 'batch' });
  expect(body).toHaveLength(1000);
  expect(body.filter(({ status }) => status === 'queued')).toHaveLength(999);
  expect(body[500]).toMatchObject({ code: 'invalid_request' });
  expect(new Set(body.map(({ id }) => id)).size).toBe(1000);
  expect(await count()).toBe(before + 999);
});

it('a message that policy blocks is kept with its reason and never queued', async () => {
  const { body } = await path.accept(aMessageRequest({ to: '+15550002222', content: aText(), purpose: 'service' }));
  expect(body[0]?.status).toBe('blocked');
  const id = body[0]?.id ?? '';
  expect(await path.state(id)).toMatchObject({ place: null, status: 'blocked' });
  const [row] = await database.db.query<{ decision: object }>(sql`select decision from message where id = ${id}::uuid`);
  expect(row?.decision).toMatchObject({ outcome: 'block', rule: 'service_window_closed' });
});

it('a request of which nothing was written is not remembered: mended, it may come again under its key', async () => {
  const refused = await path.accept(aMessageRequest({ contact_id: crypto.randomUUID(), to: undefined as never }), {
    key: 'mended',
  });
  expect(refused.body[0]?.code).toBe('invalid_request');
  expect((await path.accept(aMessageRequest(), { key: 'mended' })).body[0]?.status).toBe('queued');
});

it('a message is scheduled, and its place in the queue is due at its time', async () => {
  const at = Temporal.Now.instant().add({ hours: 2 }).round('second');
  const { body } = await path.accept(aMessageRequest({ send_at: at.toString() }));
  expect(body[0]?.status).toBe('scheduled');
  const [place] = await database.db.query<{ dueAt: Temporal.Instant; expiresAt: Temporal.Instant }>(
    sql`select due_at as "dueAt", expires_at as "expiresAt" from outbox where message_id = ${body[0]?.id ?? ''}::uuid`,
  );
  expect(place?.dueAt.equals(at)).toBe(true);
  // Its life begins when it is due, not when it was asked for.
  expect(place?.expiresAt.equals(at.add({ hours: 72 }))).toBe(true);
});

it('B091: one person in several spellings and forms is one contact, also within one batch', async () => {
  const { body } = await path.accept(
    ['+55 11 98765-4321', '+551187654321', '+55 (11) 9.8765.4321'].map((to) => aMessageRequest({ to })),
  );
  const rows = await database.db.query<{ contactId: string }>(
    sql`select distinct contact_id as "contactId" from message where id = any(${body.map(({ id }) => id)}::uuid[])`,
  );
  expect(rows).toHaveLength(1);
});

it('a stranger of another workspace is no recipient here', async () => {
  const otherWorkspace = await database.db.transaction((tx) => addWorkspace(tx, 'Other', Buffer.alloc(32)));
  const contactId = crypto.randomUUID();
  await database.db.query(sql`insert into contact (workspace_id, id) values (${otherWorkspace}, ${contactId})`);
  const { body } = await path.accept({
    contact_id: contactId,
    purpose: 'transactional',
    content: aMessageRequest().content,
  });
  expect(body[0]).toEqual({ code: 'invalid_request', detail: '/contact_id: There is no contact with this id.' });
});

it('a text is taken while the service window is open, and answers a message by our id', async () => {
  await path.deliver(anInboundText('Hi', { from: '15550003333', id: 'wamid.question' }));
  const [inbound] = await database.db.query<{ id: string; contactId: string }>(
    sql`select id, contact_id as "contactId" from message where provider_message_id = 'wamid.question'`,
  );
  const { body } = await path.accept({
    contact_id: inbound?.contactId ?? '',
    purpose: 'service',
    content: aText('Hello'),
    reply_to: inbound?.id ?? '',
  });
  expect(body[0]).toMatchObject({ status: 'queued' });
  const [row] = await database.db.query<{ replyTo: string; address: string }>(
    sql`select reply_to as "replyTo", address from message where id = ${body[0]?.id ?? ''}::uuid`,
  );
  expect(row).toEqual({ replyTo: 'wamid.question', address: '+15550003333' });
});

it('a one-time code is refused for somebody whose phone number is not known, named by id or by contact', async () => {
  const code = [{ type: 'text', text: '123456' }];
  const content = {
    type: 'template',
    template: {
      name: 'code',
      language: { code: 'en_US' },
      components: [
        { type: 'body', parameters: code },
        { type: 'button', sub_type: 'url', index: '0', parameters: code },
      ],
    },
  };
  const recipient = 'US.13491208655302741918';
  const ask = (changes: object) => path.accept({ purpose: 'authentication', content, ...changes });
  const { body: known } = await path.accept({
    purpose: 'transactional',
    content: aMessageRequest().content,
    recipient,
  });
  const [row] = await database.db.query<{ contactId: string }>(
    sql`select contact_id as "contactId" from message where id = ${known[0]?.id ?? ''}::uuid`,
  );
  const before = await count();
  for (const [pointer, whom] of [
    ['/recipient', { recipient }],
    ['/contact_id', { contact_id: row?.contactId }],
  ] as const) {
    const { body } = await ask(whom);
    expect(body[0]).toMatchObject({ code: 'invalid_request', detail: expect.stringContaining(`${pointer}: `) });
  }
  expect(await count()).toBe(before);
  expect((await ask({ to: '+15550004444' })).body[0]?.status).toBe('queued');
});

it('a template that is known as one for codes goes to phone numbers only, whatever its purpose', async () => {
  await database.db.query(
    sql`insert into known_template (workspace_id, business_account_id, name, language, category)
        values (${path.workspaceId}, '102', 'sign_in', 'en_US', 'AUTHENTICATION')`,
  );
  const content = { type: 'template', template: { name: 'sign_in', language: { code: 'en_US' } } };
  const ask = (whom: object) => path.accept({ purpose: 'transactional', content, ...whom });
  expect((await ask({ recipient: 'US.13491208655302741918' })).body[0]).toMatchObject({
    code: 'invalid_request',
    detail: expect.stringContaining('/recipient: '),
  });
  expect((await ask({ to: '+15550005555' })).body[0]?.status).toBe('queued');
});

it('F18: who meets a locked table is told to come again, after one wait for all, and nothing is left behind', async () => {
  const before = await count();
  const db = database.connect({ role: 'carillon_worker', maxConnections: 1 });
  await db.query(sql`set lock_timeout = '50ms'`);
  let statements = 0;
  const counted: Database = {
    ...db,
    query: (statement) => {
      statements += 1;
      return db.query(statement);
    },
  };
  const acceptor = path.acceptor(counted);
  const keys = ['locked-1', 'locked-2', 'locked-3'];
  const askWhileLocked = async () => {
    await using _locked = await lockTable(database.db, 'message');
    return await Promise.allSettled(keys.map((key) => path.accept(aMessageRequest(), { key, acceptor })));
  };
  const answers = await askWhileLocked();
  for (const answer of answers) {
    const failure = answer.status === 'rejected' && faultOf(answer.reason);
    expect(failure).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 1 });
  }
  expect(statements).toBe(1);
  expect(await count()).toBe(before);
  for (const key of keys)
    expect(await path.accept(aMessageRequest(), { key, acceptor })).toMatchObject({ status: 202 });
  expect(await count()).toBe(before + keys.length);
});

it.each([-1, 1])('F48: a clock that is wrong by %s hours lets no code expire early or late', async (hours) => {
  const wrong = Temporal.Now.instant().add({ hours });
  const message = prepareMessage(
    aMessageRequest({ purpose: 'authentication', sender_id: path.senderId }) as MessageRequest,
    path.accounts,
    wrong,
  );
  const { body } = await path.acceptor().accept({
    workspaceId: path.workspaceId,
    actor: 'test',
    traceparent: null,
    idempotency: null,
    messages: [message],
    respond: ([result]) => ({ status: 202, body: result }),
  });
  expect(body).toMatchObject({ kind: 'accepted', status: 'queued' });
  const [row] = await database.db.query<{ lives: number; waits: number }>(
    sql`select extract(epoch from expires_at - now())::float8 as lives, extract(epoch from due_at - now())::float8 as waits
        from outbox where message_id = ${(body as { messageId: string }).messageId}::uuid`,
  );
  expect(row?.waits).toBeLessThanOrEqual(0);
  expect(row?.lives).toBeGreaterThan(500);
  expect(row?.lives).toBeLessThanOrEqual(600);
});
