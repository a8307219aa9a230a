import { type ParsedMail, simpleParser } from 'mailparser';
import { request } from 'undici';
import { isoInstant } from '#storage/clock.ts';
import { headerOf } from './reports.ts';
import type { Mail } from './mailbox.ts';

/** A mail as a reader of mail shows it. */
export interface MailView {
  id: string;
  at: string;
  /** Of the envelope. */
  from: string;
  to: string;
  subject: string;
  /** As the reader shows the sender. */
  sender: string;
  text: string;
  html: string | null;
  headers: Record<string, string>;
  /** Where one click ends it (RFC 8058); null when the mail offers none. */
  one_click_url: string | null;
  notes: string[];
}

/** What the list has of a mail. */
export async function summaryOf(mail: Mail) {
  const { id, at, from, to, notes } = mail;
  const parsed = await simpleParser(Buffer.from(mail.raw.slice(0, 20_000), 'latin1'), { skipTextLinks: true });
  return { id, at: isoInstant(at), from, to, subject: parsed.subject ?? '', notes };
}

export async function viewOf(mail: Mail): Promise<MailView> {
  const parsed: ParsedMail = await simpleParser(Buffer.from(mail.raw, 'latin1'), { skipTextLinks: true });
  const { id, at, from, to, notes } = mail;
  return {
    id,
    at: isoInstant(at),
    from,
    to,
    subject: parsed.subject ?? '',
    sender: parsed.from?.text ?? from,
    text: parsed.text ?? '',
    html: parsed.html === false ? null : (parsed.html ?? null),
    headers: Object.fromEntries(
      parsed.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()]),
    ),
    one_click_url: oneClickUrl(mail.raw),
    notes,
  };
}

/** The address to post to; only a mail that says so may be ended by one click. */
export function oneClickUrl(raw: string): string | null {
  if (headerOf(raw, 'list-unsubscribe-post')?.toLowerCase() !== 'list-unsubscribe=one-click') return null;
  return /<(https?:[^>\s]+)>/.exec(headerOf(raw, 'list-unsubscribe') ?? '')?.[1] ?? null;
}

/** What a mail program does when its button is clicked. Gives the status that it was answered. */
export async function unsubscribeByOneClick(mail: Mail): Promise<number | null> {
  const url = oneClickUrl(mail.raw);
  if (url === null) return null;
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
    headersTimeout: 10_000,
    bodyTimeout: 10_000,
  });
  await answer.body.dump({ limit: 65_536 });
  return answer.statusCode;
}
