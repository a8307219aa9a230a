import { expect, it } from 'vitest';
import { refusalOf } from './orders.ts';

it.each([
  ['pending', 'completed', false, undefined],
  ['processing', 'shipped', false, undefined],
  ['shipped', 'partially_shipped', false, undefined],
  ['shipped', 'completed', true, undefined],
  ['processing', 'pending', false, 2046],
  ['completed', 'processing', false, 2046],
  ['canceled', 'completed', false, 2046],
  ['processing', 'canceled', false, undefined],
  ['processing', 'canceled', true, 2047],
])('an order that is %s may become %s (paid: %s) unless it ends with an error', (status, step, is_paid, code) => {
  expect(refusalOf({ status, is_paid }, step)?.code).toBe(code);
});
