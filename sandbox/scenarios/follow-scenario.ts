import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { describeProblems, readScenario } from './read-scenario.ts';

const EXAMPLES = join(import.meta.dirname, 'examples');

/** A file that is not there, or is no scenario; the message has a line for each mistake. */
export class WrongScenario extends Error {
  override readonly name = 'WrongScenario';
}

/** The text of a scenario, by the path of its file or the name of a shipped one; throws a `WrongScenario`. */
export async function loadScenario(nameOrPath: string): Promise<string> {
  const shipped = join(EXAMPLES, `${basename(nameOrPath)}.yaml`);
  const text = await readFile(nameOrPath, 'utf8').catch(() =>
    readFile(shipped, 'utf8').catch(async (error: unknown) => {
      const names = (await listExamples()).map((example) => example.name).join(', ');
      throw new WrongScenario(`There is no file ${nameOrPath}, and no such scenario is shipped: ${names}`, {
        cause: error,
      });
    }),
  );
  const { problems } = readScenario(text);
  if (problems.length > 0) throw new WrongScenario(`${nameOrPath} is no scenario:\n${describeProblems(problems)}`);
  return text;
}

/** The shipped scenarios. */
export async function listExamples(): Promise<{ name: string; about: string }[]> {
  const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith('.yaml')).toSorted();
  return Promise.all(
    files.map(async (file) => {
      const { scenario } = readScenario(await readFile(join(EXAMPLES, file), 'utf8'));
      return { name: file.replace(/\.yaml$/, ''), about: scenario?.about ?? '' };
    }),
  );
}

export interface ScenarioView {
  id: string;
  name: string;
  state: 'running' | 'finished' | 'stopped' | 'failed';
  met: boolean | null;
  counts: Record<string, number>;
  done: { seq: number; at: string; text: string }[];
  expectations: { text: string; expected: number | string; actual: number; met: boolean }[];
  problem: string | null;
}

export interface StartOptions {
  seed?: number;
  speed?: number | 'max';
  start?: string;
  business?: { base_url: string; access_token: string };
}

/** A sandbox that cannot be reached, or that refused the scenario. */
export class SandboxProblem extends Error {
  override readonly name = 'SandboxProblem';
  readonly isRefusal: boolean;

  constructor(message: string, options: { isRefusal: boolean; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isRefusal = options.isRefusal;
  }
}

/** Scenarios of a sandbox over HTTP. */
export class ScenarioClient {
  readonly #address: string;
  readonly #agent = new Agent({ connect: { timeout: 3000 }, headersTimeout: 30_000 });

  constructor(address: string) {
    this.#address = address;
  }

  /** Whether the business has given an address for its webhooks. */
  async hasCallback(): Promise<boolean> {
    const { url } = (await this.#call('GET', '/_sandbox/webhook')) as { url: string | null };
    return url !== null;
  }

  start(text: string, options: StartOptions): Promise<ScenarioView> {
    return this.#call('POST', '/_sandbox/scenarios', { text, ...options }) as Promise<ScenarioView>;
  }

  stop(id: string): Promise<ScenarioView> {
    return this.#call('DELETE', `/_sandbox/scenarios/${id}`) as Promise<ScenarioView>;
  }

  /** Gives each line of what happens to `say`, until the scenario has ended. */
  async follow(id: string, say: (line: string) => void): Promise<ScenarioView> {
    for (let after = 0; ; ) {
      const view = (await this.#call('GET', `/_sandbox/scenarios/${id}?after=${after}`)) as ScenarioView;
      for (const { at, text } of view.done) say(`${at.slice(0, 19).replace('T', ' ')}  ${text}`);
      after = view.done.at(-1)?.seq ?? after;
      if (view.state === 'running') {
        await sleep(200);
        continue;
      }
      for (const line of summaryOf(view)) say(line);
      return view;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<unknown> {
    const answer = await this.#agent
      .request({
        origin: this.#address,
        path,
        method,
        ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      })
      .catch((cause: unknown) => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new SandboxProblem(`The sandbox at ${this.#address} does not answer: ${reason}`, {
          isRefusal: false,
          cause,
        });
      });
    const json = (await answer.body.json()) as { error?: { message?: string } };
    if (answer.statusCode < 400) return json;
    throw new SandboxProblem(json.error?.message ?? `HTTP ${answer.statusCode}`, { isRefusal: true });
  }
}

function summaryOf(view: ScenarioView): string[] {
  const counts = Object.entries(view.counts).map(([name, count]) => `${name} ${count}`);
  return [
    ...(counts.length > 0 ? [counts.join(', ')] : []),
    ...view.expectations.map(
      ({ text, expected, actual, met }) =>
        `${met ? 'met ' : 'MISSED'}  ${text}: ${actual}${met ? '' : `, expected ${expected}`}`,
    ),
    view.state === 'finished' ? (view.met ? 'passed' : 'not passed') : view.state,
  ];
}
