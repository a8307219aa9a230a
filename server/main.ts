import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// With what Node made of each file at an earlier start, neither the stripper of types nor the compiler is needed: a start
// takes half the time, and 15 MB less stay resident. Beside the dependencies, where nobody else may write. A folder that
// cannot be written is no trouble: then every start is like the first.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/carillon-server', import.meta.url)));
const { runCommand } = await import('./command-line.ts');
// Not at the end of the process: a server may be killed.
flushCompileCache();
await runCommand(process.argv[2] ?? 'start');
