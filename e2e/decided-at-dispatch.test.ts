import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { aMessage, UnderTest } from './under-test.ts';

let under: UnderTest;
let senderId: string;

beforeAll(async () => {
  under = await UnderTest.start();
  await fetch(`${under.carillon.sandbox}/_sandbox/settings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ delay_factor: 0 }),
  });
  senderId = (await under.call('GET', '/v1/senders')).json.data[0].id;
});
afterAll(() => under?.[Symbol.asyncDispose]());

interface Entry {
  at: string;
  to: string;
  type: string;
}

async function handedOver(phone: string): Promise<Entry[]> {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/ledger?limit=10000`);
  const { data } = (await answer.json()) as { data: Entry[] };
  return data.filter(({ to }) => to?.replace('+', '') === phone.replace('+', ''));
}

async function write(phone: string, body: string): Promise<void> {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/people/${phone}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'text', text: { body } }),
  });
  expect(answer.status).toBe(200);
  await vi.waitFor(
    async () => {
      const path = `/v1/messages?direction=inbound&contact=${encodeURIComponent(phone)}`;
      const { json } = await under.call('GET', path);
      expect(json.data[0]?.content.text.body).toBe(body);
    },
    { timeout: 20_000, interval: 50 },
  );
}

const send = async (to: string, changes: Record<string, unknown> = {}) => {
  const answer = await under.call('POST', '/v1/messages', { body: aMessage({ to, ...changes }) });
  expect(answer.status, answer.text).toBe(202);
  return answer.json as { id: string; status: string };
};

const becomes = (id: string, status: string | RegExp) =>
  vi.waitFor(
    async () => {
      const { json } = await under.call('GET', `/v1/messages/${id}`);
      expect(json.status).toMatch(status);
      return json;
    },
    { timeout: 20_000, interval: 50 },
  );

const lane = `/v1/senders/SENDER/lanes/transactional`;
const stopLane = () => under.call('POST', `${lane.replace('SENDER', senderId)}/stop`, { body: { reason: 'A test' } });
const resumeLane = () => under.call('POST', `${lane.replace('SENDER', senderId)}/resume`);

it('a stop that comes while a message waits keeps it from leaving, and a start lets the next one go', async () => {
  const phone = '+15557000001';
  const stopped = await stopLane();
  expect(stopped.status, stopped.text).toBe(200);
  const held = await send(phone);
  expect(held.status).toBe('held');
  await write(phone, 'STOP');
  expect((await resumeLane()).status).toBe(200);
  const blocked = await becomes(held.id, 'blocked');
  const trace = await under.call('GET', `/v1/messages/${blocked.id}/trace`);
  expect(trace.text).toContain('recipient_opted_out');
  expect(await handedOver(phone)).toEqual([]);

  await write(phone, 'START');
  await becomes((await send(phone)).id, /accepted|sent|delivered/);
  expect(await handedOver(phone)).toHaveLength(1);
});

it('a scheduled message leaves at its time and not before', async () => {
  const phone = '+15557000002';
  const at = Temporal.Now.instant().add({ seconds: 3 });
  const { id, status } = await send(phone, { send_at: at.toString() });
  expect(status).toBe('scheduled');
  expect((await under.call('GET', `/v1/messages/${id}`)).json.status).toBe('scheduled');
  await becomes(id, /accepted|sent|delivered/);
  const [entry, ...more] = await handedOver(phone);
  expect(more).toEqual([]);
  expect(Date.parse(entry?.at ?? '')).toBeGreaterThanOrEqual(at.epochMilliseconds - 50);
});

it('a message that expires while its lane is stopped ends as expired, and is not sent afterwards', async () => {
  const phone = '+15557000003';
  await stopLane();
  const { id } = await send(phone, { expires_at: Temporal.Now.instant().add({ seconds: 1 }).toString() });
  await becomes(id, 'expired');
  await resumeLane();
  await becomes((await send('+15557000004')).id, /accepted|sent|delivered/);
  expect(await handedOver(phone)).toEqual([]);
});

it('a canceled message is not sent', async () => {
  const phone = '+15557000005';
  const { id } = await send(phone, { send_at: Temporal.Now.instant().add({ seconds: 2 }).toString() });
  expect((await under.call('POST', `/v1/messages/${id}/cancel`)).json.status).toBe('canceled');
  const later = await send(phone, { send_at: Temporal.Now.instant().add({ seconds: 3 }).toString() });
  await becomes(later.id, /accepted|sent|delivered/);
  expect(await handedOver(phone)).toHaveLength(1);
});

it('a dead letter is sent again with mended content, and its story tells both', async () => {
  const phone = '+15557000006';
  await write(phone, 'Hi');
  await fetch(`${under.carillon.sandbox}/_sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      rules: [{ match: { to_suffix: '7000006', times: 1 }, action: { kind: 'error', code: 131008 } }],
    }),
  });
  const { id } = await send(phone);
  await becomes(id, 'failed');
  const listed = await under.call('GET', '/v1/dead-letters?state=open');
  expect(listed.json.data).toMatchObject([{ message_id: id, class: 'rejected', code: '131008' }]);
  expect((await under.call('POST', '/v1/dead-letters/redrive', { body: { dry_run: true } })).json).toEqual({
    matching: 1,
    redriven: 0,
  });
  const content = { type: 'text', text: { body: 'Mended' } };
  const redriven = await under.call('POST', `/v1/dead-letters/${id}/redrive`, { body: { content } });
  expect(redriven.status, redriven.text).toBe(200);
  expect(await becomes(id, /accepted|sent|delivered/)).toMatchObject({ type: 'text', content });
  expect((await handedOver(phone)).map(({ type }) => type)).toEqual(['template', 'text']);
});
