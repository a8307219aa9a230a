import { describe, expect, it } from 'vitest';
import type { MessageContent } from '#channels/provider.ts';
import { checkContent } from '#channels/providers/cloud-api/content/content.ts';
import { orderDetails } from './samples.fixture.ts';

const sendAt = Temporal.Instant.from('2026-11-26T12:00:00Z');
const parameters = '/interactive/action/parameters';

function pointersOf(details: object): string[] {
  const content: MessageContent = {
    type: 'interactive',
    interactive: {
      type: 'order_details',
      body: { text: 'Your order' },
      action: { name: 'review_and_pay', parameters: details },
    },
  };
  const verdict = checkContent(content, null, { sendAt, lane: 'transactional' });
  return verdict.ok ? [] : verdict.problems.map(({ pointer }) => pointer);
}

describe('an order', () => {
  it('can be paid for at least five minutes after it is sent', () => {
    const ending = (seconds: number) => ({
      ...orderDetails,
      order: {
        ...orderDetails.order,
        expiration: { timestamp: String(sendAt.epochMilliseconds / 1000 + seconds) },
      },
    });
    expect(pointersOf(ending(300))).toEqual([]);
    expect(pointersOf(ending(299))).toEqual([`${parameters}/order/expiration/timestamp`]);
  });

  it('counts the price of a sale, times the quantity', () => {
    const items = orderDetails.order.items.map((item) => {
      const { sale_amount: _, ...rest } = item;
      return rest;
    });
    expect(pointersOf({ ...orderDetails, order: { ...orderDetails.order, items } })).toEqual([
      `${parameters}/order/subtotal/value`,
    ]);
  });

  it('with one wrong amount is not also told that its sums are wrong', () => {
    const tax = { value: -1, offset: 100 };
    expect(pointersOf({ ...orderDetails, order: { ...orderDetails.order, tax } })).toEqual([
      `${parameters}/order/tax/value`,
    ]);
  });

  it('of eleven items is right without pictures', () => {
    const item = { retailer_id: 'a', name: 'A', amount: { value: 100, offset: 100 }, quantity: 1 };
    const details = {
      ...orderDetails,
      total_amount: { value: 1100, offset: 100 },
      order: {
        status: 'pending',
        items: Array.from({ length: 11 }, () => item),
        subtotal: { value: 1100, offset: 100 },
        tax: { value: 0, offset: 100 },
      },
    };
    expect(pointersOf(details)).toEqual([]);
  });

  it('names what a gateway does not take', () => {
    const settings = (gateway: object) => ({
      ...orderDetails,
      payment_settings: [
        { type: 'payment_gateway', payment_gateway: { type: 'payu', configuration_name: 'shop', ...gateway } },
      ],
    });
    const here = `${parameters}/payment_settings/0/payment_gateway`;
    expect(pointersOf(settings({ payu: { udf1: 'a' } }))).toEqual([]);
    expect(pointersOf(settings({ payu: { udf5: 'a' } }))).toEqual([`${here}/payu/udf5`]);
    expect(pointersOf(settings({ razorpay: { receipt: 'a' } }))).toEqual([`${here}/razorpay`]);
  });
});
