import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decrypt,
  DecryptionFailed,
  encrypt,
  isEqualConstantTime,
  newWorkspaceKey,
  unwrapKey,
  wrapKey,
} from './crypto.ts';

const place = { workspaceId: 'w1', table: 'connection', column: 'token', rowId: 'r1' };

describe('encryption', () => {
  it('gives back what went in, for the same place', () => {
    const key = newWorkspaceKey();
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => decrypt(key, encrypt(key, text, place), place).toString() === Buffer.from(text).toString(),
      ),
    );
  });

  it('does not read a value of which a single bit was changed', () => {
    const key = newWorkspaceKey();
    const sealed = encrypt(key, 'a token of a provider', place);
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(() => decrypt(key, changed, place)).toThrow(DecryptionFailed);
      }),
    );
  });

  it('does not read a value that was moved to another workspace, table, column or row', () => {
    const key = newWorkspaceKey();
    const sealed = encrypt(key, 'x', place);
    for (const moved of [{ workspaceId: 'w2' }, { table: 't2' }, { column: 'c2' }, { rowId: 'r2' }]) {
      expect(() => decrypt(key, sealed, { ...place, ...moved })).toThrow(DecryptionFailed);
    }
    expect(() => decrypt(newWorkspaceKey(), sealed, place)).toThrow(DecryptionFailed);
    expect(() => decrypt(key, sealed.subarray(0, 20), place)).toThrow(DecryptionFailed);
  });

  it('never gives the same text twice', () => {
    const key = newWorkspaceKey();
    expect(encrypt(key, 'x', place).equals(encrypt(key, 'x', place))).toBe(false);
  });

  it('keeps a workspace key under the key of the installation', () => {
    const [outer, inner] = [randomBytes(32), newWorkspaceKey()];
    const wrapped = wrapKey(outer, inner, 'w1');
    expect(unwrapKey(outer, wrapped, 'w1').equals(inner)).toBe(true);
    expect(() => unwrapKey(outer, wrapped, 'w2')).toThrow(DecryptionFailed);
    expect(() => unwrapKey(randomBytes(32), wrapped, 'w1')).toThrow(DecryptionFailed);
  });
});

describe('a comparison in constant time', () => {
  it('B047: says equal for equal values only, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => isEqualConstantTime(left, right) === (left === right)),
    );
    expect(isEqualConstantTime('', '')).toBe(true);
    expect(isEqualConstantTime('abc', 'abcd')).toBe(false);
    expect(isEqualConstantTime(Buffer.of(1), 'a')).toBe(false);
  });
});
