import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import twilio from 'twilio';
import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { TwilioReceiver, TwilioUser, refusalOf, sidOf } from '#testing/twilio-user.ts';

const only = { provider: 'twilio' };

it.each([
  [{ kind: 'error', code: 20429, retry_after: '7' }, '429 20429', 'rejected:20429'],
  [{ kind: 'error', code: 21610 }, '400 21610', 'rejected:21610'],
  [{ kind: 'error', code: 99999, http_status: 418 }, '418 99999', 'rejected:99999'],
  [{ kind: 'http', http_status: 503, body: 'graph' }, '503 20503', 'rejected:20503'],
])('%j is answered in the envelope of Twilio and accepts nothing', async (action, refusal, outcome) => {
  await using user = await TwilioUser.start();
  await user.sandbox.fail(action, only);
  const answer = await user.send();
  expect(refusalOf(answer)).toBe(refusal);
  if ('retry_after' in action) expect(answer.headers['retry-after']).toBe('7');
  const [entry] = await user.sandbox.ledger();
  expect(entry).toMatchObject({ outcome, provider_message_id: null });
});

it.each([
  [{ kind: 'timeout' }, 'dropped:timeout'],
  [{ kind: 'reset' }, 'dropped:reset'],
  [{ kind: 'reset_after_bytes', bytes: 'all' }, 'dropped:reset_after_bytes'],
  [{ kind: 'accept_then_timeout' }, 'accepted'],
  [{ kind: 'accept_then_reset' }, 'accepted'],
])('%j leaves the caller in doubt, and the ledger knows what happened', async (action, outcome) => {
  await using user = await TwilioUser.start();
  await user.sandbox.fail(action, { ...only, times: 1 });
  const sent = user.send({ StatusCallback: 'https://example.invalid/?m=a1:7' }).catch((error: Error) => error);
  const entry = await eventually(async () => (await user.sandbox.ledger())[0]);
  expect(entry).toMatchObject({ outcome, callback_data: 'a1:7' });
  await user.sandbox.request('DELETE', '/_sandbox/faults');
  expect(await sent).toBeInstanceOf(Error);
  // Whoever asks for the messages of that day sees what became of it.
  const { messages } = (await user.call('GET', '/Messages.json?To=%2B15550001111')).read<{ messages: object[] }>();
  expect(messages).toHaveLength(outcome === 'accepted' ? 1 : 0);
});

it('a request that is cut before its end is no request', async () => {
  await using user = await TwilioUser.start();
  await user.sandbox.fail({ kind: 'reset_after_bytes', bytes: 20 }, only);
  await expect(user.send({ Body: 'a'.repeat(500) })).rejects.toThrow();
  expect(await user.sandbox.ledger()).toEqual([]);
});

it.each([
  ['truncated_json', (text: string) => expect(() => JSON.parse(text)).toThrow()],
  ['no_id', (text: string) => expect(JSON.parse(text)).not.toHaveProperty('sid')],
  ['html', (text: string) => expect(text).toContain('<html>')],
  ['error_with_200', (text: string) => expect(JSON.parse(text)).toMatchObject({ code: 20500 })],
])('garbage of the variant %s comes as the answer', async (variant, check) => {
  await using user = await TwilioUser.start();
  await user.sandbox.fail({ kind: 'garbage', variant }, only);
  const answer = await user.send();
  expect(answer.status).toBe(variant === 'error_with_200' ? 200 : 201);
  check(answer.text);
});

it('the id that is told for every message is one of the same provider', async () => {
  await using user = await TwilioUser.start();
  await user.sandbox.fail({ kind: 'garbage', variant: 'same_id' });
  const cloud = idOf(await user.sandbox.sendHello());
  const first = sidOf(await user.send());
  expect(first).toMatch(/^SM/);
  expect([sidOf(await user.send()), idOf(await user.sandbox.sendHello())]).toEqual([first, cloud]);
});

it('a rule for one provider does not strike the other', async () => {
  await using user = await TwilioUser.start();
  await user.sandbox.fail({ kind: 'error', code: 131000 }, { provider: 'whatsapp_cloud' });
  sidOf(await user.send());
  expect((await user.sandbox.sendHello()).status).toBe(500);
  await user.sandbox.request('DELETE', '/_sandbox/faults');
  await user.sandbox.fail({ kind: 'error', code: 20429 }, { ...only, to: '+15550001111', type: 'media' });
  sidOf(await user.send());
  const MediaUrl = 'https://example.com/a.jpg';
  expect(refusalOf(await user.send({ MediaUrl }))).toBe('429 20429');
  expect(refusalOf(await user.sendWhatsApp({ MediaUrl }))).toBe('429 20429');
  expect((await user.sandbox.sendHello()).status).toBe(200);
});

it('a planned failure ends a message later, and a doubled one is sent twice', async () => {
  await using user = await TwilioUser.start();
  await user.sandbox.fail({ kind: 'fail_later', code: 30007 }, { ...only, times: 1 });
  expect(await user.until(sidOf(await user.send()), 'undelivered')).toMatchObject({ error_code: 30007 });
  await user.sandbox.request('DELETE', '/_sandbox/faults');
  await user.sandbox.fail({ kind: 'duplicate_acceptance' }, only);
  sidOf(await user.send({ To: '+15550002222' }));
  const { messages } = (await user.call('GET', '/Messages.json?To=%2B15550002222')).read<{ messages: object[] }>();
  expect(messages).toHaveLength(2);
});

it('an endpoint of the account can be refused', async () => {
  await using user = await TwilioUser.start();
  await user.sandbox.fail({ kind: 'error', code: 20500 }, { ...only, method: 'GET', path: '/Messages.json' });
  expect(refusalOf(await user.call('GET', '/Messages.json'))).toBe('500 20500');
  expect((await user.call('GET', '/IncomingPhoneNumbers.json')).status).toBe(200);
});

it('webhooks are lost, doubled with the same token, wrongly signed and unsigned', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  const send = async (kind: string, match: object = {}) => {
    await user.sandbox.request('DELETE', '/_sandbox/faults');
    await user.sandbox.fail({ kind }, { ...only, status: 'sent', ...match });
    const sid = sidOf(await user.send({ StatusCallback: receiver.address }));
    await receiver.heard({ MessageSid: sid, MessageStatus: 'delivered' });
    await eventually(async () => {
      const { updates } = (await user.sandbox.request('GET', '/_sandbox/pending')).read<{ updates: number }>();
      return updates === 0 ? true : undefined;
    });
    return receiver.webhooks.filter(
      ({ parameters }) => parameters['MessageSid'] === sid && parameters['MessageStatus'] === 'sent',
    );
  };
  const isValid = ({ headers, url, parameters }: (typeof receiver.webhooks)[number]) =>
    twilio.validateRequest(user.account.auth_token, String(headers['x-twilio-signature']), url, parameters);
  expect(await send('webhook_lost')).toEqual([]);
  const doubled = await send('webhook_doubled');
  expect(doubled).toHaveLength(2);
  expect(new Set(doubled.map(({ headers }) => headers['i-twilio-idempotency-token'])).size).toBe(1);
  expect(doubled.every(isValid)).toBe(true);
  const [wrong] = await send('webhook_wrong_signature');
  expect(wrong && isValid(wrong)).toBe(false);
  const [unsigned] = await send('webhook_unsigned');
  expect(unsigned?.headers['x-twilio-signature']).toBeUndefined();
});

it('webhooks of strangers and broken ones are rightly signed, and come beside the real one', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.listen(receiver.address);
  for (const kind of ['webhook_unknown_wamid', 'webhook_foreign_number', 'webhook_poison']) {
    await user.sandbox.fail({ kind }, { ...only, field: 'messages', times: 1 });
    const before = receiver.webhooks.length;
    await user.write('+15550001111', { type: 'text', text: { body: kind } });
    await eventually(() => (receiver.webhooks.length === before + 2 ? true : undefined));
    await user.sandbox.request('DELETE', '/_sandbox/faults');
  }
  for (const { headers, url, parameters } of receiver.webhooks) {
    const signature = String(headers['x-twilio-signature']);
    expect(twilio.validateRequest(user.account.auth_token, signature, url, parameters)).toBe(true);
  }
  const accounts = new Set(receiver.webhooks.map(({ parameters }) => parameters['AccountSid']));
  expect(accounts.size).toBe(2);
  expect(new Set(receiver.webhooks.map(({ parameters }) => parameters['MessageSid'])).size).toBe(6);
});

it('webhooks come in another order when they are told to', async () => {
  await using user = await TwilioUser.start();
  await using receiver = await TwilioReceiver.listen();
  await user.sandbox.fail({ kind: 'webhook_shuffled', window: 20 }, only);
  const sids: string[] = [];
  for (let count = 0; count < 10; count++) sids.push(sidOf(await user.send({ StatusCallback: receiver.address })));
  await eventually(() => (receiver.webhooks.length === 20 ? true : undefined));
  const states = sids.map((sid) => receiver.statesOf(sid));
  expect(states.map((each) => each.toSorted())).toEqual(sids.map(() => ['delivered', 'sent']));
  expect(states.some(([first]) => first === 'delivered')).toBe(true);
});

it('a webhook that nobody takes is repeated and then lost, unless its address asks for more', async () => {
  await using user = await TwilioUser.start({ webhook_retry_seconds: [0.01] });
  const receiver = await TwilioReceiver.listen();
  const { address } = receiver;
  await receiver[Symbol.asyncDispose]();
  const attemptsFor = async (fragment: string) => {
    const sid = sidOf(await user.send({ StatusCallback: `${address}/${fragment}` }));
    return eventually(async () => {
      const { data } = (await user.sandbox.request('GET', '/_sandbox/twilio/callbacks')).read<{
        data: { message_sid: string; attempts: number; status: null; error: string }[];
      }>();
      return data.find(({ message_sid: of }) => of === sid);
    });
  };
  expect(await attemptsFor('')).toMatchObject({ attempts: 2, status: null, error: expect.any(String) });
  expect(await attemptsFor('#rc=3')).toMatchObject({ attempts: 4 });
});

it('an answer that is not good is repeated only when asked for, and the other address is called at last', async () => {
  await using user = await TwilioUser.start({ webhook_retry_seconds: [0.01] });
  await using receiver = await TwilioReceiver.listen();
  await using other = await TwilioReceiver.listen();
  receiver.answer = { status: 500, contentType: 'text/html', body: 'no' };
  await user.listen(`${receiver.address}/a#rc=2&rp=all`, { SmsFallbackUrl: `${other.address}/b` });
  await user.write('+15550001111', { type: 'text', text: { body: 'Hello' } });
  await other.heard({ Body: 'Hello' });
  expect(receiver.webhooks.map(({ url }) => url)).toEqual(Array.from({ length: 3 }, () => `${receiver.address}/a`));
  const tokens = [...receiver.webhooks, ...other.webhooks].map(({ headers }) => headers['i-twilio-idempotency-token']);
  expect(new Set(tokens).size).toBe(1);
  await user.listen(receiver.address);
  receiver.webhooks.length = 0;
  const sid = sidOf(await user.send({ StatusCallback: receiver.address }));
  await receiver.heard({ MessageSid: sid, MessageStatus: 'delivered' });
  expect(receiver.statesOf(sid)).toEqual(['sent', 'delivered']);
});

it('what waits to be told outlives a restart, and so do messages, opt-outs, numbers and the account', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-sandbox-'));
  await using receiver = await TwilioReceiver.listen();
  const first = await TwilioUser.start({ twilio_segments_per_second: 0 }, folder);
  await first.listen(receiver.address);
  const waiting = sidOf(await first.send({ StatusCallback: receiver.address }));
  await first.write('+15550002222', { type: 'text', text: { body: 'STOP' } });
  await first.sandbox.fail({ kind: 'webhook_late', ms: 86_000_000 }, only);
  await first.write('+15550001111', { type: 'text', text: { body: 'Late' } });
  await first.sandbox.stop();
  expect(receiver.webhooks.map(({ parameters }) => parameters['Body'])).toEqual(['STOP']);
  await using second = await TwilioUser.start({ twilio_segments_per_second: 100 }, folder);
  expect(second.account).toEqual({ ...first.account, base_url: second.account.base_url });
  await receiver.heard({ Body: 'Late' });
  await second.until(waiting, 'delivered');
  await receiver.heard({ MessageSid: waiting, MessageStatus: 'delivered' });
  expect(refusalOf(await second.send({ To: '+15550002222' }))).toBe('400 21610');
  const numbers = (await second.call('GET', '/IncomingPhoneNumbers.json')).read<{
    incoming_phone_numbers: { sms_url: string }[];
  }>();
  expect(numbers.incoming_phone_numbers[0]?.sms_url).toBe(receiver.address);
});

const MAIN = join(import.meta.dirname, '..', 'main.ts');

async function run(folder: string): Promise<{ child: ChildProcess; address: string }> {
  const env = { ...process.env, CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: folder };
  const child = fork(MAIN, [], { env, silent: true, execArgv: [] });
  let stdout = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const line = await eventually(() => (stdout.includes('\n') ? stdout.split('\n')[0] : undefined));
  return { child, address: (JSON.parse(line) as { address: string }).address };
}

it('kill -9 loses no message that was accepted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-sandbox-'));
  const first = await run(folder);
  const user = await TwilioUser.meet(await SandboxUser.meet(first.address, folder));
  await user.sandbox.request('POST', '/_sandbox/settings', { limits: 'off', delay_factor: 0 });
  const answered: string[] = [];
  const sends = Array.from({ length: 30 }, async () => {
    for (let count = 0; count < 50; count++) answered.push(sidOf(await user.send()));
  });
  await eventually(() => (answered.length > 150 ? true : undefined));
  first.child.kill('SIGKILL');
  await Promise.allSettled(sends);
  await user.sandbox.stop();
  expect(answered.length).toBeLessThan(1500);
  const second = await run(folder);
  const again = await TwilioUser.meet(await SandboxUser.meet(second.address, folder));
  const accepted = (await again.sandbox.ledger()).flatMap(({ provider_message_id: sid }) => sid ?? []);
  expect(accepted).toEqual(expect.arrayContaining(answered));
  // What the ledger has as accepted is delivered, whether or not the killed run could store it.
  for (const sid of accepted) await again.until(sid, 'delivered');
  await again.sandbox.stop();
  second.child.kill('SIGTERM');
  await new Promise((resolve) => second.child.once('exit', resolve));
  await rm(folder, { recursive: true, force: true });
});
