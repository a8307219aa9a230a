import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Candidate, chooseCandidate, obstacleOf } from './choose.ts';
import { isWaiting, refusingReasons } from './routing.ts';

const send = { outcome: 'send', rule: 'service_window_open', facts: {} } as const;
const hold = (rule: string) => ({ outcome: 'hold', rule, facts: { reason: 'why' }, until: null }) as const;
const block = (rule: string) => ({ outcome: 'block', rule, facts: {} }) as const;
const a = (changes: Partial<Candidate> = {}): Candidate => ({
  sender_id: 'a',
  obstacle: null,
  decision: send,
  isAnswering: true,
  ...changes,
});

it('the first sender without an obstacle takes the message, and those before it are named with their reasons', () => {
  const paused = a({ sender_id: 'p', decision: hold('sender_paused') });
  const silent = a({ sender_id: 's', isAnswering: false });
  expect(chooseCandidate([paused, silent, a(), a({ sender_id: 'b' })])).toEqual({
    place: 2,
    skipped: [
      { sender_id: 'p', reason: 'paused', detail: 'Held there: sender paused. why' },
      { sender_id: 's', reason: 'not_answering', detail: 'Its provider does not answer at the moment.' },
    ],
  });
});

it('when all are paused the message waits at the first that would take it', () => {
  const cannot = a({ obstacle: { reason: 'cannot_be_said', detail: 'No.' } });
  const paused = a({ decision: hold('sender_paused') });
  expect(chooseCandidate([cannot, paused, a({ decision: hold('lane_stopped') })]).place).toBe(1);
});

it('a message is not led around a stop: it is blocked at the sender where it would have gone', () => {
  expect(chooseCandidate([a({ decision: block('recipient_opted_out') }), a({ sender_id: 'b' })]).place).toBe(0);
  expect(chooseCandidate([a({ decision: block('recipient_blocked') }), a({ sender_id: 'b' })]).place).toBe(0);
});

it('a closed service window leads on to the next sender, and blocks when there is none', () => {
  const closed = a({ decision: block('service_window_closed') });
  expect(chooseCandidate([closed, a({ sender_id: 'b' })]).place).toBe(1);
  expect(chooseCandidate([closed]).place).toBe(0);
});

it('a message for later is not led away by what is the matter now', () => {
  expect(obstacleOf(a({ decision: hold('scheduled'), isAnswering: false }))).toBeNull();
});

const candidate = fc.record<Candidate>({
  sender_id: fc.uuid(),
  obstacle: fc.option(fc.record({ reason: fc.constantFrom(...refusingReasons), detail: fc.string() })),
  decision: fc.constantFrom(send, hold('sender_paused'), hold('template_paused'), block('recipient_opted_out')),
  isAnswering: fc.boolean(),
});

it('everybody before the chosen one is named, and nobody else', () =>
  fc.assert(
    fc.property(fc.array(candidate, { maxLength: 6 }), (all) => {
      const { place, skipped } = chooseCandidate(all);
      const before = all.slice(0, place ?? all.length);
      expect(skipped.map(({ sender_id }) => sender_id)).toEqual(
        before.filter((one) => obstacleOf(one)).map(({ sender_id }) => sender_id),
      );
      const taken = place === null ? undefined : all[place];
      if (taken && !obstacleOf(taken)) expect(before.every((one) => obstacleOf(one))).toBe(true);
      if (taken && obstacleOf(taken)) expect(all.every((one) => obstacleOf(one))).toBe(true);
      if (!taken) expect(all.some((one) => isWaiting(obstacleOf(one)?.reason ?? 'sender_gone'))).toBe(false);
    }),
  ));
