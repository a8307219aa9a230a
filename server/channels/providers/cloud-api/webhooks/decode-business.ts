import type { AccountLesson, Lesson, Restriction } from '#channels/lessons.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { instantOf } from '#channels/providers/payloads/event-fields.ts';
import { limitOf } from './decode-numbers.ts';
import { factsOf } from '#channels/providers/payloads/facts.ts';
import { type FieldDecoders, type Told } from './told.ts';

/** The fields that are about a business account, its owner and its partners. */
export const businessFields: FieldDecoders = {
  account_update: {
    isLike: (value) => isText(value['event']),
    isUnmistakable: (value) => knownUpdates.has(eventOf(value)) || [...updateParts].some((part) => part in value),
    decode: decodeUpdate,
  },
  account_review_update: {
    isLike: (value) => isText(value['decision']) && !('requested_verified_name' in value),
    decode: (value) => {
      const decision = textOf(value['decision'], 100)?.toUpperCase() ?? '';
      return [
        {
          name: 'account.reviewed',
          facts: factsOf(value, ['decision']),
          lessons: [{ about: 'account', what: 'review', value: { decision } }],
        },
      ];
    },
  },
  account_alerts: {
    isLike: (value) => isText(value['entity_type']) && isFields(value['alert_info']),
    decode: (value) => [
      {
        name: 'account.alerted',
        facts: {
          ...factsOf(value, ['entity_type', 'entity_id']),
          ...factsOf(partOf(value, 'alert_info'), [
            'alert_severity',
            'alert_status',
            'alert_type',
            'alert_description',
          ]),
        },
      },
    ],
  },
  business_capability_update: {
    isLike: (value) =>
      !('display_phone_number' in value) && capabilities.some((name) => limitOf(value[name]) !== undefined),
    decode: decodeCapability,
  },
  business_status_update: {
    isLike: (value) => isText(value['event']),
    isUnmistakable: () => false,
    decode: (value) => [{ name: 'account.business_status_changed', facts: factsOf(value, ['event']) }],
  },
  partner_solutions: {
    isLike: (value) => isText(value['solution_id']) && isText(value['solution_status']),
    decode: (value) => [
      { name: 'account.partner_solution_changed', facts: factsOf(value, ['event', 'solution_id', 'solution_status']) },
    ],
  },
  payment_configuration_update: {
    isLike: (value) => isText(value['configuration_name']),
    decode: (value) => [
      {
        name: 'account.payment_configuration_changed',
        facts: factsOf(value, ['configuration_name', 'provider_name', 'provider_mid', 'status']),
        at: value['updated_timestamp'],
      },
    ],
  },
};

const capabilities = [
  'max_daily_conversations_per_business',
  'max_daily_conversation_per_phone',
  'max_phone_numbers_per_business',
  'max_phone_numbers_per_waba',
] as const;

function decodeCapability(value: Fields): Told[] {
  const limit = limitOf(value['max_daily_conversations_per_business'] ?? value['max_daily_conversation_per_phone']);
  return [
    {
      name: 'account.capability_changed',
      facts: factsOf(value, capabilities),
      lessons: limit ? [{ about: 'account', what: 'limit', value: limit }] : [],
    },
  ];
}

/** The events of `account_update` by the domain event that each is. */
const knownUpdates: ReadonlyMap<string, string> = new Map([
  ['ACCOUNT_DELETED', 'account.deleted'],
  ['ACCOUNT_RESTRICTION', 'account.restricted'],
  ['ACCOUNT_VIOLATION', 'account.violated'],
  ['DISABLED_UPDATE', 'account.ban_changed'],
  ['ACCOUNT_OFFBOARDED', 'account.offboarded'],
  ['ACCOUNT_RECONNECTED', 'account.reconnected'],
  ['AD_ACCOUNT_LINKED', 'account.ad_account_linked'],
  ['MM_LITE_TERMS_SIGNED', 'account.marketing_terms_signed'],
  ['AUTH_INTL_PRICE_ELIGIBILITY_UPDATE', 'account.pricing_changed'],
  ['VOLUME_BASED_PRICING_TIER_UPDATE', 'account.pricing_changed'],
  ['BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE', 'account.country_changed'],
  ['PARTNER_ADDED', 'account.partner_changed'],
  ['PARTNER_APP_INSTALLED', 'account.partner_changed'],
  ['PARTNER_APP_UNINSTALLED', 'account.partner_changed'],
  ['PARTNER_REMOVED', 'account.partner_changed'],
  ['PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE', 'account.partner_changed'],
  ['VERIFIED_ACCOUNT', 'account.verified'],
]);

/** The objects in which an update has its particulars, with the plain ones that are told on. */
const updateFacts: Readonly<Record<string, readonly string[]>> = {
  violation_info: ['violation_type'],
  ban_info: ['waba_ban_state', 'waba_ban_date'],
  waba_info: ['waba_id', 'owner_business_id', 'partner_app_id', 'solution_id', 'ad_account_linked'],
  disconnection_info: ['reason', 'initiated_by'],
  partner_client_certification_info: ['client_business_id', 'status'],
  volume_tier_info: ['tier_update_time', 'pricing_category', 'tier', 'effective_month', 'region'],
  auth_international_rate_eligibility: ['start_time'],
};
const updateParts: ReadonlySet<string> = new Set([...Object.keys(updateFacts), 'restriction_info']);

function decodeUpdate(value: Fields): Told[] {
  const event = eventOf(value);
  const facts = factsOf(value, ['event', 'phone_number', 'country']);
  for (const [part, names] of Object.entries(updateFacts)) Object.assign(facts, factsOf(partOf(value, part), names));
  const types = restrictionsIn(value).flatMap((entry) => textOf(entry['restriction_type'], 100) ?? []);
  if (types.length > 0) facts['restrictions'] = types.join(', ').slice(0, 1000);
  return [{ name: knownUpdates.get(event) ?? 'account.updated', facts, lessons: updateLessons(event, value) }];
}

function updateLessons(event: string, value: Fields): Lesson[] {
  switch (event) {
    case 'ACCOUNT_RESTRICTION':
      return restrictionsIn(value).flatMap(restrictionLessons);
    case 'DISABLED_UPDATE':
      return banLessons(partOf(value, 'ban_info'));
    case 'ACCOUNT_DELETED':
      return [standing(event, 'Meta told that the WhatsApp business account was deleted.')];
    case 'ACCOUNT_OFFBOARDED':
      return [standing(event, 'The number was taken off the Cloud API on its phone. Connect it again.')];
    case 'ACCOUNT_RECONNECTED':
      return [standing(event, null)];
    default:
      return [];
  }
}

function banLessons(ban: Fields): Lesson[] {
  const state = textOf(ban['waba_ban_state'], 100)?.toUpperCase();
  const date = textOf(ban['waba_ban_date'], 100);
  const since = date === undefined ? '' : ` (${date})`;
  if (state === 'DISABLE') {
    return [
      standing(
        state,
        `Meta disabled the account for a violation of its policies${since}. Appeal in Meta Business Suite.`,
      ),
    ];
  }
  return state === 'REINSTATE' ? [standing(state, null)] : [];
}

function standing(state: string, reason: string | null): AccountLesson {
  return { about: 'account', what: 'standing', value: { stops: reason !== null, state, reason: reason ?? '' } };
}

const restricted: Readonly<Record<string, { restriction: Restriction; reason: string }>> = {
  RESTRICTED_BIZ_INITIATED_MESSAGING: {
    restriction: 'business_initiated',
    reason: 'Meta restricted the account: it may not begin conversations, only answer within the service window.',
  },
  RESTRICTED_CUSTOMER_INITIATED_MESSAGING: {
    restriction: 'customer_initiated',
    reason: 'Meta restricted the account: it may not answer within the service window.',
  },
  RESTRICTED_UTILITY_TEMPLATES: {
    restriction: 'utility_templates',
    reason: 'Meta restricted the account: it may not send utility templates.',
  },
  RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES: {
    restriction: 'direct_send_utility',
    reason: 'Meta restricted the account: nothing goes by Direct Send as utility.',
  },
};

function restrictionLessons(entry: Fields): Lesson[] {
  const known = restricted[textOf(entry['restriction_type'], 100) ?? ''];
  if (!known) return [];
  const remediation = textOf(entry['remediation'], 500);
  return [
    {
      about: 'account',
      what: 'restriction',
      restriction: known.restriction,
      value: {
        reason: remediation === undefined ? known.reason : `${known.reason} ${remediation}`,
        untilSeconds: instantOf(entry['expiration']).epochSeconds,
      },
    },
  ];
}

function restrictionsIn(value: Fields): Fields[] {
  const list = value['restriction_info'];
  return Array.isArray(list) ? list.filter(isFields) : isFields(list) ? [list] : [];
}

function eventOf(value: Fields): string {
  return textOf(value['event'], 100)?.toUpperCase() ?? '';
}

function partOf(value: Fields, part: string): Fields {
  const fields = value[part];
  return isFields(fields) ? fields : {};
}

function isText(value: unknown): boolean {
  return textOf(value, 1000) !== undefined;
}
