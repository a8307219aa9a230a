import fc from 'fast-check';
import { expect, it } from 'vitest';
import { purposes } from '#messages/message.ts';
import { chooseCandidate } from '#messages/routing/choose.ts';
import {
  decideReroute,
  ecosystemLimits,
  type RerouteCandidate,
  type RerouteDecision,
  type RerouteFacts,
  receiptMarginSeconds,
  triggers,
} from './decide-reroute.ts';

const now = Temporal.Instant.from('2026-11-27T12:00:00Z');
const euros = (amount: string) => ({ amount, currency: 'EUR' });
const send = { outcome: 'send', rule: 'no_window_needed', facts: {} } as const;
const undeliverable = { code: '131026', title: 'Undeliverable', reroute: 'channel' } as const;

/** A message that is rerouted: each test changes what it is about. */
function facts(changes: Partial<RerouteFacts> = {}): RerouteFacts {
  return {
    trigger: 'refused',
    purpose: 'transactional',
    error: undeliverable,
    isOvertaken: false,
    rank: 0,
    hasUnknownAttempt: false,
    liveUntil: null,
    waitedSeconds: 0,
    reroute: { enabled: true, max_hops: 1 },
    hop: 0,
    triedConnections: ['first'],
    isBoundToSender: false,
    expiresAt: now.add({ hours: 1 }),
    lastInboundAt: null,
    ...changes,
  };
}

function candidate(changes: Partial<RerouteCandidate> = {}): RerouteCandidate {
  return {
    sender_id: 'sms',
    connectionId: 'second',
    isOfficial: true,
    price: null,
    obstacle: null,
    decision: send,
    isAnswering: true,
    ...changes,
  };
}

const instants = fc.option(fc.integer({ min: -90_000, max: 90_000 }).map((seconds) => now.add({ seconds })));
const errors = fc.record({
  code: fc.constantFrom('131026', '131047', '131049', '130472', '63049', '30008'),
  title: fc.constant('Why'),
  reroute: fc.constantFrom('template', 'channel', null),
});
const wildFacts: fc.Arbitrary<RerouteFacts> = fc.record({
  trigger: fc.constantFrom(...triggers),
  purpose: fc.constantFrom(...purposes),
  error: fc.option(errors, { freq: 6 }),
  isOvertaken: fc.nat(9).map((n) => n === 0),
  rank: fc.constantFrom(0, 0, 1, 2, 3, 4),
  hasUnknownAttempt: fc.nat(4).map((n) => n === 0),
  liveUntil: instants,
  waitedSeconds: fc.nat(5_000),
  reroute: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(undefined, null) },
    {
      weight: 9,
      arbitrary: fc.record(
        {
          enabled: fc.nat(9).map((n) => n > 0),
          max_hops: fc.integer({ min: 1, max: 3 }),
          price_ceiling: fc.constantFrom(euros('0.05'), euros('1')),
          when_waiting_seconds: fc.constant(600),
        },
        { requiredKeys: ['enabled', 'max_hops'] },
      ),
    },
  ),
  hop: fc.constantFrom(0, 0, 0, 1, 2),
  triedConnections: fc.constantFrom(['first'], ['first', 'second']),
  isBoundToSender: fc.nat(9).map((n) => n === 0),
  expiresAt: instants,
  lastInboundAt: instants,
});
// Mostly as a message that is rerouted: else there would hardly be one that is.
const anyFacts = fc
  .tuple(wildFacts, fc.subarray(Object.keys(facts()) as (keyof RerouteFacts)[], { maxLength: 5 }))
  .map(([wild, keys]) => facts(Object.fromEntries(keys.map((key) => [key, wild[key]]))));
const decisions = fc.constantFrom(
  send,
  send,
  { outcome: 'hold', rule: 'sender_paused', facts: {}, until: null } as const,
  { outcome: 'block', rule: 'recipient_opted_out', facts: {} } as const,
  { outcome: 'block', rule: 'service_window_closed', facts: {} } as const,
);
const anyCandidates = fc.array(
  fc.record({
    sender_id: fc.uuid(),
    connectionId: fc.constantFrom('first', 'second', 'third', null),
    isOfficial: fc.nat(3).map((n) => n > 0),
    price: fc.option(fc.constantFrom(euros('0.01'), euros('0.5'), euros('9'), { amount: '0.01', currency: 'USD' })),
    obstacle: fc
      .option(fc.constant({ reason: 'cannot_be_said', detail: 'No.' } as const), { freq: 4 })
      .map((one) => one),
    decision: decisions,
    isAnswering: fc.nat(4).map((n) => n > 0),
  }),
  { maxLength: 5 },
);

type Yes = Extract<RerouteDecision, { reroutes: true }>;

/** Holds whenever a message is rerouted, whatever else is the case; and enough of the cases are of that kind. */
function whenRerouted(
  check: (facts: RerouteFacts, target: RerouteCandidate, yes: Yes, all: RerouteCandidate[]) => void,
) {
  let seen = 0;
  fc.assert(
    fc.property(anyFacts, anyCandidates, (given, candidates) => {
      const decision = decideReroute(given, candidates, now);
      if (!decision.reroutes) return;
      const target = candidates[decision.place];
      if (!target) throw new Error('It goes nowhere.');
      seen += 1;
      check(given, target, decision, candidates);
    }),
    { numRuns: 3_000 },
  );
  expect(seen).toBeGreaterThan(100);
}

const ruleOf = (decision: RerouteDecision): string => (decision.reroutes ? 'rerouted' : decision.rule);

it('a definitive refusal that another channel may answer leads to the next sender, with its reason', () => {
  const tried = candidate({ sender_id: 'cloud', connectionId: 'first' });
  expect(decideReroute(facts(), [tried, candidate()], now)).toEqual({
    reroutes: true,
    place: 1,
    skipped: [],
    reason: 'Refused: Undeliverable (131026)',
  });
});

it('each "no" has its own name', () => {
  const rows: [Partial<RerouteFacts>, string][] = [
    [{ reroute: undefined }, 'sender_was_named'],
    [{ reroute: null }, 'rule_is_gone'],
    [{ reroute: { enabled: false, max_hops: 1 } }, 'off'],
    [{ rank: 3 }, 'already_delivered'],
    [{ isOvertaken: true }, 'overtaken'],
    [{ hop: 1 }, 'hops_used'],
    [{ error: { ...undeliverable, code: '131049' } }, 'ecosystem_limit'],
    [{ error: { ...undeliverable, reroute: 'template' } }, 'not_for_another_channel'],
    [{ error: null }, 'not_for_another_channel'],
    [{ trigger: 'unknown' }, 'outcome_unknown'],
    [{ hasUnknownAttempt: true }, 'outcome_unknown'],
    [{ trigger: 'not_delivered' }, 'may_still_be_delivered'],
    [{ trigger: 'waiting', waitedSeconds: 9_999 }, 'has_not_waited_long'],
    [{ isBoundToSender: true }, 'bound_to_its_sender'],
    [{ expiresAt: now }, 'expired'],
  ];
  for (const [changes, rule] of rows)
    expect(ruleOf(decideReroute(facts(changes), [candidate()], now)), rule).toBe(rule);

  const dear = { enabled: true, max_hops: 1, price_ceiling: euros('0.05') };
  const senders: [Partial<RerouteCandidate>, string][] = [
    [{ connectionId: 'first' }, 'no_sender_left'],
    [{ isOfficial: false }, 'unofficial'],
    [{ price: euros('0.06') }, 'too_expensive'],
    [{ price: null }, 'price_unknown'],
    [{ obstacle: { reason: 'cannot_be_said', detail: 'No twin.' } }, 'cannot_be_said'],
    [{ decision: { outcome: 'block', rule: 'recipient_opted_out', facts: {} } }, 'policy:recipient_opted_out'],
    [{ decision: { outcome: 'hold', rule: 'sender_paused', facts: {}, until: null } }, 'paused'],
    [{ isAnswering: false }, 'not_answering'],
  ];
  for (const [changes, rule] of senders) {
    const one = candidate({ price: euros('0.05'), ...changes });
    expect(ruleOf(decideReroute(facts({ reroute: dear }), [one], now)), rule).toBe(rule);
  }
  expect(ruleOf(decideReroute(facts(), [], now))).toBe('no_sender_left');
});

it('rerouting is off until somebody turns it on, and never for a message that named its sender', () => {
  whenRerouted((given) => expect(given.reroute?.enabled).toBe(true));
});

it('only on a definitive refusal, when the time to live at the provider and two minutes have passed without delivery, or when nothing was handed over', () => {
  whenRerouted(({ trigger, error, liveUntil, rank, waitedSeconds, reroute, isOvertaken }) => {
    expect(rank).toBeLessThan(3);
    expect(isOvertaken).toBe(false);
    if (trigger === 'refused' || trigger === 'reported') expect(error?.reroute).toBe('channel');
    if (trigger === 'not_delivered')
      expect(now.epochMilliseconds - (liveUntil?.epochMilliseconds ?? Infinity)).toBeGreaterThan(120_000);
    if (trigger === 'waiting') expect(waitedSeconds).toBeGreaterThanOrEqual(reroute?.when_waiting_seconds ?? Infinity);
  });
  const over = (seconds: number) =>
    decideReroute(
      facts({ trigger: 'not_delivered', error: null, liveUntil: now.subtract({ seconds }) }),
      [candidate()],
      now,
    );
  expect([over(receiptMarginSeconds).reroutes, over(receiptMarginSeconds + 1).reroutes]).toEqual([false, true]);
});

it('never while the outcome is unknown, but for one-time codes', () => {
  whenRerouted(({ trigger, hasUnknownAttempt, purpose }) => {
    if (trigger === 'unknown' || hasUnknownAttempt) expect(purpose).toBe('authentication');
  });
  const code = facts({ trigger: 'unknown', error: null, hasUnknownAttempt: true, purpose: 'authentication' });
  expect(decideReroute(code, [candidate()], now)).toMatchObject({ reroutes: true });
});

it('never to an unofficial sender, but to answer somebody who wrote within 24 hours', () => {
  whenRerouted(({ purpose, lastInboundAt }, { isOfficial }) => {
    if (isOfficial) return;
    expect(purpose).toBe('service');
    expect(now.epochMilliseconds - (lastInboundAt?.epochMilliseconds ?? 0)).toBeLessThan(24 * 3_600_000);
  });
  const answer = facts({ purpose: 'service', lastInboundAt: now.subtract({ hours: 23 }) });
  expect(decideReroute(answer, [candidate({ isOfficial: false })], now).reroutes).toBe(true);
});

it('never around an ecosystem limit, whatever its row says and whatever the purpose', () => {
  whenRerouted(({ error }) => expect(ecosystemLimits).not.toContain(error?.code));
});

it('at most as many hops as the rule allows, and never back to an account that had the message', () => {
  whenRerouted(({ hop, reroute, triedConnections }, { connectionId }) => {
    expect(hop).toBeLessThan(reroute?.max_hops ?? 0);
    expect(triedConnections).not.toContain(connectionId);
  });
});

it('never above the price ceiling, and never at a price that is not known while there is one', () => {
  whenRerouted(({ reroute }, { price }) => {
    if (!reroute?.price_ceiling) return;
    expect(price?.currency).toBe(reroute.price_ceiling.currency);
    expect(Number(price?.amount)).toBeLessThanOrEqual(Number(reroute.price_ceiling.amount));
  });
});

it('consent, window and template are decided anew: it goes only where policy lets it go now', () => {
  whenRerouted((_given, { decision, obstacle, isAnswering }) => {
    expect(decision?.outcome).toBe('send');
    expect(obstacle).toBeNull();
    expect(isAnswering).toBe(true);
  });
});

it('a message is not led around a stop: behind a sender where the person said stop no other is tried', () => {
  whenRerouted(({ triedConnections }, _target, { place }, all) => {
    const before = all.slice(0, place).filter(({ connectionId }) => !triedConnections.includes(connectionId ?? ''));
    for (const { decision, obstacle } of before) if (!obstacle) expect(decision?.rule).not.toBe('recipient_opted_out');
  });
});

it('nothing is rerouted after its own time, nor what only its sender knows', () => {
  whenRerouted(({ expiresAt, isBoundToSender }) => {
    expect(isBoundToSender).toBe(false);
    if (expiresAt) expect(Temporal.Instant.compare(expiresAt, now)).toBe(1);
  });
});

it('every sender that came before and did not take it is named with its reason, and the first one that can takes it', () => {
  whenRerouted(({ triedConnections }, target, { place, skipped }, all) => {
    const before = all.slice(0, place).filter(({ connectionId }) => !triedConnections.includes(connectionId ?? ''));
    expect(skipped.map(({ sender_id }) => sender_id)).toEqual(before.map(({ sender_id }) => sender_id));
    expect(chooseCandidate([target], { enabled: false, max_hops: 1 }).skipped).toEqual([]);
  });
});
