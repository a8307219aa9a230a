import type { Recipient } from '#channels/provider.ts';
import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import type { GraphPage, PageRequest } from './paging.ts';
import { flag, instant, listOrNone, number, object, optional, text, underMetaNames } from './reading.ts';

const member = object({ waId: optional(text), userId: optional(text) });

/** A group of a number: at most eight people, who join by its link only. */
const group = object({
  id: optional(text),
  subject: optional(text),
  description: optional(text),
  suspended: optional(flag),
  creationTimestamp: optional(instant),
  participants: listOrNone(member),
  totalParticipantCount: optional(number),
  joinApprovalMode: optional(text),
});
export type Group = ReturnType<typeof group>;

const listedGroup = object({ id: text, subject: optional(text), createdAt: optional(instant) });
export type ListedGroup = ReturnType<typeof listedGroup>;

// The groups stand one level deeper than in the other lists.
const groups = object({
  data: object({ groups: listOrNone(listedGroup) }),
  paging: optional(object({ next: optional(text), cursors: optional(object({ after: optional(text) })) })),
});

const request = object({ requestId: optional(text) });

/** Asks for a group. What became of it comes as the webhook `group_lifecycle_update` with the id of the request. */
export async function createGroup(
  account: Account,
  wanted: { subject: string; description?: string; joinApprovalMode?: 'auto_approve' | 'approval_required' },
): Promise<string | undefined> {
  const body = { messaging_product: 'whatsapp', ...underMetaNames(wanted) };
  return (await askGraph(account, { path: ofNumber(account), method: 'POST', body }, request)).requestId;
}

/** One page of the groups, of at most 1,024. */
export async function listGroups(
  account: Account,
  { after, limit }: PageRequest = {},
): Promise<GraphPage<ListedGroup>> {
  const { data, paging } = await askGraph(account, { path: ofNumber(account), query: { limit, after } }, groups);
  return { entries: data.groups, after: paging?.next === undefined ? null : (paging.cursors?.after ?? null) };
}

export function getGroup(account: Account, groupId: string): Promise<Group> {
  const fields =
    'subject,description,suspended,creation_timestamp,participants,total_participant_count,join_approval_mode';
  return askGraph(account, { path: pathOf(groupId), query: { fields } }, group);
}

/** Changes subject and description. What became of it comes as the webhook `group_settings_update`. */
export async function changeGroup(
  account: Account,
  groupId: string,
  change: { subject?: string; description?: string },
): Promise<void> {
  const body = { messaging_product: 'whatsapp', ...underMetaNames(change) };
  await askGraph(account, { path: pathOf(groupId), method: 'POST', body }, request);
}

export async function deleteGroup(account: Account, groupId: string): Promise<void> {
  await askGraph(account, { path: pathOf(groupId), method: 'DELETE' }, request);
}

/** The link by which people join. With `isNew` the old one stops working. */
export async function getInviteLink(account: Account, groupId: string, isNew = false): Promise<string> {
  const path = pathOf(groupId, 'invite_link');
  const call = isNew ? ({ path, method: 'POST', body: { messaging_product: 'whatsapp' } } as const) : { path };
  return (await askGraph(account, call, object({ inviteLink: text }))).inviteLink;
}

/** Takes at most eight people out, who cannot join again. Who could not be taken out comes as a webhook. */
export async function removeFromGroup(account: Account, groupId: string, people: readonly Recipient[]): Promise<void> {
  const body = { messaging_product: 'whatsapp', participants: people.map(({ value }) => ({ user: value })) };
  await askGraph(account, { path: pathOf(groupId, 'participants'), method: 'DELETE', body }, request);
}

const joinRequest = object({ joinRequestId: text, waId: optional(text), userId: optional(text) });
export type JoinRequest = ReturnType<typeof joinRequest>;

/** Who asks to join a group that wants to be asked. */
export async function listJoinRequests(account: Account, groupId: string): Promise<JoinRequest[]> {
  const path = pathOf(groupId, 'join_requests');
  return (await askGraph(account, { path }, object({ data: listOrNone(joinRequest) }))).data;
}

/** Lets people in, or not. */
export function answerJoinRequests(
  account: Account,
  groupId: string,
  requestIds: readonly string[],
  isWelcome: boolean,
): Promise<void> {
  const method = isWelcome ? 'POST' : 'DELETE';
  const body = { messaging_product: 'whatsapp', join_requests: requestIds };
  return tellGraph(account, { path: pathOf(groupId, 'join_requests'), method, body });
}

function ofNumber(account: Account): string {
  return pathOf(account.senderExternalId, 'groups');
}
