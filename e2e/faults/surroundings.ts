import { type AuditEntry, findTampering } from '#server/accounts/audit-chain.ts';
import { sql } from '#server/platform/database.ts';
import type { Mutation } from './mutations.ts';
import type { NeighbourAnswer } from './neighbour.ts';
import type { World } from './world.ts';

/** What stands around the way of messages: the workspace next door, opt-outs, schedules, the audit trail, and webhooks that
 *  are sent on. */
export interface Surroundings {
  neighbour: NeighbourAnswer[];
  /** What its own workspace is answered for the message that the neighbour asks for too. */
  own: string;
  suppressions: { contactId: string; kind: string; at: string }[];
  /** Instants before which messages must not be sent. */
  sendAt: Map<string, string>;
  audit: (AuditEntry & { hash: Buffer })[];
  mutations: readonly Mutation[];
  /** Webhooks that were sent on, and what the receiver got. */
  forwarded: { body: string; state: string }[];
  taken: readonly { body: string; isSigned: boolean }[];
  /** What came to the neighbour, who is sent nothing. */
  takenNextDoor: readonly { body: string }[];
}

export async function gatherSurroundings(world: World): Promise<Surroundings> {
  const { owner } = world;
  const scheduled = await owner.query<{ id: string; at: string }>(
    sql`select id, to_json(send_at) #>> '{}' as at from message where send_at is not null`,
  );
  const [any] = await owner.query<{ id: string }>(
    sql`select id from message where content::text like ${`%${world.canary}%`} limit 1`,
  );
  return {
    neighbour: await world.neighbour.look(world.address(), any?.id),
    own: any ? JSON.stringify(await world.api('GET', `/v1/messages/${any.id}`)) : '',
    suppressions: await owner.query(
      sql`select contact_id as "contactId", kind, to_json(created_at) #>> '{}' as at from suppression where channel = 'whatsapp'`,
    ),
    sendAt: new Map(scheduled.map(({ id, at }) => [id, at])),
    audit: await owner.query(
      sql`select workspace_id as "workspaceId", seq, at, actor, action, subject, details, previous_hash as "previousHash", hash
          from audit_entry order by workspace_id, seq`,
    ),
    mutations: world.mutations,
    forwarded: await owner.query(
      sql`select r.body, d.state from forwarding_delivery d
          join raw_webhook r on r.workspace_id = d.workspace_id and r.id = d.raw_webhook_id`,
    ),
    taken: world.forwarding.taken,
    takenNextDoor: world.forwarding.takenNextDoor,
  };
}

interface Sends {
  receipts: readonly { messageId: string; at: string }[];
  messages: ReadonlyMap<string, { contactId: string; purpose: string }>;
}

/** I9: nothing of a workspace is shown or sent to another one. That logs have nothing of it at all is I16. */
export function nothingNextDoor(
  around: Pick<Surroundings, 'neighbour' | 'own' | 'takenNextDoor'>,
  { secrets, canary }: { secrets: readonly string[]; canary: string },
): string[] {
  const violations: string[] = [];
  for (const { path, status, text } of around.neighbour) {
    const isOfOther = /^\/v1\/messages\/./.test(path);
    if (status !== (isOfOther ? 404 : 200)) violations.push(`The neighbour was answered ${status} at ${path}.`);
    if (secrets.some((secret) => text.includes(secret)))
      violations.push(`The neighbour was shown what is not its own at ${path}: ${text.slice(0, 200)}`);
  }
  if (around.neighbour.length === 0) violations.push('The neighbour asked for nothing.');
  for (const { body } of around.takenNextDoor) violations.push(`A webhook went next door: ${body.slice(0, 200)}`);
  if (!around.own.includes(canary)) violations.push('There was nothing that the neighbour could have been shown.');
  return violations;
}

const optOutSeconds = 5;

/** I10: nothing is sent after an opt-out but what was on its way. */
export function nothingAfterOptOut(
  { suppressions }: Pick<Surroundings, 'suppressions'>,
  { receipts, messages }: Sends,
): string[] {
  const byContact = Map.groupBy(suppressions, ({ contactId }) => contactId);
  return receipts.flatMap(({ messageId, at }) => {
    const message = messages.get(messageId);
    return (byContact.get(message?.contactId ?? '') ?? [])
      .filter(({ kind }) => kind !== 'marketing_stop' || message?.purpose === 'marketing')
      .filter((optOut) => Date.parse(at) > Date.parse(optOut.at) + optOutSeconds * 1_000)
      .map(
        (optOut) =>
          `${messageId} was received at ${at}, and its contact had opted out (${optOut.kind}) at ${optOut.at}.`,
      );
  });
}

/** I11: what is scheduled is not sent early. That it is sent once, and not left behind, are I3 and I4. */
export function nothingEarly(
  { sendAt }: Pick<Surroundings, 'sendAt'>,
  { receipts }: Pick<Sends, 'receipts'>,
): string[] {
  return receipts.flatMap(({ messageId, at }) => {
    const due = sendAt.get(messageId);
    return due !== undefined && Date.parse(at) < Date.parse(due)
      ? [`${messageId} was received at ${at} and is due at ${due}.`]
      : [];
  });
}

/** I12: the audit trail of each workspace is one whole chain, and has each change that was made, once. */
export function auditIsWhole({ audit, mutations }: Pick<Surroundings, 'audit' | 'mutations'>): string[] {
  const violations: string[] = [];
  for (const [workspaceId, chain] of Map.groupBy(audit, (entry) => entry.workspaceId)) {
    const place = findTampering(chain);
    if (place !== undefined) violations.push(`The audit trail of ${workspaceId} is broken at entry ${place}.`);
  }
  // What the server does by itself has entries too.
  const byPeople = audit.filter(({ actor }) => actor.startsWith('api_key:'));
  for (const [action, asked] of Map.groupBy(mutations, (mutation) => mutation.action)) {
    const kept = byPeople.filter((entry) => entry.action === action).length;
    const made = asked.filter(({ isInDoubt }) => !isInDoubt).length;
    if (kept < made || kept > asked.length)
      violations.push(`${made} to ${asked.length} times ${action} was done, and the audit trail has ${kept}.`);
  }
  if (mutations.length === 0) violations.push('Nothing was changed, so the audit trail was not looked at.');
  return violations;
}

/** I13: each webhook that is sent on is taken, as it was, with a signature that verifies. */
export function forwardedOnce({ forwarded, taken }: Pick<Surroundings, 'forwarded' | 'taken'>): string[] {
  const violations: string[] = [];
  for (const { body, isSigned } of taken)
    if (!isSigned)
      violations.push(`The signature of a webhook that was sent on does not verify: ${body.slice(0, 200)}`);
  const known = new Set(forwarded.map(({ body }) => plain(body)));
  const got = new Map<string, number>();
  for (const { body } of taken) {
    const text = plain(body);
    got.set(text, (got.get(text) ?? 0) + 1);
    if (!known.has(text)) violations.push(`A webhook came that was never to be sent on: ${body.slice(0, 200)}`);
  }
  for (const [text, all] of Map.groupBy(forwarded, ({ body }) => plain(body))) {
    const waiting = all.filter(({ state }) => state === 'pending').length;
    if (waiting > 0) violations.push(`A webhook is still to be sent on: ${text.slice(0, 200)}`);
    const delivered = all.filter(({ state }) => state === 'delivered').length;
    if ((got.get(text) ?? 0) < delivered)
      violations.push(
        `A webhook was sent on ${delivered} times, and came ${got.get(text) ?? 0} times: ${text.slice(0, 200)}`,
      );
  }
  return violations;
}

/** The body without the word that names the attempt: it is for us, and is not sent on. */
function plain(body: string): string {
  return JSON.stringify(
    JSON.parse(body, (name, value: unknown) => (name === 'biz_opaque_callback_data' ? undefined : value)),
  );
}
