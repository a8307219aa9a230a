import { cp } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { playScenario, startScenario, viewScenario } from '#testing/scenario-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const START = '2026-03-02T09:00:00Z';
const VIRTUAL = 'clock: { kind: virtual, start: "2026-03-02T09:00:00Z", speed: max }';
const HELLO = '{ type: template, template: { name: hello_world, language: { code: en_US } } }';

it('people read, answer, tap, block and never read as the file says, and its expectations are counted', async () => {
  await using user = await SandboxUser.start({ delay_factor: 1 });
  const view = await playScenario(
    user,
    `
name: Twenty
${VIRTUAL}
people:
  - group: a
    count: 20
    behaviour:
      never_reads: 10%
      reads_after: 1m..1h
      blocks: 5%
      answers: [{ to: template, after: 1m, texts: ["Thanks, {name}"] }]
business:
  answers: [{ containing: thanks, after: 1s, texts: [You are welcome] }]
timeline:
  - at: "10:00"
    send: { group: a, over: 10m, messages: [${HELLO}] }
expect:
  - { ledger: { type: template, outcome: accepted, group: a }, count: 20 }
  - { inbound: { type: text }, count: 17..18 }
  - { ledger: { type: text }, count: 17..18 }
  - { people: { blocked: true }, count: 1 }
  - { statuses: { status: failed }, count: 3.. }
`,
  );
  expect(view.problem).toBeNull();
  expect(view.expectations.map(({ actual }) => actual)).toEqual([
    20,
    expect.any(Number),
    expect.any(Number),
    1,
    expect.any(Number),
  ]);
  expect(view.expectations.map(({ met }) => met)).toEqual([true, true, true, true, false]);
  expect(view.met).toBe(false);
  const [first] = await user.ledger();
  expect(first?.at.slice(0, 14)).toBe('2026-03-02T10:');
  const names = (await user.ledger()).filter((entry) => entry.type === 'text');
  expect(names.length).toBeGreaterThan(16);
});

it('the clock takes everything along: receipts, windows, retries of webhooks, offline phones', async () => {
  await using user = await SandboxUser.start({ delay_factor: 1, webhook_retry_seconds: [600] });
  await using receiver = await WebhookReceiver.listen(user);
  receiver.answers.push(503);
  const view = await playScenario(
    user,
    `
name: A day
${VIRTUAL}
people:
  - { group: a, count: 1, phone: "+15552001001", behaviour: { reads_after: 5m, offline: { until: { after: 3h } } } }
timeline:
  - { after: 1m, write: { group: a, texts: [Hi] } }
  - { after: 1h, send: { group: a, texts: [Hello] } }
  - { after: 24h2m, send: { group: a, texts: [Too late] } }
expect:
  - { statuses: { status: read }, count: 1 }
  - { statuses: { status: failed, error_code: 131047 }, count: 1 }
`,
  );
  expect(view).toMatchObject({ problem: null, met: true });
  const { data } = (await user.request('GET', '/_sandbox/statuses')).read<{ data: { at: string; status: string }[] }>();
  expect(data.map(({ at, status }) => `${at.slice(8, 13)} ${status}`)).toEqual([
    '02T10 sent',
    '02T12 delivered',
    '02T12 read',
    '03T09 failed',
  ]);
  // The person's message was told ten minutes after the callback had failed, of the sandbox's time.
  const deliveries = (await user.request('GET', '/_sandbox/webhooks')).read<{
    data: { first_at: string; last_at: string; attempts: number }[];
  }>().data;
  expect(deliveries.find(({ attempts }) => attempts === 2)).toMatchObject({
    first_at: '2026-03-02T09:01:00.000Z',
    last_at: '2026-03-02T09:11:00.000Z',
  });
});

it('a business that is called by webhook has its turn before the clock goes on', async () => {
  await using user = await SandboxUser.start({ delay_factor: 1 });
  await using receiver = await WebhookReceiver.listen(user);
  let answers = 0;
  receiver.onPost = async (post) => {
    for (const entry of post.json?.entry ?? []) {
      for (const { value } of entry.changes) {
        for (const message of (value['messages'] ?? []) as { from: string }[]) {
          const answer = await user.send({ to: `+${message.from}`, type: 'text', text: { body: 'Yes?' } });
          if (answer.status === 200) answers++;
        }
      }
    }
  };
  const view = await playScenario(
    user,
    `
name: Turns
${VIRTUAL}
people: [{ group: a, count: 5, behaviour: { reads_after: 1s } }]
timeline: [{ after: 1m, every: 1h, times: 3, write: { group: a, over: 30m, texts: [Hi] } }]
expect: [{ ledger: { outcome: accepted }, count: 15 }, { statuses: { status: read }, count: 15 }]
`,
  );
  expect(view).toMatchObject({ problem: null, met: true });
  expect(answers).toBe(15);
  const written = receiver.elements<{ timestamp: string; from: string }>('messages');
  const answered = (await user.ledger()).map((entry) => Math.floor(Date.parse(entry.at) / 1000));
  expect(answered).toEqual(written.map((message) => Number(message.timestamp)));
});

it('faults and settings last as long as they should, and are gone when the scenario is over', async () => {
  await using user = await SandboxUser.start({ throughput_per_second: 80 });
  const view = await playScenario(
    user,
    `
name: Faults
${VIRTUAL}
settings: { throughput_per_second: 70 }
people: [{ group: a, count: 3 }]
timeline:
  - { after: 10m, for: 10m, fault: { action: { kind: error, code: 131000, http_status: 500 } } }
  - { after: 10m, settings: { service_window: "off" } }
  - { after: 5m, every: 10m, times: 3, send: { group: a, messages: [${HELLO}] } }
  - { after: 40m, fault: { action: { kind: error, code: 130429 } } }
  - { after: 41m, send: { group: a, messages: [${HELLO}] } }
expect:
  - { ledger: { outcome: accepted }, count: 6 }
  - { ledger: { outcome: "rejected:131000" }, count: 3 }
  - { ledger: { outcome: rejected }, count: 6 }
`,
  );
  expect(view).toMatchObject({ problem: null, met: true, counts: { 'sends: error 131000': 3, 'sends: accepted': 6 } });
  expect((await user.request('GET', '/_sandbox/faults')).json).toEqual({ data: [] });
  expect((await user.request('GET', '/_sandbox/settings')).json).toMatchObject({
    throughput_per_second: 80,
    service_window: 'on',
  });
  expect((await user.request('GET', '/_sandbox/clock')).json).toMatchObject({ speed: 1 });
});

it('when the quality drops at noon, the template is paused for three hours, and the business is told all of it', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const fields = ['messages', 'message_template_status_update', 'message_template_quality_update'];
  fields.push('phone_number_quality_update', 'business_capability_update');
  await user.request('POST', '/_sandbox/webhook', { url: receiver.address, fields });
  const view = await playScenario(
    user,
    `
name: Noon
${VIRTUAL}
people: [{ group: a, count: 4 }]
timeline:
  - { at: "11:00", send: { group: a, messages: [${HELLO}] } }
  - { at: "12:00", template: { name: hello_world, quality: RED } }
  - { at: "12:00", number: { quality: RED } }
  - { at: "12:00", account: { messaging_limit: TIER_250 } }
  - { at: "14:59", send: { group: a, messages: [${HELLO}] } }
  - { at: "15:01", send: { group: a, messages: [${HELLO}] } }
expect: [{ ledger: { outcome: accepted }, count: 8 }, { ledger: { outcome: "rejected:132015" }, count: 4 }]
`,
  );
  expect(view).toMatchObject({ problem: null, met: true });
  const told = receiver.posts.flatMap((post) => post.json?.entry ?? []).flatMap((entry) => entry.changes);
  expect(told.filter(({ field }) => field !== 'messages').map(({ field, value }) => [field, value['event']])).toEqual(
    expect.arrayContaining([
      ['message_template_quality_update', undefined],
      ['message_template_status_update', 'PAUSED'],
      ['message_template_status_update', 'APPROVED'],
      ['phone_number_quality_update', 'FLAGGED'],
      ['business_capability_update', undefined],
    ]),
  );
});

it('a business number that is not there ends the scenario in words', async () => {
  await using user = await SandboxUser.start();
  const view = await playScenario(
    user,
    `name: A\n${VIRTUAL}\ntimeline: [{ after: 1m, number: { place: 9, quality: RED } }]`,
  );
  expect(view).toMatchObject({ state: 'failed', problem: 'The sandbox has no business number 9' });
});

it('closed windows let no free text through', async () => {
  await using user = await SandboxUser.start();
  const view = await playScenario(
    user,
    `
name: Windows
${VIRTUAL}
people: [{ group: a, count: 4 }]
timeline:
  - { after: 1m, write: { group: a, texts: [Hi] } }
  - { after: 2m, close_windows: { group: a, share: 50% } }
  - { after: 3m, send: { group: a, texts: [Hello] } }
expect: [{ statuses: { status: failed, error_code: 131047 }, count: 2 }, { statuses: { status: delivered }, count: 2 }]
`,
  );
  expect(view).toMatchObject({ problem: null, met: true });
});

it('a deed that the sandbox refuses ends the scenario with the reason', async () => {
  await using user = await SandboxUser.start();
  const view = await playScenario(
    user,
    `
name: Wrong
${VIRTUAL}
timeline: [{ after: 1m, template: { name: no_such_template, status: PAUSED } }]
`,
  );
  expect(view.state).toBe('failed');
  expect(view.met).toBeNull();
  expect(view.problem).toMatch(/no_such_template.* is not known to the sandbox/);
});

it('one scenario runs at a time, tells how far it is, and can be stopped', async () => {
  await using user = await SandboxUser.start();
  const text = `
name: Slow
people: [{ group: a, count: 2 }]
settings: { throughput_per_second: 7 }
timeline: [{ after: 1ms, webhooks: lost }, { after: 5h, write: { group: a, texts: [Hi] } }]
`;
  const id = await startScenario(user, text);
  await eventually(async () => ((await viewScenario(user, id)).done.length > 1 ? true : undefined));
  expect((await user.request('GET', `/_sandbox/scenarios/${id}`)).json).toMatchObject({
    state: 'running',
    people: 2,
    due: [{ text: '2 of a write' }],
    done: [{ text: 'Slow, seed 1' }, { text: 'webhooks are lost' }],
  });
  const second = await user.request('POST', '/_sandbox/scenarios', { text });
  expect(second.status).toBe(409);
  expect(second.text).toContain(`The scenario ${id} is running`);
  const stopped = await user.request('DELETE', `/_sandbox/scenarios/${id}`);
  expect(stopped.json).toMatchObject({ state: 'stopped', met: null, due: [] });
  expect((await user.request('GET', '/_sandbox/faults')).json).toEqual({ data: [] });
  expect((await user.request('GET', '/_sandbox/settings')).json).toMatchObject({ throughput_per_second: 80 });
  expect((await user.request('GET', '/_sandbox/pending')).json).toMatchObject({ timers: 0 });
  expect((await user.request('GET', '/_sandbox/scenarios')).read<{ data: { id: string }[] }>().data).toMatchObject([
    { id },
  ]);
});

it('the settings of a scenario do not outlive a sandbox that was killed while it ran', async () => {
  await using user = await SandboxUser.start();
  await user.request('POST', '/_sandbox/settings', { throughput_per_second: 33 });
  const id = await startScenario(user, 'name: Slow\nsettings: { throughput_per_second: 7 }\nends: { after: 5h }');
  await eventually(async () => {
    const settings = (await user.request('GET', '/_sandbox/settings')).read<{ throughput_per_second: number }>();
    return settings.throughput_per_second === 7 ? true : undefined;
  });
  // Everything that is on the disk now is what a kill would leave.
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 0 });
  const left = `${user.folder}-left`;
  await cp(user.folder, left, { recursive: true });
  await using again = await SandboxUser.start({}, left);
  expect((await again.request('GET', '/_sandbox/settings')).json).toMatchObject({ throughput_per_second: 33 });
  expect((await again.request('GET', '/_sandbox/scenarios')).json).toEqual({ data: [] });
  expect((await viewScenario(user, id)).state).toBe('running');
});

it('a clock that a scenario steps is moved by nobody else, and is let go when the scenario is stopped', async () => {
  await using user = await SandboxUser.start();
  const id = await startScenario(user, 'name: Patient\nclock: { kind: virtual, settle: 1h }\nends: { after: 1h }');
  const refused = await user.request('POST', '/_sandbox/clock', { advance_seconds: 1 });
  expect(refused.status).toBe(409);
  expect(refused.text).toContain('A scenario has the clock');
  expect((await user.request('GET', '/_sandbox/clock')).json).toMatchObject({ speed: 0 });
  expect((await user.request('DELETE', `/_sandbox/scenarios/${id}`)).json).toMatchObject({ state: 'stopped' });
  expect((await user.request('POST', '/_sandbox/clock', { advance_seconds: 1 })).json).toMatchObject({ speed: 1 });
});

it('what is no scenario is refused with every mistake and its place; what is not there with 404', async () => {
  await using user = await SandboxUser.start();
  const answer = await user.request('POST', '/_sandbox/scenarios', 'name: A\npeople: 5\nseeds: 1\n', {
    'content-type': 'application/yaml',
  });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({
    error: {
      field: 'text',
      problems: [
        { line: 2, column: 9, at: 'people' },
        { line: 3, column: 1, at: 'seeds' },
      ],
    },
  });
  expect((await user.request('POST', '/_sandbox/scenarios', { text: 'name: A', sead: 1 })).status).toBe(400);
  expect((await user.request('POST', '/_sandbox/scenarios', { text: 'name: A', start: 'soon' })).status).toBe(400);
  expect((await user.request('GET', '/_sandbox/scenarios/nothing')).status).toBe(404);
  expect((await user.request('DELETE', '/_sandbox/scenarios/nothing')).status).toBe(404);
});

it('YAML itself can be posted, with options in the address', async () => {
  await using user = await SandboxUser.start();
  const answer = await user.request('POST', `/_sandbox/scenarios?seed=5&speed=max&start=${START}`, 'name: A\n', {
    'content-type': 'application/yaml',
  });
  expect(answer.status).toBe(201);
  expect(answer.json).toMatchObject({ seed: 5, speed: 'max', started_at: '2026-03-02T09:00:00.000Z' });
});

it('a sandbox that was used does not go back in time, and says so', async () => {
  await using user = await SandboxUser.start();
  idOf(await user.sendHello());
  const answer = await user.request('POST', '/_sandbox/scenarios', { text: `name: Back\n${VIRTUAL}` });
  expect(answer.status).toBe(409);
  expect(answer.text).toContain('does not go back after it was used');
  const before = (await user.request('GET', '/_sandbox/clock')).read<{ now: string }>().now;
  const view = await playScenario(user, 'name: On\nclock: { kind: virtual, start: "09:00" }\nends: { after: 1h }');
  expect(view.met).toBe(true);
  const after = (await user.request('GET', '/_sandbox/clock')).read<{ now: string }>().now;
  expect(Date.parse(after)).toBeGreaterThanOrEqual(Date.parse(before) + 3_600_000);
});

it('at a speed, the clock runs by itself and the scenario comes to its end', async () => {
  await using user = await SandboxUser.start({ delay_factor: 1 });
  const view = await playScenario(
    user,
    `
name: Fast
clock: { kind: virtual, speed: 20000 }
people: [{ group: a, count: 3, behaviour: { reads_after: 1m..1h } }]
timeline: [{ after: 1h, send: { group: a, over: 1h, messages: [${HELLO}] } }]
expect: [{ statuses: { status: read }, count: 3 }]
`,
  );
  expect(view).toMatchObject({ problem: null, met: true });
});

it('the business may be a server elsewhere', async () => {
  await using user = await SandboxUser.start();
  await using other = await SandboxUser.start();
  const view = await playScenario(
    user,
    `name: Elsewhere\n${VIRTUAL}\npeople: [{ group: a, count: 2 }]\ntimeline: [{ after: 1m, send: { group: a, messages: [${HELLO}] } }]`,
    {
      business: {
        base_url: `${other.address}/v24.0`,
        access_token: other.account.access_token,
        phone_number_id: other.account.phone_number_id,
      },
    },
  );
  expect(view).toMatchObject({ problem: null, counts: { 'sends: accepted': 2 } });
  expect(await user.ledger()).toEqual([]);
  expect((await other.ledger()).map((entry) => entry.to)).toEqual(['+15552001001', '+15552001002']);
});
