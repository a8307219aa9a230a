import type { GroupKind } from '#control/account-settings.ts';
import type { Settings } from '#control/settings.ts';
import type { Chats, Json } from '#people/chats.ts';
import type { People, Person } from '#people/people.ts';
import type { Group, Groups } from './account/groups.ts';
import { missing, requireInteger, requireObject, requireText, requireWord, shown } from './checks.ts';
import { GraphError } from './graph-error.ts';
import type { CheckedMessage } from './send-check.ts';

const DAY_MS = 86_400_000;

export function isForGroup(body: Json): boolean {
  return body['recipient_type'] === 'group';
}

/** The group that a message is for, and the people who get it. Throws what stands in the way. */
export function checkGroup(
  body: Json,
  phoneNumberId: string,
  deps: { groups: Groups; people: People; settings: Settings },
): { group: Group; members: Person[] } {
  const to = body['to'];
  if (to === undefined || to === null || to === '') throw missing('to');
  const group = typeof to === 'string' ? deps.groups.find(to) : undefined;
  if (group?.phone_number_id !== phoneNumberId) throw new GraphError(131041, `There is no group ${shown(to)}.`);
  if (group.is_suspended) throw new GraphError(131207, 'The group is suspended.');
  const members = group.participants.flatMap((id) => deps.people.find(id) ?? []);
  if (members.length === 0) throw new GraphError(131020, 'Nobody but the business is in the group.');
  const type = body['type'] ?? 'text';
  const taken = deps.settings.group_kinds.filter((kind) => !kind.endsWith('_template'));
  if (!taken.some((kind) => kind === type)) {
    throw new GraphError(131051, `A group takes messages of the types ${taken.join(', ')} - got "${shown(type)}".`);
  }
  return { group, members };
}

/** Throws for a template that groups do not get. */
export function refuseForGroup({ template }: CheckedMessage, { group_kinds: kinds }: Settings): void {
  const isRefused = (kind: GroupKind) => !kinds.includes(kind);
  if (template?.category === 'AUTHENTICATION' && isRefused('authentication_template')) {
    throw new GraphError(131051, 'Authentication templates cannot be sent to groups.');
  }
  const hasCards = template?.components.some(({ type }) => shown(type).toUpperCase() === 'CAROUSEL');
  if (hasCards && isRefused('carousel_template')) {
    throw new GraphError(131051, 'Carousels cannot be sent to groups.');
  }
}

/** What a pin does: the message, and how long it stays on top (7 days unless told), or null to take it from there. */
export function checkPin(body: Json, group: Group, chats: Chats): { messageId: string; days: number | null } {
  const pin = requireObject(body, 'pin', 'pin');
  const kind = requireWord(pin, 'type', "pin['type']", ['pin', 'unpin']);
  const messageId = requireText(pin, 'message_id', "pin['message_id']", 512);
  const pinned = chats.find(messageId) ?? chats.copiesOf(messageId)[0];
  if (pinned?.group_id !== group.id) {
    throw new GraphError(131009, "Param pin['message_id'] is not the id of a message of the group.");
  }
  const days = pin['expiration_days'] ?? 7;
  return {
    messageId,
    days: kind === 'unpin' ? null : requireInteger({ days }, 'days', "pin['expiration_days']", 1, 30),
  };
}

export function pinEnd(days: number | null, now: number): number | null {
  return days === null ? null : now + days * DAY_MS;
}
