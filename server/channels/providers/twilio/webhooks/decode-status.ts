import type { DecodedEvent } from '#channels/events.ts';
import type { ErrorEntry, ProviderError } from '#channels/provider.ts';
import { contentKey } from '#channels/providers/payloads/event-fields.ts';
import { answerReaction, reactionTo, readCode, shorten } from '#channels/providers/twilio/errors/errors.ts';
import type { TwilioName } from '#channels/providers/twilio/names.ts';
import { fieldOf } from './form.ts';
import { personOf, senderOf } from './people.ts';

type Status = Extract<DecodedEvent, { kind: 'status' }>['status'];

const ranked: Readonly<Record<string, Status>> = {
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
  undelivered: 'failed',
  canceled: 'failed',
};

/** A status of a message of ours, or why it is none. What comes before "sent" is kept without a rank. */
export function decodeStatus(
  provider: TwilioName,
  form: URLSearchParams,
  providerMessageId: string,
  said: string,
  callbackData: string | undefined,
): DecodedEvent[] | string {
  const sender = senderOf(form, 'From');
  if (!sender) return 'The status does not say which sender it is of.';
  const word = said.toLowerCase();
  const status = (Object.hasOwn(ranked, word) && ranked[word]) || 'other';
  return [
    {
      kind: 'status',
      contentKey: contentKey('status', providerMessageId, word),
      ...sender,
      providerMessageId,
      status,
      providerStatus: word,
      // Twilio does not say when it happened.
      at: { epochSeconds: null, suspicious: false },
      ...(callbackData === undefined ? undefined : { callbackData: callbackData.slice(0, 512) }),
      recipient: personOf(form, 'To') ?? {},
      ...(status === 'failed' ? failure(provider, form, word) : undefined),
    },
  ];
}

function failure(provider: TwilioName, form: URLSearchParams, word: string): { error: ProviderError; row: ErrorEntry } {
  const given = readCode(form.get('ErrorCode'));
  const row =
    given !== undefined
      ? reactionTo(provider, given)
      : answerReaction(provider, word === 'canceled' ? word : 'unlisted');
  const words = fieldOf(form, 'ErrorMessage', 5000) ?? fieldOf(form, 'ChannelStatusMessage', 5000);
  return { error: { code: given ?? word, title: shorten(words ?? row.title) }, row };
}
