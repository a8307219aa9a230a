import { Type } from 'typebox';
import { instant, nullable, oneOf, strictObject, uuid } from '#platform/schema.ts';
import type { DirectoryConnection } from './connection-directory.ts';
import { webhookPath } from './connections.ts';
import { connectionHealth } from './health.ts';
import { healthSchema, presentSender, senderSchema } from './senders-routes.ts';

const check = strictObject({ name: Type.String(), ok: Type.Boolean(), message: Type.String() });
export const checks = Type.Array(check, { description: 'What was found with the credentials, in words' });

/** A connection as the API shows it. */
export const connectionSchema = strictObject({
  id: uuid(),
  provider: Type.String(),
  name: Type.String(),
  base_url: Type.String(),
  api_version: Type.String(),
  business_account_id: Type.String(),
  app_id: nullable(Type.String()),
  messaging_account_id: nullable(Type.String()),
  direct_send: Type.Boolean(),
  status: oneOf(['active', 'paused']),
  paused_reason: nullable(Type.String()),
  health: healthSchema,
  checks,
  webhook_path: Type.String({ description: 'Where its webhooks arrive on this server' }),
  callback_url: nullable(Type.String({ description: 'The same with the public address, if that is known' })),
  challenge_seen_at: nullable(instant()),
  first_webhook_at: nullable(instant()),
  last_webhook_at: nullable(instant({ description: 'A second late' })),
  senders: Type.Array(senderSchema),
});

export function presentConnection(one: DirectoryConnection) {
  return {
    id: one.connectionId,
    provider: one.provider.name,
    name: one.name,
    base_url: one.settings.baseUrl,
    api_version: one.settings.apiVersion,
    business_account_id: one.settings.businessAccountId,
    app_id: one.settings.appId ?? null,
    messaging_account_id: one.settings.messagingAccountId ?? null,
    direct_send: one.settings.directSend ?? false,
    status: one.paused ? ('paused' as const) : ('active' as const),
    paused_reason: one.paused?.reason ?? null,
    health: connectionHealth(one, Temporal.Now.instant()),
    checks: [...one.checks],
    webhook_path: webhookPath(one.provider.name, one.connectionId),
    callback_url: one.callbackUrl,
    challenge_seen_at: one.challengeSeenAt?.toString() ?? null,
    first_webhook_at: one.firstWebhookAt?.toString() ?? null,
    last_webhook_at: one.lastWebhookAt?.toString() ?? null,
    senders: one.senders.map(presentSender),
  };
}
