import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Fault, faultCatalogue, problemOf } from './fault.ts';

describe('the catalogue of problems', () => {
  it('is the one that the documentation lists', () => {
    const text = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');
    const documented = [...text.matchAll(/^\| `(\w+)` \| (\d+) \| (yes|no) \| (.+?)\. \| (.+) \|$/gm)].map(
      ([, code, status, retryable, title]) => ({ code, status: Number(status), retryable: retryable === 'yes', title }),
    );
    const catalogue = Object.entries(faultCatalogue).map(([code, kind]) => ({ code, ...kind }));
    expect(documented.length).toBeGreaterThan(30);
    expect(documented.toSorted(byCode)).toEqual(catalogue.toSorted(byCode));
  });

  it('keeps what is for the log apart from what is for the caller', () => {
    const fault = new Fault('internal', { message: 'column secret_hash', cause: new Error('password=1') });
    expect(JSON.stringify(problemOf(fault, 'r1'))).not.toMatch(/secret_hash|password/);
    expect(inspect(fault)).toContain('secret_hash');
    expect(problemOf(new Fault('conflict', { detail: 'It is closed.' }), 'r1')).toEqual({
      type: '/problems/conflict',
      title: faultCatalogue.conflict.title,
      status: 409,
      code: 'conflict',
      detail: 'It is closed.',
      retryable: false,
      request_id: 'r1',
    });
  });
});

function byCode(left: { code?: string | undefined }, right: { code?: string | undefined }): number {
  return String(left.code).localeCompare(String(right.code));
}
