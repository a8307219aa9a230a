import type { Option } from '#messages/routing/as-text.ts';

/** A message that offers answers by number. */
export interface Offer {
  messageId: string;
  options: Option[];
  /** When it was handed over, by our clock. */
  offeredAt: Temporal.Instant;
  /** The answer quotes it. */
  isQuoted: boolean;
}

/** An answer that a person chose of those that a message offered. Kept with the person's message, in the words of the API. */
export interface Choice {
  /** The message that offered it. */
  message_id: string;
  number: number;
  id: string;
  title: string;
}

/** For so long an answer belongs to an offer. */
const openHours = 24;
/** A provider tells whole seconds by a clock of its own, so an answer may seem older than what it answers. */
const clockSeconds = 60;
/** Longer than any number or title. */
const longestAnswer = 200;

/**
 * What a text chooses: of the offer that it quotes, otherwise of the newest one. Null: it is no answer to that. A text that
 * names one answer by its number and another by its title chooses none. Pure.
 */
export function readChoice(text: string, offers: readonly Offer[], writtenAt: Temporal.Instant): Choice | null {
  if (text.length > longestAnswer) return null;
  const open = offers.filter(({ offeredAt }) => isOpen(offeredAt, writtenAt));
  const offer = open.find(({ isQuoted }) => isQuoted) ?? newest(open);
  if (!offer) return null;
  const numbers = numbersOf(text, offer.options);
  const [number] = numbers;
  const option = number === undefined ? undefined : offer.options[number - 1];
  if (number === undefined || !option || numbers.size > 1) return null;
  return { message_id: offer.messageId, number, id: option.id, title: option.title };
}

function isOpen(offeredAt: Temporal.Instant, writtenAt: Temporal.Instant): boolean {
  return (
    Temporal.Instant.compare(offeredAt, writtenAt.add({ seconds: clockSeconds })) <= 0 &&
    Temporal.Instant.compare(offeredAt.add({ hours: openHours }), writtenAt) >= 0
  );
}

function newest(offers: readonly Offer[]): Offer | undefined {
  return offers.toSorted((a, b) => Temporal.Instant.compare(b.offeredAt, a.offeredAt)).at(0);
}

/** The numbers of all answers that the text may mean. */
function numbersOf(text: string, options: readonly Option[]): Set<number> {
  const said = fold(text);
  const digits = /^\(?([1-9]\d{0,2})\s?[.)]?$/.exec(said)?.[1];
  const named = options.flatMap(({ title }, index) => (fold(title) === said ? [index + 1] : []));
  const number = Number(digits ?? 0);
  return new Set(number >= 1 && number <= options.length ? [number, ...named] : named);
}

/** The zeros of digits that are written otherwise and have no Latin form by themselves: Arabic, Persian, Devanagari. */
const zeros = [0x660, 0x6f0, 0x966];

function fold(text: string): string {
  return (
    text
      .normalize('NFKC')
      .replaceAll(/\p{Nd}/gu, latinDigit)
      // A number as a picture of a key has two signs behind it that cannot be seen.
      .replaceAll(/[\uFE0F\u20E3\u200E\u200F]/g, '')
      // Capitals first, so that letters with two small forms become one.
      .toUpperCase()
      .toLowerCase()
      .replaceAll(/\s+/g, ' ')
      .trim()
  );
}

function latinDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const zero = zeros.find((one) => code >= one && code < one + 10);
  return zero === undefined ? digit : String(code - zero);
}
