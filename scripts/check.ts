import { spawn } from 'node:child_process';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readVitestReport, type StageResult, summarise, totals } from './check-report.ts';

// `npm test`: every stage, one after the other, on after a failure; the last line is "N passed, N failed". Names of
// stages as arguments run only those: `npm test -- types lint`.

const root = fileURLToPath(new URL('..', import.meta.url));
const tools = join(root, 'node_modules', '.bin');
const stageLimitMs = 15 * 60_000;

const stages: {
  name: string;
  title: string;
  run: () => Promise<Omit<StageResult, 'title' | 'seconds'> | 'left out'>;
}[] = [
  { name: 'format', title: 'Format', run: () => command('biome', ['format', '.']) },
  { name: 'types', title: 'Types of the server side', run: () => command('tsc', ['-p', 'tsconfig.json']) },
  { name: 'types', title: 'Types of the pages', run: () => command('tsc', ['-p', 'tsconfig.web.json']) },
  { name: 'lint', title: 'Lint', run: () => command('oxlint', ['--type-aware']) },
  { name: 'unused', title: 'Unused code', run: () => command('knip', []) },
  { name: 'generated', title: 'Generated files are current', run: checkGenerated },
  { name: 'unit', title: 'Unit tests', run: () => vitest('unit') },
  { name: 'db', title: 'Database tests', run: () => vitest('db') },
  { name: 'sandbox', title: 'Sandbox tests', run: () => vitest('sandbox') },
  { name: 'pages', title: 'Build of the pages', run: () => command('node', ['scripts/build-pages.ts']) },
  { name: 'e2e', title: 'End-to-end tests', run: () => vitest('e2e') },
  { name: 'faults', title: 'Faults, in short', run: () => vitest('faults') },
];

const wanted = process.argv.slice(2);
const strangers = wanted.filter((name) => !stages.some((stage) => stage.name === name));
if (strangers.length > 0) {
  console.error(
    `There is no stage ${strangers.join(', ')}: ${[...new Set(stages.map(({ name }) => name))].join(', ')}.`,
  );
  process.exit(2);
}

const results: StageResult[] = [];
for (const stage of stages) {
  if (wanted.length > 0 && !wanted.includes(stage.name)) continue;
  console.log(`\n━━ ${stage.title} ━━`);
  const startedMs = performance.now();
  const result = await stage.run();
  if (result === 'left out') continue;
  results.push({ title: stage.title, seconds: (performance.now() - startedMs) / 1000, ...result });
}
const { failed } = totals(results);
process.exitCode = failed > 0 || results.length === 0 ? 1 : 0;
console.log(`\n${summarise(results)}`);

async function command(tool: string, args: string[]): Promise<Omit<StageResult, 'title' | 'seconds'>> {
  const problem = await execute(tool, args);
  if (problem === undefined) return { passed: 1, skipped: 0, failures: [] };
  return { passed: 0, skipped: 0, failures: [{ name: [tool, ...args].join(' '), message: problem }] };
}

async function checkGenerated(): Promise<Omit<StageResult, 'title' | 'seconds'> | 'left out'> {
  const script = 'scripts/generate.ts';
  const isThere = await access(join(root, script)).then(
    () => true,
    () => false,
  );
  return isThere ? command('node', [script, '--check']) : 'left out';
}

async function vitest(project: string): Promise<Omit<StageResult, 'title' | 'seconds'>> {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-check-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const problem = await execute('vitest', ['run', '--project', project, ...reporters]);
    return readVitestReport(await readFile(report, 'utf8').catch(() => undefined), problem);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Undefined when the command succeeded; else why not, in words. */
function execute(tool: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(join(tools, tool), args, {
      cwd: root,
      env: environment(),
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 20_000).unref();
    }, stageLimitMs);
    const settle = (problem: string | undefined): void => {
      clearTimeout(limit);
      resolve(problem);
    };
    child.once('error', (error) => settle(error.message));
    child.once('exit', (code, signal) => {
      if (isLate) settle(`ended after ${stageLimitMs / 60_000} minutes`);
      else if (signal !== null) settle(`ended by ${signal}`);
      else settle(code === 0 ? undefined : `exit code ${code}`);
    });
  });
}

/** A developer's settings must not decide a test: only those that are meant for the tests go through. */
function environment(): NodeJS.ProcessEnv {
  const forTests = ['CARILLON_TEST_DATABASE_URL', 'CARILLON_CHROMIUM'];
  const ours = (name: string): boolean => /^(CARILLON_|DATABASE_URL$|NATS_URL$|OTEL_)/.test(name);
  const kept = Object.entries(process.env).filter(([name]) => !ours(name) || forTests.includes(name));
  return { ...Object.fromEntries(kept), PATH: [tools, process.env.PATH ?? ''].join(delimiter) };
}
