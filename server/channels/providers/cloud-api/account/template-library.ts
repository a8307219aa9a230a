import { type Account, askGraph, pathOf } from './asking.ts';
import { askPage, type GraphPage, type PageRequest } from './paging.ts';
import { listOrNone, map, object, type Reader, text, underMetaNames } from './reading.ts';
import { type LibraryTemplate, libraryTemplate } from './template-reading.ts';
import type { Fields } from '#channels/providers/payloads/fields.ts';

export interface LibraryFilter {
  search?: string;
  topic?: string;
  usecase?: string;
  industry?: string;
  language?: string;
}

/** Looks through Meta's library of templates. One is taken by creating a template with its name as `libraryTemplateName`. */
export function listLibraryTemplates(
  account: Account,
  filter: LibraryFilter = {},
  page: PageRequest = {},
): Promise<GraphPage<LibraryTemplate>> {
  const query = underMetaNames(filter) as Record<string, string>;
  return askPage(account, { path: 'message_template_library', query }, libraryTemplate, page);
}

export interface TemplateComparison {
  metric: string;
  values: { templateId: string; value: string }[];
}

const comparedValue: Reader<TemplateComparison['values'][number]> = (value, place) => {
  const { key, value: read } = object({ key: text, value: text })(value, place);
  return { templateId: key, value: read };
};

const comparison = object({
  metric: text,
  orderByRelativeMetric: listOrNone(text),
  numberValues: listOrNone(comparedValue),
  stringValues: listOrNone(comparedValue),
});

/** Compares two templates of the account that were sent a thousand times or more, in the last 7, 30, 60 or 90 days. */
export async function compareTemplates(
  account: Account,
  templateId: string,
  otherId: string,
  between: { start: Temporal.Instant; end: Temporal.Instant },
): Promise<TemplateComparison[]> {
  const query = { template_ids: `[${otherId}]`, ...secondsOf(between) };
  const answer = await askGraph(
    account,
    { path: pathOf(templateId, 'compare'), query },
    object({ data: listOrNone(comparison) }),
  );
  return answer.data.map(({ metric, numberValues, stringValues, orderByRelativeMetric }) => ({
    metric,
    values: [
      ...numberValues,
      ...stringValues,
      // The rate of blocks comes as an order only: the best first.
      ...orderByRelativeMetric.map((id, index) => ({ templateId: id, value: String(index + 1) })),
    ],
  }));
}

export interface MigrationResult {
  migrated: Fields;
  failed: Fields;
}

const migration = object({ migratedTemplates: map, failedTemplates: map });

/** Copies approved templates of another account of the same portfolio here, one page of them. */
export async function migrateTemplates(
  account: Account,
  sourceBusinessAccountId: string,
  pageNumber = 0,
): Promise<MigrationResult> {
  const call = {
    path: pathOf(account.settings.businessAccountId, 'migrate_message_templates'),
    method: 'POST',
    query: { source_waba_id: sourceBusinessAccountId, page_number: pageNumber },
  } as const;
  const { migratedTemplates, failedTemplates } = await askGraph(account, call, migration);
  return { migrated: migratedTemplates, failed: failedTemplates };
}

function secondsOf({ start, end }: { start: Temporal.Instant; end: Temporal.Instant }) {
  return { start: Math.floor(start.epochMilliseconds / 1000), end: Math.floor(end.epochMilliseconds / 1000) };
}
