import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeApiKey, prefixOf, readBearer } from './api-key.ts';
import { findTampering, firstPreviousHash, hashOfEntry } from './audit-chain.ts';
import { missingScopes, scopes } from './scopes.ts';
import { isSameSite, readSessionCookie, sessionCookie } from './session-cookie.ts';
import { newId } from '#platform/ids.ts';

describe('an API key', () => {
  it('can be recognised by scanners and shows little of itself', () => {
    const key = makeApiKey(newId());
    expect(key).toMatch(/^ck_live_[0-9a-f]{32}_[\w-]{43}$/);
    expect(key.startsWith(prefixOf(key))).toBe(true);
    expect(prefixOf(key)).toHaveLength(20);
    expect(prefixOf('a-key-that-somebody-chose')).toBe('a-ke…');
  });

  it('is read from a well-formed header only', () => {
    const key = makeApiKey(newId());
    expect(readBearer(`Bearer ${key}`)).toBe(key);
    expect(readBearer(`bearer ${key}`)).toBe(key);
    for (const header of [
      key,
      `Basic ${key}`,
      `Bearer  ${key}`,
      `Bearer ${key} x`,
      `Bearer ${'x'.repeat(400)}`,
      'Bearer short',
      'Bearer ключ-ключ-ключ-ключ',
    ]) {
      expect(readBearer(header)).toBeUndefined();
    }
  });

  it('can be given no scope that its maker lacks', () => {
    const some = fc.subarray([...scopes]);
    fc.assert(
      fc.property(some, some, (held, wanted) => {
        const missing = missingScopes(new Set(held), wanted);
        return (
          missing.every((scope) => !held.includes(scope as (typeof scopes)[number])) &&
          (missing.length === 0) === wanted.every((scope) => held.includes(scope))
        );
      }),
    );
    expect(missingScopes(new Set(['messages:send']), ['*'])).toEqual(['*']);
    expect(missingScopes(new Set(['*']), ['*', 'messages:send'])).toEqual([]);
  });
});

describe('a session cookie', () => {
  const token = 'a'.repeat(43);

  it('is found among others, and not believed when it is there twice', () => {
    expect(readSessionCookie(`theme=dark; carillon_session=${token}; x=y`)).toBe(token);
    expect(readSessionCookie(`carillon_session=${token}; carillon_session=${'b'.repeat(43)}`)).toBeUndefined();
    expect(readSessionCookie('carillon_session=short')).toBeUndefined();
    expect(readSessionCookie(`xcarillon_session=${token}`)).toBeUndefined();
    expect(readSessionCookie(`carillon_session=${token}${' '.repeat(9_000)}`)).toBeUndefined();
    expect(readSessionCookie(undefined)).toBeUndefined();
  });

  it('is sent over https only, where there is https', () => {
    expect(sessionCookie(token, true)).toContain('; Secure');
    expect(sessionCookie(token, false)).not.toContain('Secure');
  });

  it('counts for pages of ours only', () => {
    const post = { method: 'POST', host: 'chat.example.com', origin: undefined, fetchSite: undefined };
    const publicUrl = 'https://chat.example.com';
    expect(isSameSite({ ...post, origin: 'https://chat.example.com', fetchSite: 'same-origin' }, publicUrl)).toBe(true);
    expect(isSameSite({ ...post, host: 'internal:4000', origin: 'https://chat.example.com' }, publicUrl)).toBe(true);
    expect(isSameSite({ ...post, origin: 'https://chat.example.com.evil.test' }, publicUrl)).toBe(false);
    expect(isSameSite({ ...post, origin: 'https://evil.test', fetchSite: 'same-origin' }, publicUrl)).toBe(false);
    expect(isSameSite(post, publicUrl)).toBe(false);
    expect(isSameSite({ ...post, method: 'GET' }, publicUrl)).toBe(true);
    expect(isSameSite({ ...post, method: 'GET', fetchSite: 'cross-site' }, publicUrl)).toBe(false);
  });
});

describe('a chain of audit entries', () => {
  const chain = (actions: string[]) => {
    let previousHash: Buffer = firstPreviousHash;
    return actions.map((action, index) => {
      const at = Temporal.Instant.fromEpochMilliseconds(index);
      const entry = {
        workspaceId: 'w',
        seq: index + 1,
        at,
        actor: 'system',
        action,
        subject: 's',
        details: { b: 1, a: [action] },
        previousHash,
      };
      previousHash = hashOfEntry(entry);
      return { ...entry, hash: previousHash };
    });
  };

  it('is whole as it was written, and shows the first place that was touched', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { minLength: 2, maxLength: 8 }),
        fc.nat(),
        fc.constantFrom('change', 'remove', 'rehash'),
        (actions, pick, how) => {
          const entries = chain(actions);
          expect(findTampering(entries)).toBeUndefined();
          const at = pick % (entries.length - 1);
          const touched = entries[at];
          if (touched === undefined) throw new Error('unreachable');
          const changed = { ...touched, action: `${touched.action}!` };
          if (how === 'remove') entries.splice(at, 1);
          else entries[at] = how === 'change' ? changed : { ...changed, hash: hashOfEntry(changed) };
          // Who also writes the hash anew is found out by the entry that follows.
          expect(findTampering(entries)).toBe(how === 'rehash' ? at + 2 : at + 1);
        },
      ),
    );
  });
});
