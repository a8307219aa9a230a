import type { FastifyInstance } from 'fastify';
import type { FlowStatus, Flows } from '#cloud-api/account/flows.ts';
import { notFound } from './refusal.ts';

/** What WhatsApp may do to a flow: throttled it is sent ten times an hour, blocked not at all. */
export function flowControlRoutes(app: FastifyInstance, { flows }: { flows: Flows }): void {
  app.patch<{ Params: { id: string }; Body: { status: FlowStatus } }>(
    '/_sandbox/flows/:id',
    { schema: { body: STATUS_SCHEMA } },
    (request) => {
      const flow = flows.find(request.params.id);
      if (!flow) throw notFound(`The flow ${request.params.id.slice(0, 100)}`);
      flows.setStatus(flow, request.body.status);
      return flow;
    },
  );
}

const STATUS_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['status'],
  properties: { status: { enum: ['DRAFT', 'PUBLISHED', 'DEPRECATED', 'THROTTLED', 'BLOCKED'] } },
} as const;
