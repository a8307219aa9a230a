import type { Json } from '#people/chats.ts';
import type { Group } from './account/groups.ts';
import type { BusinessNumber } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import {
  type CheckedMessage,
  type Recipient,
  THIRTY_DAYS_SECONDS,
  checkMessage,
  checkRecipient,
} from './send-check.ts';
import { checkPin, isForGroup, pinEnd } from './send-groups.ts';
import type { Endpoint } from './send-marketing.ts';
import { type SendDeps, factsOf, store, storeInGroup } from './sends.ts';

/** Stores the message of a request that the ledger has as accepted, but that a killed run had not stored. Its sender was
 *  told that it was accepted, so nothing that changed since can refuse it. */
export function restoreAccepted(
  body: Json,
  number: BusinessNumber,
  deps: SendDeps,
  endpoint: Endpoint,
  wamid: string,
): void {
  if (isForGroup(body)) {
    restoreInGroup(body, number, deps, endpoint, wamid);
    return;
  }
  const recipient = checkRecipient(body, number);
  const person =
    recipient.by === 'phone'
      ? (deps.people.findByWaId(recipient.waId) ?? deps.people.add({ phone: `+${recipient.waId}` }))
      : deps.people.findByUserId(recipient.input);
  // Somebody without a phone number who is gone from the sandbox has no chat that it could be in.
  if (!person) return;
  store(wamid, read(body, recipient, number, deps), recipient, person, number, deps, endpoint, {
    plannedFailure: undefined,
  });
}

/** Those who are in the group now get it. A group that is gone has nobody who could. */
function restoreInGroup(body: Json, number: BusinessNumber, deps: SendDeps, endpoint: Endpoint, wamid: string): void {
  const group = deps.groups.find(String(body['to']));
  if (!group) return;
  if (body['type'] === 'pin') {
    restorePin(body, group, deps);
    return;
  }
  const members = group.participants.flatMap((id) => deps.people.find(id) ?? []);
  const recipient: Recipient = { by: 'phone', input: group.id, waId: group.id };
  const checked = read(body, recipient, number, deps);
  storeInGroup(wamid, checked, { group, members }, number, deps, endpoint, undefined);
}

function restorePin(body: Json, group: Group, { chats, clock, groups }: SendDeps): void {
  try {
    const { messageId, days } = checkPin(body, group, chats);
    groups.pin(group, messageId, pinEnd(days, clock.now()));
  } catch (error) {
    // The message is gone, and with it its place on top.
    if (!(error instanceof GraphError)) throw error;
  }
}

function read(body: Json, recipient: Recipient, number: BusinessNumber, deps: SendDeps): CheckedMessage {
  try {
    return checkMessage(body, recipient, {
      phoneNumberId: number.phone_number_id,
      settings: deps.settings,
      now: deps.clock.now(),
      findMedia: (id) => deps.media.find(id),
      findTemplate: (name, language) => {
        const template = deps.templates.find(name, language, number.waba_id);
        return template && { ...template, status: 'APPROVED' };
      },
    });
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return plain(body);
  }
}

/** What can be told of a message whose template or file is gone: what was sent, and not how it looked. */
function plain(body: Json): CheckedMessage {
  const { type, callbackData } = factsOf(body);
  return {
    type,
    content: { type, [type]: body[type] },
    contextId: null,
    callbackData,
    category: type === 'template' ? 'utility' : 'service',
    mediaId: null,
    template: null,
    rendered: null,
    reaction: null,
    identityHash: null,
    ttlSeconds: THIRTY_DAYS_SECONDS,
    isDirectSend: false,
  };
}
