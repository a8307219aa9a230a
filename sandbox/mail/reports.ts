import { randomUUID } from 'node:crypto';
import type { Mail } from './mailbox.ts';

/** What a server far away may say of a mail that it does not take. */
export interface BounceReason {
  /** Enhanced status code, e.g. 5.1.1. */
  status: string;
  text: string;
  action: 'failed' | 'delayed' | 'delivered';
}

/** A report of delivery (RFC 3464) about a mail, to the sender of its envelope. */
export function deliveryReport(mail: Mail, reason: BounceReason, atMs: number): string {
  const { status, text, action } = reason;
  const code = status.startsWith('5') ? '550' : status.startsWith('4') ? '451' : '250';
  const date = mailDate(atMs);
  return report(mail, atMs, {
    type: 'delivery-status',
    subject: action === 'failed' ? 'Undelivered Mail Returned to Sender' : 'Delivery Status Notification',
    words: `This is the mail system of the sandbox.\r\n\r\n<${mail.to}>: ${text}`,
    fields: [
      'Reporting-MTA: dns; mx.sandbox.example',
      `Arrival-Date: ${mailDate(mail.at)}`,
      '',
      `Final-Recipient: rfc822; ${mail.to}`,
      `Action: ${action}`,
      `Status: ${status}`,
      `Diagnostic-Code: smtp; ${code} ${status} ${text}`,
      `Last-Attempt-Date: ${date}`,
    ],
    to: mail.from,
  });
}

/** A complaint (ARF, RFC 5965): the person called the mail spam. */
export function complaint(mail: Mail, atMs: number): string {
  return report(mail, atMs, {
    type: 'feedback-report',
    subject: 'Complaint about a message',
    words: 'This is a complaint about a message of yours.',
    fields: [
      'Feedback-Type: abuse',
      'User-Agent: Carillon-Sandbox/1',
      'Version: 1',
      `Original-Mail-From: <${mail.from}>`,
      `Original-Rcpt-To: <${mail.to}>`,
      `Arrival-Date: ${mailDate(mail.at)}`,
    ],
    to: mail.from,
  });
}

/** What the person answers to a mail. */
export function answerTo(mail: Mail, text: string, atMs: number): string {
  const header = (name: string) => headerOf(mail.raw, name);
  const to = header('reply-to') ?? header('from') ?? mail.from;
  const id = header('message-id');
  const subject = header('subject') ?? '';
  return lines(
    `Return-Path: <${mail.to}>`,
    `From: <${mail.to}>`,
    `To: ${to}`,
    `Subject: ${/^re:/i.test(subject) ? subject : `Re: ${subject}`}`,
    `Message-ID: <${randomUUID()}@sandbox.example>`,
    ...(id === undefined ? [] : [`In-Reply-To: ${id}`, `References: ${id}`]),
    `Date: ${mailDate(atMs)}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(text).toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
    '',
  );
}

interface Parts {
  type: 'delivery-status' | 'feedback-report';
  subject: string;
  words: string;
  fields: string[];
  to: string;
}

function report(mail: Mail, atMs: number, { type, subject, words, fields, to }: Parts): string {
  const boundary = randomUUID();
  return lines(
    'Return-Path: <>',
    'From: MAILER-DAEMON@mx.sandbox.example (Mail Delivery System)',
    `To: ${to}`,
    `Subject: ${subject}`,
    'Auto-Submitted: auto-replied',
    `Message-ID: <${randomUUID()}@mx.sandbox.example>`,
    `Date: ${mailDate(atMs)}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${type}; boundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    words,
    '',
    `--${boundary}`,
    `Content-Type: message/${type}`,
    '',
    ...fields,
    '',
    `--${boundary}`,
    'Content-Type: text/rfc822-headers',
    '',
    mail.raw.slice(0, endOfHeaders(mail.raw)),
    '',
    `--${boundary}--`,
    '',
  );
}

/** A header of a raw mail, unfolded and still encoded. */
export function headerOf(raw: string, name: string): string | undefined {
  const head = raw.slice(0, endOfHeaders(raw)).replaceAll(/\r?\n[ \t]+/g, ' ');
  const line = head.split(/\r?\n/).find((each) => each.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

function endOfHeaders(raw: string): number {
  return /\r?\n\r?\n/.exec(raw)?.index ?? raw.length;
}

function mailDate(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000');
}

function lines(...all: string[]): string {
  return all.join('\r\n');
}
