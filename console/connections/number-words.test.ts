import { expect, it } from 'vitest';
import { limitWords, nameWords, qualityWords } from './number-words.ts';

it.each([
  ['TIER_250', 'May write first to 250 people a day (TIER_250)'],
  ['TIER_2K', `May write first to ${(2000).toLocaleString()} people a day (TIER_2K)`],
  ['2000', `May write first to ${(2000).toLocaleString()} people a day (2000)`],
  ['TIER_UNLIMITED', 'May write first to any number of people (TIER_UNLIMITED)'],
  ['-1', 'May write first to any number of people (-1)'],
  ['TIER_NOT_SET', 'Limit TIER_NOT_SET'],
])('the limit %s says what it allows', (limit, words) => {
  expect(limitWords(limit)).toBe(words);
});

it.each([
  [qualityWords('RED'), 'Quality low (RED)'],
  [qualityWords('green'), 'Quality high (green)'],
  [qualityWords('UNKNOWN'), 'Quality not rated yet (UNKNOWN)'],
  [qualityWords('BLUE'), 'Quality BLUE'],
  [nameWords('REJECTED'), 'Name rejected'],
  [nameWords('EXPIRED'), 'Name EXPIRED'],
])('what the provider tells of a number is in words, and what is new stays as it came: %s', (words, expected) => {
  expect(words).toBe(expected);
});
