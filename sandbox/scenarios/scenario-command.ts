import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from '#sandbox.ts';
import {
  SandboxProblem,
  ScenarioClient,
  type ScenarioView,
  WrongScenario,
  listExamples,
  loadScenario,
} from './follow-scenario.ts';
import { WrongOption, readStartOptions } from './start-options.ts';

const HELP = `Runs a scenario in the sandbox and follows it to its end.

Usage
  npm run scenario -- <file or name> [options]

Options
  --sandbox <address>  the sandbox to use (http://127.0.0.1:4010, or the port in CARILLON_SANDBOX_PORT)
  --own                a sandbox of its own, with an empty data folder that is removed afterwards
  --seed <number>      instead of the scenario's seed
  --speed <number>     how fast the clock runs, or max: from event to event
  --start <time>       where a virtual clock starts, such as 09:00 or 2026-03-02T09:00:00Z
  --business <address> what the business says is sent there, to any server that speaks the Cloud API, with --token
  --json               the result as JSON on standard output, the progress on standard error
  --list               what is shipped

Ends with 0 when all expectations are met, 1 when not, 2 when used wrongly or refused, 3 when the sandbox does not answer.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      sandbox: { type: 'string' },
      own: { type: 'boolean' },
      seed: { type: 'string' },
      speed: { type: 'string' },
      start: { type: 'string' },
      business: { type: 'string' },
      token: { type: 'string' },
      json: { type: 'boolean' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.list) {
    for (const { name, about } of await listExamples()) process.stdout.write(`${name}\n    ${about.trim()}\n`);
    return 0;
  }
  const [file] = positionals;
  if (values.help || file === undefined || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const options = readStartOptions(values);
  const text = await loadScenario(file);
  await using stack = new AsyncDisposableStack();
  let address = values.sandbox ?? `http://127.0.0.1:${process.env['CARILLON_SANDBOX_PORT'] ?? 4010}`;
  if (values.own) {
    const folder = await mkdtemp(join(tmpdir(), 'carillon-scenario-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const sandbox = stack.use(await startSandbox({ dataFolder: folder, synced: false }));
    address = sandbox.address;
  }
  const client = new ScenarioClient(address);
  stack.defer(() => client.close());
  const say = (line: string) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  const { id } = await client.start(text, options);
  process.once('SIGINT', () => {
    say('stopping');
    void client.stop(id).catch(() => process.exit(1));
  });
  const view: ScenarioView = await client.follow(id, say);
  if (values.json) process.stdout.write(`${JSON.stringify({ ...view, done: undefined })}\n`);
  return view.met === true ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const isUsage = error instanceof WrongOption || error instanceof WrongScenario || 'code' in error;
  if (!isUsage && !(error instanceof SandboxProblem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof SandboxProblem && !error.isRefusal ? 3 : 2;
}
