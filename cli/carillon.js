#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// The command line is TypeScript, which only a new Node runs as it is. This file is for any Node: it goes on in the same
// process when that can, else with the Node that npm installed beside us.

const isNewEnough = typeof globalThis.Temporal !== 'undefined' && Boolean(process.features.typescript);
const ownNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (isNewEnough) {
  await import('./main.ts');
} else if (existsSync(ownNode)) {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(ownNode, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Ctrl-C in a terminal reaches the child by itself.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)));
  }
  child.on('error', (error) => {
    process.stderr.write(`${ownNode} cannot be run: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
} else {
  process.stderr.write(
    `This is Node ${process.versions.node}; Carillon needs a newer one, which "npm ci" installs beside it.\nRun "npm ci" in ${fileURLToPath(new URL('..', import.meta.url))}, then try again.\n`,
  );
  process.exitCode = 1;
}
