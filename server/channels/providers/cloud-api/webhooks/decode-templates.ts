import type { TemplateLesson, TemplateStatus } from '#channels/lessons.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { instantOf } from '#channels/providers/payloads/event-fields.ts';
import { type ChangePlace, type FieldDecoders, type Told } from './told.ts';
import { factsOf } from '#channels/providers/payloads/facts.ts';

const statusOf: Readonly<Record<string, TemplateStatus>> = {
  APPROVED: 'approved',
  REINSTATED: 'approved',
  UNARCHIVED: 'approved',
  PENDING: 'pending',
  REJECTED: 'rejected',
  PAUSED: 'paused',
  DISABLED: 'disabled',
  FLAGGED: 'flagged',
  IN_APPEAL: 'in_appeal',
  LIMIT_EXCEEDED: 'limit_exceeded',
  ARCHIVED: 'archived',
  LOCKED: 'locked',
  PENDING_DELETION: 'pending_deletion',
  DELETED: 'deleted',
};

// How long Meta pauses a template, the first and the second time. The end of a pause is told too, but such a word may be
// lost; then the template is tried again. A pause by pacing has no end of its own.
const pauseHours: Readonly<Record<string, number | null>> = {
  FIRST_PAUSE: 3,
  SECOND_PAUSE: 6,
  RATE_LIMITING_PAUSE: null,
};
const longestPauseHours = 6;

/** The fields that are about templates. */
export const templateFields: FieldDecoders = {
  message_template_status_update: {
    isLike: (value) => isTemplate(value) && textOf(value['event'], 100) !== undefined,
    decode: decodeStatus,
  },
  message_template_quality_update: {
    isLike: (value) => isTemplate(value) && textOf(value['new_quality_score'], 100) !== undefined,
    decode: (value) => [
      {
        name: 'template.quality_changed',
        facts: factsOf(value, [...identity, 'previous_quality_score', 'new_quality_score']),
        lessons: lesson(value, { what: 'quality', quality: textOf(value['new_quality_score'], 100) ?? '' }),
      },
    ],
  },
  message_template_components_update: {
    isLike: (value) => isTemplate(value) && value['message_template_element'] !== undefined,
    decode: (value) => [
      {
        name: 'template.components_changed',
        facts: factsOf(value, identity),
        lessons: lesson(value, { what: 'components', components: componentsOf(value) }),
      },
    ],
  },
  template_category_update: {
    isLike: (value) => isTemplate(value) && textOf(value['new_category'], 100) !== undefined,
    decode: decodeCategory,
  },
  template_correct_category_detection: {
    isLike: (value) =>
      isTemplate(value) &&
      value['new_category'] === undefined &&
      textOf(value['correct_category'] ?? value['suggested_category'], 100) !== undefined,
    decode: decodeDetection,
  },
};

const identity = ['message_template_id', 'message_template_name', 'message_template_language'];

function isTemplate(value: Fields): boolean {
  return value['message_template_id'] !== undefined || value['message_template_name'] !== undefined;
}

function decodeStatus(value: Fields, { time }: ChangePlace): Told[] {
  const event = textOf(value['event'], 100)?.toUpperCase() ?? '';
  const other = isFields(value['other_info']) ? value['other_info'] : {};
  const title = textOf(other['title'], 100)?.toUpperCase();
  const status = title === 'UNPAUSE' ? 'approved' : statusOf[event];
  const category = textOf(value['message_template_category'], 100);
  const reason = reasonOf(value, other);
  const until = status === 'paused' ? pauseEnd(title, time) : undefined;
  return [
    {
      name: 'template.status_changed',
      facts: {
        ...factsOf(value, [...identity, 'event', 'reason', 'message_template_category']),
        ...factsOf(other, ['title']),
      },
      // A status that a later version of the API brings is told, and changes nothing.
      lessons: [
        ...(status === undefined
          ? []
          : lesson(value, {
              what: 'status',
              status,
              ...(reason === undefined ? undefined : { reason }),
              ...(until === undefined ? undefined : { untilSeconds: until }),
            })),
        ...(category === undefined ? [] : lesson(value, { what: 'category', category })),
      ],
    },
  ];
}

function reasonOf(value: Fields, other: Fields): string | undefined {
  const rejection = isFields(value['rejection_info']) ? value['rejection_info'] : {};
  const disabling = isFields(value['disable_info']) ? value['disable_info'] : {};
  const code = textOf(value['reason'], 200);
  const date = textOf(disabling['disable_date'], 100);
  return (
    textOf(rejection['reason'], 1000) ??
    textOf(other['description'], 1000) ??
    (code !== undefined && code !== 'NONE' ? code : undefined) ??
    (date === undefined ? undefined : `It is to be disabled on ${date}.`)
  );
}

function pauseEnd(title: string | undefined, time: unknown): number | undefined {
  const hours = title === undefined ? longestPauseHours : pauseHours[title];
  const { epochSeconds } = instantOf(time);
  if (hours === null || epochSeconds === null) return undefined;
  return epochSeconds + (hours ?? longestPauseHours) * 3600;
}

function componentsOf(value: Fields): Fields {
  const prefix = 'message_template_';
  const components: Fields = {};
  for (const [key, part] of Object.entries(value)) {
    if (key.startsWith(prefix) && !identity.includes(key)) components[key.slice(prefix.length)] = part;
  }
  return components;
}

// While a change is announced, `new_category` is the one that the template has, and `correct_category` the one to come.
function decodeCategory(value: Fields): Told[] {
  const category = textOf(value['new_category'], 100) ?? '';
  const next = textOf(value['correct_category'], 100);
  const at = instantOf(value['category_update_timestamp']);
  return [
    {
      name: next === undefined ? 'template.category_changed' : 'template.category_change_announced',
      facts: factsOf(value, [
        ...identity,
        'previous_category',
        'new_category',
        'correct_category',
        'category_update_timestamp',
      ]),
      lessons: lesson(value, {
        what: 'category',
        category,
        ...(next === undefined ? undefined : { next }),
        ...(at.epochSeconds === null ? undefined : { nextAtSeconds: at.epochSeconds }),
      }),
    },
  ];
}

function decodeDetection(value: Fields): Told[] {
  const category = textOf(value['category'] ?? value['current_category'], 100);
  const next = textOf(value['correct_category'] ?? value['suggested_category'], 100) ?? '';
  return [
    {
      name: 'template.category_detected',
      facts: factsOf(value, [...identity, 'category', 'current_category', 'correct_category', 'suggested_category']),
      lessons: category === undefined ? [] : lesson(value, { what: 'category', category, next }),
    },
  ];
}

type Side = TemplateLesson extends infer One
  ? One extends TemplateLesson
    ? Omit<One, 'about' | 'name' | 'language' | 'providerId'>
    : never
  : never;

// A template is known by name and language. Webhooks write "en-US" where a message says "en_US".
function lesson(value: Fields, side: Side): TemplateLesson[] {
  const name = textOf(value['message_template_name'], 512);
  const language = textOf(value['message_template_language'], 35)?.replace('-', '_');
  if (name === undefined || language === undefined) return [];
  const providerId = textOf(value['message_template_id'], 100);
  return [
    {
      about: 'template',
      name,
      language,
      ...(providerId === undefined ? undefined : { providerId }),
      ...side,
    } as TemplateLesson,
  ];
}
