import type { ErrorEntry, ProviderError } from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { providerName } from '#channels/providers/ultramsg/provider-name.ts';

type Extras = Partial<Omit<ErrorEntry, 'provider' | 'code' | 'title' | 'reaction' | 'advice' | 'tell'>>;

/** UltraMsg has no codes, only words. The names are ours; `words` finds them, whatever their case. */
interface WordedRow {
  row: ErrorEntry;
  words: RegExp | null;
}

const nobodySends = 'Nothing can be sent from this number until somebody who looks after it acts. Your message waits.';

const rows: readonly WordedRow[] = [
  row('wrong_token', /wrong token|provide token/, 'pause_connection', 'The token does not belong to the instance', {
    advice: 'Copy the token from the page of the instance at UltraMsg, store it on the connection and resume it.',
    tell: nobodySends,
  }),
  row(
    'instance_not_found',
    /instance not found|not found or pending/,
    'pause_connection',
    'There is no such instance',
    {
      advice: 'Check the id of the instance. A new one needs some minutes until it can be called.',
      tell: nobodySends,
    },
    { httpStatus: 404 },
  ),
  row('not_paid', /non-?payment|extend(?:ing)? your subscription/, 'pause_connection', 'The instance is not paid for', {
    advice: 'Extend the subscription at UltraMsg, which notices it within five minutes. Then resume the connection.',
    tell: nobodySends,
  }),
  row(
    'not_connected',
    /not connected|not authenticated|not authorized/,
    'retry_sender',
    'The phone is not linked',
    {
      advice: 'Look at the status of the instance. When it shows a QR code, scan it with the phone.',
      tell: 'The phone behind this number is not connected. Your message waits and goes out by itself.',
    },
    { delaySeconds: 60, remedy: 'wait' },
  ),
  row('required', /is required/, 'fail', 'A field is missing', {
    advice: 'The details name the field. Carillon sends every field that is documented, so please report this.',
    tell: 'The message has a part missing. Correct it and send it again.',
  }),
  row('extension', /extension/, 'fail', 'Files of this type are not taken', {
    advice: 'Use jpg, png, gif, webp or bmp for images, mp3, aac or ogg for sound, ogg with Opus for voice notes.',
    tell: 'WhatsApp does not take files of this type. Send it as a document or as another type.',
  }),
  row('too_large', /too (?:large|big)|exceed|size/, 'fail', 'The file is too large', {
    advice: 'Images, sound and videos have up to 16 MB, documents up to 30 MB.',
    tell: 'The file is too large. Send a smaller one.',
  }),
  row('media_not_found', /media not found/, 'fail', 'The file could not be fetched', {
    advice: 'Open the link without being signed in: UltraMsg fetches it from the public internet.',
    tell: 'The file could not be fetched from its address. Check the link.',
  }),
  row(
    'invalid_number',
    /invalid number|number is invalid|not (?:a )?(?:valid )?whatsapp/,
    'fail',
    'The number is not on WhatsApp',
    {
      advice: 'Check the number. "contacts/check" tells which numbers are on WhatsApp.',
      tell: 'This number is not on WhatsApp.',
    },
    { remedy: 'none', reroute: 'channel' },
  ),
  row('http_429', null, 'retry_sender', 'Too many calls', limited(), { httpStatus: 429, delaySeconds: 30 }),
  row(
    'http_redirect',
    null,
    'pause_connection',
    'The address redirects',
    {
      advice: 'Set the base URL of the connection to the address itself, usually https://api.ultramsg.com.',
      tell: nobodySends,
    },
    { httpStatus: null },
  ),
  row('unlisted', null, 'fail', 'UltraMsg refused the message', {
    advice: 'The details have what UltraMsg said. It was not queued.',
    tell: 'The message was refused. The details say why.',
  }),
  row('unsent', null, 'fail', 'UltraMsg could not send the message', later('Mostly its content is the reason.'), {
    shows: 'webhook',
    httpStatus: null,
  }),
  row(
    'invalid',
    null,
    'fail',
    'The number is wrong or not on WhatsApp',
    {
      advice: 'UltraMsg found this out when it sent the message. Check the number.',
      tell: 'This number is not on WhatsApp.',
    },
    { shows: 'webhook', httpStatus: null, remedy: 'none', reroute: 'channel' },
  ),
  row(
    'expired',
    null,
    'fail',
    'The message waited for more than a day at UltraMsg',
    later('The phone was not connected for 24 hours.'),
    { shows: 'webhook', httpStatus: null, remedy: 'account' },
  ),
];

/** Every row: what the docs show and what the code decides by. */
export const errorTable: readonly ErrorEntry[] = rows.map(({ row: entry }) => entry);

type NamedCode = 'http_429' | 'http_redirect' | 'instance_not_found' | 'unsent' | 'invalid' | 'expired';

/** The row with a name of our own. */
export function rowOf(code: NamedCode | 'unlisted'): ErrorEntry {
  const found = errorTable.find((entry) => entry.code === code);
  if (!found) throw new Error(`The error table has no row ${code}.`);
  return found;
}

/** What UltraMsg's words of a refusal mean. */
export function reactionTo(words: string): ErrorEntry {
  const said = words.toLowerCase();
  return rows.find((one) => one.words?.test(said))?.row ?? rowOf('unlisted');
}

/** The error of an answer, or undefined when it tells none. `error` may be a text, a list of objects with one key each, or an
 *  object; a refusal for the matter itself is `sent: "false"` with a message. */
export function readError(answer: Fields): { error: ProviderError; row: ErrorEntry } | undefined {
  const told = answer['error'];
  const isRefused = String(answer['sent']).toLowerCase() === 'false';
  if ((told === undefined || told === null) && !isRefused) return undefined;
  const words = wordsOf(told) || wordsOf(answer['message']);
  // Something that stands under "error" and says nothing is no clear refusal.
  if (words === '' && !isRefused) return undefined;
  const row = reactionTo(words);
  return { row, error: { code: row.code, title: row.title, ...(words === '' ? undefined : { details: words }) } };
}

const maxWords = 1000;

function wordsOf(value: unknown): string {
  const words =
    typeof value === 'string'
      ? value
      : Array.isArray(value)
        ? value.map(wordsOf).filter(Boolean).join(', ')
        : isFields(value)
          ? Object.entries(value)
              .map(([name, said]) => `${name} ${wordsOf(said)}`.trim())
              .join(', ')
          : '';
  return words.replaceAll('\0', '').trim().slice(0, maxWords).toWellFormed();
}

function limited(): Pick<ErrorEntry, 'advice' | 'tell'> {
  return { advice: 'This number slows down.', tell: 'Your message waits its turn and goes out by itself.' };
}

function later(why: string): Pick<ErrorEntry, 'advice' | 'tell'> {
  return {
    advice: `${why} UltraMsg tells this in its list of messages only.`,
    tell: 'The message was taken and could not be delivered. Send it again when the reason is gone.',
  };
}

function row(
  code: string,
  words: RegExp | null,
  reaction: ErrorEntry['reaction'],
  title: string,
  texts: Pick<ErrorEntry, 'advice' | 'tell'>,
  extras: Extras = {},
): WordedRow {
  return {
    words,
    row: {
      provider: providerName,
      code,
      title,
      reaction,
      ...texts,
      shows: 'answer',
      httpStatus: 200,
      remedy: usualRemedy(reaction),
      reroute: null,
      pages: reaction === 'pause_connection',
      since: '2026-11-22',
      ...extras,
    },
  };
}

function usualRemedy(reaction: ErrorEntry['reaction']): ErrorEntry['remedy'] {
  if (reaction === 'pause_sender' || reaction === 'pause_connection') return 'account';
  return reaction === 'fail' ? 'content' : 'wait';
}
