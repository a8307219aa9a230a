import { createRequire } from 'node:module';
import type libmime from 'libmime';
import { decode as decodeQuotedPrintable } from 'libqp';
import { late } from '#platform/late.ts';

// It brings tables of all character sets, which a server without mail does without.
const require = createRequire(import.meta.url);
const headers = late(() => require('libmime') as typeof libmime);

/** One part of a mail, and the parts within it. */
export interface MailPart {
  /** Lower-case names; values unfolded, encoded words as they came. */
  headers: ReadonlyMap<string, string[]>;
  /** Lower case, `text/plain` when the part does not say. */
  type: string;
  parameters: Readonly<Record<string, string>>;
  isAttachment: boolean;
  filename?: string;
  /** Without its transfer encoding; empty for what has parts. */
  content: Buffer;
  parts: readonly MailPart[];
}

const deepest = 10;
const mostParts = 300;
const longestHead = 256 * 1024;

/**
 * Reads a mail as it came (RFC 5322, MIME), in one go: webhooks are decoded where nothing may wait. What is broken is read
 * as far as it goes; nothing throws. Messages within messages are read as parts.
 */
export function readMail(raw: Uint8Array): MailPart {
  // One character for each byte, so that no place in the text differs from that in the bytes.
  return readPart(Buffer.from(raw).toString('latin1'), 0, { left: mostParts });
}

/** The first header of that name, its encoded words decoded; undefined when there is none. */
export function headerOf(part: Pick<MailPart, 'headers'>, name: string): string | undefined {
  const [value] = part.headers.get(name) ?? [];
  return value === undefined ? undefined : tidy(decodeWords(value)).trim();
}

/** The content as text, whatever its charset. */
export function textOf(part: MailPart): string {
  const charset = part.parameters['charset'] ?? 'utf-8';
  return tidy(decoderOf(charset).decode(part.content)).replaceAll('\r\n', '\n');
}

/** The part and all within it, outermost first; of messages within only themselves. */
export function* partsOf(part: MailPart): Generator<MailPart> {
  yield part;
  if (part.type !== 'message/rfc822') for (const child of part.parts) yield* partsOf(child);
}

/** The headers in a text, as `text/rfc822-headers` has them. */
export function readHeaders(text: string): ReadonlyMap<string, string[]> {
  const headers = new Map<string, string[]>();
  let last: string[] | undefined;
  for (const line of text.slice(0, longestHead).split(/\r?\n/)) {
    if (/^[ \t]/.test(line)) {
      const value = last?.pop();
      if (last && value !== undefined) last.push(`${value} ${line.trim()}`);
      continue;
    }
    const [, name, value] = /^([\x21-\x39\x3b-\x7e]{1,100})[ \t]*:(.*)$/.exec(line) ?? [];
    last = undefined;
    if (name === undefined || value === undefined) continue;
    last = headers.get(name.toLowerCase()) ?? [];
    last.push(value.trim());
    headers.set(name.toLowerCase(), last);
  }
  return headers;
}

function readPart(text: string, depth: number, budget: { left: number }): MailPart {
  budget.left -= 1;
  const end = /\r?\n\r?\n/.exec(text);
  // A part may begin with an empty line: then it has no headers.
  const startsBare = /^\r?\n/.exec(text);
  const head = startsBare ? '' : text.slice(0, end?.index ?? text.length);
  const body = startsBare ? text.slice(startsBare[0].length) : end ? text.slice(end.index + end[0].length) : '';
  const headers = readHeaders(fromBytes(head));
  const { value, params } = parse(headers.get('content-type')?.[0] ?? 'text/plain');
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(value) ? value.toLowerCase() : 'text/plain';
  const disposition = parse(headers.get('content-disposition')?.[0] ?? '');
  const filename = disposition.params['filename'] ?? params['name'];
  const content = decodeBody(body, headers.get('content-transfer-encoding')?.[0]);
  const isRoom = depth < deepest && budget.left > 0;
  const inner =
    !isRoom || startsBare
      ? []
      : type.startsWith('multipart/')
        ? splitParts(body, params['boundary'] ?? '')
        : type === 'message/rfc822'
          ? [content.toString('latin1')]
          : [];
  const parts: MailPart[] = [];
  for (const piece of inner) if (budget.left > 0) parts.push(readPart(piece, depth + 1, budget));
  return {
    headers,
    type,
    parameters: params,
    isAttachment: disposition.value.toLowerCase() === 'attachment' || filename !== undefined,
    ...(filename === undefined ? undefined : { filename: tidy(decodeWords(filename)).slice(0, 240) }),
    content: parts.length > 0 ? Buffer.alloc(0) : content,
    parts,
  };
}

function splitParts(body: string, boundary: string): string[] {
  if (boundary === '') return [];
  const marker = `--${boundary}`;
  const pieces: string[] = [];
  let start = -1;
  for (
    let at = body.indexOf(marker);
    at !== -1 && pieces.length < mostParts;
    at = body.indexOf(marker, at + marker.length)
  ) {
    if (at > 0 && body[at - 1] !== '\n') continue;
    const rest = /^(--)?[ \t]*(?:\r?\n|$)/.exec(body.slice(at + marker.length, at + marker.length + 80));
    if (!rest) continue;
    // The line break before the marker belongs to the marker.
    if (start !== -1) pieces.push(body.slice(start, at).replace(/\r?\n$/, ''));
    start = at + marker.length + rest[0].length;
    if (rest[1] !== undefined) return pieces;
  }
  if (start !== -1 && start < body.length) pieces.push(body.slice(start));
  return pieces;
}

function decodeBody(body: string, encoding: string | undefined): Buffer {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case 'base64':
      return Buffer.from(body, 'base64');
    case 'quoted-printable':
      return Buffer.from(decodeQuotedPrintable(body));
    default:
      return Buffer.from(body, 'latin1');
  }
}

function parse(value: string): { value: string; params: Record<string, string> } {
  const parsed = headers().parseHeaderValue(value.slice(0, 5_000));
  const params = Object.entries(parsed.params).filter(([, text]) => typeof text === 'string');
  return { value: typeof parsed.value === 'string' ? parsed.value : '', params: Object.fromEntries(params) };
}

function decodeWords(text: string): string {
  return headers().decodeWords(text);
}

function fromBytes(latin1: string): string {
  return new TextDecoder().decode(Buffer.from(latin1, 'latin1'));
}

function decoderOf(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

// What no database takes as text.
function tidy(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
