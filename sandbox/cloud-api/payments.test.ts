import { expect, it } from 'vitest';
import { type Answer, SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const ADA = '+15550001111';
const money = (value: number) => ({ value, offset: 100 });

function orderMessage(reference_id: string) {
  const gateway = { type: 'razorpay', configuration_name: 'shop', razorpay: { receipt: 'r1', notes: { table: '7' } } };
  const parameters = {
    reference_id,
    type: 'digital-goods',
    currency: 'INR',
    payment_settings: [{ type: 'payment_gateway', payment_gateway: gateway }],
    total_amount: money(1100),
    order: {
      status: 'pending',
      items: [{ retailer_id: 's', name: 'Song', amount: money(1000), quantity: 1 }],
      subtotal: money(1000),
      tax: money(100),
    },
  };
  return interactive('order_details', { name: 'review_and_pay', parameters });
}

function interactive(type: string, action: object) {
  return { type: 'interactive', interactive: { type, body: { text: 'Your order' }, action } };
}

function step(reference_id: string, status: string) {
  return interactive('order_status', { name: 'review_order', parameters: { reference_id, order: { status } } });
}

async function deliver(user: SandboxUser, message: Record<string, unknown>): Promise<string> {
  const wamid = idOf(await user.send(message));
  await eventually(async () => ((await user.statusesOf(wamid)).includes('delivered') ? true : undefined));
  return wamid;
}

function pay(user: SandboxUser, message_id: string, status?: string): Promise<Answer> {
  return user.request('POST', `/_sandbox/people/${ADA}/payments`, { message_id, ...(status ? { status } : {}) });
}

it('tells of a payment from pending to captured, as one transaction that can be looked up', async () => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  await using receiver = await WebhookReceiver.listen(user);
  const wamid = await deliver(user, orderMessage('ORD-1'));
  expect((await pay(user, wamid, 'pending')).status).toBe(200);
  expect((await pay(user, wamid)).status).toBe(200);
  const told = await eventually(() => {
    const payments = receiver.elements('statuses').filter((status) => status['type'] === 'payment');
    return payments.length === 2 ? payments : undefined;
  });
  expect(told.map((status) => status['status'])).toEqual(['pending', 'captured']);
  expect(told[1]).toMatchObject({
    id: wamid,
    recipient_id: '15550001111',
    payment: {
      reference_id: 'ORD-1',
      amount: money(1100),
      currency: 'INR',
      receipt: 'r1',
      notes: { table: '7' },
      transaction: { type: 'razorpay', status: 'success', method: { type: 'upi' } },
    },
  });
  const path = `/v24.0/${user.account.phone_number_id}/payments/shop/ORD-1`;
  const { payments } = (await user.graph('GET', path)).read<{
    payments: { status: string; transactions: object[] }[];
  }>();
  expect(payments).toMatchObject([
    { status: 'captured', total_amount: money(1100), transactions: [{ status: 'success' }] },
  ]);
  expect(payments[0]?.transactions).toHaveLength(1);
  expect((await pay(user, wamid)).status).toBe(409);
  expect(errorOf(await user.graph('GET', path.replace('ORD-1', 'ORD-2')))).toMatchObject({ code: 100, subcode: 33 });
});

it('lets an order go its way, and neither back nor be canceled once it is paid', async () => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  const endOf = async (message: Record<string, unknown>) => {
    const wamid = idOf(await user.send(message));
    return eventually(async () => (await user.statusesOf(wamid)).find((status) => status !== 'sent'));
  };
  const wamid = await deliver(user, orderMessage('ORD-1'));
  expect(await endOf(step('ORD-1', 'processing'))).toBe('delivered');
  expect(await endOf(step('ORD-1', 'pending'))).toBe('failed 2046');
  await pay(user, wamid);
  expect(await endOf(step('ORD-1', 'canceled'))).toBe('failed 2047');
  expect(await endOf(step('ORD-1', 'completed'))).toBe('delivered');
  expect(await endOf(step('ORD-1', 'shipped'))).toBe('failed 2046');
});

it('refunds what was paid, and not more', async () => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  const wamid = await deliver(user, orderMessage('ORD-1'));
  const refund = (value: number, more: object = {}) =>
    user.graph('POST', `/v24.0/${user.account.phone_number_id}/payments_refund`, {
      reference_id: 'ORD-1',
      payment_config_id: 'shop',
      amount: { currency: 'INR', value: String(value), offset: '100' },
      ...more,
    });
  expect(errorOf(await refund(100)).code).toBe(131009);
  await pay(user, wamid);
  expect((await refund(1000, { speed: 'instant' })).json).toMatchObject({
    status: 'completed',
    speed_processed: 'instant',
  });
  expect(errorOf(await refund(101)).code).toBe(131009);
  expect(errorOf(await refund(100, { payment_config_id: 'other' })).code).toBe(100);
  expect((await refund(100)).status).toBe(200);
});

it('takes no orders before the terms of payments are accepted', async () => {
  await using user = await SandboxUser.start({ payments_terms_accepted: false });
  expect(errorOf(await user.send(orderMessage('ORD-1'))).code).toBe(134011);
});

it('keeps an order over a restart', async () => {
  const first = await SandboxUser.start({ service_window: 'off' });
  const wamid = await deliver(first, orderMessage('ORD-1'));
  await first.stop();
  await using second = await SandboxUser.start({ service_window: 'off' }, first.folder);
  expect((await pay(second, wamid)).status).toBe(200);
});
