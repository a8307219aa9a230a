import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRule, type RuleBody, type RuleOptions } from './routing-rule.ts';
import { UsageProblem } from './settings.ts';

const options = (changes: Partial<RuleOptions> = {}): RuleOptions => ({
  sender: [],
  purpose: [],
  country: [],
  preferredChannel: [],
  ...changes,
});
const before: RuleBody = {
  name: 'Orders',
  when: { purposes: ['transactional'], countries: ['DE'] },
  senders: [{ sender_id: 'a' }],
  position: 3,
  order: 'listed',
  reroute: { enabled: false, max_hops: 2 },
  twins: [{ template: 'order', language: 'en_US', variants: [{ channel: 'sms', text: 'Hello' }] }],
};

describe('a routing rule on the command line', () => {
  it('is put together of its options, with senders in their order and with their price', () => {
    const told = options({
      name: 'Orders',
      sender: ['a=0.06EUR', 'b=0.075 eur', 'c'],
      purpose: ['transactional', 'service'],
      country: ['de'],
      preferredChannel: ['sms'],
      order: 'cheapest',
      position: 2,
      reroute: 'on',
      maxHops: 1,
      priceCeiling: '0.08EUR',
      whenWaiting: 600,
    });
    expect(readRule(told, undefined)).toEqual({
      name: 'Orders',
      senders: [
        { sender_id: 'a', price: { amount: '0.06', currency: 'EUR' } },
        { sender_id: 'b', price: { amount: '0.075', currency: 'EUR' } },
        { sender_id: 'c' },
      ],
      when: { purposes: ['transactional', 'service'], countries: ['DE'], preferred_channels: ['sms'] },
      order: 'cheapest',
      position: 2,
      reroute: {
        enabled: true,
        max_hops: 1,
        price_ceiling: { amount: '0.08', currency: 'EUR' },
        when_waiting_seconds: 600,
      },
    });
  });

  it('is for every message when no condition is told, and asks for nothing that nobody named', () => {
    const told = options({ name: 'All', sender: ['a'] });
    expect(readRule(told, undefined)).toEqual({ name: 'All', senders: [{ sender_id: 'a' }], when: {} });
  });

  it('keeps what no option names when it is changed', () => {
    expect(readRule(options({ order: 'cheapest', reroute: 'on' }), before)).toEqual({
      ...before,
      order: 'cheapest',
      reroute: { enabled: true, max_hops: 2 },
    });
    expect(readRule(options({ country: ['at', 'ch'] }), before).when).toEqual({
      purposes: ['transactional'],
      countries: ['AT', 'CH'],
    });
    expect(readRule(options(), before)).toEqual(before);
  });

  it('is taken back in the form that it was shown in, also from a file', () => {
    const shown = { ...before, id: 'r1', created_at: '2026-11-27T08:00:00Z', updated_at: '2026-11-27T08:00:00Z' };
    expect(readRule(options({ rule: JSON.stringify(shown) }), undefined)).toEqual(before);
    const folder = mkdtempSync(join(tmpdir(), 'rule-'));
    writeFileSync(join(folder, 'rule.json'), JSON.stringify(shown));
    const fromFile = readRule(options({ rule: `@${join(folder, 'rule.json')}`, name: 'Other' }), {
      ...before,
      name: 'X',
    });
    expect(fromFile).toEqual({ ...before, name: 'Other' });
    rmSync(folder, { recursive: true });
  });

  it.each<[string, Partial<RuleOptions>, string]>([
    ['no name', { sender: ['a'] }, '--name'],
    ['no sender', { name: 'x' }, '--sender'],
    ['a ceiling that is none', { name: 'x', sender: ['a'], priceCeiling: 'low' }, '0.075EUR'],
    ['a price that is none', { name: 'x', sender: ['a=cheap'] }, '0.075EUR'],
    ['a sender without id', { name: 'x', sender: ['=1EUR'] }, 'senders list'],
    ['a rule that is not JSON', { rule: '{' }, 'not JSON'],
    ['a rule that is no object', { rule: '[]' }, 'must be an object'],
    ['a file that is not there', { rule: '@/nowhere/rule.json' }, '--rule cannot be used'],
  ])('is refused in words: %s', (_, changes, words) => {
    const read = () => readRule(options(changes), undefined);
    expect(read).toThrow(UsageProblem);
    expect(read).toThrow(words);
  });
});
