import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const PAGE_FOLDER = join(import.meta.dirname, 'phone', 'dist');

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Carillon sandbox</title>
<body style="font: 16px/1.5 system-ui; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The sandbox is running</h1>
<p>The phone in the browser has not been built yet. Build it with <code>npm run build</code> and reload this page.</p>
<p>The control API is there already: <a href="/_sandbox/credentials">credentials</a>,
<a href="/_sandbox/people">people</a>, <a href="/_sandbox/ledger">ledger</a>. <code>sandbox/README.md</code> describes it.</p>
</body></html>`;

/** The phone at `/`. Looked for at each request, so that it may be built while the sandbox runs. */
export async function phonePage(app: FastifyInstance): Promise<void> {
  await app.register(fastifyStatic, { root: PAGE_FOLDER, serve: false });
  app.get('/', (_request, reply) =>
    existsSync(join(PAGE_FOLDER, 'index.html'))
      ? reply.sendFile('index.html', { maxAge: 0 })
      : reply.type('text/html').send(NOT_BUILT),
  );
  app.get<{ Params: { '*': string } }>('/assets/*', (request, reply) =>
    reply.sendFile(`assets/${request.params['*']}`),
  );
  app.get('/icon.svg', (_request, reply) => reply.sendFile('icon.svg'));
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send());
}
