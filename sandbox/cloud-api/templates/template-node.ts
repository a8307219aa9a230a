import type { FastifyRequest } from 'fastify';
import { pick } from '#cloud-api/node-fields.ts';
import type { Json } from '#people/chats.ts';
import type { Template } from '#cloud-api/templates.ts';

const STANDARD = ['name', 'parameter_format', 'components', 'language', 'status', 'category', 'sub_category', 'id'];

/** A template as Graph shows it: the usual fields, or those that `?fields=` asks for. */
export function shownTemplate(request: FastifyRequest, template: Template): Json {
  const node = nodeOf(template);
  const { fields } = request.query as { fields?: unknown };
  if (typeof fields === 'string' && fields !== '') return pick(request, node);
  return Object.fromEntries(STANDARD.filter((name) => name in node).map((name) => [name, node[name]]));
}

function nodeOf(template: Template): Json {
  const optional = {
    sub_category: template.sub_category,
    previous_category: template.previous_category,
    correct_category: template.correct_category,
    message_send_ttl_seconds: template.message_send_ttl_seconds,
    library_template_name: template.library_template_name,
  };
  return {
    id: template.id,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    parameter_format: template.parameter_format,
    components: template.components,
    rejected_reason: template.rejected_reason,
    quality_score: { score: template.quality.score, date: Math.floor(template.quality.at / 1000) },
    cta_url_link_tracking_opted_out: template.cta_url_link_tracking_opted_out,
    health_status: {
      can_send_message: template.status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED',
      entities: [
        {
          entity_type: 'MESSAGE_TEMPLATE',
          id: template.id,
          can_send_message: template.status === 'APPROVED' ? 'AVAILABLE' : 'BLOCKED',
        },
      ],
    },
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null)),
  };
}
