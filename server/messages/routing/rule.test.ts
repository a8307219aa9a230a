import fc from 'fast-check';
import { expect, it } from 'vitest';
import { purposes } from '#messages/message.ts';
import { countryOf } from './country.ts';
import { comparePrices, isWithin } from './price.ts';
import { findRule, orderSenders, type Rule } from './rule.ts';
import { readRule } from './rules.ts';

const a = '0198c0de-7a11-7000-8000-00000000000a';
const b = '0198c0de-7a11-7000-8000-00000000000b';
const c = '0198c0de-7a11-7000-8000-00000000000c';
const senders = [a, b, c].map((senderId) => ({ senderId }));
const euros = (amount: string) => ({ amount, currency: 'EUR' });

function aRule(changes: Partial<Rule> = {}): Rule {
  const reroute = { enabled: false, max_hops: 1 };
  return {
    id: a,
    position: 1,
    name: 'all',
    when: {},
    senders: [{ sender_id: a }],
    order: 'listed',
    reroute,
    twins: [],
    ...changes,
  };
}

it('the first rule whose conditions all hold is the one that counts', () => {
  const facts = { purpose: 'transactional', country: 'DE', preferredChannel: 'sms' } as const;
  const rules = [
    aRule({ name: 'other purpose', when: { purposes: ['marketing'] } }),
    aRule({ name: 'other country', when: { countries: ['FR'] } }),
    aRule({ name: 'other channel', when: { preferred_channels: ['email'] } }),
    aRule({
      name: 'fits',
      when: { purposes: ['transactional'], countries: ['FR', 'DE'], preferred_channels: ['sms'] },
    }),
    aRule({ name: 'all' }),
  ];
  expect(findRule(rules, facts)?.name).toBe('fits');
  expect(findRule(rules, { ...facts, country: null, preferredChannel: null })?.name).toBe('all');
  expect(findRule(rules.slice(0, 4), { ...facts, country: null })).toBeUndefined();
});

it('a rule without conditions is for every message', () => {
  fc.assert(
    fc.property(fc.constantFrom(...purposes), fc.option(fc.constantFrom('DE', 'FR', 'US')), (purpose, country) => {
      expect(findRule([aRule()], { purpose, country, preferredChannel: null })).toBeDefined();
    }),
  );
});

const price = fc
  .tuple(fc.integer({ min: 0, max: 999 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([whole, part]) => euros(`${whole}.${String(part).padStart(6, '0')}`));

it('the cheapest comes first, and who has no price comes last; nobody is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.option(price), { minLength: 1, maxLength: 8 }), (prices) => {
      const listed = prices.map((one, n) => ({ sender_id: String(n), ...(one ? { price: one } : {}) }));
      const ordered = orderSenders({ senders: listed, order: 'cheapest' });
      expect(ordered.map(({ sender_id }) => sender_id).sort()).toEqual(listed.map(({ sender_id }) => sender_id).sort());
      ordered.slice(1).forEach((next, n) => {
        const before = ordered[n]?.price;
        if (next.price) expect(before && comparePrices(before, next.price)).toBeLessThanOrEqual(0);
      });
      expect(orderSenders({ senders: listed, order: 'listed' })).toEqual(listed);
    }),
  );
});

it('a price is within a ceiling only when it is known and of the same currency', () => {
  expect(isWithin(euros('0.1'), euros('0.10'))).toBe(true);
  expect(isWithin(euros('0.100001'), euros('0.1'))).toBe(false);
  expect(isWithin(euros('9'), euros('10'))).toBe(true);
  expect(isWithin({ amount: '0.01', currency: 'USD' }, euros('1'))).toBe(false);
  expect(isWithin(null, euros('1'))).toBe(false);
});

it('the country is that of the number, or the one that a user id begins with', () => {
  expect(countryOf({ phone: '+4915112345678', userId: null })).toBe('DE');
  expect(countryOf({ phone: '+12125550123', userId: null })).toBe('US');
  expect(countryOf({ phone: null, userId: 'BR.13491208655302741918' })).toBe('BR');
  expect(countryOf({ phone: null, userId: '12@lid' })).toBeNull();
});

it('what is left out of a rule is filled in: rerouting is off, one hop, as listed', () => {
  expect(readRule({ name: 'all', when: {}, senders: [{ sender_id: a.toUpperCase() }] }, senders)).toEqual({
    name: 'all',
    when: {},
    senders: [{ sender_id: a }],
    order: 'listed',
    reroute: { enabled: false, max_hops: 1 },
    twins: [],
  });
});

const twin = (...variants: object[]) => ({ twins: [{ template: 'order', language: 'en', variants }] }) as object;

it.each([
  [
    'a sender that is not there',
    { senders: [{ sender_id: '0198c0de-7a11-7000-8000-0000000000ff' }] },
    '/senders/0/sender_id',
  ],
  ['a sender twice', { senders: [{ sender_id: a }, { sender_id: a.toUpperCase() }] }, '/senders'],
  ['a country that is none', { when: { countries: ['DE', 'XX'] } }, '/when/countries/1'],
  ['an amount that is none', { senders: [{ sender_id: a, price: euros('-1') }] }, '/senders/0/price/amount'],
  [
    'a currency that is none',
    { senders: [{ sender_id: a, price: { amount: '1', currency: 'eur' } }] },
    '/senders/0/price/currency',
  ],
  [
    'two currencies',
    { senders: [{ sender_id: a, price: euros('1') }], reroute: { price_ceiling: { amount: '1', currency: 'USD' } } },
    '/senders',
  ],
  ['a variant for nobody', twin({ text: 'Hello' }), '/twins/0/variants/0'],
  ['a variant without a text', twin({ channel: 'sms' }), '/twins/0/variants/0'],
  ['a mail without a subject', twin({ channel: 'email', text: 'Hello' }), '/twins/0/variants/0/subject'],
  ['an SMS with a subject', twin({ channel: 'sms', subject: 'Hello', text: 'Hello' }), '/twins/0/variants/0/subject'],
  ['another template without a language', twin({ sender_id: b, template: 'other' }), '/twins/0/variants/0'],
  [
    'another template of nobody',
    twin({ sender_id: '0198c0de-7a11-7000-8000-0000000000ff', template: 'other', language: 'en' }),
    '/twins/0/variants/0/sender_id',
  ],
  [
    'variants with other places',
    twin({ channel: 'sms', text: '{{1}} {{2}}' }, { channel: 'email', subject: '{{1}}', text: 'Hello' }),
    '/twins/0/variants/1',
  ],
] as const)('a rule with %s is refused, with the field', (_, changes, pointer) => {
  const request = { name: 'all', when: {}, senders: [{ sender_id: a }], ...changes };
  expect(() => readRule(request as never, senders)).toThrow(
    expect.objectContaining({ code: 'invalid_request', fields: [expect.objectContaining({ pointer })] }),
  );
});
