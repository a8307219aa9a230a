import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { installation } from './settings.ts';

const serverMain = join(installation, 'server', 'main.ts');
/** A terminal and npm may both pass on one Ctrl-C; the server takes a second signal as "end at once". */
const sameSignalMs = 1_000;

export function addServerCommands(program: Command): void {
  program
    .command('start')
    .description('start the server, and what it needs, until Ctrl-C')
    .addHelpText(
      'after',
      '\nIt is configured by the environment: "carillon start --help" of the server is "node server/main.ts --help".',
    )
    .action(() => runServer('start'));
  program
    .command('migrate')
    .description('bring the database up to this release, and end')
    .action(() => runServer('migrate'));
  program
    .command('rotate-secret-key')
    .description('encrypt what is stored with another secret key, while servers run')
    .addHelpText(
      'after',
      '\nWith CARILLON_SECRET_KEY in the environment: give every server the new key as CARILLON_SECRET_KEY_NEXT, run this\nwith both, then start each server with the new one alone. Otherwise a new key is made in the data folder.',
    )
    .action(() => runServer('rotate-secret-key'));
}

// In a group of its own: signals to the group would reach it twice, from the sender and from us.
function runServer(command: 'start' | 'migrate' | 'rotate-secret-key'): Promise<void> {
  // As `npm start` does. Told that there is little memory, V8 collects what is gone instead of growing; what the server
  // takes on is bounded far below the limit.
  const child = spawn(process.execPath, ['--max-semi-space-size=32', '--max-old-space-size=512', serverMain, command], {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  let passedOnMs = Number.NEGATIVE_INFINITY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (performance.now() - passedOnMs < sameSignalMs) return;
      passedOnMs = performance.now();
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => {
      process.stderr.write(`The server cannot be run: ${error.message}\n`);
      process.exitCode = 1;
      resolve();
    });
    child.once('exit', (code) => {
      process.exitCode = code ?? 1;
      resolve();
    });
  });
}
