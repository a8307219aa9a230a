import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import { accessToWaba } from '#cloud-api/access.ts';
import { requireText, shown } from '#cloud-api/checks.ts';
import type { Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { newDigits } from '#cloud-api/ids.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import { type Template, type Templates, newTemplate } from '#cloud-api/templates.ts';
import type { TemplateLife } from './template-life.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  templates: Templates;
  templateLife: TemplateLife;
}

/** Templates that are copied by one call. */
const PAGE = 500;

/** `POST /{WABA}/migrate_message_templates`: copies the good templates of another account of the portfolio. */
export function migrationRoutes(app: FastifyInstance, deps: Deps): void {
  const { templates, templateLife } = deps;

  app.post<{ Params: { id: string } }>('/:id/migrate_message_templates', (request) => {
    const { id } = request.params;
    const fields = fieldsOf(request);
    const sourceId = requireText(fields, 'source_waba_id', 'source_waba_id', 30);
    accessToWaba(request, id, deps);
    accessToWaba(request, sourceId, deps);
    if (sourceId === id) throw new GraphError(100, 'Param source_waba_id must be another account.');
    const pageNumber = Number(fields['page_number'] ?? 0);
    if (!Number.isInteger(pageNumber) || pageNumber < 0) {
      throw new GraphError(100, `Param page_number must be a number, not ${shown(fields['page_number'])}.`);
    }
    const migrated: Record<string, string> = {};
    const failed: Record<string, string> = {};
    for (const template of templates.list(sourceId).slice(pageNumber * PAGE, (pageNumber + 1) * PAGE)) {
      const problem = problemOf(template, id, templates);
      if (problem !== undefined) {
        failed[template.id] = problem;
        continue;
      }
      const copy = newTemplate(structuredClone(template), newDigits(16), id);
      templates.save(copy);
      templateLife.setStatus(copy, 'APPROVED');
      migrated[template.id] = copy.id;
    }
    return { migrated_templates: migrated, failed_templates: failed };
  });
}

function problemOf(template: Template, wabaId: string, templates: Templates): string | undefined {
  if (template.status !== 'APPROVED') return `The template is ${template.status}.`;
  if (template.quality.score === 'RED') return 'The quality of the template is low.';
  return templates.find(template.name, template.language, wabaId) ? 'The name is taken in this language.' : undefined;
}
