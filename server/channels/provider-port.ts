import type { DecodedEvent } from './events.ts';
import type { RestrictionRefusal, TemplateRefusal } from './lessons.ts';
import type { FileFacts } from './media.ts';
import type {
  Recipient,
  MessageContent,
  DirectSend,
  OutboundMessage,
  SenderAddress,
  ProviderRequest,
  ProviderResponse,
  ProviderError,
  SendOutcome,
  Occasion,
  ContentVerdict,
  DeletionRequest,
  ConnectionSecrets,
  ConnectionSettings,
  WebhookRequest,
  Capabilities,
  SmsSize,
} from './provider.ts';

/**
 * The port to a messaging provider. An adapter translates between the provider's payloads and these types in pure
 * functions; the HTTP around them is thin. It owns no storage and no workflow.
 */
export interface Provider {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Checks the content against the provider's rules before anything is accepted; `recipient` is null while it is known by
   *  its contact only. Pure. */
  checkContent(content: MessageContent, recipient: Recipient | null, occasion: Occasion): ContentVerdict;
  /** Why the provider would refuse a file that is used in this way, in words; empty when it would take it. Pure. */
  problemsOfFile(file: FileFacts, use: { kind: string; isVoice: boolean }): string[];
  /** What a content is as an SMS; null when it has no text. Absent where nothing is one. Pure. */
  measureSms?(content: MessageContent, settings: ConnectionSettings): SmsSize | null;
  /** Pure. The access token is added here and nowhere else. */
  buildSend(
    message: OutboundMessage,
    sender: SenderAddress,
    settings: ConnectionSettings,
    secrets: ConnectionSecrets,
  ): ProviderRequest;
  buildMarkAsRead(
    providerMessageId: string,
    typing: boolean,
    sender: SenderAddress,
    settings: ConnectionSettings,
    secrets: ConnectionSecrets,
  ): ProviderRequest;
  /** Reads an answer that arrived whole. Pure. */
  readSendAnswer(response: ProviderResponse, now: Temporal.Instant, sender: SenderAddress): SendOutcome;
  /** True when the raw bytes carry a valid signature of one of the secrets. Constant time; never throws. For a provider that
   *  does not sign, what else is to be seen in the request; its address was checked before. */
  verifyWebhook(request: WebhookRequest, secrets: ConnectionSecrets, settings: ConnectionSettings): boolean;
  /** What a webhook is answered with, beside the status 200. */
  readonly webhookAnswer: { contentType: string; body: string };
  /** The answer to the subscription handshake, or null when the token is wrong. Absent: there is none. */
  answerHandshake?(query: URLSearchParams, secrets: ConnectionSecrets): string | null;
  /** Reads a person's wish to have their data deleted, as the provider passes it on; null unless it is signed with one of the
   *  secrets. Absent: the provider passes none on. Never throws. */
  readDeletionRequest?(rawBody: Uint8Array, secrets: ConnectionSecrets): DeletionRequest | null;
  /** Until when a message that the provider took may still arrive by it; null: nobody knows. `isSent`: a receipt told that it
   *  was passed on. Absent: never known. Pure. */
  deliversUntil?(
    message: Pick<OutboundMessage, 'expiresAt'> & { directSend: DirectSend | null },
    handedOver: { at: Temporal.Instant; isSent: boolean },
  ): Temporal.Instant | null;
  /** What the refusal of a message with a template says of the template itself; null: nothing. Pure. */
  templateLesson?(error: ProviderError, now: Temporal.Instant): TemplateRefusal | null;
  /** What the refusal of a message says the account may not do for a while; null: nothing. Pure. */
  restrictionLesson?(
    error: ProviderError,
    sent: Pick<OutboundMessage, 'content' | 'directSend'>,
    now: Temporal.Instant,
  ): RestrictionRefusal | null;
  /** Every event in the body, whatever its shape; never throws. `query` is that of the address, without "?". Pure. */
  decodeWebhook(rawBody: Uint8Array, query: string): DecodedEvent[];
}
