import type { Fact, Lesson } from '#channels/lessons.ts';
import type { DecodedEvent } from '#channels/events.ts';
import { type Fields, textOf } from '#channels/providers/payloads/fields.ts';
import { contentKey, hashOf, instantOf } from '#channels/providers/payloads/event-fields.ts';

/** One thing that a change tells, before it has its place and time. */
export interface Told {
  /** The domain event. */
  name: string;
  facts?: Record<string, Fact>;
  lessons?: Lesson[];
  /** Its own time; otherwise that of the entry. */
  at?: unknown;
  /** The part of the change that it stands in; otherwise all of it. */
  value?: Fields;
  /** The number that it is about, when the change names none as a whole. */
  senderExternalId?: string;
}

/** Where a change stands. */
export interface ChangePlace {
  accountExternalId: string | undefined;
  /** As the entry has it: fields of management have one, `messages` has none. */
  time: unknown;
  senderExternalId: string | undefined;
}

/** How one field is read. */
export interface FieldDecoder {
  /** Whether the value can be one of this field. */
  isLike: (value: Fields) => boolean;
  /** Whether it can be none of another one, whatever the change calls it: documentation and test panels mix names up. As
   *  `isLike` when absent. */
  isUnmistakable?: (value: Fields) => boolean;
  decode: (value: Fields, place: ChangePlace) => Told[];
}

export type FieldDecoders = Readonly<Record<string, FieldDecoder>>;

/** Makes the event of what was told in a tidy value. Equal news of different accounts or times are two, the same one again is one. */
export function toEvent(field: string, told: Told, whole: Fields, place: ChangePlace): DecodedEvent {
  const value = told.value ?? whole;
  const { accountExternalId, time } = place;
  const senderExternalId = told.senderExternalId ?? place.senderExternalId;
  return {
    kind: 'account',
    contentKey: contentKey(
      'account',
      field.slice(0, 100),
      hashOf([accountExternalId ?? '', textOf(time) ?? '', value]),
    ),
    field: field.slice(0, 100),
    name: told.name,
    ...(senderExternalId === undefined ? undefined : { senderExternalId }),
    ...(accountExternalId === undefined ? undefined : { accountExternalId }),
    at: instantOf(told.at ?? time),
    facts: told.facts ?? {},
    lessons: told.lessons ?? [],
    value,
  };
}
