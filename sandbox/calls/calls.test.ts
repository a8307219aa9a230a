import { expect, it } from 'vitest';
import type { Settings } from '#control/settings.ts';
import { type Answer, SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const ADA = '+15550001111';
const OFFER = { sdp_type: 'offer', sdp: 'v=0\r\no=business' };
const ANSWER = { sdp_type: 'answer', sdp: 'v=0\r\no=business' };

type Told = Record<string, unknown>;

async function ready(settings: Partial<Settings> = {}, calling: Record<string, unknown> = {}): Promise<SandboxUser> {
  const user = await SandboxUser.start(settings);
  const answer = await configure(user, { status: 'ENABLED', ...calling });
  expect(answer.json).toEqual({ success: true });
  return user;
}

function configure(user: SandboxUser, calling: Record<string, unknown>): Promise<Answer> {
  return user.graph('POST', `/${user.account.phone_number_id}/settings`, { calling });
}

function allow(user: SandboxUser, reply: Record<string, unknown> = {}, who = ADA): Promise<Answer> {
  const call_permission_reply = { response: 'accept', ...reply };
  return user.write(who, {
    type: 'interactive',
    interactive: { type: 'call_permission_reply', call_permission_reply },
  });
}

function act(user: SandboxUser, body: Record<string, unknown>): Promise<Answer> {
  const path = `/${user.account.phone_number_id}/calls`;
  return user.graph('POST', path, { messaging_product: 'whatsapp', ...body });
}

function call(user: SandboxUser, more: Record<string, unknown> = {}): Promise<Answer> {
  return act(user, { to: ADA, action: 'connect', session: OFFER, ...more });
}

function callIdOf(answer: Answer): string {
  const { calls } = answer.read<{ calls?: { id: string }[] }>();
  const id = calls?.[0]?.id;
  if (id === undefined) throw new Error(`No call in ${answer.status} ${answer.text}`);
  return id;
}

function asPerson(user: SandboxUser, id: string, action: string, body = {}): Promise<Answer> {
  return user.request('POST', `/_sandbox/calls/${encodeURIComponent(id)}/${action}`, body);
}

function callBusiness(user: SandboxUser, body: Record<string, unknown> = {}): Promise<Answer> {
  return user.request('POST', `/_sandbox/people/${encodeURIComponent(ADA)}/calls`, body);
}

async function permission(user: SandboxUser, query = `user_wa_id=15550001111`): Promise<Answer> {
  return user.graph('GET', `/${user.account.phone_number_id}/call_permissions?${query}`);
}

/** What was told of calls, once there is so much of it. */
function told(receiver: WebhookReceiver, count: number): Promise<Told[]> {
  return eventually(() => {
    const elements = receiver
      .values<{ calls?: Told[]; statuses?: Told[] }>('calls')
      .flatMap((value) => [...(value.calls ?? []), ...(value.statuses ?? [])]);
    return elements.length >= count ? elements : undefined;
  });
}

async function isWindowOpen(user: SandboxUser): Promise<boolean> {
  const answer = await user.request('GET', `/_sandbox/people/${encodeURIComponent(ADA)}/chats`);
  return answer.read<{ data: { window_closes_at: string | null }[] }>().data[0]?.window_closes_at !== null;
}

it('a business calls a person who has allowed it: ringing, taken, hung up, each told', async () => {
  await using user = await ready();
  await using receiver = await WebhookReceiver.listen(user);
  expect(errorOf(await call(user))).toMatchObject({ status: 400, code: 138006 });
  await allow(user);
  const id = callIdOf(await call(user, { biz_opaque_callback_data: 'mine' }));
  expect(id).toMatch(/^wacid\./);
  expect(await told(receiver, 1)).toMatchObject([
    { id, type: 'call', status: 'RINGING', recipient_id: '15550001111', biz_opaque_callback_data: 'mine' },
  ]);
  expect((await asPerson(user, id, 'accept', { sdp: 'v=0\r\no=ada' })).json).toMatchObject({ state: 'connected' });
  const direction = 'BUSINESS_INITIATED';
  const [, ...taken] = await told(receiver, 3);
  expect(taken).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        event: 'connect',
        direction,
        to: '15550001111',
        session: { sdp_type: 'answer', sdp: 'v=0\r\no=ada' },
      }),
      expect.objectContaining({ status: 'ACCEPTED' }),
    ]),
  );
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 30 });
  expect((await act(user, { action: 'terminate', call_id: id })).json).toMatchObject({ success: true });
  const ended = (await told(receiver, 4)).find((element) => element['event'] === 'terminate');
  expect(ended).toMatchObject({ id, direction, status: 'COMPLETED', biz_opaque_callback_data: 'mine' });
  expect(Number(ended?.['duration'])).toBeGreaterThanOrEqual(30);
  expect(Number(ended?.['end_time']) - Number(ended?.['start_time'])).toBe(ended?.['duration']);
});

it('a person calls the business, which answers, rejects or lets it ring', async () => {
  await using user = await ready();
  await using receiver = await WebhookReceiver.listen(user);
  const first = (await callBusiness(user, { cta_payload: 'from the button' })).read<{ id: string }>().id;
  expect(await told(receiver, 1)).toMatchObject([
    {
      id: first,
      event: 'connect',
      direction: 'USER_INITIATED',
      from: '15550001111',
      session: { sdp_type: 'offer', sdp: expect.stringMatching(/^v=0/) },
      cta_payload: 'from the button',
    },
  ]);
  expect((await callBusiness(user)).status).toBe(409);
  for (const action of ['pre_accept', 'accept']) {
    expect((await act(user, { action, call_id: first, session: ANSWER })).json).toMatchObject({ success: true });
  }
  expect(errorOf(await act(user, { action: 'reject', call_id: first })).code).toBe(100);
  expect((await asPerson(user, first, 'hang_up')).json).toMatchObject({ state: 'ended', outcome: 'COMPLETED' });
  expect(errorOf(await act(user, { action: 'terminate', call_id: first })).code).toBe(100);

  const second = (await callBusiness(user)).read<{ id: string }>().id;
  expect((await act(user, { action: 'reject', call_id: second })).json).toMatchObject({ success: true });
  const third = (await callBusiness(user)).read<{ id: string }>().id;
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 60 });
  const ends = (await told(receiver, 6)).filter((element) => element['event'] === 'terminate');
  expect(new Map(ends.map((element) => [element['id'], element['status']]))).toEqual(
    new Map([
      [first, 'COMPLETED'],
      [second, 'FAILED'],
      [third, 'FAILED'],
    ]),
  );
});

it('a person rejects a call of the business', async () => {
  await using user = await ready();
  await using receiver = await WebhookReceiver.listen(user);
  await allow(user);
  const id = callIdOf(await call(user));
  expect((await asPerson(user, id, 'reject')).json).toMatchObject({ outcome: 'FAILED' });
  const elements = await told(receiver, 3);
  expect(elements).toEqual(expect.arrayContaining([expect.objectContaining({ id, status: 'REJECTED' })]));
  expect(elements.at(-1)).not.toHaveProperty('duration');
  expect((await asPerson(user, id, 'accept')).status).toBe(409);
});

it('a call of a person opens the service window, and so does a call that a person takes', async () => {
  await using user = await ready();
  expect(await isWindowOpen(user)).toBe(false);
  await callBusiness(user);
  expect(await isWindowOpen(user)).toBe(true);

  await using other = await ready();
  await allow(other, { is_permanent: true });
  await other.request('POST', '/_sandbox/clock', { advance_seconds: 2 * 86_400 });
  const text = { type: 'text', text: { body: 'Hi' } };
  const id = callIdOf(await call(other));
  const before = (await other.send(text)).read<{ messages: { id: string }[] }>().messages[0]?.id ?? '';
  const failed = await eventually(async () => (await other.statusesOf(before)).at(-1));
  expect(failed).toBe('failed 131047');
  await asPerson(other, id, 'accept');
  const after = (await other.send(text)).read<{ messages: { id: string }[] }>().messages[0]?.id ?? '';
  await eventually(async () => ((await other.statusesOf(after)).includes('delivered') ? true : undefined));
});

it('the permission to call ends after seven days unless it is for ever, and can be taken back', async () => {
  await using user = await ready({ limits: 'on' });
  const shown = async () => (await permission(user)).read<{ permission: object }>().permission;
  expect(await shown()).toEqual({ status: 'no_permission' });
  await allow(user);
  expect(await shown()).toEqual({ status: 'temporary', expiration_time: expect.any(Number) });
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 7 * 86_400 + 1 });
  expect(await shown()).toEqual({ status: 'no_permission' });
  expect(errorOf(await call(user)).code).toBe(138006);
  await allow(user, { is_permanent: true });
  expect(await shown()).toEqual({ status: 'permanent' });
  const ask = {
    type: 'interactive',
    interactive: {
      type: 'call_permission_request',
      body: { text: 'May we?' },
      action: { name: 'call_permission_request' },
    },
  };
  expect(errorOf(await user.send(ask)).code).toBe(138017);
  await user.write(ADA, {
    type: 'interactive',
    interactive: { type: 'call_permission_reply', call_permission_reply: { response: 'reject' } },
  });
  expect(await shown()).toEqual({ status: 'no_permission' });
});

it('call_permissions says what may be done, and how often it was done', async () => {
  await using user = await ready({ calls_per_day: 1 });
  const ask = {
    type: 'interactive',
    interactive: {
      type: 'call_permission_request',
      body: { text: 'May we?' },
      action: { name: 'call_permission_request' },
    },
  };
  await allow(user);
  expect((await user.send(ask)).status).toBe(200);
  const id = callIdOf(await call(user));
  await asPerson(user, id, 'accept');
  await asPerson(user, id, 'hang_up');
  expect((await permission(user)).json).toMatchObject({
    actions: [
      {
        action_name: 'send_call_permission_request',
        limits: [
          { time_period: 'PT24H', max_allowed: 1, current_usage: 1, limit_expiration_time: expect.any(Number) },
          { time_period: 'P7D', max_allowed: 2, current_usage: 1 },
        ],
      },
      {
        action_name: 'start_call',
        can_perform_action: false,
        limits: [{ time_period: 'PT24H', max_allowed: 1, current_usage: 1 }],
      },
    ],
  });
  expect(errorOf(await call(user)).code).toBe(138012);
  expect(errorOf(await permission(user, 'recipient=US.1')).code).toBe(131009);
  expect(errorOf(await permission(user, '')).code).toBe(100);
});

it('permissions to call are looked up five times a second; more gets 613', async () => {
  await using user = await ready({ limits: 'on' });
  await user.request('POST', '/_sandbox/clock', { speed: 0 });
  for (let times = 0; times < 5; times++) expect((await permission(user)).status).toBe(200);
  expect(errorOf(await permission(user))).toMatchObject({ status: 429, code: 613 });
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 1 });
  expect((await permission(user)).status).toBe(200);
});

it.each<[number, string, (user: SandboxUser) => Promise<unknown>]>([
  [138000, 'calls are off', (user) => configure(user, { status: 'DISABLED' })],
  [138001, 'the person has blocked the business', (user) => change(user, { blocked: true })],
  [138002, 'there are too many calls at once', (user) => set(user, { concurrent_calls: 0 })],
  [138003, 'the two have a call already', (user) => call(user)],
  [138005, 'calls follow each other too fast', (user) => set(user, { calls_per_second: 0 })],
  [138013, 'the country is closed', (user) => set(user, { call_closed_countries: ['US'] })],
  [138014, 'calls of the business are restricted', (user) => restrict(user)],
  [138015, 'few people may be written to', (user) => set(user, { messaging_limit: 250 })],
  [131044, 'nobody pays', (user) => set(user, { payment_method: false })],
])('a call is refused with %i when %s', async (code, _why, prepare) => {
  await using user = await ready();
  await allow(user);
  await prepare(user);
  expect(errorOf(await call(user)).code).toBe(code);
});

it.each([138004, 138007, 138018, 138019, 138020, 138021, 138022, 138023])(
  'the setting call_error refuses each call with %i',
  async (code) => {
    await using user = await ready({ call_error: code });
    await allow(user);
    expect(errorOf(await call(user))).toMatchObject({ code, status: code === 138004 ? 500 : 400 });
    expect((await set(user, { call_error: null })).status).toBe(200);
    expect((await call(user)).status).toBe(200);
  },
);

it.each<[string, Record<string, unknown>]>([
  ['without a session', { session: undefined }],
  ['with an answer for an offer', { session: ANSWER }],
  ['with what is no session description', { session: { sdp_type: 'offer', sdp: 'hello' } }],
  ['with an unknown action', { action: 'sing' }],
  ['to nobody', { to: undefined }],
  ['to an unknown user id', { to: undefined, recipient: 'US.1' }],
  ['with too long callback data', { biz_opaque_callback_data: 'x'.repeat(513) }],
])('a call %s is refused in words', async (_what, more) => {
  await using user = await ready();
  await allow(user);
  const answer = await call(user, more);
  expect(answer.status).toBe(400);
  expect(errorOf(answer).details).not.toBe('');
});

it('people cannot call a number that is closed, hidden or has blocked them', async () => {
  await using user = await SandboxUser.start();
  expect((await callBusiness(user)).status).toBe(409);
  await configure(user, { status: 'ENABLED', call_icon_visibility: 'DISABLE_ALL' });
  expect((await callBusiness(user)).status).toBe(409);
  const linked = await callBusiness(user, { deeplink_payload: 'card' });
  expect(linked.status).toBe(201);
  await asPerson(user, linked.read<{ id: string }>().id, 'hang_up');
  await configure(user, { call_icon_visibility: 'DEFAULT' });
  const day = (open: string, close: string) => ({ day_of_week: 'MONDAY', open_time: open, close_time: close });
  const hours = (weekly: object[]) => ({
    call_hours: { status: 'ENABLED', timezone_id: 'Asia/Kolkata', weekly_operating_hours: weekly },
  });
  expect((await configure(user, hours([day('0000', '0000')]))).status).toBe(200);
  expect((await callBusiness(user)).status).toBe(409);
  expect(errorOf(await configure(user, hours([day('9', '17')]))).code).toBe(100);
  expect((await callBusiness(user, { sung: true })).status).toBe(400);
});

it('who calls a number with the callback permission may be called back', async () => {
  await using user = await ready({}, { callback_permission_status: 'ENABLED' });
  await using receiver = await WebhookReceiver.listen(user);
  const { id } = (await callBusiness(user)).read<{ id: string }>();
  const replies = await eventually(() => {
    const elements = receiver.elements<Told>('messages');
    return elements.length > 0 ? elements : undefined;
  });
  expect(replies).toMatchObject([
    { interactive: { call_permission_reply: { response: 'accept', response_source: 'automatic' } } },
  ]);
  await asPerson(user, id, 'hang_up');
  expect((await call(user)).status).toBe(200);
});

it('a change of the call settings is told', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await configure(user, { status: 'ENABLED' });
  const values = await eventually(() => {
    const all = receiver.values<Told>('account_settings_update');
    return all.length > 0 ? all : undefined;
  });
  expect(values).toMatchObject([
    { type: 'phone_number_settings', phone_number_settings: { calling: { status: 'ENABLED' } } },
  ]);
});

it('calls and permissions outlive a restart, and what rang ends in its time', async () => {
  await using user = await ready();
  await allow(user, { is_permanent: true });
  const id = callIdOf(await call(user));
  await user.stop();
  await using again = await SandboxUser.start({}, user.folder);
  await using receiver = await WebhookReceiver.listen(again);
  expect((await permission(again)).json).toMatchObject({ permission: { status: 'permanent' } });
  await again.request('POST', '/_sandbox/clock', { advance_seconds: 60 });
  expect(await told(receiver, 1)).toMatchObject([{ id, event: 'terminate', status: 'FAILED' }]);
  const list = await again.request('GET', `/_sandbox/people/${encodeURIComponent(ADA)}/calls`);
  expect(list.json).toMatchObject({ data: [{ id, state: 'ended', outcome: 'FAILED' }] });
});

function set(user: SandboxUser, settings: Record<string, unknown>): Promise<Answer> {
  return user.request('POST', '/_sandbox/settings', settings);
}

function change(user: SandboxUser, switches: Record<string, unknown>): Promise<Answer> {
  return user.request('PATCH', `/_sandbox/people/${encodeURIComponent(ADA)}`, switches);
}

function restrict(user: SandboxUser): Promise<Answer> {
  const restrictions = [{ type: 'RESTRICTED_BUSINESS_INITIATED_CALLING' }];
  return user.request('PATCH', `/_sandbox/wabas/${user.account.waba_id}`, { restrictions });
}
