import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';

const problemSchema = {
  type: 'object',
  description: 'What went wrong (RFC 9457)',
  required: ['type', 'title', 'status', 'code', 'retryable', 'request_id'],
  properties: {
    type: { type: 'string', description: 'Path of the page that explains the code' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'For programs; never renamed' },
    detail: { type: 'string', description: 'For people' },
    retryable: { type: 'boolean', description: 'Whether the same request may succeed later' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: {
          pointer: {
            type: 'string',
            description: 'JSON pointer into the body, ?name of a query parameter, or a header',
          },
          message: { type: 'string' },
          code: { type: 'string' },
        },
      },
    },
  },
} as const;

/** How the OpenAPI 3.1 document is made from the schemas that validate. */
export function openApiOptions(publicUrl: string | undefined): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carillon',
        version: '1',
        description: 'Conversations between a business and its customers on WhatsApp, SMS and e-mail.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: publicUrl ?? '/' }],
      components: {
        securitySchemes: {
          api_key: { type: 'http', scheme: 'bearer', description: 'An API key, as Authorization: Bearer <key>' },
          session: { type: 'apiKey', in: 'cookie', name: 'carillon_session', description: 'A session of the console' },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const config = route.config ?? {};
      const shown = { ...schema } as FastifySchema & Record<string, unknown>;
      if (config.kind === 'page' || config.kind === 'webhook') shown['hide'] = true;
      if (config.access === 'public') shown['security'] = [];
      else shown['security'] = [{ api_key: [] }, { session: [] }];
      if (typeof config.access === 'object') shown['x-scope'] = config.access.scope;
      if (config.idempotency === 'required' || config.idempotency === 'kept') {
        shown.headers = idempotencyHeader(config.idempotency);
      }
      return { schema: shown, url };
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const { openapiObject } = document;
      const schemas = { ...openapiObject.components?.schemas, Problem: problemSchema };
      Object.assign(openapiObject, { components: { ...openapiObject.components, schemas } });
      for (const path of Object.values(openapiObject.paths ?? {})) {
        for (const operation of Object.values(path ?? {})) {
          if (typeof operation !== 'object' || !('responses' in operation)) continue;
          operation.responses = {
            ...operation.responses,
            default: {
              description: 'A problem',
              content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
            },
          };
        }
      }
      return openapiObject;
    },
  };
}

function idempotencyHeader(idempotency: 'required' | 'kept') {
  return {
    type: 'object',
    properties: {
      'Idempotency-Key': {
        type: 'string',
        minLength: 1,
        maxLength: 255,
        description:
          'A value of yours, e.g. a UUID. A repeated request with the same key has its effect once, and gets the first answer for 30 days.',
      },
    },
    required: idempotency === 'required' ? ['Idempotency-Key'] : [],
  };
}
