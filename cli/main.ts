import { Command, CommanderError } from 'commander';
import { addConnectionCommands } from './connections.ts';
import { addDeadLetterCommands } from './dead-letters.ts';
import { addDoctorCommand } from './doctor.ts';
import { failureOf } from './failure.ts';
import { addForwardingCommands } from './forwarding.ts';
import { addKeyCommands } from './keys.ts';
import { addMessageCommands } from './messages.ts';
import { addRoutingCommands } from './routing.ts';
import { addScenarioCommand } from './scenarios.ts';
import { addSenderCommands } from './senders.ts';
import { addStopCommands } from './stops.ts';
import { addServerCommands } from './server-process.ts';
import { addUploadCommands } from './uploads.ts';
import { addWebhookCommands } from './webhooks.ts';

const program = new Command('carillon')
  .description('Conversations between a business and its customers: the command line of the operator.')
  .option('--url <address>', 'where the server is (CARILLON_URL; else this machine, CARILLON_PORT)')
  .option('--api-key <key>', "better CARILLON_API_KEY, which other users cannot see; else the data folder's key")
  .option('--json', 'the result as JSON on standard output, errors as JSON on standard error')
  .version('0.1.0')
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(--help tells what there is)')
  .addHelpText(
    'after',
    `
Ends with 0 when done, 1 when refused or something is wrong, 2 when used wrongly, 3 when the server does not answer.

Examples:
  carillon start
  carillon connections add whatsapp-cloud
  carillon messages send +15550001111 --template hello_world --language en_US --purpose transactional --wait
  carillon doctor`,
  )
  .exitOverride();

addServerCommands(program);
addDoctorCommand(program);
addScenarioCommand(program);
addKeyCommands(program);
addConnectionCommands(program);
addSenderCommands(program);
addStopCommands(program);
addRoutingCommands(program);
addMessageCommands(program);
addUploadCommands(program);
addDeadLetterCommands(program);
addWebhookCommands(program);
addForwardingCommands(program);

// A reader that has seen enough, such as head(1), is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = failureOf(error).exitCode;
}
