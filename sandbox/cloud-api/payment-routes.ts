import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import { accessToNumber, unknownObject } from './access.ts';
import { invalid, isGiven, optionalWord, requireInteger, requireObject, requireText } from './checks.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { newDigits } from './ids.ts';
import type { Order, Orders } from './orders.ts';
import { paymentView } from './payments.ts';
import { fieldsOf } from './request-body.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  orders: Orders;
}

/** Looking up what was paid, and paying it back. */
export function paymentRoutes(app: FastifyInstance, deps: Deps): void {
  const { orders } = deps;
  app.get<{ Params: { id: string; configuration: string; reference: string } }>(
    '/:id/payments/:configuration/:reference',
    (request) => {
      const { id, configuration, reference } = request.params;
      accessToNumber(request, id, deps);
      const order = orderOf(id, reference);
      if (order.gateway.configuration !== null && order.gateway.configuration !== configuration) {
        throw unknownObject(reference);
      }
      return { payments: [paymentView(order)] };
    },
  );

  app.post<{ Params: { id: string } }>('/:id/payments_refund', (request) => {
    const { id } = request.params;
    accessToNumber(request, id, deps);
    const body = fieldsOf(request);
    const speed = optionalWord(body, 'speed', 'speed', ['normal', 'instant']) ?? 'normal';
    const order = orderOf(id, requireText(body, 'reference_id', 'reference_id', 60));
    const configuration = requireText(body, 'payment_config_id', 'payment_config_id', 60);
    if (order.gateway.configuration !== configuration)
      throw invalid('payment_config_id', 'is not that of the payment.');
    const amount = requireObject(body, 'amount', 'amount');
    const value = requireInteger(amount, 'value', "amount['value']", 1, 1_000_000_000_000);
    const offset = requireInteger(amount, 'offset', "amount['offset']", 1, 1_000_000);
    if (isGiven(amount, 'currency') && amount['currency'] !== order.currency) {
      throw new GraphError(131009, `Param amount['currency'] must be ${order.currency}.`);
    }
    if (offset !== order.total.offset)
      throw new GraphError(131009, "Param amount['offset'] is not that of the payment.");
    if (!order.is_paid) throw new GraphError(131009, 'The order has not been paid.');
    const left = order.total.value - order.refunded;
    if (value > left) throw new GraphError(131009, `Only ${left} of the payment can still be refunded.`);
    orders.refund(order, value);
    return { id: `rfnd_${newDigits(14)}`, status: 'completed', speed_processed: speed };
  });

  function orderOf(phoneNumberId: string, reference: string): Order {
    const order = orders.find(reference);
    if (order?.phone_number_id !== phoneNumberId) throw unknownObject(reference);
    return order;
  }
}
