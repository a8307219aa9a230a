import { movePerson } from '#contacts/moves.ts';
import type { Queryable } from '#platform/database.ts';
import { append } from '#queue/log.ts';
import { mergeMessages } from './merge-store.ts';
import { identitiesOf, instantMs, isoOf, type Placed } from './placed.ts';

/** Moves people to the ids that the provider says they have now. Rare, and each may depend on the one before: so they are
 *  taken one by one, in the order in which they happened. */
export async function moveIdentities(tx: Queryable, entries: Placed<'identity'>[]): Promise<void> {
  const inOrder = entries.toSorted((a, b) => instantMs(a.event.at, a.task) - instantMs(b.event.at, b.task));
  for (const { task, connection, event } of inOrder) {
    const { workspaceId } = task;
    const { channel } = connection.provider.capabilities;
    const at = isoOf(instantMs(event.at, task));
    const moved = await movePerson(tx, {
      workspaceId,
      before: identitiesOf(workspaceId, channel, event.before),
      after: identitiesOf(workspaceId, channel, event.after),
      at,
    });
    const { contactId, mergedFrom } = moved;
    await append(tx, workspaceId, 'contact.identity', [{ type: 'contact.identity_changed', contactId, at }]);
    if (mergedFrom === null) continue;
    await mergeMessages(tx, { workspaceId, from: mergedFrom, into: contactId });
    await append(tx, workspaceId, 'contact.merged', [{ type: 'contact.merged', contactId, mergedFrom, at }]);
  }
}
