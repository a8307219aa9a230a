import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { control } from './calls.ts';
import { aMessage, UnderTest } from './under-test.ts';

let under: UnderTest;

beforeAll(async () => {
  under = await UnderTest.start();
  await control(under.carillon, 'POST', '/settings', { delay_factor: 0 });
});
afterAll(() => under?.[Symbol.asyncDispose]());

const patience = { timeout: 20_000, interval: 50 };
const setTemplate = (change: object) => control(under.carillon, 'PATCH', '/templates/hello_world', change);
const news = (field: string, value: object) => control(under.carillon, 'POST', `/webhooks/${field}`, { value });
const templates = async () =>
  (await under.call('GET', `/v1/connections/${under.connectionId}/templates`)).json.data as {
    name: string;
    status: string | null;
  }[];
const templateIs = (status: string) =>
  vi.waitFor(
    async () => expect((await templates()).find(({ name }) => name === 'hello_world')?.status).toBe(status),
    patience,
  );
/** Two words of the provider in one second are one instant to it: the next word has to be of a later one. */
async function nextSecond(): Promise<void> {
  const now = () => Math.floor(Date.now() / 1000);
  const before = now();
  await vi.waitFor(() => expect(now()).toBeGreaterThan(before), patience);
}
const send = async (to: string, changes: Record<string, unknown> = {}) => {
  const answer = await under.call('POST', '/v1/messages', { body: aMessage({ to, ...changes }) });
  expect(answer.status, answer.text).toBe(202);
  return answer.json as { id: string; status: string };
};
const get = async (id: string) => (await under.call('GET', `/v1/messages/${id}`)).json;
const becomes = (id: string, status: RegExp) =>
  vi.waitFor(async () => expect((await get(id)).status).toMatch(status), patience);
const handedOver = async (phone: string) => {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/ledger?limit=10000`);
  const { data } = (await answer.json()) as { data: { to: string }[] };
  return data.filter(({ to }) => to?.replace('+', '') === phone.replace('+', '')).length;
};
const connection = async () => (await under.call('GET', `/v1/connections/${under.connectionId}`)).json;

it('a paused template holds its messages, explain names it, and approved again it lets them go', async () => {
  await setTemplate({ status: 'PAUSED' });
  await templateIs('paused');
  const phone = '+15557100001';
  const held = await send(phone);
  expect(held.status).toBe('held');
  const explained = await under.call('POST', '/v1/messages/explain', { body: aMessage({ to: phone }) });
  expect(explained.json.decision).toMatchObject({
    outcome: 'hold',
    rule: 'template_paused',
    facts: { template: 'hello_world', language: 'en_US', status: 'paused' },
  });
  expect(await handedOver(phone)).toBe(0);
  await nextSecond();
  await setTemplate({ status: 'APPROVED' });
  await becomes(held.id, /delivered|read/);
  expect(await handedOver(phone)).toBe(1);
});

it('a refusal of one message teaches that its template is paused: the next one waits and is not tried', async () => {
  await nextSecond();
  const [first, second] = ['+15557100002', '+15557100003'];
  const rules = [{ match: { to: first }, action: { kind: 'error', code: 132015 } }];
  await control(under.carillon, 'POST', '/faults', { rules });
  const refused = await send(first);
  await templateIs('paused');
  const held = await send(second);
  expect(held.status).toBe('held');
  expect(await handedOver(second)).toBe(0);
  expect((await under.call('GET', `/v1/messages/${refused.id}/trace`)).text).toContain('132015');
  await control(under.carillon, 'DELETE', '/faults', {});
  await nextSecond();
  await setTemplate({ status: 'PAUSED' });
  await nextSecond();
  await setTemplate({ status: 'APPROVED' });
  await becomes(held.id, /delivered|read/);
});

it('a restricted account answers but begins no conversation, until somebody resumes it', async () => {
  const [begun, answered] = ['+15557100004', '+15557100005'];
  await control(under.carillon, 'POST', `/people/${answered}/messages`, { type: 'text', text: { body: 'Hello' } });
  await vi.waitFor(async () => {
    const path = `/v1/messages?direction=inbound&contact=${encodeURIComponent(answered)}`;
    expect((await under.call('GET', path)).json.data).toHaveLength(1);
  }, patience);
  await news('account_update', {
    event: 'ACCOUNT_RESTRICTION',
    restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 4_070_908_800 }],
  });
  await vi.waitFor(async () => {
    const { known } = (await under.call('GET', '/v1/senders')).json.data[0];
    expect(known.restrictions).toMatchObject([{ restriction: 'business_initiated' }]);
  }, patience);
  const held = await send(begun);
  expect(held.status).toBe('held');
  expect((await get(held.id)).decision).toMatchObject({ rule: 'account_restricted' });
  const answer = await send(answered, { purpose: 'service', content: { type: 'text', text: { body: 'Hi' } } });
  await becomes(answer.id, /delivered|read/);
  expect(await handedOver(begun)).toBe(0);
  expect((await under.call('POST', `/v1/connections/${under.connectionId}/resume`)).status).toBe(200);
  await vi.waitFor(async () => expect(await handedOver(begun)).toBe(1), { timeout: 40_000, interval: 200 });
}, 60_000);

it('a ban pauses the connection with its reason, and a reinstatement ends that', async () => {
  const ban = (state: string) =>
    news('account_update', {
      event: 'DISABLED_UPDATE',
      ban_info: { waba_ban_state: state, waba_ban_date: 'May 1, 2026' },
    });
  await ban('DISABLE');
  await vi.waitFor(async () => {
    expect(await connection()).toMatchObject({
      status: 'paused',
      paused_reason: expect.stringContaining('Meta disabled the account') as string,
    });
  }, patience);
  await nextSecond();
  await ban('REINSTATE');
  await vi.waitFor(async () => expect((await connection()).status).toBe('active'), patience);
});

it('every field that the sandbox can send is understood', async () => {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/credentials`);
  expect(answer.ok).toBe(true);
  const fields = subscribable.split(/,\s+/);
  for (const field of fields) await control(under.carillon, 'POST', `/webhooks/${field}`, {});
  await vi.waitFor(async () => {
    const { data } = (await under.call('GET', '/v1/provider-notices?kind=account&limit=200')).json;
    const told = new Set((data as { field: string }[]).map(({ field }) => field));
    // Those become messages, receipts and preferences.
    const more = ['messages', 'user_preferences'];
    expect(fields.filter((field) => !told.has(field) && !more.includes(field))).toEqual([]);
  }, patience);
  await under.settled();
  for (const kind of ['unknown', 'unrouted', 'quarantined'])
    expect((await under.call('GET', `/v1/provider-notices?kind=${kind}`)).json.data, kind).toEqual([]);
});

const subscribable = `messages, account_alerts, account_review_update, account_settings_update, account_update, automatic_events,
  business_capability_update, business_status_update, business_username_updates, calls, flows, group_lifecycle_update,
  group_participants_update, group_settings_update, group_status_update, history, message_echoes,
  message_template_components_update, message_template_quality_update, message_template_status_update, messaging_handovers,
  partner_solutions, payment_configuration_update, phone_number_name_update, phone_number_quality_update, security,
  smb_app_state_sync, smb_message_echoes, standby, template_category_update, template_correct_category_detection,
  tracking_events, user_preferences`;
