import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Candidate, chooseCandidate, obstacleOf } from './choose.ts';
import { isWaiting, refusingReasons } from './routing.ts';

const send = { outcome: 'send', rule: 'service_window_open', facts: {} } as const;
const hold = (rule: string) => ({ outcome: 'hold', rule, facts: { reason: 'why' }, until: null }) as const;
const block = (rule: string) => ({ outcome: 'block', rule, facts: {} }) as const;
const off = { enabled: false, max_hops: 1 };
const on = { enabled: true, max_hops: 1 };
const a = (changes: Partial<Candidate> = {}): Candidate => ({
  sender_id: 'a',
  obstacle: null,
  decision: send,
  isAnswering: true,
  isOfficial: true,
  price: null,
  ...changes,
});

it('with rerouting on the first sender without an obstacle takes the message, and those before it are named with their reasons', () => {
  const paused = a({ sender_id: 'p', decision: hold('sender_paused') });
  const silent = a({ sender_id: 's', isAnswering: false });
  expect(chooseCandidate([paused, silent, a(), a({ sender_id: 'b' })], on)).toEqual({
    place: 2,
    skipped: [
      { sender_id: 'p', reason: 'paused', detail: 'Held there: sender paused. why' },
      { sender_id: 's', reason: 'not_answering', detail: 'Its provider does not answer at the moment.' },
    ],
  });
});

it('with rerouting off a message waits where it goes usually, also in an outage', () => {
  for (const waiting of [a({ decision: hold('sender_paused') }), a({ isAnswering: false })])
    expect(chooseCandidate([waiting, a({ sender_id: 'b' })], off)).toEqual({ place: 0, skipped: [] });
});

it('it is not led on to an unofficial sender, to one above the ceiling, or to where the person said stop: it waits', () => {
  const silent = a({ isAnswering: false });
  const ceiling = { ...on, price_ceiling: { amount: '0.05', currency: 'EUR' } };
  expect(chooseCandidate([silent, a({ isOfficial: false })], on).place).toBe(0);
  expect(chooseCandidate([silent, a({ price: { amount: '0.06', currency: 'EUR' } })], ceiling).place).toBe(0);
  expect(chooseCandidate([silent, a()], ceiling).place).toBe(0);
  expect(chooseCandidate([silent, a({ price: { amount: '0.05', currency: 'EUR' } })], ceiling).place).toBe(1);
  expect(chooseCandidate([silent, a({ decision: block('recipient_opted_out') }), a()], on).place).toBe(0);
});

it('when all are paused the message waits at the first that would take it', () => {
  const cannot = a({ obstacle: { reason: 'cannot_be_said', detail: 'No.' } });
  const paused = a({ decision: hold('sender_paused') });
  expect(chooseCandidate([cannot, paused, a({ decision: hold('lane_stopped') })], on).place).toBe(1);
});

it('a message is not led around a stop: it is blocked at the sender where it would have gone', () => {
  expect(chooseCandidate([a({ decision: block('recipient_opted_out') }), a({ sender_id: 'b' })], on).place).toBe(0);
  expect(chooseCandidate([a({ decision: block('recipient_blocked') }), a({ sender_id: 'b' })], on).place).toBe(0);
});

it('a closed service window leads on to the next sender, and blocks when there is none', () => {
  const closed = a({ decision: block('service_window_closed') });
  expect(chooseCandidate([closed, a({ sender_id: 'b' })], on).place).toBe(1);
  expect(chooseCandidate([closed], off).place).toBe(0);
});

it('a message for later is not led away by what is the matter now', () => {
  expect(obstacleOf(a({ decision: hold('scheduled'), isAnswering: false }))).toBeNull();
});

const candidate = fc.record<Candidate>({
  sender_id: fc.uuid(),
  obstacle: fc.option(fc.record({ reason: fc.constantFrom(...refusingReasons), detail: fc.string() })),
  decision: fc.constantFrom(send, hold('sender_paused'), hold('template_paused'), block('recipient_opted_out')),
  isAnswering: fc.boolean(),
  isOfficial: fc.boolean(),
  price: fc.constant(null),
});

it('everybody before the chosen one who does not take it is named, and nobody else', () =>
  fc.assert(
    fc.property(fc.array(candidate, { maxLength: 6 }), fc.constantFrom(on, off), (all, reroute) => {
      const { place, skipped } = chooseCandidate(all, reroute);
      const before = all.slice(0, place ?? all.length);
      const obstacles = before.map((one) => obstacleOf(one)?.reason);
      const named = new Set(skipped.map(({ sender_id }) => sender_id));
      for (const [at, one] of before.entries()) if (obstacles[at]) expect(named.has(one.sender_id)).toBe(true);
      const waitsFor = obstacles.findIndex((reason) => reason !== undefined && isWaiting(reason));
      if (!reroute.enabled) expect(waitsFor, 'nothing is led on').toBe(-1);
      const taken = place === null ? undefined : all[place];
      if (!taken) expect(all.some((one) => isWaiting(obstacleOf(one)?.reason ?? 'sender_gone'))).toBe(false);
      else if (waitsFor >= 0) {
        expect(obstacleOf(taken)).toBeNull();
        expect(taken.isOfficial).toBe(true);
        expect(taken.decision?.outcome).not.toBe('block');
      }
    }),
  ));
