import type { FastifyRequest } from 'fastify';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fieldNames } from './node-fields.ts';
import { pagedAnswer } from './paging.ts';

interface Page {
  data: { id: string }[];
  paging?: { next?: string; previous?: string };
}

function pageOf(rows: readonly string[], address: string): Page {
  const url = new URL(address, 'http://127.0.0.1');
  const request = {
    query: Object.fromEntries(url.searchParams),
    headers: { host: '127.0.0.1' },
    originalUrl: url.pathname + url.search,
  } as unknown as FastifyRequest;
  return pagedAnswer(
    request,
    rows,
    (row) => row,
    (row) => ({ id: row }),
  ) as unknown as Page;
}

it('leads through any list once, forwards and back again, whatever the size of a page', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      (rows, limit) => {
        const pages = [pageOf(rows, `/list?limit=${limit}`)];
        for (let next = pages[0]?.paging?.next; next !== undefined; next = pages.at(-1)?.paging?.next) {
          pages.push(pageOf(rows, next));
        }
        expect(pages.flatMap((page) => page.data.map((row) => row.id))).toEqual(rows);
        for (let index = pages.length - 1; index > 0; index--) {
          const previous = pages[index]?.paging?.previous;
          expect(previous === undefined ? undefined : pageOf(rows, previous).data).toEqual(pages[index - 1]?.data);
        }
      },
    ),
  );
});

it('keeps the token of a call out of the addresses of its pages', () => {
  const { paging } = pageOf(['a', 'b'], '/list?limit=1&access_token=EAAS&fields=id');
  expect(paging?.next).toContain('fields=id');
  expect(paging?.next).not.toContain('EAAS');
});

it.each([
  ['id,name', ['id', 'name']],
  ['analytics.start(1).end(2).phone_numbers([1,2]),id', ['analytics', 'id']],
  ['owner{id,name{first,last}},preview.invalidate(false)', ['owner', 'preview']],
  [' id , ,name ', ['id', 'name']],
])('reads the fields %j', (written, names) => {
  expect(fieldNames(written)).toEqual(names);
});
