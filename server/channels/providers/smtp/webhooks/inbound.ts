import type { DecodedEvent } from '#channels/events.ts';
import { cleanHtml, textOfHtml } from '#channels/providers/smtp/content/html.ts';
import { callbackDataOfId } from '#channels/providers/smtp/sending/bounce-address.ts';
import { addressesIn, senderOf } from './addresses.ts';
import { contentKey, dateOf, hashOf } from './events.ts';
import { headerOf, type MailPart, partsOf, textOf } from './mail-part.ts';

const longest = { text: 200_000, html: 400_000 };

/** Reads a mail that a person wrote; null when it does not say who. */
export function readInbound(mail: MailPart, arrived: readonly string[], raw: Uint8Array): DecodedEvent | null {
  const [from] = addressesIn(mail, ['from']);
  const [at] = arrived;
  if (!from || at === undefined) return null;
  const senderExternalId = senderOf(at);
  const messageId = headerOf(mail, 'message-id') ?? '';
  const providerMessageId = /^<[^<>\s]{1,250}>$/.test(messageId) ? messageId : `<${hashOf(raw)}@no-id>`;
  const subject = (headerOf(mail, 'subject') ?? '').replaceAll(/\s+/g, ' ').slice(0, 500);
  const { text, html, attachments } = contentOf(mail);
  const isAutomatic = isWrittenByMachine(mail);
  const replyToProviderId = answered(mail);
  const words = newWords(text);
  return {
    kind: 'message',
    contentKey: contentKey('message', senderExternalId, providerMessageId),
    senderExternalId,
    providerMessageId,
    from: { email: from.address, ...(from.name === undefined ? undefined : { profileName: from.name }) },
    at: dateOf(headerOf(mail, 'date')),
    content: {
      type: 'email',
      email: {
        subject,
        text,
        ...(html === undefined ? undefined : { html }),
        ...(attachments.length === 0 ? undefined : { attachments }),
        ...(isAutomatic ? { automatic: true } : undefined),
      },
    },
    supported: true,
    // An absence note may quote a stop word, and says nothing that its writer decided.
    ...(isAutomatic ? undefined : { text: words === '' ? subject : words }),
    ...(replyToProviderId === undefined ? undefined : { replyToProviderId }),
    opensWindow: false,
  };
}

interface Attachment {
  filename: string;
  mime_type: string;
  size_bytes: number;
}

function contentOf(mail: MailPart): { text: string; html?: string; attachments: Attachment[] } {
  let plain: string | undefined;
  let markup: string | undefined;
  const attachments: Attachment[] = [];
  for (const part of partsOf(mail)) {
    if (part.type.startsWith('multipart/') && part.parts.length > 0) continue;
    const isBody = !part.isAttachment && (part.type === 'text/plain' || part.type === 'text/html');
    if (isBody && part.type === 'text/plain' && plain === undefined) plain = textOf(part).slice(0, longest.text);
    else if (isBody && part.type === 'text/html' && markup === undefined) markup = textOf(part).slice(0, longest.html);
    else {
      const filename = part.filename ?? (part.type === 'message/rfc822' ? 'message.eml' : 'file');
      attachments.push({ filename, mime_type: part.type.slice(0, 100), size_bytes: part.content.length });
    }
  }
  const html = markup === undefined ? undefined : cleanHtml(markup);
  const text = plain ?? (html === undefined ? '' : textOfHtml(html));
  return { text: text.trim(), ...(html === undefined ? undefined : { html }), attachments: attachments.slice(0, 50) };
}

/** RFC 3834, and what came before it. */
function isWrittenByMachine(mail: MailPart): boolean {
  const submitted = headerOf(mail, 'auto-submitted')?.toLowerCase() ?? 'no';
  const precedence = headerOf(mail, 'precedence')?.toLowerCase() ?? '';
  return (
    !submitted.startsWith('no') ||
    ['bulk', 'junk', 'list', 'auto_reply'].includes(precedence) ||
    mail.headers.has('x-autoreply') ||
    mail.headers.has('x-autorespond')
  );
}

/** The message of ours that this one answers, by the ids that it names. */
function answered(mail: MailPart): string | undefined {
  const named = [...(mail.headers.get('in-reply-to') ?? []), ...(mail.headers.get('references') ?? [])].join(' ');
  const ids = named.slice(0, 20_000).match(/<[^<>\s]{1,250}>/g) ?? [];
  return ids.findLast((id) => callbackDataOfId(id) !== undefined) ?? ids[0];
}

/** What the person wrote now, without what they quoted: a stop word counts, and not one in our own message below it. */
export function newWords(text: string): string {
  const lines = text.split('\n');
  const quoteAt = lines.findIndex(
    (line, index) =>
      /^\s*>/.test(line) ||
      /^-{2,}\s*(?:Original|Forwarded|Ursprüngliche)/i.test(line) ||
      /^--\s?$/.test(line) ||
      // "On Friday, Carillon wrote:", in any language: a line that ends with a colon before a quotation.
      (/:\s*$/.test(line) &&
        lines
          .slice(index + 1)
          .find((next) => next.trim() !== '')
          ?.startsWith('>') === true),
  );
  return (quoteAt === -1 ? lines : lines.slice(0, quoteAt)).join('\n').trim();
}
