import type { MessageContent } from '#channels/provider.ts';
import { cleanHtml, escapeHtml, htmlOfText, textOfHtml } from './html.ts';

/** A message as mail shows it: as text and as HTML, both from one content. */
export interface MailBody {
  subject: string;
  text: string;
  html: string;
  replyTo?: string;
  headers: Record<string, string>;
}

/** Stands in a text or a link for the address at which the person takes back their consent. */
const unsubscribePlace = /\{\{\s*unsubscribe_url\s*\}\}/g;

/** Makes the bodies of a content that was checked. `usualSubject` is for a plain text, which has none. Pure. */
export function bodyOf(content: MessageContent, usualSubject: string, unsubscribeUrl: string | null): MailBody {
  const email =
    content.type === 'email'
      ? (content['email'] as EmailContent)
      : { subject: usualSubject, text: (content['text'] as { body: string }).body };
  const put = (text: string) => text.replaceAll(unsubscribePlace, () => unsubscribeUrl ?? '');
  const html = email.html === undefined ? htmlOfText(put(email.text ?? '')) : cleanHtml(put(email.html));
  return {
    subject: email.subject,
    // Pictures alone have no words; a mail without a text part counts as spam.
    text: email.text === undefined ? textOfHtml(html) || email.preheader || email.subject : put(email.text),
    html: framed(html, email.preheader),
    ...(email.reply_to === undefined ? undefined : { replyTo: email.reply_to }),
    headers: email.headers ?? {},
  };
}

interface EmailContent {
  subject: string;
  text?: string;
  html?: string;
  preheader?: string;
  reply_to?: string;
  headers?: Record<string, string>;
}

function framed(html: string, preheader: string | undefined): string {
  // Lists of messages show the first words; they are meant for the list, not for the message.
  const hidden =
    preheader === undefined
      ? ''
      : `<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preheader)}</div>`;
  return `<!doctype html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head><body>${hidden}${html}</body></html>`;
}
