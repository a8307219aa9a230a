import type { ProviderError, Recipient } from '#channels/provider.ts';
import { readErrorObject } from '#channels/providers/cloud-api/errors/errors.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { type Account, faultOf, pathOf, readAnswer } from './asking.ts';
import { callGraph } from './graph.ts';
import { askPage, type GraphPage, type PageRequest } from './paging.ts';
import { either, listOrNone, object, optional, type Reader, text } from './reading.ts';

/** Somebody on the block list, by whichever id Meta gives. */
export interface BlockedPerson {
  /** Digits, as WhatsApp writes them. */
  waId?: string;
  providerUserId?: string;
}

export interface BlockResult {
  changed: BlockedPerson[];
  /** Who could not be blocked or unblocked, and why: mostly because they did not write in the last 24 hours. */
  failed: (BlockedPerson & { errors: ProviderError[] })[];
}

const blocked = object({ input: optional(text), waId: optional(text), userId: optional(text) });
const person: Reader<BlockedPerson> = (value, place) => peopleIds(blocked(value, place));
const failure: Reader<BlockResult['failed'][number]> = (value, place) => ({
  ...person(value, place),
  errors: errorsOf(value),
});

const changedPeople = object({
  blockUsers: object({
    // The answer to an unblocking says `removed_users` in the reference and `added_users` in the guide.
    changed: either(['added_users', 'removed_users'], listOrNone(person)),
    failedUsers: listOrNone(failure),
  }),
});

/** Blocks people for this number. In part is a result and no refusal: see `failed`. */
export function blockPeople(account: Account, people: readonly Recipient[]): Promise<BlockResult> {
  return change(account, 'POST', people);
}

export function unblockPeople(account: Account, people: readonly Recipient[]): Promise<BlockResult> {
  return change(account, 'DELETE', people);
}

// An entry is a person, or holds a list of them: both are documented.
const entryOfPage: Reader<BlockedPerson[]> = (value, place) =>
  isFields(value) && Array.isArray(value['block_users'])
    ? listOrNone(person)(value['block_users'], `${place}.block_users`)
    : [person(value, place)];

/** One page of the people whom this number has blocked. */
export async function listBlockedPeople(account: Account, page: PageRequest = {}): Promise<GraphPage<BlockedPerson>> {
  const found = await askPage(account, { path: edge(account) }, entryOfPage, page);
  return { entries: found.entries.flat(), after: found.after };
}

async function change(account: Account, method: 'POST' | 'DELETE', people: readonly Recipient[]): Promise<BlockResult> {
  const body = {
    messaging_product: 'whatsapp',
    block_users: people.map(({ kind, value }) => (kind === 'phone' ? { user: value } : { user_id: value })),
  };
  const call = { path: edge(account), method, body };
  const answer = await callGraph(account.calls, account, call);
  // What was done in part comes with an error beside it.
  if (!answer.ok && !isFields(answer.fields?.['block_users'])) throw faultOf(answer, call);
  const { changed, failedUsers } = readAnswer(answer.fields, changedPeople).blockUsers;
  return { changed, failed: failedUsers };
}

function peopleIds({ input, waId, userId }: ReturnType<typeof blocked>): BlockedPerson {
  const isUserId = input !== undefined && /^[A-Z]{2}\./.test(input);
  const phone = waId ?? (isUserId ? undefined : input?.replaceAll(/\D/g, ''));
  const user = userId ?? (isUserId ? input : undefined);
  return { ...(phone === undefined ? {} : { waId: phone }), ...(user === undefined ? {} : { providerUserId: user }) };
}

function errorsOf(value: unknown): ProviderError[] {
  const errors = (value as Fields)['errors'];
  return (Array.isArray(errors) ? errors : [])
    .map((error) => readErrorObject(error))
    .filter((error) => error !== undefined);
}

function edge(account: Account): string {
  return pathOf(account.senderExternalId, 'block_users');
}
