import { join } from 'node:path';
import { startSandbox } from './sandbox.ts';

const port = Number(process.env['CARILLON_SANDBOX_PORT'] ?? 4010);
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('CARILLON_SANDBOX_PORT must be a port from 0 to 65535.\n');
  process.exit(2);
}

const sandbox = await startSandbox({
  dataFolder: process.env['CARILLON_SANDBOX_DATA'] ?? join('data', 'sandbox'),
  port,
}).catch((error: NodeJS.ErrnoException) => {
  const hint = error.code === 'EADDRINUSE' ? ` Port ${port} is taken: set CARILLON_SANDBOX_PORT.` : '';
  process.stderr.write(`The sandbox cannot start: ${error.message}.${hint}\n`);
  process.exit(1);
});

async function end(): Promise<void> {
  // Whoever waits for the end is not kept by a connection that does not close.
  setTimeout(() => process.exit(1), 5000).unref();
  await sandbox.close();
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end());
// As a child process: a parent that was killed cannot say goodbye, but its channel closes.
process.once('disconnect', () => void end());

const { address } = sandbox;
process.stdout.write(
  `${JSON.stringify({ event: 'sandbox_ready', address, phone: `${address}/`, credentials: `${address}/_sandbox/credentials` })}\n`,
);
process.stderr.write(
  `The WhatsApp sandbox is running.\n  Phone:       ${address}/\n  Credentials: ${address}/_sandbox/credentials\n  Base URL:    ${address}\n`,
);
