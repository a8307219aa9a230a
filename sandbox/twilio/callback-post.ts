import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { type Parameters, twilioSignature } from './signature.ts';

/** What a fault does to the first attempt. */
export type Corruption = 'wrong_signature' | 'unsigned' | 'truncated' | 'endless';

export interface CallbackRequest {
  url: string;
  method: 'GET' | 'POST';
  parameters: Parameters;
  authToken: string;
  /** The same for each attempt, so that the receiver knows a repetition. */
  token: string;
  connectMs: number;
  answerMs: number;
  corruption: Corruption | undefined;
}

export interface CallbackAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** The call did not come to an answer. */
export class NoAnswer extends Error {
  /** Nobody took the connection, so that nothing was told. */
  readonly isConnection: boolean;

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message || cause.name : String(cause), { cause });
    this.name = 'NoAnswer';
    const code = (cause as { code?: string } | undefined)?.code ?? '';
    this.isConnection = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'].includes(code);
  }
}

const LONGEST_ANSWER = 64_000;

/** Calls addresses of the business as Twilio does: forms, signed with the token of the account. */
export class CallbackClient {
  readonly #agents = new Map<number, Agent>();
  readonly #closing = new AbortController();

  /** What stands behind `#` is for Twilio alone: it is neither sent nor signed. */
  async call(request: CallbackRequest): Promise<CallbackAnswer> {
    const { method, parameters, corruption } = request;
    const form = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
    const address = new URL(request.url.replace(/#.*$/s, ''));
    const asked = method === 'GET' ? withQuery(address.href, form) : address.href;
    const signed = twilioSignature(request.authToken, asked, method === 'GET' ? [] : parameters);
    const signature = corruption === 'wrong_signature' ? Buffer.alloc(20).toString('base64') : signed;
    const signal = AbortSignal.any([AbortSignal.timeout(request.answerMs), this.#closing.signal]);
    try {
      const answer = await this.#agent(request.connectMs).request({
        origin: address.origin,
        path: asked.slice(address.origin.length),
        method,
        headers: {
          'user-agent': 'TwilioProxy/1.1',
          accept: '*/*',
          'i-twilio-idempotency-token': request.token,
          ...(corruption === 'unsigned' ? {} : { 'x-twilio-signature': signature }),
          ...(method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' }),
        },
        ...(method === 'GET' ? {} : { body: bodyOf(form, corruption, signal) }),
        signal,
      });
      const body = (await answer.body.text()).slice(0, LONGEST_ANSWER);
      return { status: answer.statusCode, contentType: String(answer.headers['content-type'] ?? ''), body };
    } catch (error) {
      throw new NoAnswer(error);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }

  #agent(connectMs: number): Agent {
    let agent = this.#agents.get(connectMs);
    if (!agent) {
      agent = new Agent({ connections: 64, pipelining: 1, connect: { timeout: connectMs } });
      this.#agents.set(connectMs, agent);
    }
    return agent;
  }
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function bodyOf(form: string, corruption: Corruption | undefined, signal: AbortSignal): string | Readable {
  if (corruption === 'truncated') return form.slice(0, Math.floor(form.length / 2));
  return corruption === 'endless' ? Readable.from(endless(form, signal)) : form;
}

/** The form and then one parameter that does not end, until the other side or the time-out ends it. */
async function* endless(form: string, signal: AbortSignal): AsyncGenerator<string> {
  yield `${form}&Endless=`;
  while (!signal.aborted) {
    yield 'a'.repeat(16_384);
    await sleep(20, undefined, { signal }).catch(() => undefined);
  }
}
