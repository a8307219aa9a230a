import { expect, it } from 'vitest';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { listNumbers } from './number-calls.ts';
import type { PassedDeps } from './passed-calls.ts';

const account = '102';
const origin = 'https://chat.example.com';
interface Page {
  data: { id: string; verified_name?: string }[];
  paging?: { cursors: { before: string; after: string }; next?: string; previous?: string };
}

/** A provider whose account has so many numbers, in pages of three; of the list it knows `id` and `verified_name`. */
function aProvider(count: number, isEndless = false) {
  const asked: Record<string, string>[] = [];
  const account = {
    passThrough: (_calls: unknown, _access: unknown, { query = {} }: { query?: Record<string, string> }) => {
      asked.push(query);
      const start = isEndless ? 0 : Number(query['after'] ?? 0);
      const end = Math.min(start + 3, count);
      const data = Array.from({ length: end - start }, (_, index) => ({
        id: String(start + index),
        verified_name: `Bell ${start + index}`,
        secret_edge: {},
      }));
      const paging = {
        cursors: { before: String(start), after: String(end) },
        ...(end < count ? { next: 'https://graph.facebook.com/?access_token=ours' } : {}),
      };
      const body = [Buffer.from(JSON.stringify({ data, paging }))];
      return Promise.resolve({ status: 200, headers: {}, body });
    },
  };
  const deps = { accountOf: () => account, origin } as unknown as PassedDeps;
  return { asked, deps };
}

const sendersOf = (ids: readonly (string | number)[]) =>
  ids.map((id) => ({ externalId: String(id), settings: { businessAccountId: account } }) as SenderAccount);

async function list(deps: PassedDeps, ids: readonly (string | number)[], query: object = {}): Promise<Page> {
  const { status, body } = await listNumbers(deps, sendersOf(ids), account, query);
  expect(status).toBe(200);
  return body as Page;
}

it('numbers beyond the first page of the provider are listed, and none of others', async () => {
  const { deps, asked } = aProvider(20);
  const { data } = await list(deps, [1, 7, 13]);
  expect(data).toEqual([1, 7, 13].map((id) => ({ id: String(id), verified_name: `Bell ${id}` })));
  // What stands behind the last of ours is not asked for.
  expect(asked.map(({ after }) => after)).toEqual([undefined, '3', '6', '9', '12']);
});

it('a number that the provider has no more is left out', async () => {
  const { deps, asked } = aProvider(7);
  expect((await list(deps, [2, 'gone'])).data).toMatchObject([{ id: '2' }]);
  expect(asked).toHaveLength(3);
});

it('pages lead through the whole list, forth and back, without our token', async () => {
  const { deps } = aProvider(12);
  const own = [0, 2, 4, 6, 8];
  const seen: string[] = [];
  let page = await list(deps, own, { limit: '2', fields: 'verified_name,secret_edge' });
  expect(page.paging?.previous).toBeUndefined();
  for (;;) {
    seen.push(...page.data.map(({ id }) => id));
    const next = page.paging?.next;
    if (next === undefined) break;
    const address = new URL(next);
    expect(address.origin + address.pathname).toBe(`${origin}/graph/${account}/phone_numbers`);
    const query = Object.fromEntries(address.searchParams);
    expect(query).toMatchObject({ limit: '2', fields: 'verified_name,secret_edge', after: page.paging?.cursors.after });
    expect(query).not.toHaveProperty('access_token');
    page = await list(deps, own, query);
  }
  expect(seen).toEqual(own.map(String));
  const back = await list(deps, own, Object.fromEntries(new URL(page.paging?.previous ?? '').searchParams));
  expect(back.data.map(({ id }) => id)).toEqual(['4', '6']);
});

it('a bad limit or cursor is refused as by Meta, and a list without an end is not followed', async () => {
  const { deps } = aProvider(5);
  for (const limit of ['0', '-1', 'all', '1.5'])
    await expect(list(deps, [1], { limit })).rejects.toMatchObject({ name: 'GraphRefusal', code: 100 });
  for (const cursor of ['?', 'MTIzNDU2'])
    await expect(list(deps, [1], { after: cursor })).rejects.toMatchObject({ name: 'GraphRefusal', code: 131059 });
  await expect(list(aProvider(5, true).deps, [4])).rejects.toMatchObject({ code: 'upstream_failed' });
});
