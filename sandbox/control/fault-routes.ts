import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Faults, cutsConnections, isOfCalls } from '#faults/faults.ts';
import { ACTION_SCHEMAS, type FaultAction, type FaultMatch, RULES_SCHEMA } from '#faults/rules.ts';
import { notFound, Refusal } from './refusal.ts';

interface NewRules {
  rules: { id?: string; match?: FaultMatch; action: FaultAction }[];
}

/** The rules by which the sandbox fails. */
export function faultRoutes(app: FastifyInstance, faults: Faults): void {
  app.get('/_sandbox/faults', () => ({ data: faults.list() }));

  app.post<{ Body: NewRules }>('/_sandbox/faults', { schema: { body: RULES_SCHEMA } }, async (request, reply) => {
    for (const [index, rule] of request.body.rules.entries()) {
      checkAction(request, rule.action, `rules/${index}/action`);
      if (isOfCalls(rule) && rule.action.kind !== 'error') {
        throw new Refusal('match.method and match.path are for actions of the kind error', `rules/${index}/match`);
      }
      if (cutsConnections(rule) && rule.match?.times === undefined) {
        throw new Refusal(
          'Connections that are reset at once could carry the call that removes the rule: give match.times or match.sender',
          `rules/${index}/match`,
        );
      }
    }
    return reply.code(201).send({ data: faults.add(request.body.rules) });
  });

  app.delete('/_sandbox/faults', () => ({ removed: faults.remove() }));

  app.delete<{ Params: { id: string } }>('/_sandbox/faults/:id', (request) => {
    const removed = faults.remove(request.params.id);
    if (removed === 0) throw notFound(`The fault ${request.params.id.slice(0, 100)}`);
    return { removed };
  });
}

function checkAction(request: FastifyRequest, action: FaultAction, path: string): void {
  const schema = ACTION_SCHEMAS[action.kind];
  if (!schema) throw new Refusal(`The action ${String(action.kind)} is not known`, path);
  const check = request.compileValidationSchema(schema);
  if (check(action)) return;
  const [error] = check.errors ?? [];
  const extra = error?.params['additionalProperty'];
  throw new Refusal(
    `The action ${action.kind} is wrong: ${error?.instancePath ?? ''} ${error?.message ?? ''}${extra === undefined ? '' : ` (${String(extra)})`}`,
    `${path}${error?.instancePath ?? ''}`,
  );
}
