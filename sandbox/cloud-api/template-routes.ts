import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { checkToken, unknownObject } from './access.ts';
import { shown } from './checks.ts';
import type { Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { newDigits } from './ids.ts';
import { page, pick } from './node-routes.ts';
import { fieldsOf } from './request-body.ts';
import { checkTemplateDefinition } from './template-definition.ts';
import type { Template, Templates } from './templates.ts';

interface Deps {
  clock: SandboxClock;
  credentials: Credentials;
  settings: Settings;
  templates: Templates;
  webhooks: WebhookQueue;
}

const REVIEW_MS = 2000;

/** `/{WABA}/message_templates`: list, create with a review of two seconds, delete. */
export function templateRoutes(app: FastifyInstance, deps: Deps): void {
  const { clock, credentials, settings, templates } = deps;

  app.get<{ Params: { id: string } }>('/:id/message_templates', (request) => {
    checkToken(request, credentials, settings);
    checkWaba(request.params.id);
    const query = request.query as Record<string, unknown>;
    const found = templates
      .list()
      .filter((template) =>
        (['name', 'status', 'language', 'category'] as const).every(
          (key) => query[key] === undefined || shown(query[key]).toLowerCase() === template[key].toLowerCase(),
        ),
      );
    return page(found.map((template) => pick(request, { ...template })));
  });

  app.post<{ Params: { id: string } }>('/:id/message_templates', (request) => {
    checkToken(request, credentials, settings);
    checkWaba(request.params.id);
    const definition = checkTemplateDefinition(fieldsOf(request));
    if (templates.find(definition.name, definition.language)) {
      throw new GraphError(100, 'There is already content for this language and name.', { subcode: 2388024 });
    }
    const template: Template = { ...definition, id: newDigits(16), status: 'PENDING', rejected_reason: 'NONE' };
    templates.save(template);
    clock.after(REVIEW_MS * settings.delay_factor, () => review(template));
    return { id: template.id, status: template.status, category: template.category };
  });

  app.delete<{ Params: { id: string } }>('/:id/message_templates', (request) => {
    checkToken(request, credentials, settings);
    checkWaba(request.params.id);
    const { name, hsm_id: id } = request.query as { name?: string; hsm_id?: string };
    if (name === undefined) throw new GraphError(100, 'The parameter name is required.');
    const gone = templates.list().filter((each) => each.name === name && (id === undefined || each.id === id));
    if (gone.length === 0) throw new GraphError(100, `Message template ${name} was not found.`, { subcode: 2593002 });
    for (const template of gone) templates.remove(template);
    return { success: true };
  });

  function checkWaba(id: string): void {
    if (id !== credentials.waba_id) throw unknownObject(id);
  }

  function review(template: Template): void {
    // It may have been deleted, or decided by hand, in the meantime.
    if (templates.findById(template.id)?.status !== 'PENDING') return;
    const body = template.components.find((component) => component.type === 'BODY')?.text ?? '';
    const isBad = /\b(password|credit card number|social security)\b/i.test(body);
    setTemplateStatus(template, isBad ? 'REJECTED' : 'APPROVED', isBad ? 'ABUSIVE_CONTENT' : 'NONE', deps);
  }
}

/** Changes a template's status and tells the business. */
export function setTemplateStatus(
  template: Template,
  status: string,
  reason: string,
  { credentials, templates, webhooks }: Pick<Deps, 'credentials' | 'templates' | 'webhooks'>,
): void {
  templates.save(Object.assign(template, { status, rejected_reason: reason }));
  webhooks.tell(credentials.phone_numbers[0]?.phone_number_id ?? '', {
    field: 'message_template_status_update',
    part: 'value',
    contacts: [],
    inbound_id: null,
    element: {
      event: status,
      message_template_id: Number(template.id),
      message_template_name: template.name,
      message_template_language: template.language,
      message_template_category: template.category,
      reason,
    },
  });
}
