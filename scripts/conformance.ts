import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { makeConformancePage } from './conformance/make-page.ts';

// Checks that every test that the report names exists, and writes docs/conformance.md. Fails, and writes nothing, when a
// claim does not hold.

const page = await makeConformancePage().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
await writeFile(fileURLToPath(new URL('../docs/conformance.md', import.meta.url)), page);
const [counts = ''] = /^\| Everything .*$/m.exec(page) ?? [];
const [, , all, adapter, sandbox, both] = counts.split('|').map((cell) => cell.trim());
console.log(`Of ${all} rows the adapter has ${adapter}, the sandbox ${sandbox}, both ${both}: docs/conformance.md.`);
