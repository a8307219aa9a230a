import { expect, it } from 'vitest';
import { readVitestReport, summarise } from './check-report.ts';

const file = (status: string, tests: string[], message = ''): object => ({
  name: 'a.test.ts',
  status,
  message,
  assertionResults: tests.map((result, index) => ({
    fullName: `test ${index}`,
    status: result,
    failureMessages: ['because'],
  })),
});

it('passed, failed and skipped tests are counted apart', () => {
  const report = JSON.stringify({ testResults: [file('failed', ['passed', 'failed', 'pending', 'passed'])] });
  const failures = [{ name: 'a.test.ts: test 1', message: 'because' }];
  expect(readVitestReport(report, 'exit code 1')).toEqual({ passed: 2, skipped: 1, failures });
});

it.each([
  ['a run that wrote no report', undefined, 'exit code 134', 'exit code 134 without a report'],
  ['a run that found no tests', { testResults: [] }, undefined, 'no test ran'],
  [
    'a file that could not be loaded',
    { testResults: [file('failed', [], 'SyntaxError')] },
    'exit code 1',
    'SyntaxError',
  ],
  [
    'an error outside any test',
    { testResults: [file('passed', ['passed'])] },
    'exit code 1',
    'exit code 1, though no test failed: see the errors above',
  ],
])('%s is a failure', (_, report, problem, message) => {
  const { failures } = readVitestReport(report && JSON.stringify(report), problem);
  expect(failures.map((failure) => failure.message)).toEqual([message]);
});

it('the last line of the summary has the totals of all stages', () => {
  const stage = { title: 'Unit tests', seconds: 1.25, passed: 3, skipped: 0, failures: [] };
  const failing = { ...stage, title: 'Lint', passed: 0, failures: [{ name: 'oxlint', message: 'exit code 1' }] };
  const lines = summarise([stage, failing]).split('\n');
  expect(lines.at(-1)).toBe('3 passed, 1 failed');
  expect(lines).toContain('✗ Lint: oxlint');
});
