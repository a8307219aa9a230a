import type { DecodedEvent } from '#channels/events.ts';
import type { Fields } from '#channels/providers/payloads/fields.ts';
import { activityFields } from './decode-activity.ts';
import { businessFields } from './decode-business.ts';
import { keepUnknown } from '#channels/providers/payloads/unknown-event.ts';
import { numberFields } from './decode-numbers.ts';
import { templateFields } from './decode-templates.ts';
import { type ChangePlace, type FieldDecoder, toEvent } from './told.ts';
import { tidy } from '#channels/providers/payloads/webhook-json.ts';

const decoders: ReadonlyMap<string, FieldDecoder> = new Map(
  Object.entries({ ...templateFields, ...numberFields, ...businessFields, ...activityFields }),
);

/** Names of fields that documentation or SDKs spell differently. */
const otherNames: Readonly<Record<string, string>> = {
  business_username_update: 'business_username_updates',
};

/** Fields that carry lists of single facts: messages with their receipts, and what people decide. Others have lists of the
 *  same names that mean something else: the statuses of calls, the messages that another app sent. */
export const listFields: readonly string[] = ['messages', 'user_preferences', 'user_id_update'];

/** Every field of the API that is understood. */
export const knownFields: readonly string[] = [...listFields, ...decoders.keys()];

/**
 * Decodes a change of a field other than messages. When the value does not look like its field, the field that it looks
 * like counts. What looks like none is kept with the reason.
 */
export function decodeOther(declared: string, said: Fields, place: ChangePlace): DecodedEvent[] {
  const { value } = tidy(said);
  const named = otherNames[declared] ?? declared;
  const own = decoders.get(named);
  const field = own?.isLike(value) ? named : (fieldOf(value) ?? named);
  const decoder = decoders.get(field);
  const told = decoder?.isLike(value) ? decoder.decode(value, place) : [];
  if (told.length > 0) return told.map((one) => toEvent(field, one, value, place));
  return [keepUnknown(reasonOf(named), value, named)];
}

function reasonOf(field: string): string {
  if (listFields.includes(field)) return `The change of ${field} has nothing in it.`;
  if (decoders.has(field)) return `The change of ${field} does not look as Carillon knows it.`;
  return `Carillon does not know the field ${field.slice(0, 100)}.`;
}

/** The field that the value must be of, if it is exactly one. */
function fieldOf(value: Fields): string | undefined {
  const alike = [...decoders]
    .filter(([, { isLike, isUnmistakable = isLike }]) => isUnmistakable(value))
    .map(([field]) => field);
  return alike.length === 1 ? alike[0] : undefined;
}
