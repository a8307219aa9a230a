import { emailMatchKey, readEmailAddress } from '#platform/email-address.ts';
import { Fault } from '#platform/fault.ts';
import { type Database, type Queryable, withWorkspace } from '#platform/database.ts';
import { newId } from '#platform/ids.ts';
import { isUuid } from '#platform/schema.ts';
import {
  anyChannel,
  type ConsentWord,
  type ContactRow,
  deleteContactsWithoutIdentity,
  deleteSuppressions,
  findContact,
  findContactsByIdentity,
  type IdentityKey,
  type IdentityKind,
  insertContacts,
  insertSuppressions,
  listContacts,
  type SuppressionChange,
  updateContactNames,
  updateOwners,
  updatePreferredChannel,
  upsertStarted,
  upsertStopped,
} from './contacts-store.ts';
import { findMoves } from './moves-store.ts';
import { phoneMatchKey, readPhone } from './phone.ts';

export type Contact = ContactRow;
export type Suppression = SuppressionChange;
/** What somebody said of being written to, with when it was said. */
export type SaidStart = ConsentWord;
export type SaidStop = SuppressionChange & ConsentWord;

/** Someone as a channel knows them; `key` says which person of the batch it is about. */
export interface KnownAs {
  workspaceId: string;
  channel: string;
  kind: IdentityKind;
  /** E.164 for a phone, otherwise the provider's own value. */
  value: string;
}

/** A person of a batch: everything they are known as, the most reliable first, and the name that came along. */
export interface PersonSeen {
  workspaceId: string;
  identities: KnownAs[];
  name: string | null;
  /** When they were called so, as an ISO instant: then ids that have moved on since are followed. Now when absent. */
  at?: string;
}

/**
 * The contact of each person, in order. A person is found by any of the identities; what is new about them is added, and
 * who is new becomes a contact. A phone is one person on every channel that uses phones. Two processes that meet the same
 * new person end with one contact. Runs a few statements for the whole batch. `db` may be a transaction.
 */
export async function resolvePeople(db: Queryable, seen: PersonSeen[]): Promise<string[]> {
  if (seen.length === 0) return [];
  const people = seen.map((person) => ({ ...person, identities: withShared(person.identities) }));
  const keysOf = people.map((person) => person.identities.map(toKey));
  const found = await lookUp(db, keysOf.flat());
  await addMoved(db, people, keysOf, found);
  leaveMoved(keysOf.flat(), found);
  const assigned = new Map<string, string>();
  const made: { workspaceId: string; contactId: string }[] = [];
  const missing = people.flatMap((person, index) => {
    const keys = keysOf[index] ?? [];
    let contactId = keys
      .map((key) => found.get(keyText(key)) ?? assigned.get(keyText(key)))
      .find((id) => id !== undefined);
    if (!contactId) {
      contactId = newId();
      made.push({ workspaceId: person.workspaceId, contactId });
    }
    const owner = contactId;
    return keys.flatMap((key, position) => {
      const text = keyText(key);
      if (found.has(text) || assigned.has(text)) return [];
      assigned.set(text, owner);
      return [{ ...key, value: person.identities[position]?.value ?? '', contactId: owner, name: person.name }];
    });
  });
  let ids = assigned;
  if (missing.length > 0) {
    await insertContacts(db, missing);
    // Somebody else may have been first: what the table says now is what counts.
    ids = await lookUp(db, missing);
    const joins = made.flatMap(({ workspaceId, contactId }) => {
      const owners = missing.flatMap((key) => (key.contactId === contactId ? (ids.get(keyText(key)) ?? []) : []));
      const first = owners.find((owner) => owner !== contactId);
      return first !== undefined && owners.includes(contactId) ? [{ workspaceId, from: contactId, to: first }] : [];
    });
    // First with one of the identities, and not with all of them: two contacts of one person would each have half of what
    // is known, and a stop that one of them said would not hold for the other.
    if (joins.length > 0) {
      await updateOwners(db, joins);
      ids = await lookUp(db, missing);
    }
    const kept = new Set(ids.values());
    const lost = made.filter(({ contactId }) => !kept.has(contactId));
    if (lost.length > 0) await deleteContactsWithoutIdentity(db, lost);
  }
  const resolved = keysOf.map((keys) => {
    const id = keys.map((key) => found.get(keyText(key)) ?? ids.get(keyText(key))).find((known) => known !== undefined);
    if (!id) throw new Error('A person without an identity cannot be resolved.');
    return id;
  });
  const named = people.flatMap((person, index) => {
    const contactId = resolved[index];
    return person.name && contactId ? [{ workspaceId: person.workspaceId, contactId, name: person.name }] : [];
  });
  await updateContactNames(db, [...new Map(named.map((entry) => [entry.contactId, entry])).values()]);
  return resolved;
}

/** Somebody said that they do not want to be written to. Word of it may come late: what they took back since, by when both
 *  were said, stays taken back. Of two in one second it is the stop. */
export async function hearStops(tx: Queryable, stops: SaidStop[]): Promise<void> {
  if (stops.length === 0) return;
  const heard = await upsertStopped(tx, stops);
  const startedAt = new Map(heard.map((row) => [wordKey(row), row.startedAt]));
  const standing = stops.filter((stop) => {
    const started = startedAt.get(wordKey(stop));
    return !started || Temporal.Instant.compare(started, Temporal.Instant.from(stop.at)) <= 0;
  });
  await insertSuppressions(tx, standing);
}

/** Somebody took back what they said before. What they said later, or what others decided later, stands. */
export async function hearStarts(tx: Queryable, starts: SaidStart[]): Promise<void> {
  if (starts.length === 0) return;
  // Two statements: a stop that another process is writing is seen by the second one, which begins behind its commit.
  await upsertStarted(tx, starts);
  await deleteSuppressions(tx, starts);
}

function wordKey(word: Omit<ConsentWord, 'at'>): string {
  return `${word.workspaceId} ${word.contactId} ${word.channel} ${word.kind}`;
}

/** Writes suppressions; one that stands already stays as it was. */
export async function suppress(db: Queryable, changes: Suppression[]): Promise<void> {
  await insertSuppressions(db, changes);
}

/** Takes suppressions back, as the business decides. Gives how many stood. */
export async function liftSuppressions(
  db: Queryable,
  keys: { workspaceId: string; contactId: string; channel: string; kind: string }[],
): Promise<number> {
  return deleteSuppressions(db, keys);
}

/** A number of the request as E.164, or a Fault that says what is wrong with it. `pointer` names the field. */
export function requirePhone(text: string, pointer: string): string {
  const verdict = readPhone(text);
  if (!verdict.ok) {
    throw new Fault('invalid_request', {
      detail: verdict.message,
      fields: [{ pointer, message: verdict.message, code: 'recipient_invalid' }],
    });
  }
  return verdict.e164;
}

/** An e-mail address of the request, or a Fault that says what is wrong with it. `pointer` names the field. */
export function requireEmail(text: string, pointer: string): string {
  const verdict = readEmailAddress(text);
  if (verdict.ok) return verdict.address;
  throw new Fault('invalid_request', {
    detail: verdict.message,
    fields: [{ pointer, message: verdict.message, code: 'recipient_invalid' }],
  });
}

/** The key under which an address is looked up: the same for every spelling of a number or an e-mail address. */
export function addressKey(kind: IdentityKind, value: string): string {
  if (kind === 'email') return emailMatchKey(value);
  return kind === 'phone' ? phoneMatchKey(value) : value;
}

/** The contact behind an address as people write it: a number with "+", an e-mail address, or a provider's id of a user or
 *  a group. With several channels the first one that knows it counts. */
export async function findContactByAddress(
  db: Queryable,
  workspaceId: string,
  channels: readonly string[],
  address: string,
): Promise<string | undefined> {
  const kinds = address.startsWith('+') ? (['phone'] as const) : (['provider_user', 'group', 'email'] as const);
  const keys = channels.flatMap((channel) =>
    kinds.map((kind) => ({ workspaceId, channel, kind, matchKey: addressKey(kind, address) })),
  );
  const rows = await findContactsByIdentity(db, keys);
  return channels.flatMap((channel) => rows.find((row) => row.channel === channel) ?? [])[0]?.contactId;
}

/** The contact that people mean by its id, or by an address on any channel. */
export async function findContactAnywhere(
  db: Queryable,
  workspaceId: string,
  contact: string,
): Promise<string | undefined> {
  if (isUuid(contact)) return contact.toLowerCase();
  return findContactByAddress(db, workspaceId, [anyChannel, 'whatsapp', 'sms', 'email'], contact);
}

/** The contact, or `not_found`. */
export async function getContact(db: Database, workspaceId: string, id: string): Promise<Contact> {
  const contact = await withWorkspace(db, workspaceId, (tx) => findContact(tx, workspaceId, id));
  if (!contact) throw new Fault('not_found', { detail: 'There is no contact with this id.' });
  return contact;
}

/** Keeps where a contact likes to be written to; routing rules may look at it. Throws `not_found`. */
export async function preferChannel(
  tx: Queryable,
  workspaceId: string,
  id: string,
  channel: Contact['preferredChannel'],
): Promise<void> {
  if (!(await updatePreferredChannel(tx, workspaceId, id, channel)))
    throw new Fault('not_found', { detail: 'There is no contact with this id.' });
}

/** Contacts, newest first; `after` is the id of the last one of the page before. */
export function pageContacts(
  db: Database,
  workspaceId: string,
  after: string | null,
  limit: number,
): Promise<Contact[]> {
  return withWorkspace(db, workspaceId, (tx) => listContacts(tx, workspaceId, after, limit));
}

// Who has moved on to other ids is still meant by the old ones, in what was said before. Only new people are looked for.
async function addMoved(
  db: Queryable,
  people: PersonSeen[],
  keysOf: IdentityKey[][],
  found: Map<string, string>,
): Promise<void> {
  const unknown = people.flatMap(({ at }, index) => {
    const keys = keysOf[index] ?? [];
    return at === undefined || keys.some((key) => found.has(keyText(key))) ? [] : [{ at, keys }];
  });
  if (unknown.length === 0) return;
  const moves = await findMoves(
    db,
    unknown.flatMap(({ keys }) => keys),
  );
  if (moves.length === 0) return;
  const targetOf = new Map(moves.map((move) => [keyText(move), move]));
  const targets = await lookUp(
    db,
    moves.map((move) => ({ ...move, kind: move.toKind, matchKey: move.toKey })),
  );
  for (const { at, keys } of unknown) {
    for (const key of keys) {
      const move = targetOf.get(keyText(key));
      if (!move || Temporal.Instant.compare(Temporal.Instant.from(at), move.movedAt) > 0) continue;
      const contactId = targets.get(keyText({ ...move, kind: move.toKind, matchKey: move.toKey }));
      if (contactId !== undefined) found.set(keyText(key), contactId);
    }
  }
}

// A number is made known to every channel together with what the first one calls it. Where only that is there, the number has
// moved on since, and is not theirs again because another channel still knows them by it.
function leaveMoved(keys: IdentityKey[], found: Map<string, string>): void {
  for (const key of keys) {
    const owner = key.kind === 'phone' && key.channel !== anyChannel ? found.get(keyText(key)) : undefined;
    const shared = keyText({ ...key, channel: anyChannel });
    if (owner !== undefined && !found.has(shared)) found.set(shared, owner);
  }
}

async function lookUp(db: Queryable, keys: IdentityKey[]): Promise<Map<string, string>> {
  const rows = await findContactsByIdentity(db, keys);
  return new Map(rows.map((row) => [keyText(row), row.contactId]));
}

/** The identities, and behind them the phones among them as they are known on every channel. A channel's own word counts
 *  more, so those come last. */
export function withShared(identities: KnownAs[]): KnownAs[] {
  return [...identities, ...identities.flatMap((one) => sharedOf(one) ?? [])];
}

/** The identity by which the same phone is known on every channel; undefined for what is no phone. */
function sharedOf(identity: KnownAs): KnownAs | undefined {
  return identity.kind === 'phone' ? { ...identity, channel: anyChannel } : undefined;
}

function toKey(identity: KnownAs): IdentityKey {
  return {
    workspaceId: identity.workspaceId,
    channel: identity.channel,
    kind: identity.kind,
    matchKey: addressKey(identity.kind, identity.value),
  };
}

function keyText(key: IdentityKey): string {
  return `${key.workspaceId} ${key.channel} ${key.kind} ${key.matchKey}`;
}
