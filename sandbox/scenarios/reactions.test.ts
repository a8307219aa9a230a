import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlannedPerson } from './people-plan.ts';
import { arrivalOf, businessAnswerTo, reactionsOf } from './reactions.ts';
import type { Behaviour } from './scenario.ts';

const NONE = new Map<number, number>();

function aPerson(behaviour: Behaviour, more: Partial<PlannedPerson> = {}): PlannedPerson {
  return {
    key: 'a/1',
    group: 'a',
    waId: '15552001001',
    name: 'Ada "A"',
    behaviour,
    neverReads: false,
    blocks: false,
    onlineAtMs: null,
    beganAt: '20260302090000',
    ...more,
  };
}

const buttons = arrivalOf(
  {
    id: 'wamid.1',
    type: 'interactive',
    content: {
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text: 'Pay?' },
        action: {
          buttons: [
            { type: 'reply', reply: { id: 'y', title: 'Yes' } },
            { type: 'reply', reply: { id: 'n', title: 'No' } },
          ],
        },
      },
    },
    rendered: null,
  },
  1,
);

it('who never reads answers nothing, and who blocks does so once', () => {
  const behaviour: Behaviour = { answers: [{ texts: ['Hi'] }] };
  expect(reactionsOf(aPerson(behaviour, { neverReads: true }), buttons, NONE, 1)).toEqual([]);
  const first = reactionsOf(aPerson(behaviour, { blocks: true }), buttons, NONE, 1);
  expect(first.map((reaction) => reaction.kind)).toEqual(['block', 'read', 'answer']);
  const second = reactionsOf(aPerson(behaviour, { blocks: true }), { ...buttons, number: 2 }, NONE, 1);
  expect(second.map((reaction) => reaction.kind)).toEqual(['read', 'answer']);
});

it('nobody answers before they have read', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(1000), (seed, number) => {
      const behaviour: Behaviour = { reads_after: '10s..5m', answers: [{ after: '0s..1m', texts: ['Hi'] }] };
      const [read, answer] = reactionsOf(aPerson(behaviour), { ...buttons, number }, NONE, seed);
      expect(read?.kind).toBe('read');
      expect(answer?.afterMs).toBeGreaterThanOrEqual(read?.afterMs ?? Number.POSITIVE_INFINITY);
    }),
  );
});

it('a tap sends what the phone would send for that button', () => {
  const [, answer] = reactionsOf(aPerson({ answers: [{ tap: 2 }] }), buttons, NONE, 1);
  expect(answer).toMatchObject({
    message: {
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id: 'n', title: 'No' } },
      context: { message_id: 'wamid.1' },
    },
  });
  const template = arrivalOf(
    {
      id: 'wamid.2',
      type: 'template',
      content: { type: 'template', template: {} },
      rendered: {
        header: null,
        body: 'Ok?',
        footer: null,
        buttons: [
          { type: 'url', text: 'Go' },
          { type: 'quick_reply', text: 'Stop', payload: 'stop' },
        ],
      },
    },
    1,
  );
  expect(reactionsOf(aPerson({ answers: [{ tap: 1 }] }), template, NONE, 1)[1]).toMatchObject({
    message: { type: 'button', button: { payload: 'stop', text: 'Stop' } },
  });
  const text = arrivalOf(
    { id: 'wamid.3', type: 'text', content: { type: 'text', text: { body: 'Hi' } }, rendered: null },
    1,
  );
  expect(reactionsOf(aPerson({ answers: [{ tap: 1 }] }), text, NONE, 1).map((each) => each.kind)).toEqual(['read']);
});

it('an order that is to be paid is paid, and nothing else is', () => {
  const person = aPerson({ answers: [{ pays: 'captured' }] });
  const bill = { type: 'interactive', content: { type: 'interactive', interactive: { type: 'order_details' } } };
  const arrived = arrivalOf({ id: 'wamid.4', ...bill, rendered: null }, 1);
  expect(reactionsOf(person, arrived, NONE, 1)[1]).toMatchObject({ kind: 'pay', status: 'captured' });
  expect(reactionsOf(person, buttons, NONE, 1).map((each) => each.kind)).toEqual(['read']);
});

it('the first rule that fits decides, no more often than it may', () => {
  const rules = [
    { to: 'order', texts: ['order'] },
    { containing: 'PAY', most: 1, texts: ['pay'] },
    { chance: 0, texts: ['never'] },
    { texts: ['else {name}'] },
  ];
  const person = aPerson({});
  expect(businessAnswerTo(rules, person, buttons, NONE, 1)).toMatchObject({
    rule: 1,
    message: { text: { body: 'pay' } },
  });
  expect(businessAnswerTo(rules, person, buttons, new Map([[1, 1]]), 1)).toMatchObject({
    rule: 3,
    message: { text: { body: 'else Ada "A"' } },
  });
});

it('a chance strikes about as often as it says, for each message anew', () => {
  const person = aPerson({ answers: [{ chance: '30%', texts: ['Hi'], most: 1000 }] });
  const answered = Array.from({ length: 1000 }, (_, number) =>
    reactionsOf(person, { ...buttons, number: number + 1 }, NONE, 9),
  ).filter((reactions) => reactions.length === 2).length;
  expect(answered).toBeGreaterThan(250);
  expect(answered).toBeLessThan(350);
});
