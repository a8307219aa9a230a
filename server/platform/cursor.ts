import { hmacSha256, isEqualConstantTime } from './crypto.ts';
import { Fault } from './fault.ts';

const macBytes = 16;

/** What a cursor is good for: one list of one workspace, with the filters that the first page had. */
export type CursorScope = { workspaceId: string; list: string; filters?: string };

/** The query of a list: what is neither `after` nor `limit` filters it. */
export type PageQuery = { after?: string; limit?: number };

/** How one list is read and shown. */
export type PageSource<Entry, Shown> = {
  /** At most `limit` entries after the position, which is empty for the first page. */
  read: (position: readonly string[], limit: number) => readonly Entry[] | Promise<readonly Entry[]>;
  /** Whatever the list is sorted by, as texts. */
  positionOf: (entry: Entry) => readonly string[];
  present: (entry: Entry) => Shown;
};

const defaultPageLimit = 50;

/** Makes and reads cursors. Their content is signed and bound to the list, so that a changed or foreign one is refused
 *  instead of reaching the database. */
export class CursorCodec {
  readonly #key: Buffer;

  /** `key`: any secret of this installation; servers that share a database must share it. */
  constructor(key: Buffer) {
    this.#key = hmacSha256(key, 'carillon cursor');
  }

  /** The position as an opaque text. `position` is whatever the list is sorted by, as texts. */
  encode(scope: CursorScope, position: readonly string[]): string {
    const content = Buffer.from(JSON.stringify(position), 'utf8');
    return Buffer.concat([this.#mac(scope, content), content]).toString('base64url');
  }

  /** The position of an earlier `encode` with the same scope. Throws `cursor_invalid`. */
  decode(scope: CursorScope, cursor: string): string[] {
    const raw = /^[\w-]{22,1024}$/.test(cursor) ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
    const content = raw.subarray(macBytes);
    // Base64 has spare bits at its end: without the second check several texts would be the same cursor.
    if (
      !isEqualConstantTime(raw.subarray(0, macBytes), this.#mac(scope, content)) ||
      raw.toString('base64url') !== cursor
    ) {
      throw new Fault('cursor_invalid', {
        detail: 'Give next_cursor of the page before, with the same filters, or leave it out to begin anew.',
      });
    }
    return JSON.parse(content.toString('utf8')) as string[];
  }

  /** A page of a list, with the cursor of the page after it, or null when it is the last. Throws `cursor_invalid`, also
   *  when the filters are not those of the page before. */
  async page<Entry, Shown>(
    { workspaceId, list }: Omit<CursorScope, 'filters'>,
    { after, limit = defaultPageLimit, ...filters }: PageQuery,
    { read, positionOf, present }: PageSource<Entry, Shown>,
  ): Promise<{ data: Shown[]; next_cursor: string | null }> {
    // Sorted, because the order of the parameters in the address means nothing.
    const scope = { workspaceId, list, filters: JSON.stringify(filters, Object.keys(filters).sort()) };
    const entries = await read(after === undefined ? [] : this.decode(scope, after), limit + 1);
    const shown = entries.slice(0, limit);
    const last = shown.at(-1);
    return {
      data: shown.map((entry) => present(entry)),
      next_cursor: entries.length > limit && last !== undefined ? this.encode(scope, positionOf(last)) : null,
    };
  }

  #mac(scope: CursorScope, content: Buffer): Buffer {
    const address = JSON.stringify([scope.workspaceId, scope.list, scope.filters ?? '']);
    return hmacSha256(this.#key, Buffer.concat([Buffer.from(address, 'utf8'), content])).subarray(0, macBytes);
  }
}
