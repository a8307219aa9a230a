import type { DecodedEvent } from '#channels/events.ts';
import type { ProviderError } from '#channels/provider.ts';
import { reactionTo, readReply } from '#channels/providers/smtp/errors/errors.ts';
import { callbackDataOf, callbackDataOfId, messageIdOf } from '#channels/providers/smtp/sending/bounce-address.ts';
import { addressesIn, senderOf } from './addresses.ts';
import { contentKey, dateOf } from './events.ts';
import { headerOf, type MailPart, partsOf, readHeaders, textOf } from './mail-part.ts';

type Status = Extract<DecodedEvent, { kind: 'status' }>['status'];

/** The mail of ours that a report is about. */
interface Original {
  callbackData?: string;
  messageId: string;
  /** `*` when the report does not say who sent it: then it is any sender of the connection. */
  senderExternalId: string;
  to: string[];
}

const statuses: Partial<Record<string, Status>> = {
  failed: 'failed',
  delivered: 'delivered',
  relayed: 'sent',
  expanded: 'sent',
};

/** Reads a report of delivery (RFC 3464); null when the mail is none, or about none of ours. */
export function readDeliveryReport(mail: MailPart, arrived: readonly string[]): DecodedEvent[] | null {
  const report = [...partsOf(mail)].find(
    ({ type }) => type === 'message/delivery-status' || type === 'message/global-delivery-status',
  );
  if (!report) return null;
  const original = originalOf(mail, arrived);
  if (!original) return null;
  const groups = textOf(report)
    .split(/\n[ \t]*\n/)
    .slice(0, 50)
    .map(readHeaders);
  const [ofMail] = groups;
  return groups
    .filter((group) => group.has('action') || group.has('status'))
    .map((group) => statusOf(group, original, ofMail?.get('arrival-date')?.[0] ?? headerOf(mail, 'date')));
}

function statusOf(group: ReadonlyMap<string, string[]>, original: Original, date: string | undefined): DecodedEvent {
  const { callbackData, messageId: providerMessageId, senderExternalId } = original;
  const first = (name: string) => group.get(name)?.[0]?.slice(0, 1_000);
  const action =
    first('action')
      ?.toLowerCase()
      .replace(/[^a-z-].*$/, '') ?? '';
  const code = /^[245]\.\d{1,3}\.\d{1,3}/.exec(first('status') ?? '')?.[0];
  const status = statuses[action] ?? (action === '' && code?.startsWith('5') ? 'failed' : 'other');
  const error = status === 'failed' ? errorOf(code, first('diagnostic-code')) : undefined;
  const recipient = addressOf(first('final-recipient') ?? first('original-recipient'));
  return {
    kind: 'status',
    contentKey: contentKey('status', providerMessageId, action, code ?? '', recipient ?? ''),
    senderExternalId,
    providerMessageId,
    status,
    providerStatus: action === '' ? 'report' : action,
    at: dateOf(first('last-attempt-date') ?? date),
    ...(callbackData === undefined ? undefined : { callbackData }),
    recipient: recipient === undefined ? {} : { email: recipient },
    ...(error ? { error, row: reactionTo(error) } : undefined),
  };
}

// The status of the report is often coarser ("5.0.0") than what the server said ("550 5.1.1 …").
function errorOf(code: string | undefined, diagnostic: string | undefined): ProviderError {
  const said = readReply((diagnostic ?? '').replace(/^[\w.-]+\s*;\s*/, ''));
  const isFiner = /^[245]\.(?!0\.0)/.test(said.code);
  const error = code === undefined || (code.endsWith('.0.0') && isFiner) ? said : { ...said, code };
  const known = error.code === 'none' ? { ...error, code: '5.0.0' } : error;
  return { ...known, title: reactionTo(known).title };
}

/** Reads a complaint (RFC 5965): the person called the mail spam, and wants nothing more. Null when the mail is none. */
export function readComplaint(mail: MailPart, arrived: readonly string[]): DecodedEvent[] | null {
  const report = [...partsOf(mail)].find(({ type }) => type === 'message/feedback-report');
  if (!report) return null;
  const fields = readHeaders(textOf(report));
  const type = fields.get('feedback-type')?.[0]?.toLowerCase().slice(0, 100) ?? '';
  const original = originalOf(mail, arrived);
  if (!original) return null;
  const named = (fields.get('original-rcpt-to') ?? []).flatMap((text) => addressOf(text) ?? []);
  const [person] = named.length > 0 ? named : original.to;
  const at = dateOf(fields.get('arrival-date')?.[0] ?? headerOf(mail, 'date'));
  const { callbackData, messageId: providerMessageId, senderExternalId } = original;
  const told: DecodedEvent = {
    kind: 'status',
    contentKey: contentKey('complaint', providerMessageId, type),
    senderExternalId,
    providerMessageId,
    status: 'other',
    providerStatus: `complaint_${type.replaceAll(/[^a-z-]/g, '') || 'other'}`,
    at,
    ...(callbackData === undefined ? undefined : { callbackData }),
    recipient: person === undefined ? {} : { email: person },
  };
  if (person === undefined || type === 'not-spam') return [told];
  const stop: DecodedEvent = {
    kind: 'preference',
    contentKey: contentKey('preference', providerMessageId, type, person),
    senderExternalId,
    person: { email: person },
    at,
    marketing: 'stop',
    everything: true,
    reason: 'The person reported a message as spam.',
  };
  return [told, stop];
}

/** Finds which mail of ours it is: by where the report arrived, or by the headers that it gives back. */
function originalOf(mail: MailPart, arrived: readonly string[]): Original | undefined {
  const returned = returnedHeaders(mail);
  const to = returned ? addressesIn({ headers: returned }, ['to']).map(({ address }) => address) : [];
  const [from] = returned ? addressesIn({ headers: returned }, ['from']) : [];
  const senderExternalId = from ? senderOf(from.address) : '*';
  for (const address of arrived) {
    const callbackData = callbackDataOf(address);
    if (callbackData?.startsWith('a1:'))
      return { callbackData, messageId: messageIdOf(callbackData, address.toLowerCase()), senderExternalId, to };
  }
  const messageId = returned?.get('message-id')?.[0]?.trim();
  if (messageId === undefined || !/^<[^<>\s]{1,250}>$/.test(messageId)) return undefined;
  const callbackData = callbackDataOfId(messageId);
  return { ...(callbackData === undefined ? undefined : { callbackData }), messageId, senderExternalId, to };
}

function returnedHeaders(mail: MailPart): ReadonlyMap<string, string[]> | undefined {
  for (const part of partsOf(mail)) {
    if (part === mail) continue;
    if (part.type === 'message/rfc822') return part.parts[0]?.headers ?? readHeaders(textOf(part));
    if (part.type === 'text/rfc822-headers') return readHeaders(textOf(part));
  }
  return undefined;
}

function addressOf(field: string | undefined): string | undefined {
  if (field === undefined) return undefined;
  const text = field.replace(/^[\w-]+\s*;\s*/, '');
  return addressesIn({ headers: new Map([['to', [text]]]) }, ['to'])[0]?.address;
}
