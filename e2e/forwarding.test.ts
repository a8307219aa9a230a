import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { cleanEnvironment } from './carillon.ts';
import { MetaReceiver } from './real-clients/meta-receiver.ts';
import { type Answer, expectProblem, UnderTest } from './under-test.ts';

// What becomes of forwarded webhooks that the receiver did not take; the rest of forwarding is in drop-in.test.ts.

const patience = { timeout: 30_000, interval: 100 };
const verifyToken = 'a-word-of-ours';
let receiver: MetaReceiver;
let under: UnderTest;

beforeAll(async () => {
  receiver = await MetaReceiver.listen(verifyToken);
  under = await UnderTest.start({ CARILLON_ALLOWED_TARGETS: `127.0.0.1:${receiver.port}` });
  expect((await setForwarding()).status).toBe(200);
});
afterAll(async () => {
  await under?.[Symbol.asyncDispose]();
  await receiver?.[Symbol.asyncDispose]();
});

const setForwarding = (): Promise<Answer> =>
  under.call('PUT', '/v1/forwarding', {
    body: { url: receiver.url, verify_token: verifyToken, app_secret: 'a-secret-of-ours' },
  });

/** A person writes; gives the provider's id of it. */
async function write(body: string): Promise<string> {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/people/+15550004001/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'text', text: { body } }),
  });
  const { messages } = (await answer.json()) as { messages: { id: string }[] };
  return messages[0]?.id ?? '';
}

/** How often the receiver took a webhook that names this message. */
const taken = (id: string): number => receiver.webhooks.filter(({ body }) => body.includes(id)).length;

async function run(...args: string[]): Promise<{ stdout: string }> {
  const env = { ...cleanEnvironment(), CARILLON_URL: under.carillon.api, CARILLON_API_KEY: under.carillon.apiKey };
  const cwd = join(import.meta.dirname, '..');
  return promisify(execFile)(process.execPath, ['cli/carillon.js', 'forwarding', ...args], { cwd, env });
}

it('what was given up on is sent again by hand, and what is being sent is not', async () => {
  const deliveries = async (state: string) =>
    (await under.call('GET', `/v1/forwarding/deliveries?state=${state}`)).json.data as { id: string }[];
  const redeliver = (id: string) => under.call('POST', `/v1/forwarding/deliveries/${id}/redeliver`);
  await vi.waitFor(async () => expect(await deliveries('pending')).toEqual([]), patience);
  receiver.answers.push(500, 500, 500, 500);
  const said = await write('Did you get this?');
  const id = await vi.waitFor(async () => {
    const [waiting] = await deliveries('pending');
    expect(waiting).toMatchObject({ http_status: 500 });
    return waiting?.id ?? '';
  }, patience);
  expectProblem(await redeliver(id), 409, 'conflict');

  expect((await under.call('DELETE', '/v1/forwarding')).status).toBe(200);
  await vi.waitFor(async () => {
    const [failed] = await deliveries('failed');
    expect(failed).toMatchObject({ id, error: 'Forwarding was turned off.' });
  }, patience);
  const refused = await redeliver(id);
  expectProblem(refused, 409, 'conflict');
  expect(refused.json.detail).toContain('nobody');

  receiver.answers.length = 0;
  expect((await setForwarding()).status).toBe(200);
  expect(taken(said)).toBe(0);
  expect((await run('redeliver', '--failed')).stdout).toMatch(/\d+ will be sent again/);
  await vi.waitFor(() => expect(taken(said)).toBe(1), patience);
  await vi.waitFor(async () => expect(await deliveries('failed')).toEqual([]), patience);
  expect((await run('redeliver', '--failed')).stdout).toContain('Nothing was given up on');
  // What was taken and lost is sent once more.
  await vi.waitFor(async () => expect((await redeliver(id)).status).toBe(202), patience);
  await vi.waitFor(() => expect(taken(said)).toBe(2), patience);
  expectProblem(await redeliver('01a21b36-0951-71f7-88e1-232d4f3104ed'), 404, 'not_found');
  await expect(run('redeliver')).rejects.toMatchObject({ code: 2 });
});

it('what another provider tells is not sent on: the receiver reads the webhooks of Meta alone', async () => {
  const answer = await fetch(`${under.carillon.sandbox}/_sandbox/credentials`);
  const { twilio } = (await answer.json()) as {
    twilio: { base_url: string; account_sid: string; auth_token: string; phone_numbers: { phone_number: string }[] };
  };
  const added = await under.call('POST', '/v1/connections/twilio', {
    body: {
      channel: 'sms',
      base_url: twilio.base_url,
      account_sid: twilio.account_sid,
      auth_token: twilio.auth_token,
      sender: twilio.phone_numbers[0]?.phone_number,
    },
  });
  expect(added.status, added.text).toBe(201);
  const { json } = await under.call('POST', '/v1/messages', {
    body: {
      to: '+15550004002',
      sender_id: added.json.sender_id,
      purpose: 'transactional',
      content: { type: 'text', text: { body: 'By SMS' } },
    },
  });
  await vi.waitFor(async () => {
    const { json: shown } = await under.call('GET', `/v1/messages/${json.id}`);
    expect(shown.status).toBe('delivered');
  }, patience);
  // Everything before it has been sent on when this is there.
  const said = await write('By WhatsApp');
  await vi.waitFor(() => expect(taken(said)).toBe(1), patience);
  const foreign = receiver.webhooks.filter(({ body }) => body.includes('15550004002'));
  expect(foreign.map(({ body }) => body.toString())).toEqual([]);
});
