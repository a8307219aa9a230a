import { Type } from 'typebox';
import type { HttpServer } from '#platform/http.ts';
import { nullable, oneOf, strictObject } from '#platform/schema.ts';
import type { ErrorEntry } from './provider.ts';
import { adapters } from './providers.ts';

const reactions = [
  'retry',
  'retry_pair',
  'retry_sender',
  'fail',
  'pause_sender',
  'pause_connection',
  'unknown',
] as const satisfies readonly ErrorEntry['reaction'][];
const remedies = [
  'wait',
  'receipt',
  'content',
  'template',
  'request',
  'account',
  'none',
] as const satisfies readonly ErrorEntry['remedy'][];

const seconds = (description: string) => nullable(Type.Number({ description }));

const errorSchema = strictObject({
  provider: Type.String(),
  code: Type.String({ description: "The provider's code, or a name of ours for an answer without one" }),
  subcode_of: nullable(Type.String({ description: 'The general code that it comes as a subcode of' })),
  title: Type.String(),
  shows: oneOf(['answer', 'webhook', 'both'], {
    description: 'In the answer to a call, in a webhook later, or in either',
  }),
  http_status: nullable(Type.Integer({ description: 'Of the answer, as documented' })),
  reaction: oneOf(reactions, { description: 'What Carillon does with the message' }),
  delay_seconds: seconds('The first pause before it is tried again'),
  backoff_factor: nullable(Type.Number({ description: 'The pause grows by this' })),
  remedy: oneOf(remedies, { description: 'What has to change before the same can succeed' }),
  wait_seconds: seconds('For so long the same is refused again'),
  reroute: nullable(oneOf(['template', 'channel'], { description: 'The other way that it may be said' })),
  suppress: nullable(oneOf(['stop', 'marketing_stop'])),
  pages: Type.Boolean({ description: 'Somebody has to act now' }),
  advice: Type.String({ description: 'For the operator' }),
  tell: Type.String({ description: 'For whoever wrote the message' }),
  since: Type.String({ description: 'The day of the documentation that this was read from' }),
});

const query = strictObject({
  provider: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 50 })),
  reaction: Type.Optional(oneOf(reactions)),
  remedy: Type.Optional(oneOf(remedies)),
});

/** What the errors of providers mean: the table that the message path decides by. */
export function errorsRoutes(server: HttpServer): void {
  server.get(
    '/v1/reference/errors',
    {
      config: { access: 'authenticated', shed: 'ui' },
      schema: {
        operationId: 'listProviderErrors',
        summary: 'List what the errors of providers mean',
        tags: ['reference'],
        querystring: query,
        response: { 200: strictObject({ data: Type.Array(errorSchema) }) },
      },
    },
    async (request) => {
      const { provider, code, reaction, remedy } = request.query;
      const data = [...adapters.values()]
        .flatMap(({ errors }) => errors)
        .filter(
          (row) =>
            (provider === undefined || row.provider === provider) &&
            (code === undefined || row.code === code) &&
            (reaction === undefined || row.reaction === reaction) &&
            (remedy === undefined || row.remedy === remedy),
        )
        .map(presentError);
      return { data };
    },
  );
}

function presentError(row: ErrorEntry) {
  return {
    provider: row.provider,
    code: row.code,
    subcode_of: row.subcodeOf ?? null,
    title: row.title,
    shows: row.shows,
    http_status: row.httpStatus,
    reaction: row.reaction,
    delay_seconds: row.delaySeconds ?? null,
    backoff_factor: row.backoffFactor ?? null,
    remedy: row.remedy,
    wait_seconds: row.waitSeconds ?? null,
    reroute: row.reroute,
    suppress: row.suppress ?? null,
    pages: row.pages,
    advice: row.advice,
    tell: row.tell,
    since: row.since,
  };
}
