import { createHash } from 'node:crypto';
import { access, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

// Builds the pages that the server and the sandbox serve. `--if-stale` leaves out those whose sources have not changed
// since their last build; `npm start` calls it so, and then needs a fraction of a second.

const root = fileURLToPath(new URL('..', import.meta.url));

const pages = [
  { name: 'the console', folder: 'console', sources: ['console', 'message-view', 'sdk', 'package-lock.json'] },
  {
    name: "the sandbox's phone",
    folder: 'sandbox/phone',
    sources: ['sandbox/phone', 'message-view', 'package-lock.json'],
  },
];

for (const page of pages) {
  const folder = join(root, page.folder);
  const configFile = join(folder, 'vite.config.ts');
  if (!(await exists(configFile))) continue;
  // Content and not times: a fresh checkout has new times for old files.
  const fingerprint = await hashOf(page.sources.map((source) => join(root, source)));
  const stamp = join(folder, 'dist', '.built-from');
  if (process.argv.includes('--if-stale') && (await isBuiltFrom(fingerprint, folder, stamp))) continue;
  process.stdout.write(`Building ${page.name} … `);
  const startedMs = performance.now();
  // Loaded only now: a server whose pages are built runs without the development packages.
  const { build } = await import('vite');
  await build({ root: folder, configFile, logLevel: 'warn' });
  await writeFile(stamp, fingerprint);
  process.stdout.write(`done in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.\n`);
}

async function isBuiltFrom(fingerprint: string, folder: string, stamp: string): Promise<boolean> {
  const built = await readFile(stamp, 'utf8').catch(() => '');
  return built === fingerprint && (await exists(join(folder, 'dist', 'index.html')));
}

async function hashOf(sources: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await listFiles(source))
      hash
        .update(`${relative(root, file)}\0`)
        .update(await readFile(file))
        .update('\0');
  }
  return hash.digest('hex');
}

async function listFiles(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  const kept = entries.filter(({ name }) => !['dist', 'node_modules'].includes(name) && !/\.test\.tsx?$/.test(name));
  kept.sort((a, b) => (a.name < b.name ? -1 : 1));
  const nested = kept.map(async (entry) => {
    const inside = join(path, entry.name);
    return entry.isDirectory() ? listFiles(inside) : [inside];
  });
  return (await Promise.all(nested)).flat();
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
