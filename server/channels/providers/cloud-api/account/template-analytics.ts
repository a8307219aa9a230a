import { invalidField } from '#platform/fault.ts';
import type { AnalyticsSpan } from './analytics.ts';
import { type Account, askGraph, pathOf } from './asking.ts';
import { askPage, type GraphPage, type PageRequest } from './paging.ts';
import { either, instant, listOrNone, number, object, optional, text, word } from './reading.ts';

/** How a template did in a day. Reads and clicks are counted for seven days after the sending. */
const templatePoint = object({
  /** Of the template, or of the group of templates. */
  templateId: either(['template_id', 'template_group_id', 'id'], text),
  start: instant,
  end: instant,
  sent: optional(number),
  delivered: optional(number),
  read: optional(number),
  clicked: listOrNone(object({ type: text, buttonContent: optional(text), count: optional(number) })),
  cost: listOrNone(object({ type: text, value: optional(number) })),
});

const group = object({
  granularity: optional(word),
  productType: optional(text),
  dataPoints: listOrNone(templatePoint),
});
export type TemplatePoints = ReturnType<typeof group>;

export interface TemplateAnalyticsFilter {
  metricTypes?: readonly ('SENT' | 'DELIVERED' | 'READ' | 'CLICKED' | 'COST')[];
  productType?: 'CLOUD_API' | 'MARKETING_MESSAGES_API_FOR_WHATSAPP';
  isInAccountTimezone?: boolean;
}

const most = 10;

/** The days of at most ten templates, for 90 days back. Insights must have been switched on (200007 otherwise). */
export function readTemplateAnalytics(
  account: Account,
  templateIds: readonly string[],
  span: AnalyticsSpan,
  filter: TemplateAnalyticsFilter = {},
  page: PageRequest = {},
): Promise<GraphPage<TemplatePoints>> {
  return readPoints(account, 'template', templateIds, span, filter, page);
}

/** The same for at most ten groups of templates. */
export function readTemplateGroupAnalytics(
  account: Account,
  groupIds: readonly string[],
  span: AnalyticsSpan,
  filter: TemplateAnalyticsFilter = {},
  page: PageRequest = {},
): Promise<GraphPage<TemplatePoints>> {
  return readPoints(account, 'template_group', groupIds, span, filter, page);
}

function readPoints(
  account: Account,
  what: 'template' | 'template_group',
  ids: readonly string[],
  span: AnalyticsSpan,
  filter: TemplateAnalyticsFilter,
  page: PageRequest,
): Promise<GraphPage<TemplatePoints>> {
  if (ids.length === 0 || ids.length > most) throw invalidField(`/${what}_ids`, `It must have 1 to ${most} ids.`);
  const query = {
    start: Math.floor(span.start.epochMilliseconds / 1000),
    end: Math.floor(span.end.epochMilliseconds / 1000),
    granularity: 'DAILY',
    [`${what}_ids`]: `[${ids.join(',')}]`,
    metric_types: filter.metricTypes?.join(','),
    product_type: filter.productType,
    use_waba_timezone: filter.isInAccountTimezone,
  };
  const path = pathOf(account.settings.businessAccountId, `${what}_analytics`);
  return askPage(account, { path, query }, group, page);
}

/** Switches on the counting of what templates do. It cannot be switched off again. */
export async function enableTemplateInsights(account: Account): Promise<void> {
  const call = {
    path: pathOf(account.settings.businessAccountId),
    method: 'POST',
    query: { is_enabled_for_insights: true },
  } as const;
  await askGraph(account, call, object({ id: optional(text) }));
}
