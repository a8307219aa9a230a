import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';

it.each([
  ['its template is paused', (user: SandboxUser) => pause(user)],
  ['the person is blocked', (user: SandboxUser) => block(user)],
  [
    'the account is locked',
    (user: SandboxUser) => user.request('POST', '/_sandbox/settings', { account_state: 'locked' }),
  ],
])('stores what a killed run had accepted, although meanwhile %s', async (_, change) => {
  await using user = await SandboxUser.start();
  await user.write('+15550001111', { type: 'text', text: { body: 'Hi' } });
  const left = await copyOf(user);
  const wamid = idOf(await user.sendHello());
  const changed = await SandboxUser.start({}, left);
  expect((await change(changed)).status).toBe(200);
  await changed.stop();
  await expectStored(user, left, wamid);
});

it('stores what a killed run had accepted of a template that is not there', async () => {
  await using user = await SandboxUser.start({ template_review_seconds: 0 });
  const left = await copyOf(user);
  const made = await user.graph('POST', `/${user.account.waba_id}/message_templates`, {
    name: 'fresh',
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Your order is on its way.' }],
  });
  expect(made.status).toBe(200);
  const template = { name: 'fresh', language: { code: 'en_US' } };
  const wamid = await eventually(async () => {
    const answer = await user.send({ type: 'template', template });
    return answer.status === 200 ? idOf(answer) : undefined;
  });
  await expectStored(user, left, wamid);
});

it('stores what a killed run had accepted for a group, and puts the pin on it', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.phone_number_id}/groups`;
  await user.graph('POST', path, { messaging_product: 'whatsapp', subject: 'Bells' });
  const { data } = (await user.request('GET', '/_sandbox/groups')).read<{
    data: { id: string; invite_link: string }[];
  }>();
  const [group] = data;
  await user.request('POST', '/_sandbox/people/15550001111/groups', { invite_link: group?.invite_link });
  await user.write('+15550001111', { type: 'text', text: { body: 'Hi' }, group_id: group?.id });
  const left = await copyOf(user);
  const message = { recipient_type: 'group', to: group?.id };
  const wamid = idOf(await user.send({ ...message, type: 'text', text: { body: 'All' } }));
  await user.send({ ...message, type: 'pin', pin: { type: 'pin', message_id: wamid } });
  await expectStored(user, left, wamid, async (again) => {
    const found = await again.request('GET', `/_sandbox/groups/${group?.id}`);
    expect(found.json).toMatchObject({ pins: [{ message_id: wamid }] });
  });
});

async function copyOf(user: SandboxUser): Promise<string> {
  // The answer of a call that changes something means that all is on the disk.
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 0 });
  const left = `${user.folder}-left`;
  await cp(user.folder, left, { recursive: true });
  return left;
}

/** The ledger of the one run with the state of another is what a kill between the two writes leaves. */
async function expectStored(
  user: SandboxUser,
  left: string,
  wamid: string,
  look: (again: SandboxUser) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await cp(join(user.folder, 'ledger.jsonl'), join(left, 'ledger.jsonl'));
  await using again = await SandboxUser.start({}, left);
  const ids = (await again.ledger()).map((entry) => entry.provider_message_id);
  expect(ids).toContain(wamid);
  await eventually(async () => ((await again.statusesOf(wamid)).includes('sent') ? true : undefined));
  await look(again);
}

function pause(user: SandboxUser) {
  return user.request('PATCH', '/_sandbox/templates/hello_world', { quality: 'RED' });
}

function block(user: SandboxUser) {
  const body = { messaging_product: 'whatsapp', block_users: [{ user: '+15550001111' }] };
  return user.graph('POST', `/${user.account.phone_number_id}/block_users`, body);
}
