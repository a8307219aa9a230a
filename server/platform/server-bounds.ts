import { isInstant, isUuid } from './schema.ts';
import { splitQuery } from './strict-query.ts';

const defaultBodyLimitBytes = 1024 * 1024;
export const maxConnections = 10_000;

/** How much, how long and in which form a caller may send: what Fastify is told of it. */
export function serverBounds(requestTimeoutMs: number) {
  return {
    bodyLimit: defaultBodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: 75_000,
    keepAliveTimeout: 65_000,
    maxRequestsPerSocket: 100_000,
    forceCloseConnections: true,
    http: {
      maxHeaderSize: 16 * 1024,
      headersTimeout: Math.min(15_000, requestTimeoutMs),
      connectionsCheckingInterval: Math.min(2_000, requestTimeoutMs),
      joinDuplicateHeaders: true,
    },
    routerOptions: { maxParamLength: 512, ignoreDuplicateSlashes: true, querystringParser: splitQuery },
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: true,
        allErrors: false,
        discriminator: true,
      },
      onCreate(ajv: { addFormat(name: string, validate: (text: string) => boolean): unknown }) {
        ajv.addFormat('date-time', isInstant);
        ajv.addFormat('uuid', isUuid);
      },
    } as object,
  };
}
