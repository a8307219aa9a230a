import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** The first releases without a known hole that would reach us. Raise one when an advisory says so; never lower it. */
const floors: Record<string, string> = {
  fastify: '5.12.5',
  '@fastify/multipart': '10.1.1',
};

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, { version?: string }>;
};

it.each(Object.entries(floors))('every installed %s is at least %s', (name, floor) => {
  const installed = Object.entries(lock.packages)
    .filter(([path]) => path.endsWith(`node_modules/${name}`))
    .map(([, { version }]) => version ?? '');
  expect(installed.length).toBeGreaterThan(0);
  expect(installed.filter((version) => isBelow(version, floor))).toEqual([]);
});

it.each([
  ['5.12.4', '5.12.5', true],
  ['5.12.5', '5.12.5', false],
  ['5.9.9', '5.12.5', true],
  ['10.0.0', '5.12.5', false],
  ['5.12.5-rc.1', '5.12.5', true],
])('%s below %s: %s', (version, floor, expected) => expect(isBelow(version, floor)).toBe(expected));

function isBelow(version: string, floor: string): boolean {
  const [release = '', prerelease] = version.split('-');
  const difference = release
    .split('.')
    .map((part, index) => Number(part) - Number(floor.split('.')[index]))
    .find((step) => step !== 0);
  return difference === undefined ? prerelease !== undefined : difference < 0;
}
