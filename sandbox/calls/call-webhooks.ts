import type { BusinessNumber } from '#cloud-api/credentials.ts';
import type { Json } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import { epochSeconds } from '#storage/clock.ts';
import type { Call } from './call.ts';

/** The elements of the webhook field `calls`, as Meta tells them. */

/** Both sides can hear each other, or a person rings: `session` is the answer or the offer. */
export function connectElement(
  call: Call,
  person: Person,
  number: BusinessNumber,
  at: number,
  session: Json,
  more: Json,
): Json {
  return { ...sidesOf(call, person, number), event: 'connect', timestamp: epochSeconds(at), session, ...more };
}

export function callStatusElement(call: Call, person: Person, status: string, at: number): Json {
  return {
    id: call.id,
    type: 'call',
    status,
    timestamp: epochSeconds(at),
    ...(person.wa_id === null ? {} : { recipient_id: person.wa_id }),
    recipient_user_id: person.user_id,
    ...callbackOf(call),
  };
}

/** How it ended; times and duration are there when the two have talked. */
export function terminateElement(call: Call, person: Person, number: BusinessNumber, at: number): Json {
  const { connected_at: connectedAt } = call;
  return {
    ...sidesOf(call, person, number),
    event: 'terminate',
    timestamp: epochSeconds(at),
    status: call.outcome,
    ...(connectedAt === null
      ? {}
      : {
          start_time: epochSeconds(connectedAt),
          end_time: epochSeconds(at),
          duration: Math.floor(at / 1000) - Math.floor(connectedAt / 1000),
        }),
    ...callbackOf(call),
  };
}

function sidesOf(call: Call, person: Person, number: BusinessNumber): Json {
  const business = number.display_phone_number.replaceAll(/\D/g, '');
  const isOurs = call.direction === 'BUSINESS_INITIATED';
  const [mine, theirs] = isOurs ? ['from', 'to'] : ['to', 'from'];
  return {
    id: call.id,
    [mine as string]: business,
    ...(person.wa_id === null ? {} : { [theirs as string]: person.wa_id }),
    [`${theirs}_user_id`]: person.user_id,
    direction: call.direction,
  };
}

function callbackOf({ callback_data: data }: Call): Json {
  return data === null ? {} : { biz_opaque_callback_data: data };
}
