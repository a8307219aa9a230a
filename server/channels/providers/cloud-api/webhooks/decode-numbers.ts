import type { MessagingLimit, NumberLesson } from '#channels/lessons.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { factsOf } from '#channels/providers/payloads/facts.ts';
import { type FieldDecoders, type Told } from './told.ts';

/** What Meta gives a number whose throughput it raised (80 a second otherwise). */
const upgradedPerSecond = 1000;

/** The fields that are about one number. */
export const numberFields: FieldDecoders = {
  phone_number_quality_update: {
    isLike: (value) => hasPhone(value) && isText(value['event']),
    isUnmistakable: (value) =>
      hasPhone(value) && isText(value['event']) && (limitOf(limitField(value)) !== undefined || isQualityEvent(value)),
    decode: decodeQuality,
  },
  phone_number_name_update: {
    isLike: (value) => isText(value['decision']) && 'requested_verified_name' in value,
    decode: decodeName,
  },
  business_username_updates: {
    isLike: (value) => hasPhone(value) && isText(value['status']),
    isUnmistakable: isUsername,
    decode: decodeUsername,
  },
  security: {
    isLike: (value) => hasPhone(value) && isText(value['event']),
    isUnmistakable: (value) => hasPhone(value) && textOf(value['event'], 100)?.startsWith('PIN_') === true,
    decode: (value) => [
      { name: 'number.security_changed', facts: factsOf(value, ['display_phone_number', 'event', 'requester']) },
    ],
  },
  account_settings_update: {
    isLike: (value) => isFields(value['phone_number_settings']),
    decode: decodeSettings,
  },
};

/** A limit as Meta writes it in several places: `TIER_2K`, 2000, -1. Undefined when it is none. */
export function limitOf(value: unknown): MessagingLimit | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) {
    if (value < 0) return { tier: 'TIER_UNLIMITED', perDay: null };
    return { tier: value < 1000 ? `TIER_${value}` : `TIER_${value / 1000}K`, perDay: value };
  }
  const text = textOf(value, 100);
  if (text === undefined) return undefined;
  if (text === 'TIER_UNLIMITED' || text === 'UNLIMITED') return { tier: 'TIER_UNLIMITED', perDay: null };
  const [, count, thousand] = /^(?:TIER_)?(\d{1,6})(K?)$/.exec(text) ?? [];
  if (count === undefined) return undefined;
  return limitOf(Number(count) * (thousand === 'K' ? 1000 : 1));
}

function decodeQuality(value: Fields): Told[] {
  const event = textOf(value['event'], 100)?.toUpperCase() ?? '';
  const number = numberOf(value);
  const limit = limitOf(limitField(value));
  const lessons: NumberLesson[] = [];
  if (limit) lessons.push({ ...number, what: 'limit', value: limit });
  if (event === 'FLAGGED') lessons.push({ ...number, what: 'quality', value: { event, rating: 'RED' } });
  // What it is now instead is not told.
  if (event === 'UNFLAGGED') lessons.push({ ...number, what: 'quality', value: { event, rating: null } });
  if (event === 'THROUGHPUT_UPGRADE')
    lessons.push({ ...number, what: 'throughput', value: { perSecond: upgradedPerSecond } });
  return [
    {
      name: nameOfQuality(event),
      facts: factsOf(value, [
        'display_phone_number',
        'event',
        'max_daily_conversations_per_business',
        'current_limit',
        'old_limit',
      ]),
      lessons,
    },
  ];
}

function nameOfQuality(event: string): string {
  if (event === 'FLAGGED' || event === 'UNFLAGGED') return 'number.quality_changed';
  return event === 'THROUGHPUT_UPGRADE' ? 'number.throughput_changed' : 'number.limit_changed';
}

function decodeName(value: Fields): Told[] {
  const decision = textOf(value['decision'], 100)?.toUpperCase() ?? '';
  return [
    {
      name: 'number.name_reviewed',
      facts: factsOf(value, ['display_phone_number', 'decision', 'requested_verified_name', 'rejection_reason']),
      lessons: [
        {
          ...numberOf(value),
          what: 'name',
          value: {
            decision,
            name: textOf(value['requested_verified_name'], 200) ?? null,
            reason: textOf(value['rejection_reason'], 200) ?? null,
          },
        },
      ],
    },
  ];
}

function isUsername(value: Fields): boolean {
  return hasPhone(value) && /^(approved|reserved|deleted)$/i.test(textOf(value['status'], 100) ?? '');
}

function decodeUsername(value: Fields): Told[] {
  const status = textOf(value['status'], 100)?.toLowerCase() ?? '';
  return [
    {
      name: 'number.username_changed',
      facts: factsOf(value, ['display_phone_number', 'username', 'status']),
      lessons: [
        { ...numberOf(value), what: 'username', value: { status, username: textOf(value['username'], 150) ?? null } },
      ],
    },
  ];
}

function decodeSettings(value: Fields): Told[] {
  const settings = isFields(value['phone_number_settings']) ? value['phone_number_settings'] : {};
  const calling = isFields(settings['calling']) ? settings['calling'] : {};
  const senderExternalId = textOf(settings['phone_number_id'], 100);
  return [
    {
      name: 'number.settings_changed',
      facts: {
        ...factsOf(value, ['type']),
        ...factsOf(settings, ['phone_number_id']),
        ...(textOf(calling['status'], 100) === undefined ? {} : { calling: textOf(calling['status'], 100) ?? null }),
      },
      at: value['timestamp'],
      ...(senderExternalId === undefined ? undefined : { senderExternalId }),
    },
  ];
}

function limitField(value: Fields): unknown {
  return value['max_daily_conversations_per_business'] ?? value['current_limit'];
}

function isQualityEvent(value: Fields): boolean {
  return /^(ONBOARDING|THROUGHPUT_UPGRADE|FLAGGED|UNFLAGGED|UPGRADE|DOWNGRADE)$/i.test(
    textOf(value['event'], 100) ?? '',
  );
}

function numberOf(value: Fields): { about: 'number'; phone?: string } {
  const phone = textOf(value['display_phone_number'], 100);
  return { about: 'number', ...(phone === undefined ? undefined : { phone }) };
}

function hasPhone(value: Fields): boolean {
  return isText(value['display_phone_number']);
}

function isText(value: unknown): boolean {
  return textOf(value, 1000) !== undefined;
}
