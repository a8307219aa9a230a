import type { Json } from '#people/chats.ts';
import type { ContactBook } from '#people/contact-book.ts';
import type { Person } from '#people/people.ts';
import { type SandboxClock, epochSeconds } from '#storage/clock.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { type Credentials, findNumber } from '#cloud-api/credentials.ts';
import type { Group } from './groups.ts';

export interface GroupTelling {
  clock: SandboxClock;
  credentials: Credentials;
  webhooks: WebhookQueue;
  contactBook: ContactBook;
}

type GroupField =
  | 'group_lifecycle_update'
  | 'group_participants_update'
  | 'group_settings_update'
  | 'group_status_update';

/** Tells the business what became of a group. */
export function tellGroup(group: Group, field: GroupField, type: string, news: Json, deps: GroupTelling): void {
  const number = findNumber(deps.credentials, group.phone_number_id);
  deps.webhooks.tell(group.phone_number_id, {
    field,
    part: 'value',
    contacts: [],
    inbound_id: null,
    element: {
      messaging_product: 'whatsapp',
      metadata: {
        display_phone_number: (number?.display_phone_number ?? '').replaceAll(/\D/g, ''),
        phone_number_id: group.phone_number_id,
      },
      groups: [{ timestamp: epochSeconds(deps.clock.now()), group_id: group.id, type, ...news }],
    },
  });
}

/** A person in the webhooks and answers about groups, as the number may see them. */
export function participantOf(person: Person, group: Group, { contactBook }: Pick<GroupTelling, 'contactBook'>): Json {
  const { wa_id, user_id } = contactBook.shown(person, group.phone_number_id);
  return { ...(wa_id === null ? {} : { wa_id }), user_id };
}
