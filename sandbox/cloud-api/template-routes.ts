import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { accessToWaba, checkToken, checkVisible, unknownObject } from './access.ts';
import { requireArray, requireText, shown } from './checks.ts';
import type { Uploads } from './account/uploads.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { pagedAnswer } from './paging.ts';
import { fieldsOf } from './request-body.ts';
import { previewOf } from './templates/authentication.ts';
import { createTemplate, upsertAuthentication } from './templates/creation.ts';
import { knownLanguage } from './templates/languages.ts';
import { searchLibrary } from './templates/library.ts';
import type { TemplateLife } from './templates/template-life.ts';
import { shownTemplate } from './templates/template-node.ts';
import { inLanguageForm, statusValue } from './templates/template-updates.ts';
import type { Template, Templates } from './templates.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';

export interface TemplateRouteDeps {
  clock: SandboxClock;
  credentials: Credentials;
  settings: Settings;
  templates: Templates;
  templateLife: TemplateLife;
  uploads: Uploads;
  webhooks: WebhookQueue;
}

type ById = { Params: { id: string } };

const DAY_MS = 86_400_000;
const FILTERS = ['name', 'status', 'language', 'category'] as const;

/** The templates of an account: list, create, delete, archive, one-time passwords, library. */
export function templateRoutes(app: FastifyInstance, deps: TemplateRouteDeps): void {
  const { clock, settings, templates, templateLife, webhooks } = deps;

  app.get<ById>('/:id/message_templates', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const query = request.query as Record<string, unknown>;
    const all = templates.list(id);
    const found = all.filter((template) => fits(template, query));
    const answer = pagedAnswer(
      request,
      found,
      (template) => template.id,
      (template) => shownTemplate(request, template),
    );
    const summary = summaryOf(query['summary'], all, found, settings.template_count_limit);
    return summary === undefined ? answer : { ...answer, summary };
  });

  app.post<ById>('/:id/message_templates', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const template = createTemplate(id, fieldsOf(request), deps);
    return { id: template.id, status: template.status, category: template.category };
  });

  app.delete<ById>('/:id/message_templates', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const fields = fieldsOf(request);
    const gone = toDelete(templates.list(id), fields);
    const disabled = gone.find((template) => template.status === 'DISABLED');
    if (disabled) throw new GraphError(100, `The template ${disabled.name} is disabled and cannot be deleted.`);
    for (const template of gone) {
      const rests = template.status === 'APPROVED' || template.status === 'PAUSED';
      templates.remove(template, rests ? clock.now() + settings.template_name_rest_days * DAY_MS : undefined);
      const value = inLanguageForm(statusValue(template, 'DELETED', 'NONE'), settings);
      webhooks.tellAccount(id, 'message_template_status_update', value);
    }
    return { success: true };
  });

  for (const [edge, key, status] of [
    ['archive', 'archived_templates', 'ARCHIVED'],
    ['unarchive', 'unarchived_templates', 'APPROVED'],
  ] as const) {
    app.post<ById>(`/:id/message_templates/${edge}`, (request) => {
      const { id } = request.params;
      accessToWaba(request, id, deps);
      const done: string[] = [];
      const failed: Record<string, string> = {};
      for (const templateId of idsOf(fieldsOf(request)['hsm_ids'])) {
        const template = templates.findById(templateId);
        const problem = template?.waba_id === id ? archiveProblem(template, edge) : 'The template does not exist.';
        if (template && problem === undefined) {
          templateLife.setStatus(template, status, 'NONE', {}, edge === 'archive' ? 'ARCHIVED' : 'UNARCHIVED');
          done.push(templateId);
        } else failed[templateId] = problem ?? '';
      }
      return { [key]: done, failed_templates: failed };
    });
  }

  app.post<ById>('/:id/upsert_message_templates', (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const data = upsertAuthentication(id, fieldsOf(request), deps);
    return {
      data: data.map((template) => ({ id: template.id, status: template.status, language: template.language })),
    };
  });

  app.get<ById>('/:id/message_template_previews', (request) => {
    accessToWaba(request, request.params.id, deps);
    const query = request.query as Json;
    if (shown(query['category']).toUpperCase() !== 'AUTHENTICATION') {
      throw new GraphError(100, 'Param category must be AUTHENTICATION.');
    }
    const languages = query['languages'] === undefined ? ['en_US'] : shown(query['languages']).split(',');
    const minutes = query['code_expiration_minutes'];
    if (minutes !== undefined && !/^([1-9]|[1-8]\d|90)$/.test(shown(minutes))) {
      throw new GraphError(100, 'Param code_expiration_minutes must be from 1 to 90.');
    }
    const data = languages.map((written) => {
      const language = knownLanguage(written.trim());
      if (language === undefined) throw new GraphError(100, `Param languages: ${written} is not known.`);
      return previewOf(language, {
        withSecurity: query['add_security_recommendation'] === 'true',
        expiresInMinutes: minutes === undefined ? null : Number(minutes),
        hasButton: query['button_types'] !== undefined,
      });
    });
    return { data };
  });

  for (const path of ['/message_template_library', '/:id/message_template_library']) {
    app.get(path, (request) => {
      const access = checkToken(request, deps.credentials, settings);
      const { id } = request.params as { id?: string };
      if (id !== undefined) checkVisible(id, access, deps.credentials);
      const query = request.query as Json;
      const text = (key: string) => (typeof query[key] === 'string' ? query[key] : undefined);
      const found = searchLibrary({
        search: text('search') ?? text('name_or_content'),
        topic: text('topic'),
        usecase: text('usecase'),
        industry: text('industry'),
        language: text('language'),
        name: text('name'),
      });
      return pagedAnswer(
        request,
        found,
        (template) => template.id,
        (template) => ({ ...template }),
      );
    });
  }

  app.post<ById>('/:id/unpause', (request) => {
    const template = templateOf(request, request.params.id, deps);
    if (!templateLife.unpause(template)) return { success: false, reason: 'The template is not paused.' };
    return { success: true };
  });
}

/** The template of that id; throws unless the caller may use its account. */
export function templateOf(
  request: FastifyRequest,
  id: string,
  { credentials, settings, templates }: Pick<TemplateRouteDeps, 'credentials' | 'settings' | 'templates'>,
): Template {
  const access = checkToken(request, credentials, settings);
  const template = templates.findById(id);
  if (!template || !access.app.waba_ids.includes(template.waba_id)) throw unknownObject(id);
  return template;
}

function fits(template: Template, query: Record<string, unknown>): boolean {
  const isListed = (asked: unknown, value: string) =>
    asked === undefined ||
    listed(asked).some((each) => each.toLowerCase().replace('-', '_') === value.toLowerCase().replace('-', '_'));
  if (!FILTERS.every((key) => isListed(query[key], template[key]))) return false;
  if (!isListed(query['quality_score'], template.quality.score)) return false;
  const content = template.components.map((component) => component.text ?? '').join('\n');
  const has = (asked: unknown, text: string) =>
    asked === undefined || text.toLowerCase().includes(shown(asked).toLowerCase());
  return has(query['content'], content) && has(query['name_or_content'], `${template.name}\n${content}`);
}

/** Graph takes one value, several with commas, or a JSON array. */
function listed(value: unknown): string[] {
  const text = typeof value === 'string' ? value : shown(value);
  if (text.startsWith('['))
    return text
      .slice(1, text.endsWith(']') ? -1 : undefined)
      .split(',')
      .map(unquoted);
  return text.split(',').map(unquoted);
}

function unquoted(text: string): string {
  return text.trim().replaceAll(/^["']|["']$/g, '');
}

function summaryOf(asked: unknown, all: Template[], found: Template[], limit: number): Json | undefined {
  if (asked === undefined) return undefined;
  const summary: Json = {
    total_count: found.length,
    message_template_count: all.length,
    message_template_limit: limit,
  };
  return Object.fromEntries(Object.entries(summary).filter(([key]) => listed(asked).includes(key)));
}

function toDelete(all: Template[], fields: Json): Template[] {
  if (fields['hsm_ids'] !== undefined) {
    const ids = idsOf(fields['hsm_ids']);
    return ids.map((id) => {
      const template = all.find((each) => each.id === id);
      if (!template) throw new GraphError(100, `Message template ${id} was not found.`, { subcode: 2593002 });
      return template;
    });
  }
  const name = requireText(fields, 'name', 'name', 512);
  const id = fields['hsm_id'];
  const gone = all.filter((each) => each.name === name && (id === undefined || each.id === id));
  if (gone.length === 0) throw new GraphError(100, `Message template ${name} was not found.`, { subcode: 2593002 });
  return gone;
}

/** Up to 100 ids, as an array or with commas. */
function idsOf(value: unknown): string[] {
  const parts = Array.isArray(value) ? value.map(String) : value === undefined ? [] : listed(value);
  const ids = requireArray({ ids: parts }, 'ids', 'hsm_ids', 1, 100).map(String);
  if (ids.some((id) => !/^\d{1,20}$/.test(id))) throw new GraphError(100, 'Param hsm_ids must be ids of templates.');
  return [...new Set(ids)];
}

function archiveProblem(template: Template, edge: 'archive' | 'unarchive'): string | undefined {
  const isArchived = template.status === 'ARCHIVED';
  if (edge === 'unarchive') return isArchived ? undefined : 'The template is not archived.';
  if (isArchived) return 'The template is archived already.';
  return template.status === 'APPROVED' ? undefined : `The template is ${template.status}.`;
}
