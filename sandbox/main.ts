import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  SandboxProblem,
  ScenarioClient,
  type StartOptions,
  WrongScenario,
  loadScenario,
} from '#scenarios/follow-scenario.ts';
import { WrongOption, readStartOptions } from '#scenarios/start-options.ts';
import { startSandbox } from './sandbox.ts';

const HELP = `A simulated WhatsApp Cloud API, with a phone in the browser.

  npm run sandbox -- [--scenario <file or name> [options]]

Options of a scenario:
  --scenario <file or name>  plays it, see docs/scenarios.md
  --seed <number>            repeats a run
  --speed <number|max>       how fast its time passes
  --start <moment>           when it is to begin
  --when-connected           waits for a callback of webhooks
  --exit                     ends with the scenario: 0 when all it expects came true

Variables:
  CARILLON_SANDBOX_PORT      4010 unless told; 0 takes a free one
  CARILLON_SANDBOX_MAIL_PORT 4025 unless told, or a free one; SMTP for the simulated mail
  CARILLON_SANDBOX_DATA      the folder that keeps everything, data/sandbox unless told
  CARILLON_SANDBOX_SCENARIO  a scenario that begins when a callback is there
`;

if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
  process.stdout.write(HELP);
  process.exit(0);
}

const port = Number(process.env['CARILLON_SANDBOX_PORT'] ?? 4010);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('CARILLON_SANDBOX_PORT must be a port from 0 to 65535.\n');
  process.exit(2);
}
const mailPortWanted = process.env['CARILLON_SANDBOX_MAIL_PORT'];
const mailPort = Number(mailPortWanted ?? (port === 0 ? 0 : 4025));
if (!Number.isInteger(mailPort) || mailPort < 0 || mailPort > 65_535) {
  process.stderr.write('CARILLON_SANDBOX_MAIL_PORT must be a port from 0 to 65535.\n');
  process.exit(2);
}
// Read before anything starts, so that a mistake in the file is the first thing that is said.
const wanted = await scenarioWanted().catch((error: unknown) => {
  const isUsage = error instanceof WrongScenario || error instanceof WrongOption || error instanceof TypeError;
  if (!isUsage) throw error;
  process.stderr.write(`${error.message}\nTry --help.\n`);
  process.exit(2);
});

const sandbox = await startSandbox({
  dataFolder: process.env['CARILLON_SANDBOX_DATA'] ?? join('data', 'sandbox'),
  port,
  mailPort,
  anyMailPort: mailPortWanted === undefined,
}).catch((error: NodeJS.ErrnoException & { port?: number }) => {
  const variable = error.port === mailPort ? 'CARILLON_SANDBOX_MAIL_PORT' : 'CARILLON_SANDBOX_PORT';
  const hint = error.code === 'EADDRINUSE' ? ` Port ${error.port ?? port} is taken: set ${variable}.` : '';
  process.stderr.write(`The sandbox cannot start: ${error.message}.${hint}\n`);
  process.exit(1);
});

let isEnding = false;
async function end(code: number): Promise<void> {
  isEnding = true;
  // Whoever waits for the end is not kept by a connection that does not close.
  setTimeout(() => process.exit(1), 5000).unref();
  await sandbox.close();
  process.exit(code);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(0));
// As a child process: a parent that was killed cannot say goodbye, but its channel closes.
process.once('disconnect', () => void end(0));

const { address, mailAddress } = sandbox;
process.stdout.write(
  `${JSON.stringify({ event: 'sandbox_ready', address, phone: `${address}/`, credentials: `${address}/_sandbox/credentials`, mail: mailAddress })}\n`,
);
process.stderr.write(
  `The WhatsApp sandbox is running.\n  Phone:       ${address}/\n  Credentials: ${address}/_sandbox/credentials\n  Base URL:    ${address}\n  Mail:        ${address}/mail (${mailAddress})\n`,
);
if (wanted) await play(wanted);

interface WantedScenario {
  text: string;
  options: StartOptions;
  /** People are not to write before somebody listens. */
  waitsForCallback: boolean;
  endsWithIt: boolean;
}

async function scenarioWanted(): Promise<WantedScenario | undefined> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string' },
      seed: { type: 'string' },
      speed: { type: 'string' },
      start: { type: 'string' },
      'when-connected': { type: 'boolean' },
      exit: { type: 'boolean' },
    },
  });
  const fromEnvironment = process.env['CARILLON_SANDBOX_SCENARIO'];
  const file = values.scenario ?? (fromEnvironment === '' ? undefined : fromEnvironment);
  if (file === undefined) return undefined;
  return {
    text: await loadScenario(file),
    options: readStartOptions(values),
    waitsForCallback: values['when-connected'] ?? values.scenario === undefined,
    endsWithIt: values.exit ?? false,
  };
}

async function play({ text, options, waitsForCallback, endsWithIt }: WantedScenario): Promise<void> {
  const client = new ScenarioClient(address);
  try {
    while (waitsForCallback && !(await client.hasCallback())) await sleep(300);
    const { id } = await client.start(text, options);
    const view = await client.follow(id, (line) => void process.stderr.write(`${line}\n`));
    if (endsWithIt) await end(view.met === true ? 0 : 1);
  } catch (error) {
    if (isEnding) return;
    if (!(error instanceof SandboxProblem)) throw error;
    process.stderr.write(`The scenario was not played: ${error.message}\n`);
    if (endsWithIt) await end(2);
  } finally {
    await client.close();
  }
}
