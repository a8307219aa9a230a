import type { Queryable } from '#platform/database.ts';
import { addressKey, type KnownAs, resolvePeople, withShared } from './contacts.ts';
import { findContactsByIdentity, type IdentityKey } from './contacts-store.ts';
import { deleteIdentities, findMoves, mergeContacts, redirectMoves, upsertMoves } from './moves-store.ts';

/** A provider's word that a person is from now on known by other ids. */
export interface IdentityMove {
  workspaceId: string;
  before: KnownAs[];
  after: KnownAs[];
  /** By the provider's clock, an ISO instant. */
  at: string;
}

export interface MovedPerson {
  workspaceId: string;
  contactId: string;
  /** The contact that was known by the new ids before, and is this one now. */
  mergedFrom: string | null;
}

const longestChain = 10;

/**
 * Moves a person to their new ids. Who was known by the old ones and who is known by the new ones become one contact: the
 * one that was there first. The old ids are nobody's then, since numbers get new owners. Word may come late: ids that have
 * moved on meanwhile are followed.
 */
export async function movePerson(tx: Queryable, move: IdentityMove): Promise<MovedPerson> {
  const { workspaceId } = move;
  const after = await followed(tx, move.after, move.at);
  const gone = goneBy({ before: move.before, after });
  const known = await findContactsByIdentity(tx, [...move.before, ...withShared(after)].map(keyOf));
  const ownerOf = (ids: KnownAs[]) =>
    ids.flatMap((id) => known.find((row) => sameKey(row, keyOf(id)))?.contactId ?? [])[0];
  const [old, next] = [ownerOf(move.before), ownerOf(withShared(after))];
  const mergedFrom = old !== undefined && next !== undefined && old !== next ? next : null;
  if (old !== undefined && mergedFrom !== null) await mergeContacts(tx, { workspaceId, from: mergedFrom, into: old });
  // With an old id the person is found, and gets the new ones.
  const [contactId = ''] = await resolvePeople(tx, [
    { workspaceId, identities: old === undefined ? after : [...move.before, ...after], name: null },
  ]);
  if (gone.length > 0) {
    // What they are known by on other channels stays: there they said what they said by that number, a stop for example.
    await deleteIdentities(tx, withShared(gone).map(keyOf));
    const moves = gone.flatMap((id) => moveOf(id, after, move.at));
    await redirectMoves(tx, moves);
    await upsertMoves(tx, moves);
  }
  return { workspaceId, contactId, mergedFrom };
}

/** The old ids that stop to be theirs: those of a kind that has a new value. */
function goneBy({ before, after }: Pick<IdentityMove, 'before' | 'after'>): KnownAs[] {
  return before.filter((old) => {
    const same = after.filter(({ kind }) => kind === old.kind);
    return same.length > 0 && same.every((id) => !sameKey(keyOf(id), keyOf(old)));
  });
}

function moveOf(old: KnownAs, after: KnownAs[], at: string) {
  const target = after.find(({ kind }) => kind === old.kind);
  if (!target) return [];
  const { kind: toKind, matchKey: toKey } = keyOf(target);
  return [{ ...keyOf(old), toKind, toKey, toValue: target.value, at }];
}

/** What these ids are called by now, as far as they moved on after `at`. */
async function followed(tx: Queryable, ids: KnownAs[], at: string): Promise<KnownAs[]> {
  let current = ids;
  for (let step = 0; step < longestChain; step += 1) {
    const moves = (await findMoves(tx, current.map(keyOf))).filter(
      ({ movedAt }) => Temporal.Instant.compare(movedAt, Temporal.Instant.from(at)) >= 0,
    );
    if (moves.length === 0) break;
    current = current.map((id) => {
      const move = moves.find((one) => sameKey(one, keyOf(id)));
      return move ? { ...id, kind: move.toKind, value: move.toValue } : id;
    });
  }
  return current;
}

function keyOf(id: KnownAs): IdentityKey {
  return { workspaceId: id.workspaceId, channel: id.channel, kind: id.kind, matchKey: addressKey(id.kind, id.value) };
}

function sameKey(a: IdentityKey, b: IdentityKey): boolean {
  return a.workspaceId === b.workspaceId && a.channel === b.channel && a.kind === b.kind && a.matchKey === b.matchKey;
}
