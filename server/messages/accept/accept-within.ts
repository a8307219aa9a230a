import type { Queryable } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import type { AcceptResult } from './accept-request.ts';
import { findFacts, insertAccepted } from './accept-store.ts';
import { draftMessage, factsKey } from './draft.ts';
import type { PreparedMessage } from './prepare.ts';

/** A message that we ask for ourselves, to somebody who is a contact already. */
export interface OwnMessage {
  workspaceId: string;
  actor: string;
  traceparent: string | null;
  contactId: string;
  prepared: PreparedMessage;
}

/**
 * Accepts messages of ours by the usual rules, in the caller's transaction: with what else it writes they are there, or
 * not at all, so no key is needed that could meet a caller's. Nothing is offered in memory; call `missed` behind the
 * commit. Gives a result for each, in order.
 */
export async function acceptWithin(tx: Queryable, messages: OwnMessage[]): Promise<AcceptResult[]> {
  const facts = await findFacts(
    tx,
    messages.map(({ workspaceId, prepared }, n) => factsKey(workspaceId, prepared, n)),
  );
  const byPlace = new Map(facts.map((row) => [row.n, row]));
  const drafts = messages.map(({ contactId, prepared, ...own }, n): ReturnType<typeof draftMessage> => {
    const row = byPlace.get(n);
    if (!row) return { result: { kind: 'refused', fault: new Fault('internal') } };
    return draftMessage(own, prepared, row, row.contactId ?? contactId);
  });
  const rows = drafts.flatMap(({ row }, g) => (row ? [{ ...row, g }] : []));
  if (rows.length > 0) {
    await insertAccepted(
      tx,
      rows.map(({ g, workspaceId }) => ({
        g,
        workspaceId,
        key: null,
        route: '',
        fingerprint: null,
        status: 202,
        response: undefined,
        messageId: null,
      })),
      rows,
    );
  }
  return drafts.map(({ result }) => result);
}
