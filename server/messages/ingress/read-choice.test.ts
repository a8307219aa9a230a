import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Offer, readChoice } from './read-choice.ts';

const now = Temporal.Instant.from('2026-11-27T10:00:00Z');
const times = [
  { id: 'today', title: 'This afternoon' },
  { id: 'tomorrow', title: 'Tomorrow' },
  { id: 'never', title: 'Straße 7, Köln' },
];
const anOffer = (changes: Partial<Offer> = {}): Offer => ({
  messageId: 'm1',
  options: times,
  offeredAt: now.subtract({ minutes: 5 }),
  isQuoted: false,
  ...changes,
});
const idOf = (text: string, offers: Offer[] = [anOffer()]) => readChoice(text, offers, now)?.id ?? null;

describe('an answer to numbered options', () => {
  it.each(['2', '2.', '2)', '(2)', ' 2 ', '2 .', '２', '２．', '٢', '۲', '२', '2️⃣', '\u200E2', '2\n'])(
    'is its number, however it is written (%j)',
    (text) => expect(idOf(text)).toBe('tomorrow'),
  );

  it.each(['Tomorrow', 'tomorrow', ' TOMORROW ', 'Ｔｏｍｏｒｒｏｗ'])('is its title (%j)', (text) => {
    expect(idOf(text)).toBe('tomorrow');
  });

  it.each(['STRASSE 7, KÖLN', 'straße  7, Ko\u0308ln'])(
    'is its title in letters that are written in two ways (%j)',
    (text) => expect(idOf(text)).toBe('never'),
  );

  it.each([
    '0',
    '4',
    '22',
    '-2',
    '2nd',
    '2 3',
    '1,2',
    'no 2',
    '2?',
    'I come tomorrow',
    '',
    ' ',
    '02',
    '2.5',
    '²'.repeat(250),
  ])('is nothing else (%j)', (text) => expect(idOf(text)).toBeNull());

  it('tells the message, the number, the id and the title as they were offered', () => {
    expect(readChoice('tomorrow', [anOffer()], now)).toEqual({
      message_id: 'm1',
      number: 2,
      id: 'tomorrow',
      title: 'Tomorrow',
    });
  });

  it('chooses nothing when it is the number of one and the title of another', () => {
    const options = [
      { id: 'two', title: '2' },
      { id: 'four', title: '4' },
    ];
    expect(idOf('2', [anOffer({ options })])).toBeNull();
    expect(idOf('1', [anOffer({ options })])).toBe('two');
    expect(idOf('4', [anOffer({ options })])).toBe('four');
  });

  it('chooses nothing by a title that two have', () => {
    const options = [
      { id: 'a', title: 'Yes' },
      { id: 'b', title: 'yes' },
    ];
    expect(idOf('yes', [anOffer({ options })])).toBeNull();
    expect(idOf('2', [anOffer({ options })])).toBe('b');
  });
});

describe('of several offers', () => {
  const older = anOffer({ messageId: 'older', offeredAt: now.subtract({ hours: 3 }) });
  const newer = anOffer({ messageId: 'newer', options: times.slice(0, 1), offeredAt: now.subtract({ hours: 1 }) });

  it('the newest is answered, also when it has no such answer', () => {
    expect(readChoice('1', [older, newer], now)?.message_id).toBe('newer');
    expect(readChoice('2', [older, newer], now)).toBeNull();
  });

  it('the one that is quoted is answered, whatever came later', () => {
    expect(readChoice('2', [{ ...older, isQuoted: true }, newer], now)?.message_id).toBe('older');
  });

  it('only those of the day before are answered, and none that came after the answer', () => {
    const at = (offeredAt: Temporal.Instant) => readChoice('1', [anOffer({ offeredAt })], now);
    expect(at(now.subtract({ hours: 24 }))).not.toBeNull();
    expect(at(now.subtract({ hours: 24, seconds: 1 }))).toBeNull();
    expect(at(now.add({ seconds: 60 }))).not.toBeNull();
    expect(at(now.add({ seconds: 61 }))).toBeNull();
  });
});

describe('properties', () => {
  const option = fc.record({
    id: fc.string({ minLength: 1 }),
    title: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 24 }),
  });
  const options = fc.array(option, { minLength: 1, maxLength: 10 });
  const aTime = fc.integer({ min: -200_000, max: 200_000 }).map((seconds) => now.add({ seconds }));
  const offer = fc.record({
    messageId: fc.uuid(),
    options,
    offeredAt: aTime,
    isQuoted: fc.boolean(),
  });

  it('what is chosen was offered, in the day before, under that number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(12).map(String), fc.string()), fc.array(offer, { maxLength: 4 }), (text, offers) => {
        const choice = readChoice(text, offers, now);
        if (!choice) return;
        const chosen = offers.find(
          ({ messageId, options: offered }) =>
            messageId === choice.message_id && offered[choice.number - 1]?.id === choice.id,
        );
        expect(chosen).toBeDefined();
        expect(chosen?.offeredAt.until(now).total('hours')).toBeLessThanOrEqual(24);
      }),
    );
  });

  it('the order in which offers are listed decides nothing', () => {
    const distinct = fc.uniqueArray(offer, { maxLength: 4, selector: ({ offeredAt }) => offeredAt.epochMilliseconds });
    fc.assert(
      fc.property(distinct, (offers) => {
        const unquoted = offers.map((one) => ({ ...one, isQuoted: false }));
        expect(readChoice('1', unquoted.toReversed(), now)).toEqual(readChoice('1', unquoted, now));
      }),
    );
  });

  it('each number of words that are no numbers chooses its answer, and so does each title that is there once', () => {
    const words = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,12}( [a-z]{1,8})?$/), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(words, fc.constantFrom('', '.', ')'), (titles, end) => {
        const offers = [anOffer({ options: titles.map((title) => ({ id: `id of ${title}`, title })) })];
        titles.forEach((title, index) => {
          expect(idOf(`${index + 1}${end}`, offers)).toBe(`id of ${title}`);
          expect(idOf(title.toUpperCase(), offers)).toBe(`id of ${title}`);
        });
      }),
    );
  });

  it('no text is too strange to be read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(() => readChoice(text, [anOffer()], now)).not.toThrow();
      }),
    );
  });
});
