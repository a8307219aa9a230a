import type { FastifyInstance, FastifyReply } from 'fastify';
import { Refusal, notFound } from '#control/refusal.ts';
import { type NewRun, ScenarioRefusal, type Scenarios } from './scenarios.ts';
import { isWritten } from './spans.ts';

const MAX_BYTES = 5_000_000;

interface InQuery {
  seed?: string;
  speed?: string;
  start?: string;
}

/** `/_sandbox/scenarios`: start one from its text, see how far it is, stop it. */
export function scenarioRoutes(app: FastifyInstance, scenarios: Scenarios): void {
  app.addContentTypeParser(
    ['application/yaml', 'text/yaml', 'application/x-yaml'],
    { parseAs: 'string', bodyLimit: MAX_BYTES },
    (_request, body, done) => done(null, { text: body }),
  );

  app.get('/_sandbox/scenarios', () => ({ data: scenarios.list().map((run) => run.view()) }));

  app.post<{ Body: NewRun; Querystring: InQuery }>(
    '/_sandbox/scenarios',
    { bodyLimit: MAX_BYTES, schema: { body: NEW_RUN_SCHEMA, querystring: QUERY_SCHEMA } },
    async (request, reply) => {
      const wanted: NewRun = { ...request.body, ...optionsOf(request.query) };
      if (wanted.start !== undefined && !isWritten('moment', wanted.start)) {
        throw new Refusal('start must be a time of the day such as 09:00, or an instant', 'start');
      }
      if (wanted.business?.base_url !== undefined && !/^https?:\/\/[^?#]+$/.test(wanted.business.base_url)) {
        throw new Refusal('base_url must be an http or https address', 'business/base_url');
      }
      return await reply.code(201).send(startOf(wanted, reply));
    },
  );

  app.get<{ Params: { id: string }; Querystring: { after?: string } }>(
    '/_sandbox/scenarios/:id',
    { schema: { querystring: AFTER_SCHEMA } },
    (request) => getRun(request.params.id).view(Number(request.query.after ?? 0)),
  );

  app.delete<{ Params: { id: string } }>('/_sandbox/scenarios/:id', async (request) => {
    const run = getRun(request.params.id);
    await run.stop();
    return run.view();
  });

  function startOf(wanted: NewRun, reply: FastifyReply): unknown {
    try {
      return scenarios.start(wanted).view();
    } catch (error) {
      if (!(error instanceof ScenarioRefusal)) throw error;
      const { message, field, problems } = error;
      reply.code(400);
      return { error: { message, field, problems } };
    }
  }

  function getRun(id: string) {
    const run = scenarios.find(id);
    if (!run) throw notFound(`The scenario ${id.slice(0, 100)}`);
    return run;
  }
}

function optionsOf({ seed, speed, start }: InQuery): Partial<NewRun> {
  return {
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(speed === undefined ? {} : { speed: speed === 'max' ? speed : Number(speed) }),
    ...(start === undefined ? {} : { start }),
  };
}

const text = { type: 'string', minLength: 1, maxLength: 2000 } as const;
const digits = '^\\d{1,9}$';

const NEW_RUN_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['text'],
  properties: {
    text: { type: 'string', minLength: 1, maxLength: MAX_BYTES },
    seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
    speed: { anyOf: [{ type: 'number', minimum: 0.01, maximum: 1_000_000 }, { const: 'max' }] },
    start: text,
    business: {
      type: 'object',
      additionalProperties: false,
      properties: { base_url: text, access_token: text, phone_number_id: text },
    },
  },
} as const;

const QUERY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    seed: { type: 'string', pattern: digits },
    speed: { type: 'string', pattern: '^(?:max|\\d{1,6}(?:\\.\\d{1,2})?)$' },
    start: text,
  },
} as const;

const AFTER_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { after: { type: 'string', pattern: digits } },
} as const;
