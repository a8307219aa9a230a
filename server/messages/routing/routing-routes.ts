import { Type } from 'typebox';
import type { MessageRequest } from '#messages/accept/prepare.ts';
import { messageRequestSchema } from '#messages/message-schemas.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import type { Database } from '#platform/database.ts';
import { callerOf, type HttpServer } from '#platform/http.ts';
import { strictObject, uuid } from '#platform/schema.ts';
import { foresee } from '#messages/rerouting/foresee.ts';
import { chooseCandidate, obstacleOf } from './choose.ts';
import { previewRouting, type RouterDeps } from './router.ts';
import { previewSchema, ruleBodySchema, ruleSchema } from './routing-schemas.ts';
import type { RuleRow } from './routing-store.ts';
import { addRule, getRule, pageRules, removeRule, replaceRule, type RuleRequest } from './rules.ts';
import type { Weighed } from './weigh.ts';

export interface RoutingRoutesDeps {
  /** The pool whose role row level security binds. */
  db: Database;
  router: RouterDeps;
  senders: (workspaceId: string) => SenderAccount[];
}

const path = strictObject({ id: uuid() });
const read = { access: { scope: 'routing:read' }, shed: 'ui' } as const;
const write = { access: { scope: 'routing:write' }, shed: 'ui' } as const;

/** Which sender sends what is asked for without one. */
export function routingRoutes(server: HttpServer, { db, router, senders }: RoutingRoutesDeps): void {
  const tags = ['routing'];

  server.get(
    '/v1/routing/rules',
    {
      config: read,
      schema: {
        operationId: 'listRoutingRules',
        summary: 'The routing rules, in the order in which they are looked at',
        tags,
        response: { 200: strictObject({ data: Type.Array(ruleSchema) }) },
      },
    },
    async (request) => ({ data: (await pageRules(db, callerOf(request).workspaceId)).map(present) }),
  );

  server.post(
    '/v1/routing/rules',
    {
      config: write,
      schema: {
        operationId: 'addRoutingRule',
        summary: 'Add a routing rule',
        description:
          'Messages without sender_id go by the first rule that fits. Rerouting is off until it is turned on here.',
        tags,
        body: ruleBodySchema,
        response: { 201: ruleSchema },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const added = await addRule(db, caller, senders(caller.workspaceId), request.body as RuleRequest);
      reply.code(201);
      return present(added);
    },
  );

  server.get(
    '/v1/routing/rules/:id',
    {
      config: read,
      schema: {
        operationId: 'getRoutingRule',
        summary: 'A routing rule',
        tags,
        params: path,
        response: { 200: ruleSchema },
      },
    },
    async (request) => present(await getRule(db, callerOf(request).workspaceId, request.params.id)),
  );

  server.put(
    '/v1/routing/rules/:id',
    {
      config: write,
      schema: {
        operationId: 'replaceRoutingRule',
        summary: 'Put another rule in the place of one',
        tags,
        params: path,
        body: ruleBodySchema,
        response: { 200: ruleSchema },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const own = senders(caller.workspaceId);
      return present(await replaceRule(db, caller, own, request.params.id, request.body as RuleRequest));
    },
  );

  server.delete(
    '/v1/routing/rules/:id',
    {
      config: write,
      schema: {
        operationId: 'removeRoutingRule',
        summary: 'Remove a routing rule; what it routed is not rerouted any more',
        tags,
        params: path,
        response: { 200: strictObject({ removed: Type.Literal(true) }) },
      },
    },
    async (request) => {
      await removeRule(db, callerOf(request), request.params.id);
      return { removed: true as const };
    },
  );

  server.post(
    '/v1/routing/preview',
    {
      config: { access: { scope: 'messages:send' }, idempotency: 'none', shed: 'ui' },
      schema: {
        operationId: 'previewRouting',
        summary: 'Show a message as it would be at each sender of its rule, without sending it',
        tags,
        body: messageRequestSchema,
        response: { 200: previewSchema },
      },
    },
    async (request) => {
      const { workspaceId } = callerOf(request);
      const asked = request.body as MessageRequest;
      const now = Temporal.Now.instant();
      const previewed = await previewRouting(router, workspaceId, asked, now);
      const { rule, weighed } = previewed;
      const foreseen = await foresee(router, workspaceId, asked, previewed, now);
      const { place } = chooseCandidate(weighed, rule.reroute);
      return {
        rule: { id: rule.id, name: rule.name },
        sender_id: (place === null ? undefined : weighed[place]?.sender_id) ?? null,
        reroute: { enabled: rule.reroute.enabled, max_hops: rule.reroute.max_hops, ...foreseen },
        senders: weighed.map(presentWeighed),
      };
    },
  );
}

function presentWeighed(one: Weighed) {
  const obstacle = obstacleOf(one);
  const blocked = one.decision?.outcome === 'block' ? one.decision.rule : null;
  return {
    sender_id: one.sender_id,
    channel: one.account?.provider.capabilities.channel ?? null,
    price: one.price,
    goes: obstacle === null && blocked === null,
    reason: obstacle?.reason ?? blocked,
    detail: obstacle?.detail ?? (blocked && `Policy blocks it there: ${blocked.replaceAll('_', ' ')}.`),
    said_as: one.said?.saidAs ?? null,
    content: one.prepared?.content ?? null,
  };
}

function present({ id, position, rule, createdAt, updatedAt }: RuleRow) {
  return { id, position, ...rule, created_at: createdAt.toString(), updated_at: updatedAt.toString() };
}
