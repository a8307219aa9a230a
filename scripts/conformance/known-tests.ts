import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
import type { KnownTests } from './check.ts';
import type { Section } from './rows.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The tests in the files that the sections name, as Vitest reads them without running any. */
export async function knownTests(sections: readonly Section[]): Promise<KnownTests> {
  const named = sections.flatMap(({ rows }) => rows.flatMap(({ adapter, sandbox }) => [adapter?.file, sandbox?.file]));
  const files = [...new Set(named.filter((file) => file !== undefined))];
  const vitest = await createVitest('test', { watch: false, root, run: true });
  try {
    const specifications = await vitest.globTestSpecifications(files);
    const wanted = specifications.filter(({ moduleId }) => files.includes(relative(root, moduleId)));
    const modules = await vitest.parseSpecifications(wanted);
    const tests = new Map<string, ReadonlySet<string>>();
    for (const module of modules) {
      const running = [...module.children.allTests()].filter(({ options }) => options.mode === 'run');
      tests.set(relative(root, module.moduleId), new Set(running.map(({ fullName }) => fullName)));
    }
    return { tests, textOf };
  } finally {
    await vitest.close();
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(new URL(file, `file://${root}`), 'utf8');
  } catch {
    return undefined;
  }
}
