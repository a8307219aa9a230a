import { expect, it } from 'vitest';
import { purposeOf, purposeOfDirectSend, readPurpose } from './purpose.ts';

it.each([
  ['MARKETING', 'marketing'],
  ['utility', 'transactional'],
  ['AUTHENTICATION', 'authentication'],
  ['SOMETHING_NEW', 'transactional'],
  [undefined, 'transactional'],
])('a template of the category %s is %s', (category, purpose) => {
  expect(purposeOf(false, category)).toBe(purpose);
});

it('what needs the service window is service', () => {
  expect(purposeOf(true, undefined)).toBe('service');
});

it.each([
  ['utility', 'transactional'],
  ['authentication', 'authentication'],
  ['service', 'service'],
] as const)('free content that is billed as %s is %s', (category, purpose) => {
  expect(purposeOfDirectSend({ category })).toBe(purpose);
  expect(purposeOfDirectSend(undefined)).toBeUndefined();
});

it('a caller may name the purpose, and a word that is none is refused', () => {
  expect(readPurpose(undefined)).toBeUndefined();
  expect(readPurpose(' Marketing')).toBe('marketing');
  expect(() => readPurpose('spam')).toThrow(expect.objectContaining({ code: 100 }));
});
