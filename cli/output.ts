import { styleText } from 'node:util';
import Table from 'cli-table3';

type Style = Parameters<typeof styleText>[0];

/** What a command says: on standard output its result, on standard error everything beside it. */
export interface Output {
  isJson: boolean;
  /** Whether a person sits there who can be asked. */
  isInteractive: boolean;
  /** The result, for programs (with `--json`) or in words. */
  result(value: unknown, words: string | (() => string)): void;
  /** Something on the way to the result, for people; nothing with `--json`. */
  note(words: string): void;
}

export function createOutput(isJson: boolean): Output {
  return {
    isJson,
    isInteractive: !isJson && process.stdin.isTTY === true && process.stdout.isTTY === true,
    result: (value, words) => {
      const text = isJson ? JSON.stringify(value, null, 2) : typeof words === 'string' ? words : words();
      process.stdout.write(`${text}\n`);
    },
    note: (words) => {
      if (!isJson) process.stderr.write(`${words}\n`);
    },
  };
}

/** Text as one safe line: what customers write may hold control characters, and a terminal would obey them. */
export function plain(value: unknown, longest = 100): string {
  const text = value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value);
  // Also those that turn the direction of writing, which would make one thing look like another.
  const safe = text.replaceAll(/\s+/g, ' ').replaceAll(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '·');
  if (safe.length <= longest) return safe;
  const signs = Array.from(new Intl.Segmenter().segment(safe), ({ segment }) => segment);
  return signs.length > longest ? `${signs.slice(0, longest - 1).join('')}…` : safe;
}

/** Rows under headings; `empty` when there are none. */
export function table(headings: string[], rows: unknown[][], empty: string): string {
  if (rows.length === 0) return empty;
  const blank = ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'];
  const lines = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'];
  const grid = new Table({
    head: headings.map((heading) => style('dim', heading)),
    chars: { ...Object.fromEntries([...blank, ...lines].map((part) => [part, ''])), middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) grid.push(row.map((cell) => plain(cell, 80)));
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Names and values, one a line. */
export function fields(pairs: [string, unknown][]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${style('dim', name.padEnd(width))}  ${plain(value, 2_000)}`).join('\n');
}

/** A tick or a cross, with words. */
export function mark(isRight: boolean, words: string): string {
  return `${isRight ? style('green', '✓') : style('red', '✗')} ${plain(words, 2_000)}`;
}

/** Styled when standard output is a terminal that wants it (see NO_COLOR). */
export function style(format: Style, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

/** An instant in the local time zone, to the second. */
export function localTime(instant: string | null | undefined): string {
  if (!instant) return '–';
  const zoned = Temporal.Instant.from(instant).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  return zoned.toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', ' ');
}
