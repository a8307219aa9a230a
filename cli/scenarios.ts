import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { installation } from './settings.ts';

const scenarioCommand = join(installation, 'sandbox', 'scenarios', 'scenario-command.ts');

/** The sandbox's own command, which needs no server and no key. */
export function addScenarioCommand(program: Command): void {
  program
    .command('scenario')
    .argument('[arguments...]')
    .usage('<file or name> [options]')
    .description('play a scenario in the sandbox: people who behave, faults that come and go, expectations')
    .allowUnknownOption()
    .helpOption(false)
    .action((_given: string[], _options: unknown, command: Command) => {
      // The option of all commands is taken before the command sees it.
      const json = command.optsWithGlobals()['json'] ? ['--json'] : [];
      if (command.args.includes('--help') || command.args.includes('-h'))
        process.stdout.write('Usage: carillon scenario <file or name> [options]\n\n');
      return runToItsEnd([scenarioCommand, ...command.args, ...json]);
    });
}

function runToItsEnd(args: string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  // Ctrl-C in a terminal reaches the child by itself, which then stops the scenario and says how far it came.
  process.on('SIGINT', () => (process.stdin.isTTY ? undefined : child.kill('SIGINT')));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      process.exitCode = code ?? 130;
      resolve();
    });
  });
}
