import { describe, expect, it } from 'vitest';
import { instantOfId, newId, parseId } from './ids.ts';
import { isUuid } from './schema.ts';

describe('an identifier', () => {
  it('is a UUID of version 7, greater than the one before, also when many are made in one millisecond', () => {
    const ids = Array.from({ length: 20_000 }, newId);
    expect(ids.every((id) => isUuid(id) && id[14] === '7')).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('tells when it was made', () => {
    const differenceMs = instantOfId(newId()).until(Temporal.Now.instant()).total('milliseconds');
    expect(Math.abs(differenceMs)).toBeLessThan(5_000);
  });

  it('B030: is recognised in its usual form only', () => {
    const id = newId();
    expect(parseId(id.toUpperCase())).toBe(id);
    for (const text of [
      '',
      '../x',
      '%00',
      id.replaceAll('-', ''),
      `{${id}}`,
      ` ${id}`,
      `${id}\n`,
      'x'.repeat(10_000),
    ]) {
      expect(parseId(text)).toBeUndefined();
    }
  });
});
