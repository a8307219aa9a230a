import { expect, it } from 'vitest';
import { restrictionLesson } from './restriction-refusals.ts';

const now = Temporal.Instant.from('2026-11-22T12:00:00Z');
const inAnHour = now.add({ hours: 1 }).epochMilliseconds / 1000;
const misuse = { code: '131064', title: 'Temporarily limited' };
const text = { type: 'text', text: { body: 'Hi' } };
const template = { type: 'template', template: { name: 'order', language: { code: 'en_US' } } };

it.each(['utility', 'authentication', 'service'] as const)(
  'a refusal for misuse of %s stops this category for an hour',
  (category) => {
    expect(restrictionLesson(misuse, { content: text, directSend: { category } }, now)).toMatchObject({
      restriction: `direct_send_${category}`,
      reason: expect.stringContaining(category),
      untilSeconds: inAnHour,
    });
  },
);

it('of a template it stops utility templates', () => {
  expect(restrictionLesson(misuse, { content: template }, now)).toMatchObject({
    restriction: 'utility_templates',
    untilSeconds: inAnHour,
  });
});

it('another refusal, and one of what belongs to no category, stops nothing', () => {
  const directSend = { category: 'utility' } as const;
  expect(restrictionLesson({ code: '131026', title: 'Undeliverable' }, { content: text, directSend }, now)).toBeNull();
  expect(restrictionLesson(misuse, { content: text }, now)).toBeNull();
});
