import { expect, it } from 'vitest';
import { elapsedWords, factsOf, inWords } from './facts.ts';

it('puts facts into words, and leaves out what is absent', () => {
  expect(
    factsOf(
      {
        window_expires_at: '2026-11-22T10:00:00Z',
        isOpen: false,
        tries: 0,
        until: null,
        row: { code: 1 },
        ids: ['a', 'b'],
        none: [],
        rule: 'x',
      },
      ['rule'],
    ),
  ).toEqual([
    { name: 'window expires at', value: '2026-11-22T10:00:00Z', kind: 'instant' },
    { name: 'is open', value: 'no', kind: 'text' },
    { name: 'tries', value: '0', kind: 'text' },
    { name: 'row', facts: [{ name: 'code', value: '1', kind: 'text' }], kind: 'facts' },
    { name: 'ids', value: 'a, b', kind: 'text' },
  ]);
});

it('draws facts within facts, sums of money as one, and what lies deep as JSON', () => {
  expect(
    factsOf({
      price: { amount: '0.075', currency: 'EUR' },
      nothing: {},
      skipped: [{ sender_id: 's1', reason: 'paused', facts: { until: '2026-11-22T10:00:00Z' } }, 'the rest'],
    }),
  ).toEqual([
    { name: 'price', value: '0.075 EUR', kind: 'text' },
    {
      name: 'skipped',
      kind: 'list',
      items: [
        {
          kind: 'facts',
          facts: [
            { name: 'sender id', value: 's1', kind: 'text' },
            { name: 'reason', value: 'paused', kind: 'text' },
            { name: 'facts', value: '{\n  "until": "2026-11-22T10:00:00Z"\n}', kind: 'json' },
          ],
        },
        { value: 'the rest', kind: 'text' },
      ],
    },
  ]);
});

it.each([
  ['messages.windowClosed', 'messages window closed'],
  ['http_status', 'http status'],
  ['direct_send_needs_no_window', 'direct send needs no window'],
])('reads %s as %s', (name, words) => expect(inWords(name)).toBe(words));

it.each([
  ['2026-11-22T10:00:00.000Z', '2026-11-22T10:00:00.340Z', '340 ms'],
  ['2026-11-22T10:00:00Z', '2026-11-22T10:00:02.4Z', '2.4 s'],
  ['2026-11-22T10:00:00Z', '2026-11-22T10:03:00Z', '3 min'],
  ['2026-11-22T10:00:00Z', '2026-11-22T15:00:00Z', '5 h'],
  ['2026-11-22T10:00:00Z', '2026-11-25T10:00:00Z', '3 d'],
  ['x', 'y', ''],
])('says how long it is from %s to %s', (from, to, words) => expect(elapsedWords(from, to)).toBe(words));
