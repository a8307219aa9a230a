import { describeConfig, ConfigProblem, readProcessConfig } from '#platform/config.ts';
import { checkInstallation } from './installation-check.ts';
import { migrateOnly, rotateSecretKey, startCarillon } from './start.ts';

const help = `Carillon: conversations between a business and its customers.

Usage
  npm start                       start the server, an embedded PostgreSQL and the sandbox
  node server/main.ts start       the same
  node server/main.ts migrate     bring the database up to this release, and end
  node server/main.ts rotate-secret-key   encrypt what is stored with another key, while servers run
  node server/main.ts check       look at everything that a start needs, as one JSON line ("carillon doctor" shows it)
  node server/main.ts --help

Environment
${describeConfig()}
`;

/** Does what the command asks for. What keeps it from that is said in words on standard error, with exit code 1 or 2. */
export async function runCommand(command: string): Promise<void> {
  if (command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(help);
  } else if (command === 'check') {
    process.stdout.write(`${JSON.stringify({ findings: await checkInstallation(readProcessConfig) })}\n`);
  } else if (!['start', 'migrate', 'rotate-secret-key'].includes(command)) {
    process.stderr.write(`There is no command ${JSON.stringify(command)}.\n\n${help}`);
    process.exitCode = 2;
  } else {
    try {
      const config = readProcessConfig();
      if (command === 'migrate') await migrateOnly(config);
      else if (command === 'rotate-secret-key') await rotateSecretKey(config);
      else await startCarillon(config);
    } catch (error) {
      const isExpected = error instanceof ConfigProblem || (error instanceof Error && error.name === 'StartProblem');
      process.stderr.write(`Carillon cannot start: ${isExpected ? error.message : (error as Error).stack}\n`);
      process.exit(1);
    }
  }
}
