import { expect, it } from 'vitest';
import type { Settings } from '#control/settings.ts';
import { type Answer, SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

interface GroupNews {
  groups: Record<string, unknown>[];
}

const ada = '+15550001111';
const bob = '+15550001112';
const cleo = '+15550001113';

async function withPeople(settings: Partial<Settings> = {}): Promise<SandboxUser> {
  const user = await SandboxUser.start(settings);
  for (const phone of [bob, cleo]) await user.request('PUT', `/_sandbox/people/${encodeURIComponent(phone)}`);
  return user;
}

/** The id of a new group, found as a client finds it. */
async function newGroup(user: SandboxUser, more: Record<string, unknown> = {}): Promise<string> {
  const path = `/${user.account.phone_number_id}/groups`;
  const asked = await user.graph('POST', path, { messaging_product: 'whatsapp', subject: 'Bells', ...more });
  if (asked.status !== 200) throw new Error(asked.text);
  const list = await user.graph('GET', `${path}?limit=1000`);
  const id = list.read<{ data: { groups: { id: string }[] } }>().data.groups.at(-1)?.id;
  if (id === undefined) throw new Error(list.text);
  return id;
}

async function linkOf(user: SandboxUser, group: string): Promise<string> {
  return (await user.graph('GET', `/${group}/invite_link`)).read<{ invite_link: string }>().invite_link;
}

async function join(user: SandboxUser, group: string, who: string): Promise<Answer> {
  const invite_link = await linkOf(user, group);
  return user.request('POST', `/_sandbox/people/${encodeURIComponent(who)}/groups`, { invite_link });
}

function removal(...users: unknown[]) {
  return { messaging_product: 'whatsapp', participants: users.map((user) => ({ user })) };
}

async function news(receiver: WebhookReceiver, field: string, count: number) {
  return eventually(() => {
    const values = receiver.values<GroupNews>(field);
    return values.length < count ? undefined : values.flatMap(({ groups }) => groups);
  });
}

it('makes, lists, reads, changes and deletes a group, and tells of each', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const path = `/${user.account.phone_number_id}/groups`;
  const made = await user.graph('POST', path, {
    messaging_product: 'whatsapp',
    subject: 'Bells',
    description: 'About bells',
    join_approval_mode: 'approval_required',
  });
  expect(made.status, made.text).toBe(200);
  const { request_id } = made.read<{ request_id: string }>();
  const [created] = await news(receiver, 'group_lifecycle_update', 1);
  expect(created).toMatchObject({
    type: 'group_create',
    request_id,
    subject: 'Bells',
    description: 'About bells',
    join_approval_mode: 'approval_required',
    invite_link: expect.stringMatching(/^https:\/\/chat\.whatsapp\.com\/\w+$/),
  });
  const id = String(created?.['group_id']);
  expect(Buffer.from(id.slice(0, -1), 'base64').toString()).toMatch(/^capi_group:\d+:\d+$/);
  const second = await newGroup(user);
  expect((await user.graph('GET', `${path}?limit=1`)).json).toMatchObject({
    data: { groups: [{ id, subject: 'Bells', created_at: expect.any(Number) }] },
    paging: { next: expect.any(String) },
  });
  const fields = 'subject,description,suspended,creation_timestamp,participants,total_participant_count';
  expect((await user.graph('GET', `/${id}?fields=${fields},join_approval_mode`)).json).toEqual({
    id,
    subject: 'Bells',
    description: 'About bells',
    suspended: false,
    creation_timestamp: expect.any(Number),
    participants: [],
    total_participant_count: 0,
    join_approval_mode: 'approval_required',
  });
  const changed = await user.graph('POST', `/${id}`, { messaging_product: 'whatsapp', subject: 'Chimes' });
  expect((await news(receiver, 'group_settings_update', 1))[0]).toMatchObject({
    type: 'group_settings_update',
    group_id: id,
    request_id: changed.read<{ request_id: string }>().request_id,
    group_subject: { text: 'Chimes', update_successful: true },
  });
  expect((await user.graph('GET', `/${id}?fields=subject`)).json).toMatchObject({ subject: 'Chimes' });
  expect((await user.graph('DELETE', `/${second}`)).status).toBe(200);
  expect((await news(receiver, 'group_lifecycle_update', 3)).at(-1)).toMatchObject({
    type: 'group_delete',
    group_id: second,
  });
  expect(errorOf(await user.graph('GET', `/${second}/invite_link`)).code).toBe(131041);
});

it('lets people in by the link, a new link in place of the old, and out again', async () => {
  await using user = await withPeople();
  await using receiver = await WebhookReceiver.listen(user);
  const group = await newGroup(user);
  const old = await linkOf(user, group);
  expect((await join(user, group, ada)).json).toMatchObject({ group_id: group, join_request_id: null });
  expect((await join(user, group, ada)).status).toBe(409);
  const reset = await user.graph('POST', `/${group}/invite_link`, { messaging_product: 'whatsapp' });
  expect(reset.read<{ invite_link: string }>().invite_link).not.toBe(old);
  const byOld = await user.request('POST', `/_sandbox/people/${encodeURIComponent(bob)}/groups`, { invite_link: old });
  expect(byOld.status).toBe(404);
  await join(user, group, bob);
  expect((await user.graph('GET', `/${group}?fields=total_participant_count`)).json).toMatchObject({
    total_participant_count: 2,
  });
  const left = await user.request('DELETE', `/_sandbox/people/${encodeURIComponent(bob)}/groups/${group}`);
  expect(left.json).toEqual({ left: true });
  const removed = await user.graph('DELETE', `/${group}/participants`, removal(ada));
  expect(removed.status, removed.text).toBe(200);
  expect(await news(receiver, 'group_participants_update', 4)).toMatchObject([
    { type: 'group_participants_add', reason: 'invite_link', added_participants: [{ wa_id: '15550001111' }] },
    { type: 'group_participants_add', added_participants: [{ wa_id: '15550001112' }] },
    {
      type: 'group_participants_remove',
      initiated_by: 'participant',
      removed_participants: [{ wa_id: '15550001112' }],
    },
    { type: 'group_participants_remove', initiated_by: 'business', removed_participants: [{ input: ada }] },
  ]);
  // Who left may come back, who was taken out may not.
  expect((await join(user, group, bob)).status).toBe(200);
  expect((await join(user, group, ada)).status).toBe(409);
});

it('asks the business about those who want to join a group that wants to be asked', async () => {
  await using user = await withPeople();
  await using receiver = await WebhookReceiver.listen(user);
  const group = await newGroup(user, { join_approval_mode: 'approval_required' });
  const ids: string[] = [];
  for (const who of [ada, bob, cleo]) {
    ids.push((await join(user, group, who)).read<{ join_request_id: string }>().join_request_id);
  }
  const [first, second] = ids;
  await user.request('DELETE', `/_sandbox/people/${encodeURIComponent(cleo)}/groups/${group}`);
  const list = (await user.graph('GET', `/${group}/join_requests`)).read<{ data: object[] }>();
  expect(list.data).toMatchObject([
    { join_request_id: first, wa_id: '15550001111' },
    { join_request_id: second, wa_id: '15550001112' },
  ]);
  const body = (...join_requests: unknown[]) => ({ messaging_product: 'whatsapp', join_requests });
  expect((await user.graph('DELETE', `/${group}/join_requests`, body(second))).json).toMatchObject({
    rejected_join_requests: [second],
  });
  expect((await user.graph('POST', `/${group}/join_requests`, body(first))).json).toMatchObject({
    approved_join_requests: [first],
  });
  expect((await news(receiver, 'group_participants_update', 5)).map(({ type }) => type)).toEqual([
    'group_join_request_created',
    'group_join_request_created',
    'group_join_request_created',
    'group_join_request_revoked',
    'group_participants_add',
  ]);
  expect((await user.graph('GET', `/${group}?fields=participants`)).json).toMatchObject({
    participants: [{ wa_id: '15550001111' }],
  });
});

it('refuses with its own code what cannot be done with a group', async () => {
  await using user = await withPeople({ groups_per_number: 4, group_participants: 2 });
  const settings = (change: Partial<Settings>) => user.request('POST', '/_sandbox/settings', change);
  const path = `/${user.account.phone_number_id}/groups`;
  const create = () => user.graph('POST', path, { messaging_product: 'whatsapp', subject: 'More' });
  const open = await newGroup(user);
  const asking = await newGroup(user, { join_approval_mode: 'approval_required' });
  await join(user, open, ada);
  const requests: string[] = [];
  for (const who of [ada, bob, cleo]) {
    requests.push((await join(user, asking, who)).read<{ join_request_id: string }>().join_request_id);
  }
  const codes: [string, number, number][] = [];
  const note = (what: string, answer: Answer) => codes.push([what, errorOf(answer).code, answer.status]);
  const approve = (...join_requests: unknown[]) =>
    user.graph('POST', `/${asking}/join_requests`, { messaging_product: 'whatsapp', join_requests });

  note('not in the group', await user.graph('DELETE', `/${open}/participants`, removal(bob)));
  note('in part', await user.graph('DELETE', `/${open}/participants`, removal(ada, bob)));
  note('twice', await user.graph('DELETE', `/${asking}/participants`, removal(ada, ada, '15550001111')));
  note('nine', await user.graph('DELETE', `/${open}/participants`, removal(...Array<string>(9).fill(bob))));
  note('no request', await approve('12345'));
  await settings({ group_terms_accepted: false });
  note('terms', await approve(requests[0]));
  await settings({ group_terms_accepted: true });
  await approve(requests[0], requests[1]);
  note('full', await approve(requests[2]));
  await settings({ groups: 'creation_disabled' });
  note('disabled', await create());
  await settings({ groups: 'not_eligible' });
  note('not eligible', await create());
  await settings({ groups: 'on' });
  expect([(await create()).status, (await create()).status]).toEqual([200, 200]);
  note('too many groups', await create());
  await user.request('PATCH', `/_sandbox/groups/${open}`, { suspended: true });
  note('suspended', await user.graph('POST', `/${open}`, { subject: 'New' }));
  await settings({ limits: 'on', group_calls: 1 });
  await user.graph('POST', `/${asking}`, { subject: 'One' });
  note('too fast', await user.graph('POST', `/${asking}`, { subject: 'Two' }));
  expect(codes).toEqual([
    ['not in the group', 131212, 400],
    ['in part', 131201, 206],
    ['twice', 131202, 400],
    ['nine', 131204, 400],
    ['no request', 131213, 400],
    ['terms', 131203, 400],
    ['full', 131204, 400],
    ['disabled', 131214, 400],
    ['not eligible', 131215, 400],
    ['too many groups', 131211, 400],
    ['suspended', 131207, 403],
    ['too fast', 131208, 429],
  ]);
});

function pngOf(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(33);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]).copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

it('takes a square picture of a fitting size, and no other', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const group = await newGroup(user);
  const post = (picture: Buffer) => {
    const head = '--x\r\ncontent-disposition: form-data; name="profile_picture_file"; filename="a.png"\r\n';
    const form = Buffer.concat([
      Buffer.from(`${head}content-type: image/png\r\n\r\n`),
      picture,
      Buffer.from('\r\n--x--'),
    ]);
    return user.request('POST', `/${group}`, form, {
      authorization: `Bearer ${user.account.access_token}`,
      'content-type': 'multipart/form-data; boundary=x',
    });
  };
  expect(errorOf(await post(pngOf(400, 300))).code).toBe(131209);
  expect(errorOf(await post(pngOf(100, 100))).code).toBe(131210);
  expect(errorOf(await post(Buffer.from('no picture'))).code).toBe(100);
  const taken = await post(pngOf(400, 400));
  expect(taken.status, taken.text).toBe(200);
  expect((await news(receiver, 'group_settings_update', 1))[0]).toMatchObject({
    profile_picture: { mime_type: 'image/png', update_successful: true, sha256: expect.any(String) },
  });
  const broken = await user.request('POST', `/${group}`, 'no form', {
    authorization: `Bearer ${user.account.access_token}`,
    'content-type': 'multipart/form-data',
  });
  expect(errorOf(broken)).toMatchObject({ status: 400, code: 100 });
});

it('names a participant who hides the phone by the user id only', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const group = await newGroup(user);
  const hidden = { phone: '+15550001119', username: 'hidden.one' };
  const { user_id } = (await user.request('POST', '/_sandbox/people', hidden)).read<{ user_id: string }>();
  await join(user, group, hidden.phone);
  const [joined] = await news(receiver, 'group_participants_update', 1);
  expect(joined?.['added_participants']).toEqual([{ user_id }]);
  expect((await user.graph('GET', `/${group}?fields=participants`)).json).toMatchObject({
    participants: [{ user_id }],
  });
});

it('tells that a group is suspended, and that it is not any more', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const group = await newGroup(user);
  await user.request('PATCH', `/_sandbox/groups/${group}`, { suspended: true });
  expect((await user.graph('GET', `/${group}?fields=suspended`)).json).toMatchObject({ suspended: true });
  await user.request('PATCH', `/_sandbox/groups/${group}`, { suspended: false });
  expect((await news(receiver, 'group_status_update', 2)).map(({ type, group_id }) => [type, group_id])).toEqual([
    ['group_suspend', group],
    ['group_suspend_cleared', group],
  ]);
});

it('remembers groups, their people and their requests over a restart', async () => {
  const user = await withPeople();
  const group = await newGroup(user, { join_approval_mode: 'approval_required' });
  const asked = (await join(user, group, ada)).read<{ join_request_id: string }>().join_request_id;
  await user.graph('POST', `/${group}/join_requests`, { messaging_product: 'whatsapp', join_requests: [asked] });
  await join(user, group, bob);
  const before = await user.request('GET', `/_sandbox/groups/${group}`);
  await user.stop();
  await using again = await SandboxUser.start({}, user.folder);
  expect((await again.request('GET', `/_sandbox/groups/${group}`)).json).toEqual(before.json);
  expect(before.json).toMatchObject({ participants: [{ phone: ada }], join_requests: [{}] });
});
