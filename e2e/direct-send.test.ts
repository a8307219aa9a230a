import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { control } from './calls.ts';
import { aMessage, UnderTest } from './under-test.ts';

let under: UnderTest;

beforeAll(async () => {
  under = await UnderTest.start();
  await control(under.carillon, 'POST', '/settings', { delay_factor: 0 });
});
beforeEach(() => change({ direct_send: true }));
afterAll(() => under?.[Symbol.asyncDispose]());

const patience = { timeout: 20_000, interval: 50 };
const text = { type: 'text', text: { body: 'Your order is on its way' } };
const utility = { category: 'utility', ttl_seconds: 3600, template_name: 'order_update' };
const free = (to: string, changes: Record<string, unknown> = {}) =>
  aMessage({ to, content: text, direct_send: utility, ...changes });
const post = (path: string, body: unknown) => under.call('POST', path, { body });
const get = async (id: string) => (await under.call('GET', `/v1/messages/${id}`)).json;
const becomes = (id: string, status: RegExp) =>
  vi.waitFor(async () => expect((await get(id)).status).toMatch(status), patience);

async function change(body: object): Promise<void> {
  const answer = await under.call('PATCH', `/v1/connections/${under.connectionId}`, { body });
  expect(answer.status, answer.text).toBe(200);
}

async function send(to: string, changes: Record<string, unknown> = {}): Promise<string> {
  const answer = await post('/v1/messages', free(to, changes));
  expect(answer.status, answer.text).toBe(202);
  return answer.json.id as string;
}

async function handedOver(phone: string): Promise<{ body: Record<string, unknown>; outcome: string }[]> {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/ledger?limit=10000`);
  const { data } = (await answer.json()) as {
    data: { to: string | null; body: Record<string, unknown>; outcome: string }[];
  };
  return data.filter(({ to }) => to?.replace('+', '') === phone.replace('+', ''));
}

it('free content that names a category reaches somebody who never wrote, and the decision says why', async () => {
  const phone = '+15557200001';
  const explained = await post('/v1/messages/explain', free(phone));
  const decision = { outcome: 'send', rule: 'direct_send_needs_no_window', facts: { billed_as: 'utility' } };
  expect(explained.json.decision).toMatchObject(decision);
  const id = await send(phone);
  await becomes(id, /delivered|read/);
  expect(await get(id)).toMatchObject({ direct_send: utility, decision });
  const [request] = await handedOver(phone);
  expect(request?.body).toMatchObject({
    category: 'utility',
    ttl_seconds: 3600,
    direct_send_template_name: 'order_update',
    text: { body: text.text.body },
  });
  const trace = await under.call('GET', `/v1/messages/${id}/trace`);
  expect(trace.text).toContain('direct_send_needs_no_window');
});

it('without a category nothing changes: the closed window blocks', async () => {
  const answer = await post('/v1/messages', free('+15557200002', { direct_send: undefined }));
  expect(answer.json).toMatchObject({ status: 422, code: 'service_window_closed' });
});

it('a batch takes and refuses each message by itself, with the field and the limit', async () => {
  const phone = '+15557200003';
  const long = { type: 'text', text: { body: 'x'.repeat(1025) } };
  const wrong = [
    [{ direct_send: null }, '/direct_send'],
    [{ direct_send: { category: 'marketing' } }, '/direct_send/category'],
    [{ direct_send: { ...utility, ttl_seconds: 0 } }, '/direct_send/ttl_seconds'],
    [{ direct_send: { ...utility, price: 1 } }, '/direct_send/price'],
    [{ purpose: 'marketing' }, '/direct_send'],
    [{ content: aMessage().content }, '/direct_send'],
    [{ content: long }, '/content/text/body'],
    [{ to: undefined, group_id: 'Y2FwaV9ncm91cA==' }, '/direct_send'],
  ] as const;
  const messages = [free(phone), ...wrong.map(([changes]) => free(phone, changes))];
  const { json } = await post('/v1/messages/batch', { messages });
  expect(json.results[0]).toMatchObject({ status: 'queued' });
  for (const [index, [changes, pointer]] of wrong.entries()) {
    const { status, problem } = json.results[index + 1];
    expect({ status, code: problem?.code, pointer: problem?.errors[0]?.pointer }, JSON.stringify(changes)).toEqual({
      status: 'refused',
      code: 'invalid_request',
      pointer,
    });
    expect((await post('/v1/messages', free(phone, changes))).status).toBe(422);
  }
  expect(json.results[7].problem.errors[0].message).toBe('It has 1025 characters; at most 1024 are allowed.');
  await becomes(json.results[0].id, /delivered|read/);
  expect(await handedOver(phone)).toHaveLength(1);
});

it('is refused in words while it is off, and what was scheduled before waits', async () => {
  const phone = '+15557200004';
  const soon = Temporal.Now.instant().add({ seconds: 2 });
  const scheduled = await send(phone, { send_at: soon.toString() });
  await change({ direct_send: false });
  const refused = await post('/v1/messages', free(phone));
  expect(refused.json).toMatchObject({ status: 422, code: 'invalid_request', errors: [{ pointer: '/direct_send' }] });
  expect(refused.json.detail).toContain('Direct Send is off for this connection');
  await vi.waitFor(async () => {
    const { status, decision } = await get(scheduled);
    expect({ status, rule: decision.rule }).toEqual({ status: 'held', rule: 'direct_send_off' });
  }, patience);
  expect(await handedOver(phone)).toEqual([]);
});

it('a contact who said stop gets nothing this way either', async () => {
  const phone = '+15557200005';
  await control(under.carillon, 'POST', `/people/${phone}/messages`, { type: 'text', text: { body: 'STOP' } });
  await vi.waitFor(async () => {
    const answer = await post('/v1/messages', free(phone));
    expect(answer.json).toMatchObject({ status: 422, code: 'recipient_opted_out' });
  }, patience);
});

it('a refusal for misuse stops the category for the account, and no other, until somebody resumes it', async () => {
  const phone = '+15557200006';
  await control(under.carillon, 'POST', '/faults', {
    rules: [{ match: { to: phone }, action: { kind: 'error', code: 131064 } }],
  });
  await send(phone);
  const next = '+15557200007';
  await vi.waitFor(async () => {
    const { json } = await post('/v1/messages/explain', free(next));
    expect(json.decision).toMatchObject({
      outcome: 'hold',
      rule: 'account_restricted',
      facts: { restriction: 'direct_send_utility' },
    });
  }, patience);
  await control(under.carillon, 'DELETE', '/faults', {});
  const held = await send(next);
  expect((await get(held)).status).toBe('held');
  const other = await send('+15557200008', { direct_send: { category: 'service' }, purpose: 'service' });
  await becomes(other, /delivered|read/);
  const template = await send('+15557200009', { direct_send: undefined, content: aMessage().content });
  await becomes(template, /delivered|read/);
  expect(await handedOver(next)).toEqual([]);
  expect((await under.call('POST', `/v1/connections/${under.connectionId}/resume`)).status).toBe(200);
  await vi.waitFor(async () => expect(await handedOver(next)).toHaveLength(1), { timeout: 40_000, interval: 200 });
}, 90_000);

it('a restriction that the provider tells holds the category utility until its end', async () => {
  const account = under.credentials.waba_id;
  const restrict = (restrictions: object[]) => control(under.carillon, 'PATCH', `/wabas/${account}`, { restrictions });
  await restrict([{ type: 'RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES', hours: 48 }]);
  const phone = '+15557200010';
  await vi.waitFor(async () => {
    const { json } = await post('/v1/messages/explain', free(phone));
    expect(json.decision).toMatchObject({
      rule: 'account_restricted',
      facts: { restriction: 'direct_send_utility' },
      until: expect.stringMatching(/^2/),
    });
  }, patience);
  const held = await send(phone);
  expect((await get(held)).status).toBe('held');
  const other = await send('+15557200011', { direct_send: { category: 'authentication' }, purpose: 'authentication' });
  await becomes(other, /delivered|read/);
  expect(await handedOver(phone)).toEqual([]);
});

it('each message is sent for the messaging account of the connection, once that is set', async () => {
  await control(under.carillon, 'POST', '/settings', { messaging_accounts: 'several' });
  await change({ messaging_account_id: under.credentials.waba_id });
  const phone = '+15557200012';
  const sent = await send(phone, { direct_send: undefined, content: aMessage().content });
  await becomes(sent, /delivered|read/);
  expect((await handedOver(phone))[0]?.body).toMatchObject({ messaging_account_id: under.credentials.waba_id });

  await change({ messaging_account_id: 'somebody-else' });
  const wrong = await send('+15557200013', { direct_send: undefined, content: aMessage().content });
  await becomes(wrong, /failed/);
  expect((await get(wrong)).error).toMatchObject({ code: '100' });
  await change({ messaging_account_id: null });
  const none = await send('+15557200014', { direct_send: undefined, content: aMessage().content });
  await becomes(none, /failed/);
  expect((await get(none)).error).toMatchObject({ code: '131008' });
  await control(under.carillon, 'POST', '/settings', { messaging_accounts: 'one' });
});

async function inGraphWords(body: object, headers: Record<string, string> = {}) {
  const path = `/graph/v24.0/${under.credentials.phone_number_id}/messages`;
  const answer = await under.call('POST', path, { body: { messaging_product: 'whatsapp', ...body }, headers });
  const error = answer.json.error as { code: number; error_data: { details: string } } | undefined;
  return { status: answer.status, code: error?.code, details: error?.error_data.details };
}

it('a client of the Cloud API sends so by the names of Meta, and is refused by them', async () => {
  const to = '15557300001';
  const billed = { to, ...text, category: 'utility', ttl_seconds: 60, direct_send_template_name: 'order' };
  await change({ direct_send: false });
  expect(await inGraphWords(billed)).toMatchObject({ status: 400, code: 131_009 });
  await change({ direct_send: true });
  const authentication = { ...billed, category: 'authentication' };
  expect(await inGraphWords(authentication)).toMatchObject({ status: 200 });
  await vi.waitFor(async () => {
    const { json } = await under.call('GET', `/v1/messages?contact=%2B${to}&direction=outbound&limit=1`);
    expect(json.data[0]).toMatchObject({
      status: expect.stringMatching(/delivered|read/),
      purpose: 'authentication',
      direct_send: { category: 'authentication', ttl_seconds: 60, template_name: 'order' },
      decision: { rule: 'direct_send_needs_no_window' },
    });
  }, patience);
  expect((await handedOver(to))[0]?.body).toMatchObject({
    category: 'authentication',
    ttl_seconds: 60,
    direct_send_template_name: 'order',
  });
  const refused = async (body: object, code: number, headers = {}) =>
    expect(await inGraphWords(body, headers), JSON.stringify(body)).toMatchObject({ status: 400, code });
  await refused({ ...billed, text: { body: 'x'.repeat(1025) } }, 131_009);
  await refused({ ...billed, ttl_seconds: 0 }, 131_009);
  await refused({ to, ...text, ttl_seconds: 60 }, 131_008);
  await refused({ to, ...aMessage().content, category: 'utility' }, 100);
  await refused(billed, 131_009, { 'carillon-purpose': 'marketing' });
  expect((await inGraphWords({ ...billed, ttl_seconds: 0 })).details).toMatch(/^Param ttl_seconds: /);
});

it('a client of the Cloud API names the messaging account of the connection, and no other', async () => {
  const template = { to: '15557300002', ...aMessage().content };
  for (const field of ['messaging_account_id', 'paid_messaging_account_id']) {
    expect(await inGraphWords({ ...template, [field]: under.credentials.waba_id })).toMatchObject({ status: 200 });
    const { code, details } = await inGraphWords({ ...template, [field]: '1' });
    expect(code).toBe(131_009);
    expect(details).toContain(`Param ${field}: It must be ${under.credentials.waba_id}`);
  }
});
