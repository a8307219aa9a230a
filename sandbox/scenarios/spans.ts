// How a scenario writes times, durations, chances and counts, and what they mean. All functions take what `isWritten`
// has accepted.

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = String.raw`(?:\d{1,9}(?:\.\d{1,3})?(?:ms|s|m|h|d)){1,5}`;

/** Ten years. */
const LONGEST_MS = 3650 * 86_400_000;

const FORMS = {
  duration: new RegExp(`^${DURATION}$`),
  span: new RegExp(String.raw`^${DURATION}(?:\.\.${DURATION})?$`),
  chance: /^(?:100(?:\.0+)?|\d{1,2}(?:\.\d{1,4})?)%$/,
  time: /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/,
  count: /^(?:\d{1,9}|\d{1,9}\.\.\d{0,9}|\.\.\d{1,9})$/,
} as const;

export type Writing = 'duration' | 'span' | 'chance' | 'moment' | 'count';

/** What each form is, for the sentence that says that something else was found. */
export const WRITING_WORDS: Readonly<Record<Writing, string>> = {
  duration: 'a duration such as 30s, 10m, 1h30m or 2d',
  span: 'a duration such as 30s, or two of them such as 5s..10m, the shorter one first',
  chance: 'a share such as 3%, or a number from 0 to 1',
  moment: 'a time of the day in quotes such as "12:00", or an instant such as 2026-03-02T12:00:00Z',
  count: 'a whole number, or a range such as 95..100, 1.. or ..5',
};

export function isWritten(as: Writing, value: unknown): boolean {
  if (typeof value === 'number') {
    if (as === 'chance') return value >= 0 && value <= 1;
    return as === 'count' && Number.isInteger(value) && value >= 0;
  }
  if (typeof value !== 'string') return false;
  switch (as) {
    case 'chance':
      return FORMS.chance.test(value);
    case 'duration':
    case 'span':
      return FORMS[as].test(value) && spanOf(value).fromMs <= spanOf(value).toMs && spanOf(value).toMs <= LONGEST_MS;
    case 'moment':
      return FORMS.time.test(value) || instantOf(value) !== undefined;
    case 'count':
      return FORMS.count.test(value) && rangeOf(value).atLeast <= rangeOf(value).atMost;
  }
}

export function durationMs(text: string): number {
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h|d)/g))
    ms += Number(amount) * (UNITS_MS[unit ?? ''] ?? 0);
  return Math.round(ms);
}

export interface Span {
  fromMs: number;
  toMs: number;
}

export function spanOf(text: string): Span {
  const [from = '', to = from] = text.split('..');
  return { fromMs: durationMs(from), toMs: durationMs(to) };
}

/** The duration of a span at `drawn`, a number in [0, 1). */
export function durationWithin({ fromMs, toMs }: Span, drawn: number): number {
  return Math.round(fromMs + (toMs - fromMs) * drawn);
}

/** From 0 to 1. */
export function chanceOf(chance: number | string): number {
  return typeof chance === 'number' ? chance : Number.parseFloat(chance) / 100;
}

export interface CountRange {
  atLeast: number;
  atMost: number;
}

export function rangeOf(count: number | string): CountRange {
  if (typeof count === 'number') return { atLeast: count, atMost: count };
  const [from = '', to] = count.split('..');
  if (to === undefined) return { atLeast: Number(from), atMost: Number(from) };
  return { atLeast: Number(from), atMost: to === '' ? Number.POSITIVE_INFINITY : Number(to) };
}

/** The first instant, from `fromMs` on, at which clocks in `zone` show the time of the day; or the instant that the text
 *  names itself. */
export function momentAfter(text: string, fromMs: number, zone: string): number {
  const instant = instantOf(text);
  if (instant !== undefined) return instant;
  const from = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
  const today = from.withPlainTime(Temporal.PlainTime.from(text));
  const moment = today.epochMilliseconds < fromMs ? today.add({ days: 1 }) : today;
  return moment.epochMilliseconds;
}

function instantOf(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return undefined;
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return undefined;
  }
}
