import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { checkToken } from '#cloud-api/access.ts';
import { type Credentials, numbersOf } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import type { NumberStates } from './number-states.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  credentials: Credentials;
  numbers: NumberStates;
}

const HOUR_MS = 3_600_000;

/** How many calls an app made to an account in the last hour. */
export class ManagementLimits {
  readonly #deps: Deps;
  readonly #calls = new Map<string, number[]>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Counts a call. Gives the percentage of what is allowed, and the minutes until the next call is taken (0 while
   *  there is room). */
  count(appId: string, wabaId: string): { percent: number; minutesToWait: number } {
    const now = this.#deps.clock.now();
    const key = `${appId} ${wabaId}`;
    const most = this.#mostOf(wabaId);
    const recent = (this.#calls.get(key) ?? []).filter((at) => at > now - HOUR_MS);
    this.#calls.set(key, recent);
    if (recent.length >= most) {
      const freeAt = (recent[recent.length - most] ?? now) + HOUR_MS;
      return { percent: 100, minutesToWait: Math.max(1, Math.ceil((freeAt - now) / 60_000)) };
    }
    recent.push(now);
    return { percent: Math.floor((recent.length * 100) / most), minutesToWait: 0 };
  }

  #mostOf(wabaId: string): number {
    const { credentials, numbers, settings } = this.#deps;
    const isRegistered = numbersOf(credentials, wabaId).some(
      (number) => numbers.of(number.phone_number_id).status === 'CONNECTED',
    );
    return isRegistered ? settings.management_calls : settings.management_calls_unregistered;
  }
}

/** Counts the calls to accounts (`/{WABA}` and everything below it), tells the use in Graph's headers, and refuses with
 *  80007 what is too much. Also tells the version that was served. */
export function limitManagement(app: FastifyInstance, deps: Deps & { managementLimits: ManagementLimits }): void {
  app.addHook<{ Params: { id?: string } }>('preHandler', async (request, reply) => {
    const { id } = request.params;
    if (id === undefined || !deps.credentials.wabas.some((waba) => waba.waba_id === id)) return;
    const { app: caller } = checkToken(request, deps.credentials, deps.settings);
    void reply.header('facebook-api-version', versionOf(request) ?? caller.graph_version);
    if (!caller.waba_ids.includes(id) || deps.settings.limits === 'off') return;
    const { percent, minutesToWait } = deps.managementLimits.count(caller.app_id, id);
    const use = { call_count: percent, total_cputime: percent, total_time: percent };
    void reply.header('x-app-usage', JSON.stringify(use));
    const businessUse = [{ type: 'whatsapp', ...use, estimated_time_to_regain_access: minutesToWait }];
    void reply.header('x-business-use-case-usage', JSON.stringify({ [id]: businessUse }));
    if (minutesToWait > 0) {
      throw new GraphError(80007, 'There have been too many calls to this WhatsApp Business Account. Wait a bit.');
    }
  });
}

function versionOf(request: FastifyRequest): string | undefined {
  return /^\/(v\d{1,2}\.\d)\//.exec(request.originalUrl)?.[1];
}
