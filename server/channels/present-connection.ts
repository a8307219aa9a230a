import { Type } from 'typebox';
import { type Database, withWorkspace } from '#platform/database.ts';
import { instant, nullable, oneOf, strictObject, uuid } from '#platform/schema.ts';
import type { ConnectionDirectory } from './connection-directory.ts';
import { type DirectoryConnection, forcedOf } from './directory-connection.ts';
import { getConnection } from './connections.ts';
import { connectionHealth } from './health.ts';
import { healthSchema, presentSender, senderSchema } from './senders-routes.ts';
import { webhookPath } from './webhook-address.ts';

const check = strictObject({ name: Type.String(), ok: Type.Boolean(), message: Type.String() });
export const checks = Type.Array(check, { description: 'What was found with the credentials, in words' });

export const connectionSchema = strictObject({
  id: uuid(),
  provider: Type.String(),
  channel: oneOf(['whatsapp', 'sms', 'email']),
  official: Type.Boolean({ description: 'False: it works without the consent of whom the channel belongs to' }),
  warning: nullable(Type.String({ description: 'What to know before one relies on it' })),
  name: Type.String(),
  base_url: Type.String(),
  api_version: Type.String(),
  business_account_id: Type.String({ description: "The provider's id of the account" }),
  app_id: nullable(Type.String()),
  messaging_account_id: nullable(Type.String()),
  direct_send: Type.Boolean(),
  status: oneOf(['active', 'paused']),
  paused_reason: nullable(Type.String()),
  breaker: strictObject(
    {
      state: oneOf(['closed', 'open', 'half_open'], {
        description: 'closed: messages leave; open: they wait; half_open: one at a time is tried',
      }),
      forced: nullable(oneOf(['open', 'closed'], { description: 'By an operator' })),
      until: nullable(instant({ description: 'It is automatic again from then on' })),
      reason: nullable(Type.String()),
    },
    { description: 'Keeps messages from a provider that does not answer' },
  ),
  health: healthSchema,
  checks,
  webhook_path: Type.String({
    description:
      'Where its webhooks arrive on this server; {key} stands for a part that is shown once, when it is added',
  }),
  webhooks: oneOf(['signed', 'unsigned'], {
    description: 'Unsigned: they are known by the secret part of their address alone, so trust them less',
  }),
  has_challenge: Type.Boolean({ description: 'The provider tries the address before it sends webhooks' }),
  callback_url: nullable(Type.String({ description: 'The same with the public address, if that is known' })),
  challenge_seen_at: nullable(instant()),
  first_webhook_at: nullable(instant()),
  last_webhook_at: nullable(instant({ description: 'A second late' })),
  senders: Type.Array(senderSchema),
});

/** A provider's id of something. */
export const externalId = (description: string) =>
  Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_.-]+$', description });
/** A credential; it is in no answer. */
export const secret = (description: string) =>
  Type.String({ minLength: 1, maxLength: 2_000, pattern: '^[\\x21-\\x7e]+$', description });
/** The caller's own connection, as the message path sees it. Throws `not_found`. */
export async function showConnection(
  { db, directory }: { db: Database; directory: ConnectionDirectory },
  workspaceId: string,
  id: string,
) {
  await withWorkspace(db, workspaceId, (tx) => getConnection(tx, workspaceId, id));
  let found = directory.connectionById(id);
  if (!found) {
    await directory.refresh();
    found = directory.connectionById(id);
  }
  if (found?.workspaceId !== workspaceId) throw new Error(`The directory does not have the connection ${id}.`);
  return presentConnection(found);
}

/** The connection as the message path sees it. */
export function presentConnection(one: DirectoryConnection) {
  const forced = forcedOf(one);
  return {
    id: one.connectionId,
    provider: one.provider.name,
    channel: one.provider.capabilities.channel,
    official: one.provider.capabilities.official,
    warning: one.provider.capabilities.warning,
    name: one.name,
    base_url: one.settings.baseUrl,
    api_version: one.settings.apiVersion,
    business_account_id: one.settings.businessAccountId,
    app_id: one.settings.appId ?? null,
    messaging_account_id: one.settings.messagingAccountId ?? null,
    direct_send: one.settings.directSend ?? false,
    status: one.paused ? ('paused' as const) : ('active' as const),
    paused_reason: one.paused?.reason ?? null,
    breaker: {
      state: one.breaker.state(performance.now()),
      forced: forced?.state ?? null,
      until: forced?.until?.toString() ?? null,
      reason: forced?.reason ?? null,
    },
    health: connectionHealth(one, Temporal.Now.instant()),
    checks: [...one.checks],
    webhook_path: webhookPath(one.provider.name, one.connectionId),
    webhooks: one.provider.capabilities.webhooks,
    has_challenge: one.provider.answerHandshake !== undefined,
    callback_url: one.callbackUrl,
    challenge_seen_at: one.challengeSeenAt?.toString() ?? null,
    first_webhook_at: one.firstWebhookAt?.toString() ?? null,
    last_webhook_at: one.lastWebhookAt?.toString() ?? null,
    senders: one.senders.map(presentSender),
  };
}
