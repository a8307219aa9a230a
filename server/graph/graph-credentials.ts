import type { FastifyRequest } from 'fastify';

/** The credential of a request as the rest of the server takes it. Clients of the Cloud API may also give their token in the
 *  query, or call it OAuth. A cookie counts for nothing there: bodies are read whatever their type, and a page of another
 *  site could post them. */
export function credentialsOf(
  request: Pick<FastifyRequest, 'method' | 'headers' | 'query' | 'routeOptions'>,
): Pick<FastifyRequest, 'method' | 'headers'> {
  if (!request.routeOptions.url?.startsWith('/graph')) return request;
  const { authorization } = request.headers;
  const { access_token: token } = (request.query ?? {}) as { access_token?: unknown };
  const said = authorization?.replace(/^OAuth /i, 'Bearer ') ?? (typeof token === 'string' ? `Bearer ${token}` : '');
  return { method: request.method, headers: { authorization: said } };
}
