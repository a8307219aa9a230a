import type { Fields } from '#channels/providers/payloads/fields.ts';
import { type Account, askGraph, pathOf } from './asking.ts';
import { instant, listOrNone, number, object, optional, type Reader, text, word } from './reading.ts';

/** A span of time with the size of its parts. Meta gives a year back at most. */
export interface AnalyticsSpan {
  start: Temporal.Instant;
  end: Temporal.Instant;
}

const messagePoint = object({ start: instant, end: instant, sent: optional(number), delivered: optional(number) });
export type MessagePoint = ReturnType<typeof messagePoint>;

/** How many messages were sent and delivered. `productTypes`: 0 for notifications, 2 for support. */
export function readMessageAnalytics(
  account: Account,
  span: AnalyticsSpan & { granularity: 'HALF_HOUR' | 'DAY' | 'MONTH' },
  filter: {
    phoneNumbers?: readonly string[];
    productTypes?: readonly (0 | 2)[];
    countryCodes?: readonly string[];
  } = {},
): Promise<MessagePoint[]> {
  return readMetric(
    account,
    'analytics',
    span,
    [
      ['phone_numbers', filter.phoneNumbers ?? []],
      ['product_types', filter.productTypes],
      ['country_codes', filter.countryCodes ?? []],
    ],
    messagePoint,
  );
}

const pricingPoint = object({
  start: instant,
  end: instant,
  country: optional(text),
  phoneNumber: optional(text),
  tier: optional(text),
  pricingType: optional(word),
  pricingCategory: optional(word),
  volume: optional(number),
  cost: optional(number),
});
export type PricingPoint = ReturnType<typeof pricingPoint>;

export interface PricingFilter {
  metricTypes?: readonly ('COST' | 'VOLUME')[];
  pricingTypes?: readonly string[];
  pricingCategories?: readonly string[];
  dimensions?: readonly ('COUNTRY' | 'PHONE' | 'PRICING_CATEGORY' | 'PRICING_TYPE' | 'TIER')[];
  countryCodes?: readonly string[];
  phoneNumbers?: readonly string[];
}

/** What delivered messages cost, approximately. The cost is missing when a partner is billed. */
export function readPricingAnalytics(
  account: Account,
  span: AnalyticsSpan & { granularity: 'HALF_HOUR' | 'DAILY' | 'MONTHLY' },
  filter: PricingFilter = {},
): Promise<PricingPoint[]> {
  return readMetric(
    account,
    'pricing_analytics',
    span,
    [
      ['metric_types', filter.metricTypes],
      ['pricing_types', filter.pricingTypes],
      ['pricing_categories', filter.pricingCategories],
      ['dimensions', filter.dimensions],
      ['country_codes', filter.countryCodes],
      ['phone_numbers', filter.phoneNumbers],
    ],
    pricingPoint,
  );
}

const conversationPoint = object({
  start: instant,
  end: instant,
  conversation: optional(number),
  cost: optional(number),
  phoneNumber: optional(text),
  country: optional(text),
  conversationType: optional(word),
  conversationDirection: optional(word),
  conversationCategory: optional(word),
});
export type ConversationPoint = ReturnType<typeof conversationPoint>;

export interface ConversationFilter {
  metricTypes?: readonly ('COST' | 'CONVERSATION')[];
  conversationCategories?: readonly string[];
  conversationTypes?: readonly string[];
  conversationDirections?: readonly string[];
  dimensions?: readonly string[];
  phoneNumbers?: readonly string[];
}

/** Conversations as they were priced until July 2025. */
export function readConversationAnalytics(
  account: Account,
  span: AnalyticsSpan & { granularity: 'HALF_HOUR' | 'DAILY' | 'MONTHLY' },
  filter: ConversationFilter = {},
): Promise<ConversationPoint[]> {
  return readMetric(
    account,
    'conversation_analytics',
    span,
    [
      ['metric_types', filter.metricTypes],
      ['conversation_categories', filter.conversationCategories],
      ['conversation_types', filter.conversationTypes],
      ['conversation_directions', filter.conversationDirections],
      ['dimensions', filter.dimensions],
      ['phone_numbers', filter.phoneNumbers],
    ],
    conversationPoint,
  );
}

type Filters = readonly (readonly [string, readonly (string | number)[] | undefined])[];

/** The metrics are fields of the account, with their filters behind the name. */
async function readMetric<Point>(
  account: Account,
  metric: string,
  span: AnalyticsSpan & { granularity: string },
  filters: Filters,
  point: Reader<Point>,
): Promise<Point[]> {
  const parts = [
    `${metric}`,
    `start(${epochSeconds(span.start)})`,
    `end(${epochSeconds(span.end)})`,
    `granularity(${span.granularity})`,
    ...filters
      .filter(([, values]) => values !== undefined)
      .map(([name, values]) => `${name}(${JSON.stringify(values)})`),
  ];
  const path = pathOf(account.settings.businessAccountId);
  const answer = await askGraph(account, { path, query: { fields: parts.join('.') } }, pointsOf(metric, point));
  return answer;
}

// `analytics` has its points directly, the others inside of `data`. Without any message the field is missing.
function pointsOf<Point>(metric: string, point: Reader<Point>): Reader<Point[]> {
  return (value, place) => {
    const found = (value as Fields)[metric];
    if (found === undefined || found === null) return [];
    const group = object({
      dataPoints: listOrNone(point),
      data: listOrNone(object({ dataPoints: listOrNone(point) })),
    });
    const { dataPoints, data } = group(found, `${place}.${metric}`);
    return [...dataPoints, ...data.flatMap((each) => each.dataPoints)];
  };
}

function epochSeconds(at: Temporal.Instant): number {
  return Math.floor(at.epochMilliseconds / 1000);
}
