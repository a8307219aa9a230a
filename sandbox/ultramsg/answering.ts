import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Settings } from '#control/settings.ts';
import { answerError } from '#faults/fault-answers.ts';
import type { Faults } from '#faults/faults.ts';
import type { People } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import { openInstance } from './access.ts';
import type { Instance } from './instance.ts';
import { parametersOf } from './parameters.ts';
import type { UltraMsg } from './ultramsg.ts';
import { ULTRAMSG_VOICE } from './ultramsg-error.ts';

export interface UltraMsgRouteDeps {
  clock: SandboxClock;
  settings: Settings;
  state: StateJournal;
  faults: Faults;
  ledger: NumberedLog<LedgerEntry>;
  people: People;
  ultramsg: UltraMsg;
  /** Where it stands how far the ledger is stored. */
  committed: { committedSeq: number; state: StateJournal };
}

/** A call of an instance that may use it. */
export interface Call {
  instance: Instance;
  parameters: Readonly<Record<string, string>>;
  reply: FastifyReply;
}

/** Serves a call that sends nothing. The answer is JSON, or the reply that was used. */
export function answering(
  app: FastifyInstance,
  method: 'GET' | 'POST' | 'BOTH',
  path: string,
  deps: UltraMsgRouteDeps,
  answer: (call: Call) => unknown,
): void {
  app.route<{ Params: { instance: string } }>({
    method: method === 'BOTH' ? ['GET', 'POST'] : method,
    url: `/:instance/${path}`,
    handler: async (request, reply) => {
      const parameters = parametersOf(request);
      const instance = openInstance(request.params.instance, parameters, deps.ultramsg.instances);
      const asked = { method: request.method, path: `/ultramsg/${instance.id}/${path}` };
      const refused = deps.faults.forCall({
        provider: 'ultramsg',
        sender: instance.id,
        to: null,
        type: '',
        callbackData: null,
        ...asked,
      });
      if (refused) return answerError(reply, refused, ULTRAMSG_VOICE);
      const answered = await answer({ instance, parameters, reply });
      await deps.state.flushed();
      return answered;
    },
  });
}
