import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type PricedMessage, conversationOf, pricingOf } from './pricing.ts';

const CBP = Date.UTC(2025, 5, 30);
const PMP = Date.UTC(2026, 8, 30);
const SERVICE_CHARGED = Date.UTC(2026, 9, 1);

function priced(more: Partial<PricedMessage>) {
  const message = { category: 'service', at: PMP, isWindowOpen: true, isFreeEntry: false, hasFreeService: true };
  return pricingOf({ ...message, ...more }, 'free_customer_service');
}

it.each([
  ['a service message before per-message pricing', { at: CBP }, false, 'CBP', undefined],
  ['a marketing template before per-message pricing', { at: CBP, category: 'marketing' }, true, 'CBP', undefined],
  ['a service message before October 2026', {}, false, 'PMP', 'free_customer_service'],
  [
    'a utility template in the window before October 2026',
    { category: 'utility' },
    false,
    'PMP',
    'free_customer_service',
  ],
  ['a utility template outside the window', { category: 'utility', isWindowOpen: false }, true, 'PMP', 'regular'],
  ['an authentication template in the window', { category: 'authentication' }, true, 'PMP', 'regular'],
  ['a utility template in the window since', { category: 'utility', at: SERVICE_CHARGED }, true, 'PMP', 'regular'],
  ['one of the free service messages since', { at: SERVICE_CHARGED }, false, 'PMP', 'free_customer_service'],
  ['a service message after those', { at: SERVICE_CHARGED, hasFreeService: false }, true, 'PMP', 'regular'],
])('prices %s', (_name, more, billable, model, type) => {
  const pricing = priced(more);
  expect(pricing).toMatchObject({ billable, pricing_model: model });
  expect(pricing.type).toBe(type);
});

it('makes everything free in a free entry, and marketing cost everywhere else', () => {
  const message = fc.record({
    category: fc.constantFrom('service', 'utility', 'authentication', 'marketing', 'marketing_lite'),
    at: fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2028, 0, 1) }),
    isWindowOpen: fc.boolean(),
    isFreeEntry: fc.boolean(),
    hasFreeService: fc.boolean(),
  });
  fc.assert(
    fc.property(message, fc.constantFrom('free_customer_service' as const, 'regular' as const), (each, freeType) => {
      const pricing = pricingOf(each, freeType);
      if (each.isFreeEntry) expect(pricing).toMatchObject({ billable: false, category: 'referral_conversion' });
      else expect(pricing.category).toBe(each.category);
      if (!each.isFreeEntry && each.category.startsWith('marketing')) expect(pricing.billable).toBe(true);
      expect(pricing.type === undefined).toBe(pricing.pricing_model === 'CBP');
    }),
  );
});

it('names a conversation before version 24 and in a free entry, and its end with the first status only', () => {
  const message = { person_id: 'p', phone_number_id: '1', at: PMP };
  const conversation = (webhookVersion: number, freeEntryUntil: number | null, isFirst: boolean) =>
    conversationOf(message, priced({}), freeEntryUntil, { webhookVersion, isFirst })['conversation'];
  expect(conversation(24, null, true)).toBeUndefined();
  expect(conversation(23, null, true)).toMatchObject({
    origin: { type: 'service' },
    expiration_timestamp: '1790812800',
  });
  expect(conversation(23, null, false)).not.toHaveProperty('expiration_timestamp');
  expect(conversation(24, PMP + 1000, true)).toMatchObject({ expiration_timestamp: String(PMP / 1000 + 1) });
});
