import { gunzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const outcomesOf = async (user: SandboxUser) => (await user.ledger()).map((entry) => entry.outcome);

it('F23: accepts, and never answers; the status tells what the answer would have', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'accept_then_timeout' }, { times: 1 });
  const answer = user.sendHello({ biz_opaque_callback_data: 'a1:23' }).catch((error: Error) => error.name);
  const status = await eventually(() => receiver.elements('statuses')[0]);
  expect(status).toMatchObject({ status: 'sent', biz_opaque_callback_data: 'a1:23' });
  expect(await outcomesOf(user)).toEqual(['accepted']);
  await user.request('DELETE', '/_sandbox/faults');
  expect(await answer).toBe('SocketError');
});

it('F24: neither accepts nor answers', async () => {
  await using user = await SandboxUser.start();
  await user.fail({ kind: 'timeout', release_ms: 50 });
  await expect(user.sendHello()).rejects.toThrow();
  expect(await outcomesOf(user)).toEqual(['dropped:timeout']);
});

it('F25: answers 5xx with and without a body, before and after accepting', async () => {
  await using user = await SandboxUser.start();
  await user.request('POST', '/_sandbox/faults', {
    rules: [
      { match: { times: 1 }, action: { kind: 'http', http_status: 503 } },
      { match: { times: 1 }, action: { kind: 'http', http_status: 502, body: 'html', accepted: true } },
      { match: { times: 1 }, action: { kind: 'http', http_status: 504, body: 'graph' } },
      { match: { times: 1 }, action: { kind: 'error', code: 131000, accepted: true } },
    ],
  });
  const answers = [];
  for (let count = 0; count < 5; count++) answers.push(await user.sendHello());
  expect(answers.map((answer) => answer.status)).toEqual([503, 502, 504, 500, 200]);
  expect(answers[0]?.text).toBe('');
  expect(await outcomesOf(user)).toEqual(['dropped:http', 'accepted', 'rejected:2', 'accepted', 'accepted']);
});

it.each(['5', 'Wed, 21 Oct 2026 07:28:00 GMT', '-1', '1000000000', 'abc'])(
  'F26: throttles with Retry-After %s',
  async (value) => {
    await using user = await SandboxUser.start();
    await user.fail({ kind: 'error', code: 130429, http_status: 429, retry_after: value }, { to: '+15550001111' });
    const answer = await user.sendHello();
    expect(errorOf(answer)).toMatchObject({ status: 429, code: 130429, subcode: 2494055 });
    expect(answer.headers['retry-after']).toBe(value);
    expect((await user.sendHello({ to: '+15550002222' })).status).toBe(200);
  },
);

it('F27: trickles its answer', async () => {
  await using user = await SandboxUser.start();
  await user.fail({ kind: 'slow_answer', bytes_per_second: 5000 });
  expect(idOf(await user.sendHello())).toMatch(/^wamid\./);
});

it.each([0, 1, 'half', 'all'] as const)('F29: resets the connection after %s of the request', async (bytes) => {
  await using user = await SandboxUser.start();
  // A match on the sender keeps the rule off the connections that carry the control calls.
  await user.fail({ kind: 'reset_after_bytes', bytes }, { sender: user.account.phone_number_id });
  await expect(user.sendHello()).rejects.toThrow();
  await user.request('DELETE', '/_sandbox/faults');
  expect(await outcomesOf(user)).toEqual(bytes === 'all' ? ['dropped:reset_after_bytes'] : []);
});

it('F29: resets the connections of one recipient only', async () => {
  await using user = await SandboxUser.start();
  await user.fail({ kind: 'reset_after_bytes', bytes: 'half' }, { to_suffix: '1111' });
  await expect(user.sendHello()).rejects.toThrow();
  expect((await user.sendHello({ to: '+15550002222' })).status).toBe(200);
  expect(await outcomesOf(user)).toEqual(['accepted']);
});

it('F29: accepts, and resets instead of answering', async () => {
  await using user = await SandboxUser.start();
  await user.fail({ kind: 'accept_then_reset' }, { times: 1 });
  await expect(user.sendHello()).rejects.toThrow();
  expect(await outcomesOf(user)).toEqual(['accepted']);
});

it('F30: answers 200 with garbage', async () => {
  await using user = await SandboxUser.start();
  const answerOf = async (variant: string) => {
    await user.request('DELETE', '/_sandbox/faults');
    await user.fail({ kind: 'garbage', variant });
    return user.sendHello();
  };
  expect((await answerOf('html')).text).toContain('<html>');
  expect((await answerOf('empty')).text).toBe('');
  expect((await answerOf('truncated_json')).json).toBeUndefined();
  expect((await answerOf('no_id')).json).toMatchObject({ messages: [] });
  expect((await answerOf('bom')).status).toBe(200);
  expect(errorOf(await answerOf('error_with_200'))).toMatchObject({ status: 200, code: 131000 });
  await expect(answerOf('wrong_content_length')).rejects.toThrow();
  const first = idOf(await answerOf('same_id'));
  expect(idOf(await user.sendHello())).toBe(first);
  const ids = (await user.ledger()).slice(-2).map((entry) => entry.provider_message_id);
  expect(new Set(ids).size).toBe(2);
});

it('F30: answers with 100 MB, and with a gigabyte in a small gzip', async () => {
  await using user = await SandboxUser.start();
  await user.fail({ kind: 'garbage', variant: 'huge' }, { times: 1 });
  expect((await user.sendHello()).text.length).toBeGreaterThan(100_000_000);
  await user.fail({ kind: 'garbage', variant: 'gzip_bomb' }, { times: 1 });
  const agent = new Agent();
  const answer = await agent.request({
    origin: user.address,
    path: `/${user.account.phone_number_id}/messages`,
    method: 'POST',
    headers: { authorization: `Bearer ${user.account.access_token}`, 'content-type': 'application/json' },
    body: '{"messaging_product":"whatsapp","to":"+15550001111","type":"template","template":{"name":"hello_world","language":{"code":"en_US"}}}',
  });
  const bytes = Buffer.from(await answer.body.arrayBuffer());
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(bytes.length).toBeLessThan(2_000_000);
  expect(() => gunzipSync(bytes, { maxOutputLength: 500_000_000 })).toThrow();
  await agent.destroy();
});

it('F31: closes an idle connection early, and does not announce it', async () => {
  await using user = await SandboxUser.start();
  await user.fail({ kind: 'close_idle', ms: 30 });
  const agent = new Agent({ connections: 1 });
  const closed = new Promise((resolve) => agent.once('disconnect', resolve));
  const answer = await agent.request({ origin: user.address, path: '/_sandbox/clock', method: 'GET' });
  await answer.body.dump();
  expect(answer.headers['keep-alive']).toBeUndefined();
  await closed;
  await agent.destroy();
});

it.each([301, 302, 307, 308])('F32: redirects with %i', async (status) => {
  await using user = await SandboxUser.start();
  await user.fail({ kind: 'redirect', http_status: status, location: 'http://127.0.0.1:1/' });
  const answer = await user.sendHello();
  expect([answer.status, answer.headers['location']]).toEqual([status, 'http://127.0.0.1:1/']);
  expect(await outcomesOf(user)).toEqual(['dropped:redirect']);
});

it('F34: refuses with the errors of the account', async () => {
  await using user = await SandboxUser.start();
  for (const [code, status] of [
    [190, 401],
    [368, 403],
    [131031, 403],
  ] as const) {
    await user.fail({ kind: 'error', code }, { times: 1 });
    expect(errorOf(await user.sendHello())).toMatchObject({ status, code });
  }
});

it('F35: flaps in a pattern, or by chance that repeats with its seed', async () => {
  await using user = await SandboxUser.start();
  const run = async (match: Record<string, unknown>) => {
    await user.fail({ kind: 'error', code: 131016 }, match);
    const statuses = [];
    for (let count = 0; count < 12; count++) statuses.push((await user.sendHello()).status);
    await user.request('DELETE', '/_sandbox/faults');
    return statuses;
  };
  expect(await run({ cycle: { fail: 1, pass: 2 } })).toEqual([
    500, 200, 200, 500, 200, 200, 500, 200, 200, 500, 200, 200,
  ]);
  const first = await run({ probability: 0.5, seed: 7 });
  expect(new Set(first)).toEqual(new Set([200, 500]));
  expect(await run({ probability: 0.5, seed: 7 })).toEqual(first);
  expect(await run({ probability: 0.5, seed: 8 })).not.toEqual(first);
});

it('F36: takes one request twice, with two ids that both get statuses', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'duplicate_acceptance' }, { times: 1 });
  const told = idOf(await user.sendHello({ biz_opaque_callback_data: 'a1:36' }));
  await eventually(() => (receiver.elements('statuses').length === 4 ? true : undefined));
  const ids = new Set(receiver.elements('statuses').map((element) => String(element['id'])));
  expect(ids.size).toBe(2);
  expect(ids).toContain(told);
  expect(receiver.elements('statuses').every((element) => element['biz_opaque_callback_data'] === 'a1:36')).toBe(true);
  expect(await outcomesOf(user)).toEqual(['accepted']);
});

it('F42: tells the status before the answer', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'delay_answer', ms: 400 }, { times: 1 });
  let isAnswered = false;
  const answer = user.sendHello().then((given) => {
    isAnswered = true;
    return given;
  });
  const status = await eventually(() => receiver.elements('statuses')[0]);
  expect(isAnswered).toBe(false);
  expect(idOf(await answer)).toBe(status['id']);
});

it('skips, counts and forgets as a rule says', async () => {
  await using user = await SandboxUser.start();
  await user.fail({ kind: 'error', code: 4 }, { after: 1, times: 2, type: 'template', callback_prefix: 'x' });
  const statuses = [];
  for (let count = 0; count < 5; count++)
    statuses.push((await user.sendHello({ biz_opaque_callback_data: 'x1' })).status);
  expect(statuses).toEqual([200, 400, 400, 200, 200]);
  expect((await user.request('GET', '/_sandbox/faults')).json).toMatchObject({ data: [{ hits: 2 }] });
  expect((await user.request('DELETE', '/_sandbox/faults')).json).toEqual({ removed: 1 });
  expect((await user.sendHello({ biz_opaque_callback_data: 'x1' })).status).toBe(200);
});

it('names what is wrong with a rule', async () => {
  await using user = await SandboxUser.start();
  const unknown = await user.fail({ kind: 'explode' });
  expect([unknown.status, unknown.json]).toMatchObject([400, { error: { field: 'rules/0/action/kind' } }]);
  const extra = await user.fail({ kind: 'error', code: 4, colour: 'red' });
  expect([extra.status, extra.text]).toMatchObject([400, expect.stringContaining('colour')]);
  expect((await user.fail({ kind: 'garbage', variant: 'soup' })).status).toBe(400);
  expect((await user.fail({ kind: 'timeout' }, { probability: 2 })).status).toBe(400);
});

it('F29: resets so many connections before their first byte, and no more', async () => {
  await using user = await SandboxUser.start();
  const endless = await user.fail({ kind: 'reset_after_bytes', bytes: 0 });
  expect([endless.status, endless.text]).toMatchObject([400, expect.stringContaining('match.times')]);
  expect((await user.fail({ kind: 'reset_after_bytes', bytes: 0 }, { times: 2 })).status).toBe(201);
  const failures = [];
  for (let count = 0; count < 4; count++) {
    const agent = new Agent();
    const asked = agent.request({ origin: user.address, path: '/_sandbox/clock', method: 'GET' });
    failures.push(
      await asked.then(
        (answer) => answer.body.dump().then(() => 'answered'),
        () => 'reset',
      ),
    );
    await agent.destroy();
  }
  expect(failures).toEqual(['reset', 'reset', 'answered', 'answered']);
});

it('accepts a message and fails it later with any code', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.fail({ kind: 'fail_later', code: 131000, details: 'Something broke.' }, { times: 1 });
  const wamid = idOf(await user.sendHello());
  const status = await eventually(() => receiver.elements('statuses')[0]);
  expect(status).toMatchObject({
    id: wamid,
    status: 'failed',
    errors: [{ code: 131000, title: 'Something went wrong', error_data: { details: 'Something broke.' } }],
  });
  expect(await outcomesOf(user)).toEqual(['accepted']);
  const next = idOf(await user.sendHello());
  await eventually(async () => ((await user.statusesOf(next)).includes('delivered') ? true : undefined));
});
