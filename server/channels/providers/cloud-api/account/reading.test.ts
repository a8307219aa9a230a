import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AnswerMisread,
  either,
  flag,
  instant,
  list,
  listOrNone,
  number,
  object,
  optional,
  text,
  underMetaNames,
  word,
} from './reading.ts';

const node = object({
  id: text,
  status: word,
  verifiedName: optional(text),
  changedUsers: either(['added_users', 'removed_users'], listOrNone(text)),
});

describe('a reader of an answer', () => {
  it('gives our names, takes numbers for ids, and leaves out what is missing', () => {
    expect(
      node({ id: 42, status: 'approved', verified_name: null, removed_users: ['a'], new_field: {} }, 'answer'),
    ).toEqual({
      id: '42',
      status: 'APPROVED',
      changedUsers: ['a'],
    });
  });

  it.each<[string, unknown, string]>([
    ['no object', [], 'answer is not an object'],
    ['a missing field', { status: 'X' }, 'answer.id is not a text'],
    ['a field of another kind', { id: {}, status: 'X' }, 'answer.id is not a text'],
    [
      'an optional field of another kind',
      { id: '1', status: 'X', verified_name: {} },
      'answer.verified_name is not a text',
    ],
    [
      'an entry of another kind',
      { id: '1', status: 'X', added_users: ['a', {}] },
      'answer.added_users[1] is not a text',
    ],
  ])('names the place of %s', (_name, value, message) => {
    expect(() => node(value, 'answer')).toThrow(new AnswerMisread(message));
  });

  it('takes times as seconds and in the form of Graph', () => {
    const expected = Temporal.Instant.from('2025-11-22T14:00:00Z');
    for (const given of [1763820000, '1763820000', '2025-11-22T14:00:00+0000', '2025-11-22T14:00:00Z'])
      expect(instant(given, 'at').equals(expected), String(given)).toBe(true);
    expect(() => instant('yesterday', 'at')).toThrow('at is not a time');
  });

  it('takes what Meta writes as text now and as a number then', () => {
    expect([number('0.5', 'n'), number(3, 'n'), flag('true', 'f'), flag(false, 'f')]).toEqual([0.5, 3, true, false]);
    expect(() => number(' ', 'n')).toThrow(AnswerMisread);
    expect(() => flag(1, 'f')).toThrow(AnswerMisread);
    expect(() => list(text)('a', 'l')).toThrow('l is not a list');
  });

  it('reads or names the place, whatever comes, and never fails otherwise', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (id, status, verified_name) => {
        try {
          const read = node({ id, status, verified_name }, 'answer');
          expect(typeof read.id).toBe('string');
          expect(read.status).toBe(read.status.toUpperCase());
        } catch (error) {
          expect(error).toBeInstanceOf(AnswerMisread);
        }
      }),
    );
  });

  it('writes our names as Meta has them and leaves out what is undefined', () => {
    expect(underMetaNames({ parameterFormat: 'NAMED', name: 'x', messageSendTtlSeconds: undefined })).toEqual({
      parameter_format: 'NAMED',
      name: 'x',
    });
  });
});
