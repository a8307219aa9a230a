import { sha256 } from '#platform/crypto.ts';
import { canonicalJson } from '#platform/idempotency.ts';

export type AuditEntry = {
  workspaceId: string;
  /** From 1, without gaps. */
  seq: number;
  at: Temporal.Instant;
  actor: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
  previousHash: Buffer;
};

export const firstPreviousHash = Buffer.alloc(32);

/** The hash that stands for an entry and, through the hash before it, for the whole chain up to it. */
export function hashOfEntry(entry: AuditEntry): Buffer {
  const { workspaceId, seq, at, actor, action, subject, details, previousHash } = entry;
  const previous = previousHash.toString('hex');
  return sha256(canonicalJson({ workspaceId, seq, at: at.toString(), actor, action, subject, details, previous }));
}

/** The place at which a chain was tampered with, or undefined when it is whole. Entries in the order of `seq` from 1; the
 *  loss of the newest entries shows only against a hash that was kept elsewhere. */
export function findTampering(entries: readonly (AuditEntry & { hash: Buffer })[]): number | undefined {
  let previousHash: Buffer = firstPreviousHash;
  for (const [index, entry] of entries.entries()) {
    const isNext = entry.seq === index + 1 && entry.previousHash.equals(previousHash);
    if (!isNext || !hashOfEntry(entry).equals(entry.hash)) return index + 1;
    previousHash = entry.hash;
  }
  return undefined;
}
