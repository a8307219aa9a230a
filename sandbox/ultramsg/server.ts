import type { FastifyError, FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { UltraMsgRouteDeps } from './answering.ts';
import { chatRoutes } from './chat-routes.ts';
import { contactRoutes } from './contact-routes.ts';
import { fileRoutes } from './file-routes.ts';
import { instanceRoutes } from './instance-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { sendRoutes } from './send-routes.ts';
import { UltraMsgError } from './ultramsg-error.ts';

/** A file that base64 holds may have 10,000,000 characters, each of which a form can write with three. */
const MAX_BODY_BYTES = 40_000_000;

/** Everything that `https://api.ultramsg.com` serves, below `/ultramsg`. */
export async function serveUltraMsg(app: FastifyInstance, deps: UltraMsgRouteDeps): Promise<void> {
  takeRawBodies(app);
  answerErrors(app, deps.settings);
  app.addHook('onRoute', (route) => {
    route.bodyLimit ??= MAX_BODY_BYTES;
  });
  await app.register(
    async (api) => {
      sendRoutes(api, deps);
      messageRoutes(api, deps);
      instanceRoutes(api, deps);
      chatRoutes(api, deps);
      contactRoutes(api, deps);
      fileRoutes(api, deps);
      api.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'Path not found' }));
    },
    { prefix: '/ultramsg' },
  );
}

function takeRawBodies(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function answerErrors(app: FastifyInstance, settings: Settings): void {
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof UltraMsgError) {
      return reply.code(error.httpStatus ?? settings.ultramsg_error_status).send(error.answer);
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) process.stderr.write(`${error.stack ?? error.message}\n`);
    const words = status >= 500 ? 'The sandbox failed; its standard error says how.' : error.message;
    return reply.code(status).send({ error: words });
  });
}
