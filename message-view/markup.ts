import { addressAt, safeLink, type SafeLink } from './links.ts';

/** A run of text inside a line. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; children: Inline[] }
  | { kind: 'mono'; text: string; mark: '`' | '```' }
  | { kind: 'link'; text: string; link: SafeLink };

/** A block of lines. A list keeps the marks as they were written. */
export type Block =
  | { kind: 'lines'; lines: Inline[][] }
  | { kind: 'list'; ordered: boolean; start: number; entries: { mark: string; content: Inline[] }[] }
  | { kind: 'quote'; lines: { mark: string; content: Inline[] }[] };

const styles = { '*': 'bold', _: 'italic', '~': 'strike' } as const;
type Mark = keyof typeof styles;

const bullet = /^(?:[*-]) (?=\S)/u;
const numbered = /^(\d{1,3})\. (?=\S)/u;
const quoted = /^> ?/u;
const wordCharacter = /[\p{L}\p{N}]/u;
// What joins the sign before it into one character: accents, joiners, skin tones, tags of flags.
const attached = /^(?:\p{M}|\p{Emoji_Modifier}|[\u{E0020}-\u{E007F}]|\u200C|\u200D)/u;

/** Reads the marks that WhatsApp draws: `*bold*`, `_italic_`, `~strike~`, `` `mono` ``, mono of several lines between
 *  three backticks, `- ` and `* ` and `1. ` lists, `> ` quotes, and addresses. Nothing of the text is lost: the marks of
 *  a pair that was not closed stay as text. The effort grows with the length of the text and no faster. */
export function parseMarkup(text: string): Block[] {
  const blocks: Block[] = [];
  for (const line of splitLines(text.replace(/\r\n?/gu, '\n'))) {
    const last = blocks.at(-1);
    const bulletMark = bullet.exec(line)?.[0];
    const number = numbered.exec(line);
    const quoteMark = quoted.exec(line)?.[0];
    if (bulletMark !== undefined || number) {
      const mark = bulletMark ?? number?.[0] ?? '';
      const entry = { mark, content: parseInline(line.slice(mark.length)) };
      const ordered = bulletMark === undefined;
      if (last?.kind === 'list' && last.ordered === ordered) last.entries.push(entry);
      else blocks.push({ kind: 'list', ordered, start: Number(number?.[1] ?? 1), entries: [entry] });
    } else if (quoteMark !== undefined) {
      const entry = { mark: quoteMark, content: parseInline(line.slice(quoteMark.length)) };
      if (last?.kind === 'quote') last.lines.push(entry);
      else blocks.push({ kind: 'quote', lines: [entry] });
    } else {
      const content = parseInline(line);
      if (last?.kind === 'lines') last.lines.push(content);
      else blocks.push({ kind: 'lines', lines: [content] });
    }
  }
  return blocks;
}

// Three backticks may embrace several lines, so those are kept in one.
function splitLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  let at = 0;
  let fencesLeft = true;
  while (at < text.length) {
    if (text[at] === '\n') {
      lines.push(text.slice(start, at));
      start = at + 1;
    } else if (fencesLeft && text.startsWith('```', at)) {
      const close = text.indexOf('```', at + 4);
      if (close < 0) fencesLeft = false;
      else at = close + 2;
    }
    at += 1;
  }
  lines.push(text.slice(start));
  return lines;
}

/** Reads one line. Marks do not reach beyond it. */
export function parseInline(line: string): Inline[] {
  return parseSpan(line, 0, line.length, new Set());
}

function parseSpan(line: string, from: number, to: number, open: ReadonlySet<Mark>): Inline[] {
  const runs: Inline[] = [];
  // A mark for which no closing one was found once finds none further on: looking again would make a long row of
  // marks take quadratic time.
  const hopeless = new Set<string>();
  let plain = from;
  let at = from;
  const push = (run: Inline, end: number): void => {
    if (at > plain) runs.push({ kind: 'text', text: line.slice(plain, at) });
    runs.push(run);
    plain = end;
    at = end;
  };
  while (at < to) {
    const sign = line[at] ?? '';
    if (sign === '`') {
      const mark = line.startsWith('```', at) ? '```' : '`';
      const close = hopeless.has(mark) ? -1 : findMono(line, at, to, mark);
      if (close >= 0) {
        push({ kind: 'mono', mark, text: line.slice(at + mark.length, close) }, close + mark.length);
        continue;
      }
      hopeless.add(mark);
    } else if (isMark(sign) && !open.has(sign) && !hopeless.has(sign) && opens(line, at, from, to)) {
      const close = findClose(line, at, to, sign);
      if (close >= 0) {
        const children = parseSpan(line, at + 1, close, new Set([...open, sign]));
        push({ kind: styles[sign], children }, close + 1);
        continue;
      }
      hopeless.add(sign);
    } else if ((sign === 'h' || sign === 'H') && (at === from || !wordCharacter.test(line[at - 1] ?? ''))) {
      const text = addressAt(line.slice(at, Math.min(to, at + 2100)), 0);
      const link = text === undefined ? undefined : safeLink(text);
      if (text !== undefined && link) {
        push({ kind: 'link', text, link }, at + text.length);
        continue;
      }
    }
    at += 1;
  }
  if (to > plain) runs.push({ kind: 'text', text: line.slice(plain, to) });
  return runs;
}

function isMark(sign: string): sign is Mark {
  return sign === '*' || sign === '_' || sign === '~';
}

function findMono(line: string, at: number, to: number, mark: '`' | '```'): number {
  const close = line.indexOf(mark, at + mark.length + 1);
  return close >= 0 &&
    close + mark.length <= to &&
    !attached.test(line.slice(close + mark.length, close + mark.length + 2))
    ? close
    : -1;
}

// A mark opens at the edge of a word, directly before something. The keycap "*️⃣" begins with an asterisk too, and is
// one character that must not be taken apart.
function opens(line: string, at: number, from: number, to: number): boolean {
  const next = line[at + 1] ?? '';
  return (
    (at === from || !wordCharacter.test(before(line, at))) &&
    at + 1 < to &&
    next.trim() !== '' &&
    !attached.test(line.slice(at + 1, at + 3))
  );
}

function findClose(line: string, at: number, to: number, sign: Mark): number {
  for (let close = line.indexOf(sign, at + 2); close >= 0 && close < to; close = line.indexOf(sign, close + 1)) {
    const previous = line[close - 1] ?? '';
    const next = close + 1 < to ? line.slice(close + 1, close + 3) : '';
    if (previous.trim() !== '' && !wordCharacter.test(firstCharacter(next)) && !attached.test(next)) return close;
  }
  return -1;
}

// The letter may be one of the astral planes, of which a plain index gives half.
function before(line: string, at: number): string {
  const unit = line[at - 1] ?? '';
  return /[\uDC00-\uDFFF]/u.test(unit) ? line.slice(at - 2, at) : unit;
}

function firstCharacter(text: string): string {
  const point = text.codePointAt(0);
  return point === undefined ? '' : String.fromCodePoint(point);
}
