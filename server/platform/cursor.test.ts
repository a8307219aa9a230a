import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CursorCodec } from './cursor.ts';

const scope = { workspaceId: 'w1', list: 'messages', filters: 'status=sent' };
const invalid = expect.objectContaining({ code: 'cursor_invalid' });

describe('a cursor', () => {
  const cursors = new CursorCodec(randomBytes(32));

  it('gives back its position', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 50 }), { maxLength: 4 }), (position) => {
        expect(cursors.decode(scope, cursors.encode(scope, position))).toEqual(position);
      }),
    );
  });

  it('B029: is good for its own workspace, list and filters only', () => {
    const cursor = cursors.encode(scope, ['a']);
    for (const other of [{ workspaceId: 'w2' }, { list: 'contacts' }, { filters: '' }]) {
      expect(() => cursors.decode({ ...scope, ...other }, cursor)).toThrowError(invalid);
    }
    expect(() => new CursorCodec(randomBytes(32)).decode(scope, cursor)).toThrowError(invalid);
  });

  it('B029: is refused when any of its characters was changed', () => {
    const cursor = cursors.encode(scope, ['a', 'b']);
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'ABCxyz019-_'.split('')), (index, character) => {
        fc.pre(cursor[index] !== character);
        expect(() => cursors.decode(scope, cursor.slice(0, index) + character + cursor.slice(index + 1))).toThrowError(
          invalid,
        );
      }),
    );
    for (const text of ['', 'x', '%00', 'a'.repeat(5_000), `${cursor}=`])
      expect(() => cursors.decode(scope, text)).toThrowError(invalid);
  });
});
