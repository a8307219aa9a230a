import type { Queryable } from '#platform/database.ts';
import { claimChoices, findOffers } from './choice-store.ts';
import type { InboundMessage } from './ingress-store.ts';
import { type Choice, readChoice } from './read-choice.ts';
import { findMessagesByProviderId } from './receipt-store.ts';

/** A received message whose words may choose an answer. */
export interface Answering {
  message: InboundMessage;
  text: string;
}

/** What people chose of the answers that were offered by number, by the id of the message that says so; each answer once. */
export async function findChoices(tx: Queryable, answering: Answering[]): Promise<Map<string, Choice>> {
  if (answering.length === 0) return new Map();
  const quoted = await findQuoted(tx, answering);
  const offers = await findOffers(
    tx,
    answering.map(({ message: { id, workspaceId, senderId, contactId, replyTo } }) => ({
      messageId: id,
      workspaceId,
      senderId,
      contactId,
      quotedId: quoted.get(`${workspaceId} ${replyTo}`) ?? null,
    })),
  );
  if (offers.length === 0) return new Map();
  const offersOf = Map.groupBy(offers, ({ answerId }) => answerId);
  const choices = answering.flatMap(({ message, text }) => {
    const { id: messageId, workspaceId, participantId, providerAt } = message;
    const choice = readChoice(text, offersOf.get(messageId) ?? [], Temporal.Instant.from(providerAt));
    return choice ? [{ workspaceId, messageId, participantId, choice }] : [];
  });
  if (choices.length === 0) return new Map();
  const first = await claimChoices(tx, choices);
  return new Map(
    choices.flatMap(({ messageId, choice }) => (first.has(messageId) ? [[messageId, choice] as const] : [])),
  );
}

/** Our messages that are quoted, by workspace and the provider's id. */
async function findQuoted(tx: Queryable, answering: Answering[]): Promise<Map<string, string>> {
  const keys = answering.flatMap(({ message: { workspaceId, replyTo } }) =>
    replyTo === null ? [] : [{ workspaceId, providerMessageId: replyTo }],
  );
  const known = await findMessagesByProviderId(tx, keys);
  return new Map(known.map((row) => [`${row.workspaceId} ${row.providerMessageId}`, row.messageId]));
}
