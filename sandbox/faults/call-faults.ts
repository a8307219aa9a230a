import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from './fault-answers.ts';
import type { Faults } from './faults.ts';

/** Refuses the calls of the account's endpoints that a rule names. Nothing of such a call happens. */
export function failCalls(app: FastifyInstance, faults: Faults): void {
  app.addHook('preHandler', async (request, reply) => failCall(request, reply, faults));
}

/** The answer of a call that a rule names, or undefined. */
export function failCall(request: FastifyRequest, reply: FastifyReply, faults: Faults): FastifyReply | undefined {
  const path = request.url.split('?', 1)[0] ?? '';
  const sender = path.split('/')[1] ?? '';
  const action = faults.forCall({ sender, to: null, type: '', callbackData: null, method: request.method, path });
  return action && answerError(reply, action);
}
