import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  answerJoinRequests,
  changeGroup,
  createGroup,
  deleteGroup,
  getGroup,
  getInviteLink,
  listGroups,
  listJoinRequests,
  removeFromGroup,
} from '#server/channels/providers/cloud-api/account/groups.ts';
import { eachEntry } from '#server/channels/providers/cloud-api/account/paging.ts';
import { startSandboxAccount } from './sandbox-account.ts';

// The adapter's calls for groups against the sandbox, over HTTP: two sides that were written apart from each other.

let sandbox: Awaited<ReturnType<typeof startSandboxAccount>>;
let account: Awaited<ReturnType<typeof startSandboxAccount>>['account'];

beforeAll(async () => {
  sandbox = await startSandboxAccount();
  ({ account } = sandbox);
});
afterAll(() => sandbox?.close());

const list = () => Array.fromAsync(eachEntry((page) => listGroups(account, page), 1));

async function make(subject: string, more: Omit<Parameters<typeof createGroup>[1], 'subject'> = {}): Promise<string> {
  await createGroup(account, { subject, ...more });
  const made = (await list()).find((group) => group.subject === subject);
  if (!made) throw new Error(`There is no group ${subject}.`);
  return made.id;
}

/** A person follows the link: in, or among those who ask to be let in. */
async function join(phone: string, link: string): Promise<void> {
  await sandbox.write(phone);
  await sandbox.control('POST', `/_sandbox/people/${encodeURIComponent(phone)}/groups`, { invite_link: link });
}

const countIn = async (group: string) => (await getGroup(account, group)).totalParticipantCount;

it('makes groups, lists them page by page, reads, changes and deletes one', async () => {
  expect(await createGroup(account, { subject: 'First', description: 'Of bells' })).toMatch(/./);
  const second = await make('Second');
  const groups = await list();
  expect(new Set(groups.map(({ subject }) => subject))).toEqual(new Set(['First', 'Second']));
  expect(await getGroup(account, second)).toMatchObject({
    id: second,
    subject: 'Second',
    suspended: false,
    totalParticipantCount: 0,
    joinApprovalMode: 'auto_approve',
  });
  await changeGroup(account, second, { subject: 'Second bells', description: 'Louder' });
  expect(await getGroup(account, second)).toMatchObject({ subject: 'Second bells', description: 'Louder' });
  await deleteGroup(account, second);
  expect((await list()).map(({ id }) => id)).not.toContain(second);
  await expect(getGroup(account, second)).rejects.toMatchObject({
    extensions: { provider_error: { code: '100', subcode: '33' } },
  });
});

it('lets people in by the link until there is a new one, and takes them out', async () => {
  const group = await make('By link');
  const old = await getInviteLink(account, group);
  expect(await getInviteLink(account, group)).toBe(old);
  await join('+15557400001', old);
  const link = await getInviteLink(account, group, true);
  expect(link).not.toBe(old);
  await expect(join('+15557400002', old)).rejects.toThrow();
  await join('+15557400002', link);
  expect(await countIn(group)).toBe(2);
  await removeFromGroup(account, group, [{ kind: 'phone', value: '+15557400001' }]);
  expect(await countIn(group)).toBe(1);
  await expect(join('+15557400001', link)).rejects.toThrow();
});

it('reads who asks to join, lets one in and turns one away', async () => {
  const group = await make('On request', { joinApprovalMode: 'approval_required' });
  const link = await getInviteLink(account, group);
  for (const phone of ['+15557400003', '+15557400004']) await join(phone, link);
  expect(await countIn(group)).toBe(0);
  const asked = await listJoinRequests(account, group);
  expect(new Set(asked.map(({ waId }) => waId))).toEqual(new Set(['15557400003', '15557400004']));
  const idOf = (waId: string) => asked.find((one) => one.waId === waId)?.joinRequestId ?? '';
  await answerJoinRequests(account, group, [idOf('15557400003')], true);
  await answerJoinRequests(account, group, [idOf('15557400004')], false);
  expect(await listJoinRequests(account, group)).toEqual([]);
  expect(await countIn(group)).toBe(1);
});
