import { type Json, type Message, wamidOf } from '#people/chats.ts';
import { type Person, identityHashOf } from '#people/people.ts';
import { epochSeconds } from '#storage/clock.ts';
import { webhookError } from '#cloud-api/graph-error.ts';

/** The `contacts[]` element of a person. The phone is absent for people who are known by their username only; the hash of
 *  the phone's key is there for numbers that check it. */
export function contactOf(person: Person, hasIdentityCheck = false): Json {
  return {
    profile: { name: person.name, ...(person.username === null ? {} : { username: person.username }) },
    ...(person.wa_id === null ? {} : { wa_id: person.wa_id }),
    user_id: person.user_id,
    ...(hasIdentityCheck ? { identity_key_hash: identityHashOf(person) } : {}),
  };
}

/** Of a message to a group there is one status for each participant. */
function recipientOf({ group_id }: Message, { wa_id, user_id }: Person): Json {
  if (group_id === undefined) return { ...(wa_id === null ? {} : { recipient_id: wa_id }), recipient_user_id: user_id };
  return {
    recipient_id: group_id,
    recipient_type: 'group',
    ...(wa_id === null ? {} : { recipient_participant_id: wa_id }),
    recipient_participant_user_id: user_id,
  };
}

/** The `statuses[]` element. `billing` has its `pricing` and `conversation`, as far as it tells them. */
export function statusElement(message: Message, person: Person, status: string, at: number, billing: Json): Json {
  return {
    id: wamidOf(message),
    status,
    timestamp: epochSeconds(at),
    ...recipientOf(message, person),
    ...(message.identity_hash === undefined ? {} : { recipient_identity_key_hash: message.identity_hash }),
    ...(message.callback_data === null ? {} : { biz_opaque_callback_data: message.callback_data }),
    ...(status === 'failed' && message.error
      ? { errors: [webhookError(message.error.code, message.error.details)] }
      : {}),
    ...billing,
  };
}
