import { readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';

export interface PageOptions {
  limit: number;
  after?: string;
}

/** The options of a list. */
export function pageOptions(command: Command): Command {
  return command
    .option('--limit <count>', 'how many, 1 to 200', (text) => readNumber(text, 1, 200), 20)
    .option('--after <cursor>', 'go on where the page before ended');
}

export function pageQuery({ limit, after }: PageOptions): { limit: number; after?: string } {
  return { limit, ...(after === undefined ? {} : { after }) };
}

export function pageHint({ next_cursor: cursor }: { next_cursor: string | null }): string {
  return cursor === null ? '' : `\nMore: --after ${cursor}`;
}

/** For options that can be repeated. */
export function collect(text: string, before: string[]): string[] {
  return [...before, text];
}

export function readNumber(text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  return number;
}

/** An instant with an offset, or a time from now: 90s, 15m, 2h, 30d. Returns it as the API wants it. */
export function readInstant(text: string): string {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (amount !== undefined) {
    const seconds = Number(amount) * { s: 1, m: 60, h: 3_600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
    return Temporal.Now.instant().add({ seconds }).toString({ smallestUnit: 'second' });
  }
  try {
    return Temporal.Instant.from(text).toString();
  } catch {
    throw new InvalidArgumentError(
      'It must be an instant such as 2026-12-24T18:00:00Z, or a time from now such as 15m.',
    );
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(`It is not JSON: ${(error as Error).message}`);
  }
}

/** JSON that is given as it is, as @file, or as - for standard input. Throws when there is none. */
export function readJsonFrom(told: string): unknown {
  if (told === '-') return readJson(readFileSync(0, 'utf8'));
  return readJson(told.startsWith('@') ? readFileSync(told.slice(1), 'utf8') : told);
}

export function oneOf<const Words extends readonly string[]>(words: Words): (text: string) => Words[number] {
  return (text) => {
    if (words.includes(text)) return text;
    throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
  };
}

/** `fields` without those that are undefined, for optional parts of a request. */
export function given<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}
