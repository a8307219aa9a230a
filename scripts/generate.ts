import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateSchema } from '#sdk/generate-schema.ts';
import { openApiDocument } from '#server/openapi-document.ts';
import { startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';
import { migrate } from '#server/platform/migrate.ts';
import { makeConformancePage } from './conformance/make-page.ts';
import { errorsPage } from './errors-page.ts';
import { dumpSchema } from './schema-dump.ts';

// Writes the files that are made from others and checked in. `--check` writes nothing and fails when one is not current.

const root = fileURLToPath(new URL('..', import.meta.url));

/** Each file with what makes it, in the order in which they need each other. */
const generated: { file: string; make: (databaseUrl: string) => Promise<string> }[] = [
  { file: 'server/migrations/schema.sql', make: dumpSchema },
  { file: 'sdk/openapi.json', make: async () => `${JSON.stringify(await openApiDocument(), null, 2)}\n` },
  { file: 'docs/errors.md', make: async () => errorsPage() },
  { file: 'sdk/schema.ts', make: async () => generateSchema(await openApiDocument()) },
  { file: 'docs/conformance.md', make: makeConformancePage },
];

const folder = await mkdtemp(join(tmpdir(), 'carillon-generate-'));
await chmod(folder, 0o755);
const log = { info: () => undefined, warn: () => undefined };
const settings = { fsync: 'off', shared_buffers: '64MB' };
let stale = 0;
try {
  await using postgres = await startEmbeddedPostgres({ dataDirectory: folder, settings, log });
  await migrate(postgres.url);
  for (const { file, make } of generated) {
    const path = join(root, file);
    const before = await readFile(path, 'utf8').catch(() => undefined);
    const now = await make(postgres.url).catch((error: Error) => {
      // The other files do not depend on what is wrong with this one.
      console.error(`${file} cannot be made: ${error.message}`);
    });
    if (now === undefined) {
      stale++;
      continue;
    }
    if (now === before) continue;
    if (process.argv.includes('--check')) {
      stale++;
      console.error(`${file} is not current: run "npm run generate" and commit it.`);
    } else {
      await writeFile(path, now);
      console.log(`Wrote ${file}.`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = stale > 0 ? 1 : 0;
