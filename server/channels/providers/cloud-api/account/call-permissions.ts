import type { Recipient } from '#channels/provider.ts';
import { type Account, askGraph, pathOf } from './asking.ts';
import { flag, instant, listOrNone, number, object, optional, text } from './reading.ts';

const limit = object({
  timePeriod: text,
  maxAllowed: optional(number),
  currentUsage: optional(number),
  limitExpirationTime: optional(instant),
});

/** Whether a person may be called, and what may be done now: asking for the permission is limited, and so are calls. */
const callPermission = object({
  permission: object({ status: text, expirationTime: optional(instant) }),
  actions: listOrNone(object({ actionName: text, canPerformAction: flag, limits: listOrNone(limit) })),
});
export type CallPermission = ReturnType<typeof callPermission>;

/** At most five times a second for a number (613). `status` is `no_permission`, `temporary` or `permanent`. */
export function getCallPermission(account: Account, person: Recipient): Promise<CallPermission> {
  const query =
    person.kind === 'phone' ? { user_wa_id: person.value.replaceAll(/\D/g, '') } : { recipient: person.value };
  return askGraph(account, { path: pathOf(account.senderExternalId, 'call_permissions'), query }, callPermission);
}
