import type { FastifyInstance } from 'fastify';
import type { PacingEnd, TemplateLife } from '#cloud-api/templates/template-life.ts';
import type { QualityScore, Template, TemplateDefinition, Templates } from '#cloud-api/templates.ts';
import { Refusal, notFound } from './refusal.ts';

interface Deps {
  templates: Templates;
  templateLife: TemplateLife;
}

interface TemplateChange {
  status?: string;
  reason?: string;
  quality?: QualityScore;
  pacing?: 'holding' | PacingEnd;
  correct_category?: TemplateDefinition['category'];
  category_changes_in_seconds?: number;
}

/** Templates as WhatsApp sees them, and what WhatsApp may do to them. */
export function templateControlRoutes(app: FastifyInstance, { templates, templateLife }: Deps): void {
  app.get('/_sandbox/templates', () => ({ data: templates.list() }));

  app.patch<{ Params: { id: string }; Body: TemplateChange }>(
    '/_sandbox/templates/:id',
    { schema: { body: CHANGE_SCHEMA } },
    (request) => {
      const { id } = request.params;
      const template = templates.findById(id) ?? templates.list().find((each) => each.name === id);
      if (!template) throw notFound(`The template ${id.slice(0, 100)}`);
      change(template, request.body);
      return template;
    },
  );

  function changeStatus(template: Template, status: string, reason: string | undefined): void {
    if (status === 'DISABLED' && reason === undefined) templateLife.disable(template);
    else if (status === 'FLAGGED' && reason === undefined) templateLife.flag(template);
    else if (status === 'REINSTATED') templateLife.setStatus(template, 'APPROVED', reason, {}, 'REINSTATED');
    else templateLife.setStatus(template, status, reason);
  }

  function change(template: Template, wanted: TemplateChange): void {
    if (wanted.reason !== undefined && wanted.status === undefined) {
      throw new Refusal('reason goes with a status', 'reason');
    }
    if (wanted.category_changes_in_seconds !== undefined && wanted.correct_category === undefined) {
      throw new Refusal('category_changes_in_seconds goes with a correct_category', 'category_changes_in_seconds');
    }
    if (wanted.status !== undefined) changeStatus(template, wanted.status, wanted.reason);
    if (wanted.quality !== undefined) templateLife.setQuality(template, wanted.quality);
    if (wanted.pacing === 'holding') templateLife.hold(template);
    else if (wanted.pacing !== undefined) templateLife.endPacing(template, wanted.pacing);
    if (wanted.correct_category !== undefined) {
      const seconds = wanted.category_changes_in_seconds ?? 86_400;
      templateLife.correctCategory(template, wanted.correct_category, seconds * 1000);
    }
  }
}

export const CHANGE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: {
    status: {
      enum: [
        'APPROVED',
        'PENDING',
        'REJECTED',
        'PAUSED',
        'DISABLED',
        'IN_APPEAL',
        'FLAGGED',
        'LOCKED',
        'ARCHIVED',
        'LIMIT_EXCEEDED',
        'PENDING_DELETION',
        'REINSTATED',
      ],
    },
    reason: { type: 'string', minLength: 1, maxLength: 100 },
    quality: { enum: ['GREEN', 'YELLOW', 'RED', 'UNKNOWN'] },
    pacing: { enum: ['holding', 'released', 'dropped'] },
    correct_category: { enum: ['AUTHENTICATION', 'MARKETING', 'UTILITY'] },
    category_changes_in_seconds: { type: 'number', minimum: 0, maximum: 31_536_000 },
  },
} as const;
