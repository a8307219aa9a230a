import type { ProviderAnswer, ProviderTransport, SendOptions } from '#channels/provider-http.ts';
import type { ProviderRequest, SendOutcome } from '#channels/provider.ts';
import { formatTraceparent, parseTraceparent } from '#platform/trace-context.ts';
import type { Tracing, WorkSpan } from '#platform/tracing.ts';
import { encodeCallbackData } from '#messages/callback-data.ts';
import type { MarkedMessage, ReadyMessage } from './outbox-store.ts';
import type { SenderAccount } from './sender-account.ts';

type Caller = Pick<SenderAccount, 'provider' | 'senderId' | 'externalId'> & {
  http: Pick<ProviderTransport, 'baseUrl' | 'send'>;
};
type Sent = Pick<ReadyMessage, 'messageId' | 'lane' | 'type' | 'traceparent'>;

/** The request of one attempt. Pure. */
export function requestOf(
  account: Pick<SenderAccount, 'provider' | 'externalId' | 'settings' | 'secrets'>,
  message: ReadyMessage,
  mark: Pick<MarkedMessage, 'attemptNo' | 'expiresAt' | 'decidedAt'>,
  callbackKey: Buffer,
): ProviderRequest {
  const { messageId } = message;
  return account.provider.buildSend(
    {
      recipient: { kind: message.addressKind, value: message.address },
      content: message.content,
      callbackData: encodeCallbackData(callbackKey, { messageId, attemptNo: mark.attemptNo }),
      lane: message.lane,
      expiresAt: mark.expiresAt,
      writtenAt: mark.decidedAt,
      ...(message.replyTo ? { replyToProviderId: message.replyTo } : {}),
      ...(message.identityKeyHash ? { identityKeyHash: message.identityKeyHash } : {}),
      ...(message.marketingMessages ? { marketingMessages: message.marketingMessages } : {}),
      ...(message.directSend ? { directSend: message.directSend } : {}),
    },
    { externalId: account.externalId },
    account.settings,
    account.secrets,
  );
}

/** Hands a message to the provider, once, and reads what came of it. The call is a step below the one that accepted the
 *  message. While traces go nowhere no step is made, and the provider is told of the one that accepted. */
export async function callProvider(
  tracing: Tracing,
  account: Caller,
  message: Sent,
  attemptNo: number,
  request: ProviderRequest,
  options?: SendOptions,
): Promise<SendOutcome> {
  const span = tracing.isOn ? startCall(tracing, account, message, attemptNo, request) : undefined;
  const answer = await account.http.send(request, span ? formatTraceparent(span.trace) : message.traceparent, options);
  const outcome: SendOutcome =
    answer.kind === 'answer'
      ? account.provider.readSendAnswer(answer.response, Temporal.Now.instant(), { externalId: account.externalId })
      : { outcome: answer.kind, reason: answer.reason };
  if (span) endCall(span, answer, outcome);
  return outcome;
}

// By OpenTelemetry's conventions for messaging and HTTP. Ids of ours only: those of the provider and the path of the
// request hold numbers of people.
function startCall(
  tracing: Tracing,
  account: Caller,
  message: Sent,
  attemptNo: number,
  request: ProviderRequest,
): WorkSpan {
  const { channel } = account.provider.capabilities;
  return tracing.startSpan(`send ${channel}`, {
    kind: 'client',
    parent: parseTraceparent(message.traceparent ?? undefined),
    attributes: {
      'messaging.system': channel,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
      'messaging.destination.name': account.senderId,
      'messaging.message.id': message.messageId,
      'http.request.method': request.method,
      'server.address': new URL(account.http.baseUrl).hostname,
      'carillon.provider': account.provider.name,
      'carillon.purpose': message.lane,
      'carillon.message.type': message.type,
      'carillon.attempt': attemptNo,
    },
  });
}

function endCall(span: WorkSpan, answer: ProviderAnswer, outcome: SendOutcome): void {
  span.set({
    'http.response.status_code': answer.kind === 'answer' ? answer.response.httpStatus : undefined,
    'carillon.outcome': outcome.outcome,
  });
  const code = 'error' in outcome ? outcome.error?.code : undefined;
  if (outcome.outcome !== 'accepted') span.failWith(code ?? outcome.outcome);
  span.end();
}
