import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { addSmsSender, askApi, control, type Json } from './calls.ts';
import { type RunningCarillon, startCarillon } from './carillon.ts';

// What the first sender of a rule could not deliver goes by the second, once and where that is right: WhatsApp, then SMS.

const patience = { timeout: 30_000, interval: 100 };
const hello = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
const words = 'Hello, this is the shop.';
const price = { amount: '0.075', currency: 'EUR' };
let carillon: RunningCarillon;
let cloud: string;
let cloudConnection: string;
let sms: string;
const codeTo = '+15557300009';
let code: string;
const doubtTo = '+15557300005';
let doubt: string;

beforeAll(async () => {
  carillon = await startCarillon();
  const [first] = (await call('GET', '/v1/senders')).data;
  cloud = first.id;
  cloudConnection = first.connection_id;
  const added = await addSmsSender(carillon);
  sms = added.sender_id;
  await call('POST', '/v1/routing/rules', {
    name: 'Orders',
    when: {},
    senders: [{ sender_id: cloud }, { sender_id: sms, price }],
    reroute: { enabled: true, when_waiting_seconds: 5 },
    twins: [{ template: 'hello_world', language: 'en_US', variants: [{ channel: 'sms', text: words }] }],
  });
  // Half a minute has to pass before anything becomes of it: the other tests go on meanwhile.
  await fault(codeTo, { kind: 'reset' });
  code = await send(codeTo, 'authentication');
  await fault(doubtTo, { kind: 'reset' });
  doubt = await send(doubtTo);
});
afterAll(() => carillon?.stop());

const call = (method: string, path: string, body?: unknown) => askApi(carillon, method, path, body);

/** What happens to templates for this person at the first provider. */
async function fault(to: string, action: Record<string, unknown>): Promise<void> {
  await control(carillon, 'POST', '/faults', { rules: [{ match: { to, type: 'template' }, action }] });
}

const send = async (to: string, purpose = 'transactional'): Promise<string> =>
  (await call('POST', '/v1/messages', { to, purpose, content: hello })).id;

/** What arrived for this person at Twilio. */
async function textsTo(to: string): Promise<string[]> {
  const { data } = await control(carillon, 'GET', '/ledger?limit=10000');
  return data.filter((one: Json) => one.provider === 'twilio' && one.to.endsWith(to)).map((one: Json) => one.to);
}

const verdictOn = (id: string) =>
  vi.waitFor(async () => {
    const { events } = await call('GET', `/v1/messages/${id}/trace`);
    const said = events.find(({ kind }: Json) => kind === 'not_rerouted');
    expect(said, JSON.stringify(events)).toBeDefined();
    return said.detail.rule as string;
  }, patience);

async function reroutedOnce(id: string, to: string, reason: string): Promise<void> {
  const old = await vi.waitFor(async () => {
    const json = await call('GET', `/v1/messages/${id}`);
    expect(json.routing.rerouted_to, JSON.stringify(json)).not.toBeNull();
    return json;
  }, patience);
  const next = await vi.waitFor(async () => {
    const json = await call('GET', `/v1/messages/${old.routing.rerouted_to}`);
    expect(json.status).toMatch(/sent|delivered/);
    return json;
  }, patience);
  expect(next).toMatchObject({
    sender_id: sms,
    content: { type: 'text', text: { body: words } },
    routing: { hop: 1, rerouted_from: id, price, said_as: 'twin', reason: expect.stringContaining(reason) },
  });
  const { events, dead_letter } = await call('GET', `/v1/messages/${id}/trace`);
  expect(events.find(({ kind }: Json) => kind === 'rerouted').detail).toMatchObject({
    message_id: next.id,
    price,
    hop: 1,
  });
  expect(dead_letter?.state ?? 'rerouted').toBe('rerouted');
  expect(await textsTo(to)).toHaveLength(1);
}

it('what WhatsApp refuses at once, or reports as failed later, arrives as one SMS, with price and reason in the trace', async () => {
  const [refused, reported] = ['+15557300001', '+15557300002'];
  await fault(refused, { kind: 'error', code: 131026 });
  await fault(reported, { kind: 'fail_later', code: 131026 });
  const [first, second] = [await send(refused), await send(reported)];
  await reroutedOnce(first, refused, 'Refused');
  await reroutedOnce(second, reported, 'Reported as failed');
});

it('what WhatsApp withholds to protect people is not sent around it', async () => {
  const to = '+15557300003';
  await fault(to, { kind: 'fail_later', code: 131049 });
  expect(await verdictOn(await send(to, 'marketing'))).toBe('ecosystem_limit');
  expect(await textsTo(to)).toEqual([]);
});

it('whoever wants no SMS gets none, and the message is a dead letter to look at', async () => {
  const to = '+15557300004';
  const { contact_id: contact } = await call('GET', `/v1/messages/${await send(to)}`);
  await call('PUT', `/v1/contacts/${contact}/suppressions/stop`, { channel: 'sms', reason: 'Wrote STOP' });
  await fault(to, { kind: 'error', code: 131026 });
  const id = await send(to);
  expect(await verdictOn(id)).toBe('policy:recipient_opted_out');
  expect((await call('GET', `/v1/messages/${id}/trace`)).dead_letter).toMatchObject({ state: 'open' });
  expect(await textsTo(to)).toEqual([]);
});

it('what would become of a refused message is told beforehand, with the rule that says no', async () => {
  const asked = { to: '+15557300006', purpose: 'transactional', content: hello };
  const goes = { sender_id: sms, rule: null, detail: null };
  expect((await call('POST', '/v1/messages/explain', asked)).reroute).toEqual(goes);
  expect((await call('POST', '/v1/routing/preview', asked)).reroute).toEqual({ enabled: true, max_hops: 1, ...goes });
  const content = { type: 'template', template: { name: 'order_update', language: { code: 'en_US' } } };
  expect((await call('POST', '/v1/messages/explain', { ...asked, content })).reroute).toMatchObject({
    sender_id: null,
    rule: 'cannot_be_said',
  });
  expect((await call('POST', '/v1/messages/explain', { ...asked, sender_id: cloud })).reroute).toBeNull();
});

it('what waits too long at a sender that is paused goes by SMS, and not once more when that is back', async () => {
  const to = '+15557300007';
  const send_at = Temporal.Now.instant().add({ seconds: 2 }).toString();
  const { id } = await call('POST', '/v1/messages', { to, purpose: 'transactional', content: hello, send_at });
  await call('POST', `/v1/connections/${cloudConnection}/pause`, { reason: 'Being looked at' });
  await reroutedOnce(id, to, 'It waited for');
  await call('POST', `/v1/connections/${cloudConnection}/resume`, {});
  expect((await call('GET', `/v1/messages/${id}`)).status).toBe('canceled');
  const { data } = await control(carillon, 'GET', '/ledger?limit=10000');
  expect(data.filter((one: Json) => one.to.endsWith(to) || one.to.endsWith(to.slice(1)))).toHaveLength(1);
});

it('a one-time code whose outcome stays unknown arrives as one SMS, and is not repeated on WhatsApp', async () => {
  await vi.waitFor(async () => expect((await call('GET', `/v1/messages/${code}`)).routing.rerouted_to).not.toBeNull(), {
    timeout: 60_000,
    interval: 200,
  });
  await reroutedOnce(code, codeTo, 'stayed unknown');
  expect((await call('GET', `/v1/messages/${code}`)).status).toBe('unknown_final');
}, 90_000);

// Behind the code: what is rerouted while nobody knows was rerouted by now.
it('what WhatsApp may have taken, and is no code, is not sent again by SMS while nobody knows', async () => {
  const { status, routing } = await call('GET', `/v1/messages/${doubt}`);
  expect({ status, rerouted_to: routing.rerouted_to }).toEqual({ status: 'unknown', rerouted_to: null });
  expect(await textsTo(doubtTo)).toEqual([]);
});

it('what rerouting decided is counted', async () => {
  const metrics = await (await fetch(`${carillon.api}/metrics`)).text();
  const counted = (outcome: string) =>
    Number(RegExp(`carillon_reroutes_total\\{outcome="${outcome}"\\} (\\d+)`).exec(metrics)?.[1]);
  expect(counted('rerouted')).toBeGreaterThan(0);
  expect(counted('left')).toBeGreaterThan(0);
});
