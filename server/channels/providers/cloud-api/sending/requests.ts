import type {
  ConnectionSecrets,
  ConnectionSettings,
  DirectSend,
  OutboundMessage,
  ProviderRequest,
  SenderAddress,
} from '#channels/provider.ts';
import { proofParameter } from '#channels/providers/cloud-api/app-secret-proof.ts';

/** The request that sends a message. The content was checked before; it is written as it is. */
export function buildSend(
  message: OutboundMessage,
  sender: SenderAddress,
  settings: ConnectionSettings,
  secrets: ConnectionSecrets,
): ProviderRequest {
  const { recipient, content } = message;
  const { type } = content;
  const { directSend, marketingMessages } = message;
  const body = {
    messaging_product: 'whatsapp',
    recipient_type: recipient.kind === 'group' ? 'group' : 'individual',
    ...(recipient.kind === 'provider_user' ? { recipient: recipient.value } : { to: recipient.value }),
    type,
    [type]: content[type],
    // A reaction names its target itself, and a context beside it is refused.
    ...(message.replyToProviderId !== undefined && type !== 'reaction'
      ? { context: { message_id: message.replyToProviderId } }
      : undefined),
    ...(message.identityKeyHash !== undefined ? { recipient_identity_key_hash: message.identityKeyHash } : undefined),
    ...(directSend ? directSendFields(directSend) : undefined),
    ...(settings.messagingAccountId !== undefined ? { messaging_account_id: settings.messagingAccountId } : undefined),
    biz_opaque_callback_data: message.callbackData,
  };
  return marketingMessages
    ? post('marketing_messages', sender, settings, secrets, { ...body, ...marketingMessages })
    : post('messages', sender, settings, secrets, body);
}

function directSendFields({ category, ttl_seconds: ttl, template_name: name }: DirectSend): Record<string, unknown> {
  return {
    category,
    ...(ttl === undefined ? undefined : { ttl_seconds: ttl }),
    ...(name === undefined ? undefined : { direct_send_template_name: name }),
  };
}

/** Until when Meta may still deliver. Of a template only its owner knows the time to live, so it is not known here. */
export function deliversUntil(
  { directSend }: { directSend: DirectSend | null },
  { at }: { at: Temporal.Instant },
): Temporal.Instant | null {
  const seconds = directSend?.ttl_seconds;
  return seconds === undefined ? null : at.add({ seconds });
}

/** Marks a message and all before it as read; `typing` also shows the typing dots until an answer or for 25 seconds. */
export function buildMarkAsRead(
  providerMessageId: string,
  typing: boolean,
  sender: SenderAddress,
  settings: ConnectionSettings,
  secrets: ConnectionSecrets,
): ProviderRequest {
  return post('messages', sender, settings, secrets, {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: providerMessageId,
    ...(typing ? { typing_indicator: { type: 'text' } } : undefined),
  });
}

function post(
  endPoint: 'messages' | 'marketing_messages',
  sender: SenderAddress,
  settings: ConnectionSettings,
  secrets: ConnectionSecrets,
  body: Record<string, unknown>,
): ProviderRequest {
  const proof = proofParameter(secrets);
  const path = `/${settings.apiVersion}/${encodeURIComponent(sender.externalId)}/${endPoint}`;
  return {
    method: 'POST',
    path: proof === '' ? path : `${path}?${proof}`,
    headers: { authorization: `Bearer ${secrets.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
