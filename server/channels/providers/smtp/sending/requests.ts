import type {
  ConnectionSecrets,
  ConnectionSettings,
  OutboundMessage,
  ProviderRequest,
  SenderAddress,
} from '#channels/provider.ts';
import { bodyOf } from '#channels/providers/smtp/content/body.ts';
import { bounceAddressOf, messageIdOf } from './bounce-address.ts';

/** What the transport makes a mail of: its envelope, and its parts before they are encoded. */
export interface MailRequest {
  callbackData: string;
  messageId: string;
  envelope: { from: string; to: string };
  from: { name: string; address: string };
  to: string;
  subject: string;
  text: string;
  html: string;
  replyTo?: string;
  inReplyTo?: string;
  headers: Record<string, string>;
}

/** The mail of a message, as the transport takes it. Credentials are the transport's, so there are none in it. */
export function buildSend(
  message: OutboundMessage,
  sender: SenderAddress,
  settings: ConnectionSettings,
  _secrets: ConnectionSecrets,
): ProviderRequest {
  const { callbackData, content, lane } = message;
  const { options } = settings;
  const address = sender.externalId;
  const unsubscribeUrl = unsubscribeUrlOf(settings, callbackData);
  const name = options['from_name'] ?? '';
  const bounceAddress = options['bounce_address'] ?? address;
  const body = bodyOf(content, options['default_subject'] ?? `Message from ${name || address}`, unsubscribeUrl);
  const mail: MailRequest = {
    callbackData,
    messageId: messageIdOf(callbackData, bounceAddress),
    envelope: {
      from: bounceAddressOf(callbackData, bounceAddress),
      to: message.recipient.value,
    },
    from: { name, address },
    to: message.recipient.value,
    subject: body.subject,
    text: body.text,
    html: body.html,
    ...(body.replyTo === undefined ? undefined : { replyTo: body.replyTo }),
    ...(message.replyToProviderId === undefined ? undefined : { inReplyTo: message.replyToProviderId }),
    headers: {
      ...body.headers,
      ...(lane === 'marketing' ? unsubscribeHeaders(unsubscribeUrl, address) : undefined),
      // Absence notes of others do not answer it.
      'X-Auto-Response-Suppress': 'OOF, AutoReply',
    },
  };
  return {
    method: 'POST',
    path: `/${encodeURIComponent(address)}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(mail),
  };
}

/** Where a person ends marketing with one click; null while nobody told how this server is reached. The link names the
 *  connection, too, so that the message is found in its workspace. */
function unsubscribeUrlOf({ webhookUrl }: ConnectionSettings, callbackData: string): string | null {
  const [, origin, id] = /^(.*)\/webhooks\/[\w-]+\/([0-9a-f-]{36})\//.exec(webhookUrl ?? '') ?? [];
  if (origin === undefined || id === undefined) return null;
  const connection = Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  return `${origin}/u/${connection}.${encodeURIComponent(callbackData)}`;
}

/** RFC 8058. The address for mail is for readers that know only that, and while this server has no public address. */
function unsubscribeHeaders(url: string | null, address: string): Record<string, string> {
  const byMail = `<mailto:${address}?subject=unsubscribe>`;
  return url === null
    ? { 'List-Unsubscribe': byMail }
    : { 'List-Unsubscribe': `<${url}>, ${byMail}`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
