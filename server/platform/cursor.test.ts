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

describe('a list, page after page', () => {
  const cursors = new CursorCodec(randomBytes(32));
  const entries = ['1', '2', '3', '4', '5'].map((id) => ({ id }));
  const list = { workspaceId: 'w1', list: 'messages' };
  const source = {
    read: ([after = '']: readonly string[], limit: number) => entries.filter(({ id }) => id > after).slice(0, limit),
    positionOf: ({ id }: { id: string }) => [id],
    present: ({ id }: { id: string }) => `entry ${id}`,
  };
  const read = (query: { after?: string; limit?: number; status?: string; type?: string }) =>
    cursors.page(list, query, source);

  it('has every entry once, and no cursor at its end', async () => {
    for (let limit = 1; limit <= entries.length + 1; limit++) {
      const shown: string[] = [];
      let query: { limit: number; after?: string } | undefined = { limit };
      while (query) {
        const page: Awaited<ReturnType<typeof read>> = await read(query);
        expect(page.data.length).toBeGreaterThan(0);
        shown.push(...page.data);
        query = page.next_cursor === null ? undefined : { limit, after: page.next_cursor };
      }
      expect(shown).toEqual(entries.map(({ id }) => `entry ${id}`));
    }
  });

  it('B029: keeps its filters, in whatever order they are written', async () => {
    const { next_cursor } = await read({ limit: 2, status: 'sent', type: 'text' });
    const after = next_cursor ?? '';
    expect((await read({ type: 'text', status: 'sent', limit: 3, after })).data).toHaveLength(3);
    for (const other of [{ status: 'sent' }, { status: 'read', type: 'text' }, {}])
      await expect(read({ ...other, after })).rejects.toThrowError(invalid);
  });
});
