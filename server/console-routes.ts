import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { HttpServer } from '#platform/http.ts';
import { pageHeaders } from '#platform/security-headers.ts';

const root = fileURLToPath(new URL('../console/dist', import.meta.url));

/** Serves the console's built page under /console/; every address below it is the same page, because its router reads it. */
export async function consoleRoutes(server: HttpServer): Promise<void> {
  const config = { access: 'public', kind: 'page', shed: 'ui' } as const;
  server.get('/', { config, schema: { hide: true } }, async (_request, reply) => reply.redirect('/console/'));
  if (!existsSync(root)) {
    server.get('/console/*', { config, schema: { hide: true } }, async (_request, reply) =>
      reply
        .headers(pageHeaders())
        .type('text/html; charset=utf-8')
        .send('<!doctype html><title>Carillon</title><p>The console is not built. Run: npm run build</p>'),
    );
    return;
  }
  await server.register(fastifyStatic, { root, serve: false });
  server.get<{ Params: { '*': string } }>('/console/*', { config, schema: { hide: true } }, async (request, reply) => {
    const path = request.params['*'];
    reply.headers(pageHeaders());
    // Built files carry a hash of their content in the name, so they may be kept for ever; the page itself may not.
    if (/^assets\/[\w.-]+$/.test(path))
      return reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .sendFile(path, { cacheControl: false });
    if (/^[\w-]+\.(svg|png|ico|webmanifest)$/.test(path)) return reply.sendFile(path);
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
  });
  server.get('/console', { config, schema: { hide: true } }, async (_request, reply) => reply.redirect('/console/'));
}
