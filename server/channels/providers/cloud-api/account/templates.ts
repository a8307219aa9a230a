import type { Fields } from '#channels/providers/payloads/fields.ts';
import { invalidField } from '#platform/fault.ts';
import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { askPage, type GraphPage, type PageRequest } from './paging.ts';
import { flag, listOrNone, map, object, optional, type Reader, text, underMetaNames, word } from './reading.ts';
import { type CreatedTemplate, createdTemplate, type Template, template, templateFields } from './template-reading.ts';

/** What a template is created from. Components, buttons and inputs are written as Meta documents them. */
export interface NewTemplate {
  name: string;
  language: string;
  category: 'AUTHENTICATION' | 'MARKETING' | 'UTILITY';
  /** Not with `libraryTemplateName`, which brings its own. */
  components?: Fields[];
  parameterFormat?: 'POSITIONAL' | 'NAMED';
  /** How long Meta tries to deliver it; -1 for 30 days. */
  messageSendTtlSeconds?: number;
  subCategory?: string;
  displayFormat?: string;
  libraryTemplateName?: string;
  libraryTemplateButtonInputs?: Fields[];
  libraryTemplateBodyInputs?: Fields;
  ctaUrlLinkTrackingOptedOut?: boolean;
  degreesOfFreedomSpec?: Fields;
}

export interface TemplateFilter {
  name?: string;
  status?: string;
  category?: string;
  language?: string;
  content?: string;
  nameOrContent?: string;
  qualityScore?: string;
}

/** What of a template can change. All components are replaced together. An approved one may change once a day and ten times
 *  in thirty days, and not its category. */
export type TemplateChange = Pick<
  Partial<NewTemplate>,
  'category' | 'components' | 'messageSendTtlSeconds' | 'parameterFormat' | 'ctaUrlLinkTrackingOptedOut'
>;

const most = 100;

/** Creates a template, which is then reviewed. `category` of the answer may be another one than was asked for. */
export function createTemplate(account: Account, template: NewTemplate): Promise<CreatedTemplate> {
  return askGraph(account, { path: edge(account), method: 'POST', body: underMetaNames(template) }, createdTemplate);
}

/** One page of the templates. Filters that Meta does not know are ignored by it. */
export function listTemplates(
  account: Account,
  filter: TemplateFilter = {},
  page: PageRequest = {},
): Promise<GraphPage<Template>> {
  const query = { fields: templateFields, ...(underMetaNames(filter) as Record<string, string>) };
  return askPage(account, { path: edge(account), query }, template, page);
}

export function getTemplate(account: Account, templateId: string): Promise<Template> {
  return askGraph(
    account,
    { path: pathOf(templateId), query: { fields: `${templateFields},health_status` } },
    template,
  );
}

/** Changes a template, which is then reviewed again. `category` is there when Meta gave it another one. */
export async function editTemplate(
  account: Account,
  templateId: string,
  change: TemplateChange,
): Promise<{ category?: string }> {
  const call = { path: pathOf(templateId), method: 'POST', body: underMetaNames(change) } as const;
  const { category } = await askGraph(account, call, object({ success: optional(flag), category: optional(word) }));
  return category === undefined ? {} : { category };
}

/** Deletes the template of this name in every language, or in the one that has the id. */
export function deleteTemplate(account: Account, name: string, templateId?: string): Promise<void> {
  return tellGraph(account, { path: edge(account), method: 'DELETE', query: { hsm_id: templateId, name } });
}

/** Deletes at most a hundred templates by their ids. */
export function deleteTemplates(account: Account, templateIds: readonly string[]): Promise<void> {
  if (templateIds.length === 0 || templateIds.length > most)
    throw invalidField('/template_ids', `It must have 1 to ${most} ids.`);
  return tellGraph(account, {
    path: edge(account),
    method: 'DELETE',
    query: { hsm_ids: `[${templateIds.join(',')}]` },
  });
}

/** Lets a template send again that Meta paused while it was being tried out. */
export function unpauseTemplate(account: Account, templateId: string): Promise<void> {
  return tellGraph(account, { path: pathOf(templateId, 'unpause'), method: 'POST', body: {} });
}

/** The ids that were archived or brought back, and why others were not. */
export interface ArchiveResult {
  done: string[];
  failed: { id: string; reason: string }[];
}

/** Archives templates, or brings them back within 28 days. This lives on Meta's second host. */
export async function archiveTemplates(
  account: Account,
  templateIds: readonly string[],
  isArchived: boolean,
): Promise<ArchiveResult> {
  const call = {
    path: `${edge(account)}/${isArchived ? 'archive' : 'unarchive'}`,
    method: 'POST',
    body: { hsm_ids: templateIds.join(',') },
    onApiHost: true,
  } as const;
  const answer = await askGraph(
    account,
    call,
    object({
      archivedTemplates: listOrNone(idOrNode),
      unarchivedTemplates: listOrNone(idOrNode),
      failedTemplates: map,
    }),
  );
  return {
    done: isArchived ? answer.archivedTemplates : answer.unarchivedTemplates,
    failed: Object.entries(answer.failedTemplates).map(([id, reason]) => ({
      id,
      reason: typeof reason === 'string' ? reason : JSON.stringify(reason),
    })),
  };
}

// Some answers list ids, others objects with an id.
const idOrNode: Reader<string> = (value, place) =>
  typeof value === 'object' ? object({ id: text })(value, place).id : text(value, place);

function edge(account: Account): string {
  return pathOf(account.settings.businessAccountId, 'message_templates');
}
