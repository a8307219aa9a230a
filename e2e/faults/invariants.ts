import { attemptKey, type Facts, readCallback, type Receipt } from './facts.ts';
import { auditIsWhole, forwardedOnce, nothingAfterOptOut, nothingEarly, nothingNextDoor } from './surroundings.ts';

/** Compares the facts and gives every violation in words. */
export type Invariant = (facts: Facts) => string[];

const audited = new Set(['resend', 'redriven']);
const stillOurs = new Set(['unknown', 'unknown_final']);

/** I1: what a client saw accepted is there, once, and one key never led to two messages. */
export const acceptedOnce: Invariant = ({ client, keys, messages }) => {
  const violations: string[] = [];
  const idsOfName = new Map<string, Set<string>>();
  for (const entry of client) {
    entry.names.forEach((name, index) => {
      const id = entry.ids[index];
      if (!id) return;
      idsOfName.set(name, (idsOfName.get(name) ?? new Set()).add(id));
      if (!messages.has(id)) violations.push(`The client saw ${name} accepted as ${id}, and there is no such message.`);
    });
    if (entry.ids.some(Boolean) && !keys.has(entry.key))
      violations.push(`The key ${entry.key} was answered and is not kept.`);
  }
  for (const [name, ids] of idsOfName) {
    if (ids.size > 1) violations.push(`The client got ${ids.size} ids for ${name}: ${[...ids].join(', ')}.`);
  }
  const known = new Set(client.flatMap((entry) => entry.names));
  const byName = new Map<string, number>();
  for (const { name } of messages.values()) if (name !== null) byName.set(name, (byName.get(name) ?? 0) + 1);
  for (const [name, count] of byName) {
    if (count > 1) violations.push(`${count} messages exist for ${name}.`);
    if (!known.has(name)) violations.push(`The message ${name} exists, but no client asked for it.`);
  }
  return violations;
};

/** I2: no attempt is handed over twice. */
export const oneReceiptPerAttempt: Invariant = ({ receipts, strangers }) => {
  const counts = countBy(receipts, ({ messageId, attemptNo }) => attemptKey(messageId, attemptNo));
  return [
    ...[...counts]
      .filter(([, count]) => count > 1)
      .map(([key, count]) => `The attempt ${key} was received ${count} times.`),
    ...strangers.map(({ seq }) => `Entry ${seq} of the provider's ledger names no attempt.`),
  ];
};

/** Messages that the provider received more often than refusals and audited repetitions explain. */
export function receiptsTooMany({
  receipts,
  attempts,
  events,
}: Facts): { messageId: string; received: number; allowed: number }[] {
  const repetitions = countBy(
    events.filter(({ kind }) => audited.has(kind)),
    ({ messageId }) => messageId,
  );
  return [...groupBy(receipts, (receipt) => receipt.messageId)]
    .map(([messageId, all]) => ({
      messageId,
      received: all.filter((receipt) => !isRefusal(receipt, attempts)).length,
      allowed: 1 + (repetitions.get(messageId) ?? 0),
    }))
    .filter(({ received, allowed }) => received > allowed);
}

/** I3: a message is received once, and once more for each refusal by the provider and each audited repetition. */
export const oneReceiptPerMessage: Invariant = (facts) =>
  receiptsTooMany(facts).map(
    ({ messageId, received, allowed }) =>
      `The message ${messageId} was received ${received} times; ${allowed} would be right.`,
  );

/** I4: after the drain every message has ended or is visibly queued, and nothing hangs in the middle. */
export const nothingStuck: Invariant = ({ messages, pendingTasks }) => {
  const violations: string[] = [];
  for (const { id, direction, place, status, dispatchingSeconds } of messages.values()) {
    if (place === null && status === null) violations.push(`The message ${id} is neither queued nor settled.`);
    if (place !== null && status !== null)
      violations.push(`The message ${id} is queued (${place}) and settled (${status}).`);
    if (place === 'dispatching') {
      violations.push(`The message ${id} is between write and answer since ${Math.round(dispatchingSeconds ?? 0)} s.`);
    }
    if (direction === 'inbound' && status !== 'received')
      violations.push(`The received message ${id} is ${status ?? place}.`);
  }
  if (pendingTasks > 0) violations.push(`${pendingTasks} webhooks wait to be applied.`);
  return violations;
};

/** I5: what we call accepted the provider accepted, and the other way round; a doubt is called a doubt. */
export const sameTruth: Invariant = ({ receipts, attempts, messages }) => {
  const violations: string[] = [];
  const acceptedByProvider = new Set<string>();
  for (const receipt of receipts) {
    const key = attemptKey(receipt.messageId, receipt.attemptNo);
    const attempt = attempts.get(key);
    const message = messages.get(receipt.messageId);
    if (!message) violations.push(`The provider got a message ${receipt.messageId} that we do not have.`);
    if (receipt.outcome !== 'accepted') continue;
    acceptedByProvider.add(receipt.messageId);
    if (!attempt) violations.push(`The provider accepted the attempt ${key}, of which we have no record.`);
    else if (!['accepted', 'unknown', 'presumed_not_accepted'].includes(attempt.outcome)) {
      violations.push(`The provider accepted the attempt ${key}, and we call it ${attempt.outcome}.`);
    }
    if (message?.status === 'expired' || message?.status === 'canceled' || message?.status === 'blocked') {
      violations.push(`The provider accepted ${receipt.messageId}, and we call it ${message.status}.`);
    }
    if (message?.place === 'queued')
      violations.push(`The provider accepted ${receipt.messageId}, and it is queued again.`);
  }
  for (const { id, direction, status, rank } of messages.values()) {
    if (direction === 'outbound' && (rank ?? 0) > 0 && !acceptedByProvider.has(id)) {
      violations.push(`We call ${id} ${status}, and the provider never accepted it.`);
    }
  }
  for (const [key, { outcome }] of attempts) {
    const [messageId = '', attemptNo] = key.split(' ');
    if (outcome !== 'accepted') continue;
    const told = receipts.some(
      (each) => each.outcome === 'accepted' && each.messageId === messageId && String(each.attemptNo) === attemptNo,
    );
    if (!told) violations.push(`We call the attempt ${key} accepted, and the provider did not accept it.`);
  }
  return violations;
};

/** I6: messages of one client to one person in one lane are handed over in the order in which they were accepted. */
export const inOrder: Invariant = ({ client, receipts, messages, attempts, events, doubted }) => {
  const firstSeq = new Map<string, number>();
  for (const { messageId, seq } of receipts) if (!firstSeq.has(messageId)) firstSeq.set(messageId, seq);
  // The promise ends where an outcome was in doubt: the next message waits for it only so long, and a repetition is late.
  const exempt = new Set(doubted);
  for (const { messageId, kind } of events) if (audited.has(kind)) exempt.add(messageId);
  for (const { messageId, outcome, reason } of attempts.values()) {
    if (stillOurs.has(outcome) || reason?.includes('stood still')) exempt.add(messageId);
  }
  const acceptedIds = new Set<string>();
  const lanes = new Map<string, string[]>();
  for (const { ids } of client) {
    for (const id of ids) {
      const message = id ? messages.get(id) : undefined;
      if (!message || acceptedIds.has(message.id)) continue;
      acceptedIds.add(message.id);
      const lane = `${message.senderId} ${message.contactId} ${message.purpose}`;
      lanes.set(lane, [...(lanes.get(lane) ?? []), message.id]);
    }
  }
  const attemptsOf = (messageId: string) =>
    [...attempts.values()]
      .filter((attempt) => attempt.messageId === messageId)
      .map(({ attemptNo, outcome, reason }) => `${attemptNo} ${outcome}${reason ? `: ${reason}` : ''}`)
      .join(', ');
  const violations: string[] = [];
  for (const ids of lanes.values()) {
    let last = { id: '', seq: 0 };
    for (const id of ids) {
      const seq = firstSeq.get(id);
      if (seq === undefined || exempt.has(id)) continue;
      if (seq < last.seq) {
        const story = [last.id, id].map((each) => `${each} (${attemptsOf(each)})`);
        violations.push(`Accepted first and handed over last: ${story.join(' before ')}.`);
      }
      last = { id, seq };
    }
  }
  return violations;
};

const ranks: Record<string, number> = { sent: 2, delivered: 3, read: 4, played: 5 };

/** I7: a message's status is the fold of all that the provider told, whatever its order. */
export const statusIsFold: Invariant = ({ told, receipts, messages, events, apiStatuses }) => {
  const messageOf = new Map(
    receipts.flatMap(({ provider_message_id: wamid, messageId }) => (wamid ? [[wamid, messageId]] : [])),
  );
  const folds = new Map<string, { rank: number; failed: boolean }>();
  for (const { wamid, status, callbackData } of told) {
    const messageId = readCallback(callbackData)?.messageId ?? messageOf.get(wamid);
    if (!messageId) continue;
    const fold = folds.get(messageId) ?? { rank: 1, failed: false };
    folds.set(messageId, { rank: Math.max(fold.rank, ranks[status] ?? 1), failed: fold.failed || status === 'failed' });
  }
  const redriven = new Set(events.filter(({ kind }) => audited.has(kind)).map(({ messageId }) => messageId));
  const violations: string[] = [];
  for (const [messageId, { rank, failed }] of folds) {
    const message = messages.get(messageId);
    if (!message || (failed && redriven.has(messageId))) continue;
    const shown =
      rank >= 3 ? ['delivered', 'read', 'played'][rank - 3] : failed ? 'failed' : rank === 2 ? 'sent' : 'accepted';
    const api = apiStatuses.get(messageId);
    if (message.status !== shown) {
      violations.push(`By what was told, ${messageId} is ${shown}; it is shown as ${message.status ?? message.place}.`);
    } else if (api !== undefined && api !== shown)
      violations.push(`The API calls ${messageId} ${api}, and it is ${shown}.`);
  }
  return violations;
};

/** I8: a webhook that was answered with 200 is kept, and what it says had its effect, once. */
export const webhooksKept: Invariant = (facts) => {
  const violations: string[] = [];
  const raw = countBy(facts.rawBodies, (body) => body);
  for (const [body, count] of countBy(facts.deliveredBodies, (text) => text)) {
    const kept = raw.get(body) ?? 0;
    if (kept < count)
      violations.push(
        `A webhook was answered with 200 ${count} times and is kept ${kept} times: ${body.slice(0, 200)}`,
      );
  }
  const inbound = [...facts.messages.values()].filter(({ direction }) => direction === 'inbound');
  const received = countBy(inbound, ({ senderId, providerMessageId }) => `${senderId} ${providerMessageId}`);
  for (const [key, count] of received)
    if (count > 1) violations.push(`The received message ${key} is there ${count} times.`);
  const wamids = new Set(inbound.map(({ providerMessageId }) => providerMessageId));
  for (const { wamid, phoneNumberId } of facts.toldInbound) {
    if (facts.numbers.has(phoneNumberId) && !wamids.has(wamid))
      violations.push(`The received message ${wamid} is not there.`);
  }
  const applied = countBy(
    facts.events.filter(({ kind }) => kind === 'status'),
    ({ detail }) =>
      `${String(detail['provider_message_id'])} ${String(detail['status'])} ${secondsOf(detail['provider_at'])}`,
  );
  for (const [key, count] of applied) if (count > 1) violations.push(`The receipt ${key} was applied ${count} times.`);
  const orphans = new Set(facts.orphans.map(({ wamid }) => wamid));
  for (const { wamid, status, timestamp, phoneNumberId } of facts.told) {
    if (!facts.numbers.has(phoneNumberId) || applied.has(`${wamid} ${status} ${timestamp}`) || orphans.has(wamid))
      continue;
    violations.push(`The receipt ${wamid} ${status} was answered with 200 and had no effect.`);
  }
  return violations;
};

/** I15: every accepted message is counted once, and the API counts the same. */
export const conservation: Invariant = ({ client, messages, apiStatuses }) => {
  const outbound = [...messages.values()].filter(({ direction }) => direction === 'outbound');
  const violations: string[] = [];
  const places = outbound.reduce(
    (sum, { place, status }) => sum + (place === null ? 0 : 1) + (status === null ? 0 : 1),
    0,
  );
  if (places !== outbound.length) violations.push(`${outbound.length} messages have ${places} places.`);
  if (apiStatuses.size !== outbound.length)
    violations.push(`The API lists ${apiStatuses.size} of ${outbound.length} messages.`);
  const accepted = new Set(client.flatMap((entry) => entry.ids.filter((id) => id !== null)));
  if (accepted.size > outbound.length)
    violations.push(`Clients know ${accepted.size} messages, and ${outbound.length} exist.`);
  return violations;
};

/** I16: no log line has a text, a number, or a secret. */
export const logsAreClean: Invariant = ({ logs, secrets }) => {
  if (logs === '') return ['There is no log to look at.'];
  return secrets.flatMap((secret) => {
    const at = placeOf(secret, logs);
    if (at === -1) return [];
    const line = logs.slice(logs.lastIndexOf('\n', at) + 1, logs.indexOf('\n', at));
    return [`A log line has what it must not have: ${line.slice(0, 400)}`];
  });
};

// The digits of a phone number may be in the middle of a longer number, such as a duration.
function placeOf(secret: string, text: string): number {
  for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + 1)) {
    const isInNumber = /^\d+$/.test(secret) && /[\d.]/.test(text[at - 1] ?? '');
    if (!isInNumber) return at;
  }
  return -1;
}

export const invariants: Readonly<Record<string, Invariant>> = {
  I1: acceptedOnce,
  I2: oneReceiptPerAttempt,
  I3: oneReceiptPerMessage,
  I4: nothingStuck,
  I5: sameTruth,
  I6: inOrder,
  I7: statusIsFold,
  I8: webhooksKept,
  I9: (facts) => nothingNextDoor(facts.around, facts),
  I10: (facts) => nothingAfterOptOut(facts.around, facts),
  I11: (facts) => nothingEarly(facts.around, facts),
  I12: ({ around }) => auditIsWhole(around),
  I13: ({ around }) => forwardedOnce(around),
  I15: conservation,
  I16: logsAreClean,
};

/** Every violation of every invariant, each with its number in front. A check that saw nothing is a violation too. */
export function checkInvariants(facts: Facts): string[] {
  const violations = Object.entries(invariants).flatMap(([id, invariant]) =>
    invariant(facts).map((words) => `${id}: ${words}`),
  );
  if (facts.receipts.length === 0) violations.push('The provider received nothing, so nothing was checked.');
  return violations;
}

// A refusal that both sides tell of leaves the way free for another attempt.
function isRefusal(receipt: Receipt, attempts: Facts['attempts']): boolean {
  const attempt = attempts.get(attemptKey(receipt.messageId, receipt.attemptNo));
  return receipt.outcome !== 'accepted' && (attempt?.outcome === 'rejected' || attempt?.outcome === 'throttled');
}

function secondsOf(instant: unknown): string {
  return String(Math.floor(Date.parse(String(instant)) / 1000));
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}

function countBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, number> {
  return new Map([...groupBy(values, keyOf)].map(([key, group]) => [key, group.length]));
}
