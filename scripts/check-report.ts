export interface StageResult {
  readonly title: string;
  readonly seconds: number;
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly { name: string; message: string }[];
}

interface VitestReport {
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[];
  }[];
}

/**
 * Counts one run of vitest from its JSON report. A run that crashed, a file that could not be loaded, an error outside
 * any test, and a run without tests are failures too: each would otherwise look like success.
 */
export function readVitestReport(
  report: string | undefined,
  problem: string | undefined,
): Pick<StageResult, 'passed' | 'skipped' | 'failures'> {
  if (report === undefined) {
    return { passed: 0, skipped: 0, failures: [{ name: 'vitest', message: `${problem ?? 'ended'} without a report` }] };
  }
  const { testResults } = JSON.parse(report) as VitestReport;
  let passed = 0;
  let skipped = 0;
  const failures: { name: string; message: string }[] = [];
  for (const file of testResults) {
    for (const test of file.assertionResults) {
      if (test.status === 'passed') passed++;
      else if (test.status === 'failed') {
        failures.push({ name: `${file.name}: ${test.fullName}`, message: test.failureMessages?.join('\n') ?? '' });
      } else skipped++;
    }
    const hasFailedTest = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !hasFailedTest) failures.push({ name: file.name, message: file.message });
  }
  if (passed + failures.length === 0) failures.push({ name: 'vitest', message: 'no test ran' });
  if (problem !== undefined && failures.length === 0) {
    failures.push({ name: 'vitest', message: `${problem}, though no test failed: see the errors above` });
  }
  return { passed, skipped, failures };
}

export function totals(results: readonly StageResult[]): { passed: number; failed: number } {
  const sum = (count: (result: StageResult) => number): number =>
    results.reduce((all, result) => all + count(result), 0);
  return { passed: sum((result) => result.passed), failed: sum((result) => result.failures.length) };
}

/** The stages with their times, every failure with its message, and the totals as the last line. */
export function summarise(results: readonly StageResult[]): string {
  const lines = results.map(({ title, seconds, passed, skipped, failures }) => {
    const mark = failures.length > 0 ? '✗' : '✓';
    const counts = [
      `${passed} passed`,
      failures.length && `${failures.length} failed`,
      skipped && `${skipped} skipped`,
    ];
    return `${mark} ${title.padEnd(30)} ${`${seconds.toFixed(1)} s`.padStart(9)}   ${counts.filter(Boolean).join(', ')}`;
  });
  for (const { title, failures } of results) {
    for (const { name, message } of failures) {
      lines.push('', `✗ ${title}: ${name}`, ...shorten(message).map((line) => `    ${line}`));
    }
  }
  const { passed, failed } = totals(results);
  return [...lines, '', `${passed} passed, ${failed} failed`].join('\n');
}

function shorten(message: string): string[] {
  const lines = message.trim().split('\n');
  return lines.length > 25 ? [...lines.slice(0, 25), `… and ${lines.length - 25} lines more`] : lines;
}
