import type { MessageContent } from '#channels/provider.ts';
import type { AccountAccess, ProviderCalls, SentSearch, SoughtMessage } from '#channels/provider-account.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { reactionTo, readCode, shorten } from '#channels/providers/twilio/errors/errors.ts';
import type { TwilioName } from '#channels/providers/twilio/names.ts';
import { addressOf, bareAddress, isService } from '#channels/providers/twilio/sending/addresses.ts';
import { said } from '#channels/providers/twilio/sending/requests.ts';
import { Fault } from '#platform/fault.ts';
import { callTwilio } from './calls.ts';

const pageSize = 100;
const mostPages = 10;
/** Clocks differ, and Twilio writes whole seconds. */
const earlierSeconds = 5;
/** A request that hung may have been taken this much later: no call lasts longer. */
const laterSeconds = 60;
/** So long after it was written a message that was taken is surely in the list. */
const listedAfterSeconds = 120;

/**
 * Looks for a message whose answer was lost among those that were sent to its recipient. Twilio does not list the status
 * callback of a message, by which it could be told from every other, so it is known by its time, its sender and its words.
 * Only one that fits alone is it, and only a list without any message of that time is a no.
 */
export async function findSent(
  provider: TwilioName,
  calls: ProviderCalls,
  access: AccountAccess,
  sought: SoughtMessage,
  now: Temporal.Instant = Temporal.Now.instant(),
): Promise<SentSearch> {
  const { messages, isWhole } = await listSent(provider, calls, access, sought);
  const near = messages.filter((message) => isNear(message, access.senderExternalId, sought.writtenAt));
  const [only, ...others] = near.filter((message) => isEqual(message, sought.content));
  if (only && others.length === 0) return found(provider, only);
  if (only) return { found: 'unclear', reason: 'Twilio has several equal messages to this person of that time.' };
  if (near.length > 0)
    return { found: 'unclear', reason: 'Twilio has a message to this person of that time, with other words.' };
  if (!isWhole) return { found: 'unclear', reason: 'Twilio has more messages to this person than were read.' };
  const ageSeconds = (now.epochMilliseconds - sought.writtenAt.epochMilliseconds) / 1000;
  if (ageSeconds < listedAfterSeconds)
    return { found: 'unclear', reason: 'The list of Twilio may not have the message yet.' };
  return { found: 'no' };
}

/** What was sent to the recipient, the newest first, back to the time of the message. What still waits has no date of
 *  sending, so the list is not narrowed by that. Throws Fault `upstream_failed`. */
async function listSent(
  provider: TwilioName,
  calls: ProviderCalls,
  access: AccountAccess,
  sought: SoughtMessage,
): Promise<{ messages: Fields[]; isWhole: boolean }> {
  const earliestMs = sought.writtenAt.epochMilliseconds - earlierSeconds * 1000;
  const messages: Fields[] = [];
  let query: Record<string, string> = { To: addressOf(provider, sought.recipient.value), PageSize: String(pageSize) };
  for (let page = 0; page < mostPages; page++) {
    const answer = await callTwilio(calls, access, { path: '/Messages.json', query });
    if (!answer.ok) throw new Fault('upstream_failed', { detail: `The messages cannot be listed. ${answer.words}` });
    const { messages: listed } = answer.fields;
    if (!Array.isArray(listed)) throw new Fault('upstream_failed', { detail: 'Twilio answered without a list.' });
    messages.push(...listed.filter(isFields));
    const next = nextOf(answer.fields);
    if (next === undefined) return { messages, isWhole: true };
    const oldestMs = createdMs(messages.at(-1));
    if (isSorted(messages) && oldestMs !== undefined && oldestMs < earliestMs) return { messages, isWhole: true };
    query = next;
  }
  return { messages, isWhole: false };
}

/** The query of the next page: the address as such may lead anywhere. */
function nextOf(fields: Fields): Record<string, string> | undefined {
  const uri = textOf(fields['next_page_uri'], 2000);
  const query = uri === undefined ? undefined : URL.parse(uri, 'https://api.twilio.com')?.searchParams;
  return query && query.size > 0 ? Object.fromEntries(query) : undefined;
}

function isSorted(messages: Fields[]): boolean {
  return messages.every((message, index) => {
    if (index === 0) return true;
    const [own, before] = [createdMs(message), createdMs(messages[index - 1])];
    return own !== undefined && before !== undefined && own <= before;
  });
}

function isNear(message: Fields, senderExternalId: string, writtenAt: Temporal.Instant): boolean {
  const direction = textOf(message['direction'], 40);
  if (direction !== undefined && direction !== 'outbound-api') return false;
  const sender = isService(senderExternalId) ? message['messaging_service_sid'] : message['from'];
  if (typeof sender === 'string' && bareAddress(sender) !== senderExternalId) return false;
  const created = createdMs(message);
  if (created === undefined) return true;
  const afterSeconds = (created - writtenAt.epochMilliseconds) / 1000;
  return afterSeconds >= -earlierSeconds && afterSeconds <= laterSeconds;
}

function isEqual(message: Fields, content: MessageContent): boolean {
  // The words of a template are Twilio's, and not known here.
  if (content.type === 'template') return false;
  const parameters = new Map(said(content));
  const files = Number(message['num_media'] ?? 0);
  return (message['body'] ?? '') === (parameters.get('Body') ?? '') && files === (parameters.has('MediaUrl') ? 1 : 0);
}

function found(provider: TwilioName, message: Fields): SentSearch {
  const providerMessageId = textOf(message['sid'], 100);
  if (providerMessageId === undefined) return { found: 'unclear', reason: 'Twilio lists the message without its SID.' };
  const word = textOf(message['status'], 40) ?? '';
  const status = word === 'sent' || word === 'delivered' || word === 'read' ? word : 'accepted';
  if (!['failed', 'undelivered', 'canceled'].includes(word)) return { found: 'sent', providerMessageId, status };
  const code = readCode(message['error_code']) ?? word;
  const row = reactionTo(provider, code);
  const title = textOf(message['error_message'], 5000) ?? row.title;
  return { found: 'sent', providerMessageId, status: 'failed', error: { code, title: shorten(title) }, row };
}

/** RFC 2822 as Twilio writes it, or ISO. */
function createdMs(message: Fields | undefined): number | undefined {
  const written = textOf(message?.['date_created'], 100);
  const ms = written === undefined ? Number.NaN : Date.parse(written);
  return Number.isNaN(ms) ? undefined : ms;
}
