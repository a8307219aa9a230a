import type { FastifyError, FastifyInstance } from 'fastify';
import type { MediaStore } from '#cloud-api/media.ts';
import type { StateJournal } from '#storage/state.ts';
import { answerError, notFound } from './access.ts';
import type { AccountFile } from './account.ts';
import { accountRoutes } from './account-routes.ts';
import type { CallRate } from './call-rate.ts';
import { contentRoutes } from './content-routes.ts';
import { messageRoutes } from './message-routes.ts';
import { type SendRouteDeps, sendRoutes } from './send-routes.ts';
import { senderRoutes } from './sender-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { newSid } from './sids.ts';
import { TwilioError } from './twilio-error.ts';

interface Deps extends SendRouteDeps {
  file: AccountFile;
  media: MediaStore;
  callRate: CallRate;
  /** Where the twin is served. */
  address: () => string;
  progress: { committedSeq: number; state: StateJournal };
}

/** Twilio's own HTTP, under `/twilio`: what `api.`, `messaging.` and `content.twilio.com` have. */
export function twilioRoutes(app: FastifyInstance, deps: Deps): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof TwilioError) return answerError(reply, error);
    const status = error.statusCode ?? 500;
    if (status >= 500) process.stderr.write(`${error.stack ?? error.message}\n`);
    const code = status >= 500 ? 20500 : 20001;
    return answerError(reply, new TwilioError(code, status >= 500 ? undefined : error.message, status));
  });
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'twilio-request-id': newSid('RQ'), 'twilio-concurrent-requests': '1' });
  });
  // A send sees to its own safety, and is refused by rules of its own.
  void app.register(async (sends) => sendRoutes(sends, deps, deps.progress));
  const others = [messageRoutes, accountRoutes, serviceRoutes, contentRoutes, senderRoutes];
  for (const routes of others) {
    void app.register(async (calls) => {
      calls.addHook('preHandler', async (request, reply) => {
        deps.callRate.take();
        const path = request.url.split('?', 1)[0] ?? '';
        const subject = { provider: 'twilio', sender: '', to: null, type: '', callbackData: null };
        const fault = deps.faults.forCall({ ...subject, method: request.method, path });
        if (!fault) return undefined;
        if (fault.retry_after !== undefined) reply.header('retry-after', fault.retry_after);
        return answerError(reply, new TwilioError(fault.code, fault.details, fault.http_status));
      });
      // What a call changed outlives the process by the time the caller knows of it.
      calls.addHook('onSend', async (request, _reply, payload) => {
        if (request.method !== 'GET') await deps.state.flushed();
        return payload;
      });
      routes(calls, deps);
    });
  }
  app.all('/twilio/*', (request) => {
    throw ['GET', 'POST', 'DELETE'].includes(request.method) ? notFound(request) : new TwilioError(20004);
  });
}
