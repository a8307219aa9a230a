import type { ContentProblem, ContentVerdict, MessageContent, Recipient } from '#channels/provider.ts';
import { readEmailAddress } from '#platform/email-address.ts';
import { problemsOfHtml } from './html.ts';

export const contentTypes = ['email', 'text'] as const;

const longest = { subject: 250, preheader: 250, text: 200_000, html: 400_000, header: 500 };
const mostHeaders = 20;
const fieldNames = ['subject', 'text', 'html', 'preheader', 'reply_to', 'headers'];

/** Checks a content against what mail can carry. Pure; never throws. */
export function checkContent(content: MessageContent, recipient: Recipient | null): ContentVerdict {
  const problems = problemsOf(content);
  if (recipient && recipient.kind !== 'email')
    problems.push(invalid('', 'Mail goes to an e-mail address: give it in "to_email".'));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, needsWindow: false, needsPhone: false, audience: 'both' };
}

function problemsOf(content: MessageContent): ContentProblem[] {
  const { type } = content ?? {};
  const body: unknown = (content as Record<string, unknown> | null)?.[type];
  if (type !== 'email' && type !== 'text') {
    const message = `E-mail carries content of the types ${contentTypes.join(' and ')} only.`;
    return [{ pointer: '/type', message, code: 'unsupported' }];
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return [invalid(`/${type}`, 'It must be an object.')];
  return type === 'email'
    ? problemsOfEmail(body as Record<string, unknown>)
    : problemsOfText((body as Record<string, unknown>)['body'], '/text/body');
}

function problemsOfEmail(email: Record<string, unknown>): ContentProblem[] {
  const { subject, text, html, preheader, reply_to: replyTo, headers } = email;
  const problems = Object.keys(email)
    .filter((name) => !fieldNames.includes(name))
    .map((name) => invalid(`/email/${name.slice(0, 50).replaceAll(/[~/]/g, '')}`, 'There is no such field.'));
  problems.push(...problemsOfLine(subject, '/email/subject', longest.subject));
  if (text === undefined && html === undefined)
    problems.push(invalid('/email/text', 'A message needs a text, HTML, or both.'));
  if (text !== undefined) problems.push(...problemsOfText(text, '/email/text'));
  if (html !== undefined) problems.push(...problemsOfMarkup(html));
  if (preheader !== undefined) problems.push(...problemsOfLine(preheader, '/email/preheader', longest.preheader));
  if (replyTo !== undefined) {
    const verdict = typeof replyTo === 'string' ? readEmailAddress(replyTo) : null;
    if (!verdict?.ok) problems.push(invalid('/email/reply_to', verdict?.message ?? 'It must be an e-mail address.'));
  }
  if (headers !== undefined) problems.push(...problemsOfHeaders(headers));
  return problems;
}

function problemsOfLine(value: unknown, pointer: string, most: number): ContentProblem[] {
  if (typeof value !== 'string' || value.trim() === '')
    return [invalid(pointer, 'It must be a text that is not empty.')];
  if (value.length > most)
    return [invalid(pointer, `It has ${most} characters at most; this one has ${value.length}.`)];
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) return [invalid(pointer, 'It must be one line without control characters.')];
  return value.isWellFormed() ? [] : [invalid(pointer, 'It has half of a character.')];
}

function problemsOfText(value: unknown, pointer: string): ContentProblem[] {
  if (typeof value !== 'string' || value.trim() === '')
    return [invalid(pointer, 'It must be a text that is not empty.')];
  if (value.length > longest.text)
    return [invalid(pointer, `It has ${longest.text} characters at most; this one has ${value.length}.`)];
  if (value.includes('\0') || !value.isWellFormed())
    return [invalid(pointer, 'It has something that is no character.')];
  return [];
}

function problemsOfMarkup(value: unknown): ContentProblem[] {
  const pointer = '/email/html';
  if (typeof value !== 'string' || value.trim() === '')
    return [invalid(pointer, 'It must be a text that is not empty.')];
  if (value.length > longest.html)
    return [invalid(pointer, `It has ${longest.html} characters at most; this one has ${value.length}.`)];
  if (value.includes('\0') || !value.isWellFormed())
    return [invalid(pointer, 'It has something that is no character.')];
  return problemsOfHtml(value).map((message) => invalid(pointer, message));
}

// A header may carry what nobody else of the mail's way reads. All others are ours: they say who sends to whom.
function problemsOfHeaders(value: unknown): ContentProblem[] {
  const pointer = '/email/headers';
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [invalid(pointer, 'It must be an object of names and texts.')];
  const entries = Object.entries(value);
  if (entries.length > mostHeaders) return [invalid(pointer, `There are ${mostHeaders} headers at most.`)];
  return entries.flatMap(([name, text]) => {
    const at = `${pointer}/${name.replaceAll(/[^\w-]/g, '').slice(0, 64)}`;
    if (!/^x-[a-z0-9-]{1,60}$/i.test(name) || /^x-carillon/i.test(name))
      return [invalid(at, 'Only headers whose names begin with X- can be set, and none that begins with X-Carillon.')];
    if (typeof text !== 'string' || text.length > longest.header || !/^[\x20-\x7e]*$/.test(text))
      return [invalid(at, `A header has printable ASCII characters, ${longest.header} at most.`)];
    return [];
  });
}

function invalid(pointer: string, message: string): ContentProblem {
  return { pointer, message, code: 'invalid' };
}
