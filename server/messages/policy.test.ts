import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Restriction, restrictions, templateStatuses } from '#channels/lessons.ts';
import { directSendCategories, purposes } from './message.ts';
import { decide, heldUntil, isTemplateHeld, type PolicyFacts } from './policy.ts';

const now = Temporal.Instant.from('2026-11-22T12:00:00Z');
const later = now.add({ hours: 1 });

function facts(changes: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    purpose: 'service',
    contentType: 'text',
    needsWindow: true,
    directSend: null,
    windowExpiresAt: later,
    suppressions: [],
    sendAt: null,
    expiresAt: later,
    stopped: null,
    laneStopped: null,
    senderPaused: null,
    template: null,
    restrictions: [],
    ...changes,
  };
}

describe('decide', () => {
  it('sends free-form content while the service window is open', () => {
    expect(decide(facts(), now)).toMatchObject({ outcome: 'send', rule: 'service_window_open' });
  });

  it('blocks free-form content when nobody wrote, and a minute before the window closes', () => {
    expect(decide(facts({ windowExpiresAt: null }), now)).toMatchObject({
      outcome: 'block',
      rule: 'service_window_closed',
    });
    expect(decide(facts({ windowExpiresAt: now.add({ seconds: 60 }) }), now)).toMatchObject({
      rule: 'service_window_closed',
    });
    expect(decide(facts({ windowExpiresAt: now.add({ seconds: 61 }) }), now)).toMatchObject({ outcome: 'send' });
  });

  it('lets a template pass a closed window', () => {
    expect(decide(facts({ needsWindow: false, windowExpiresAt: null }), now)).toMatchObject({
      outcome: 'send',
      rule: 'no_window_needed',
    });
  });

  it('sends nothing after a stop, whatever the purpose', () => {
    for (const purpose of purposes) {
      expect(decide(facts({ purpose, suppressions: ['stop'] }), now)).toMatchObject({
        outcome: 'block',
        rule: 'recipient_opted_out',
      });
    }
  });

  it('keeps marketing from who stopped marketing, and nothing else', () => {
    expect(decide(facts({ purpose: 'marketing', suppressions: ['marketing_stop'] }), now)).toMatchObject({
      outcome: 'block',
      rule: 'recipient_opted_out_of_marketing',
    });
    expect(decide(facts({ purpose: 'transactional', suppressions: ['marketing_stop'] }), now)).toMatchObject({
      outcome: 'send',
    });
  });

  it('holds a scheduled message although the window is closed now: the customer may write before', () => {
    expect(decide(facts({ windowExpiresAt: null, sendAt: later, expiresAt: later.add({ hours: 1 }) }), now)).toEqual({
      outcome: 'hold',
      rule: 'scheduled',
      facts: {},
      until: later.toString(),
    });
  });

  it('holds what a stopped lane or a paused sender keeps back, and says why', () => {
    expect(decide(facts({ laneStopped: { reason: 'complaints' } }), now)).toMatchObject({
      outcome: 'hold',
      rule: 'lane_stopped',
      until: null,
      facts: { reason: 'complaints' },
    });
    expect(decide(facts({ senderPaused: { reason: 'token expired', until: null } }), now)).toMatchObject({
      outcome: 'hold',
      rule: 'sender_paused',
      facts: { reason: 'token expired' },
    });
  });

  const paused = {
    name: 'sale',
    language: 'en',
    status: 'paused',
    reason: 'Low quality',
    until: later,
    category: null,
  } as const;
  const template = { contentType: 'template', needsWindow: false, windowExpiresAt: null };

  it('holds a message whose template is paused, and sends it when the pause is over', () => {
    expect(decide(facts({ ...template, template: paused }), now)).toEqual({
      outcome: 'hold',
      rule: 'template_paused',
      facts: { template: 'sale', language: 'en', status: 'paused', reason: 'Low quality' },
      until: later.toString(),
    });
    expect(decide(facts({ ...template, template: paused, expiresAt: null }), later)).toMatchObject({ outcome: 'send' });
  });

  it.each(['approved', 'flagged', 'pending', null] as const)('a template that is %s holds nothing', (status) => {
    expect(decide(facts({ ...template, template: { ...paused, status } }), now)).toMatchObject({ outcome: 'send' });
  });

  it('an account that may not begin conversations still answers, and the other way round', () => {
    const restricted = (restriction: Restriction) => ({ restrictions: [{ restriction, reason: 'Spam', until: null }] });
    const begin = { ...template, ...restricted('business_initiated') };
    expect(decide(facts(begin), now)).toMatchObject({
      outcome: 'hold',
      rule: 'account_restricted',
      facts: { restriction: 'business_initiated', reason: 'Spam' },
    });
    expect(decide(facts(restricted('business_initiated')), now)).toMatchObject({ outcome: 'send' });
    expect(decide(facts(restricted('customer_initiated')), now)).toMatchObject({ rule: 'account_restricted' });
    const utility = { ...paused, status: 'approved', category: 'UTILITY' } as const;
    const notUtility = { ...template, ...restricted('utility_templates') };
    expect(decide(facts({ ...notUtility, template: utility }), now)).toMatchObject({ rule: 'account_restricted' });
    expect(decide(facts(notUtility), now)).toMatchObject({ outcome: 'send' });
  });

  it.each(directSendCategories)(
    'lets free content that is billed as %s pass a closed window, and says so',
    (category) => {
      const directSend = { category, isEnabled: true };
      expect(decide(facts({ directSend, windowExpiresAt: null }), now)).toEqual({
        outcome: 'send',
        rule: 'direct_send_needs_no_window',
        facts: { billed_as: category, window_expires_at: null },
      });
      const closed = now.subtract({ hours: 1 });
      expect(decide(facts({ directSend, windowExpiresAt: closed }), now)).toMatchObject({
        outcome: 'send',
        facts: { window_expires_at: closed.toString() },
      });
    },
  );

  it('a category opens the window and nothing else: blocks, stops, ends, pauses and stopped lanes hold', () => {
    const directSend = { category: 'utility', isEnabled: true } as const;
    const rule = (changes: Partial<PolicyFacts>) =>
      decide(facts({ directSend, windowExpiresAt: null, ...changes }), now).rule;
    expect(rule({ suppressions: ['block'] })).toBe('recipient_blocked');
    expect(rule({ suppressions: ['stop'] })).toBe('recipient_opted_out');
    expect(rule({ purpose: 'marketing', suppressions: ['marketing_stop'] })).toBe('recipient_opted_out_of_marketing');
    expect(rule({ expiresAt: now })).toBe('expired');
    expect(rule({ sendAt: later })).toBe('scheduled');
    expect(rule({ stopped: { reason: 'x' }, laneStopped: { reason: 'x' } })).toBe('everything_stopped');
    expect(rule({ laneStopped: { reason: 'x' } })).toBe('lane_stopped');
    expect(rule({ senderPaused: { reason: 'x', until: null } })).toBe('sender_paused');
  });

  it('holds what is billed as a category while the connection may not send so, also inside the window', () => {
    for (const windowExpiresAt of [null, later]) {
      const directSend = { category: 'service', isEnabled: false } as const;
      expect(decide(facts({ directSend, windowExpiresAt }), now)).toMatchObject({
        outcome: 'hold',
        rule: 'direct_send_off',
        facts: { billed_as: 'service' },
        until: null,
      });
    }
    const hold = { outcome: 'hold', rule: 'direct_send_off', facts: {}, until: null } as const;
    expect(heldUntil(hold, now)).toEqual(now.add({ minutes: 15 }));
  });

  it.each(directSendCategories)(
    'a restriction of Direct Send as %s holds that category until it ends, and no other',
    (category) => {
      const restrictions = [{ restriction: `direct_send_${category}`, reason: 'Misuse', until: later }] as const;
      for (const billed of directSendCategories) {
        const given = facts({ directSend: { category: billed, isEnabled: true }, restrictions });
        const expected =
          billed === category
            ? { outcome: 'hold', rule: 'account_restricted', until: later.toString() }
            : { outcome: 'send' };
        expect(decide(given, now)).toMatchObject(expected);
        expect(decide({ ...given, expiresAt: null }, later)).toMatchObject({ outcome: 'send' });
      }
      expect(decide(facts({ restrictions }), now)).toMatchObject({ outcome: 'send' });
    },
  );

  it('what one message waits for does not keep it in the queue; what its sender waits for does', () => {
    const hold = (rule: string, until: string | null = null) => ({ outcome: 'hold', rule, facts: {}, until }) as const;
    expect(heldUntil(hold('template_paused'), now)).toBeNull();
    expect(heldUntil(hold('template_paused', later.toString()), now)).toEqual(later);
    expect(heldUntil(hold('account_restricted'), now)).toEqual(now.add({ minutes: 15 }));
    expect(heldUntil(hold('sender_paused'), now)).toEqual(now);
  });

  it('never sends an expired message, and never to somebody suppressed', () => {
    const anyFacts = fc.record({
      purpose: fc.constantFrom(...purposes),
      contentType: fc.constant('text'),
      needsWindow: fc.boolean(),
      directSend: fc.option(fc.record({ category: fc.constantFrom(...directSendCategories), isEnabled: fc.boolean() })),
      windowExpiresAt: fc.option(fc.integer({ min: -90_000, max: 90_000 }).map((seconds) => now.add({ seconds }))),
      suppressions: fc.subarray(['stop', 'marketing_stop', 'block']),
      sendAt: fc.option(fc.integer({ min: -1000, max: 1000 }).map((seconds) => now.add({ seconds }))),
      expiresAt: fc.option(fc.integer({ min: -1000, max: 1000 }).map((seconds) => now.add({ seconds }))),
      stopped: fc.option(fc.constant({ reason: 'x' })),
      laneStopped: fc.option(fc.constant({ reason: 'x' })),
      senderPaused: fc.option(fc.constant({ reason: 'x', until: null })),
      template: fc.option(
        fc.record({
          name: fc.constant('t'),
          language: fc.constant('en'),
          status: fc.option(fc.constantFrom(...templateStatuses)),
          reason: fc.constant(null),
          until: fc.option(fc.integer({ min: -1000, max: 1000 }).map((seconds) => now.add({ seconds }))),
          category: fc.constantFrom('UTILITY', 'MARKETING', null),
        }),
      ),
      restrictions: fc
        .subarray([...restrictions])
        .map((list) => list.map((restriction) => ({ restriction, reason: 'x', until: null }))),
    });
    fc.assert(
      fc.property(anyFacts, (given) => {
        const decision = decide(given, now);
        if (decision.outcome !== 'send') return decision.rule !== '';
        const open =
          !given.needsWindow ||
          given.directSend?.isEnabled === true ||
          (given.windowExpiresAt !== null && Temporal.Instant.compare(given.windowExpiresAt, now) > 0);
        const alive = given.expiresAt === null || Temporal.Instant.compare(given.expiresAt, now) > 0;
        const allowed = !given.suppressions.includes('stop') && !given.suppressions.includes('block');
        const due = given.sendAt === null || Temporal.Instant.compare(given.sendAt, now) <= 0;
        const usable = given.template === null || !isTemplateHeld(given.template, now);
        const isRestricted = given.restrictions.length === restrictions.length;
        const enabled = given.directSend?.isEnabled !== false;
        const free = !isRestricted && !given.stopped && !given.laneStopped && !given.senderPaused;
        return open && alive && allowed && due && usable && enabled && free;
      }),
      { numRuns: 2000 },
    );
  });
});
