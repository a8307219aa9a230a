import { Fault, faultCatalogue } from './fault.ts';
import type { HttpServer } from './http.ts';

/** What explains the API to its users: the OpenAPI document, and the page that a problem's `type` leads to. */
export function addReferenceRoutes(server: HttpServer): void {
  const config = { access: 'public', kind: 'page', shed: 'ui' } as const;
  let document: string | undefined;

  server.get('/openapi.json', { config, schema: { hide: true } }, async (_request, reply) => {
    document ??= JSON.stringify(server.swagger());
    return reply.type('application/json').send(document);
  });

  server.get<{ Params: { code: string } }>(
    '/problems/:code',
    { config, schema: { hide: true } },
    async (request, reply) => {
      const { code } = request.params;
      if (!Object.hasOwn(faultCatalogue, code)) throw new Fault('not_found');
      const problem = faultCatalogue[code as keyof typeof faultCatalogue];
      return reply.type('application/json').send(JSON.stringify({ code, ...problem }));
    },
  );
}
