import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { HttpServer } from './http.ts';

/** Registers webhook routes: their body is the raw Buffer, whatever its type, since signatures cover bytes. Declare them
 *  with `config: { access: 'public', kind: 'webhook', shed: 'ingress' }`. */
export async function webhookScope(
  server: HttpServer,
  limitBytes: number,
  addRoutes: (scope: HttpServer) => void | Promise<void>,
): Promise<void> {
  await server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: limitBytes },
      async (_request: FastifyRequest, raw: Buffer) => raw,
    );
    await addRoutes(scope.withTypeProvider<TypeBoxTypeProvider>());
  });
}
