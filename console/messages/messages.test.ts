import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFilters } from './filters.ts';
import { contactWords } from './message.ts';
import type { Message } from '@carillon/sdk';
import { withNewest, withStatus } from './pages.ts';

const aMessage = (id: number) => ({ id: String(id).padStart(4, '0'), status: 'queued' }) as Message;
const aPage = (from: number, to: number, next: string | null = 'more') => ({
  data: Array.from({ length: from - to + 1 }, (_, index) => aMessage(from - index)),
  next_cursor: next,
});
const idsOf = (pages: { data: Message[] }[]) => pages.flatMap(({ data }) => data.map(({ id }) => Number(id)));

describe('filters in the address', () => {
  it('reads the known ones and leaves out the rest', () => {
    expect(
      readFilters({ direction: 'inbound', status: 'held', purpose: 'x', type: 5, contact: ' +1555 ', other: 'y' }),
    ).toEqual({
      direction: 'inbound',
      status: 'held',
      contact: '+1555',
    });
  });

  it.each([
    ['+1 (555) 000-1111', '+15550001111'],
    ['15550001111', '+15550001111'],
    ['US.13491208655302741918', 'US.13491208655302741918'],
    ['0192f4c0-0000-7000-8000-000000000000', '0192f4c0-0000-7000-8000-000000000000'],
  ])('takes the contact %s as %s', (contact, read) => expect(readFilters({ contact })).toEqual({ contact: read }));

  it('opens the list for any address', () => {
    fc.assert(
      fc.property(fc.object(), (search) => {
        const filters = readFilters(search);
        expect(readFilters({ ...filters })).toEqual(filters);
      }),
    );
  });
});

describe('the live list', () => {
  it('has each message once, newest first, whatever came between two readings', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 20 }), (arrived, size) => {
        const before = [aPage(100, 100 - size + 1), aPage(100 - size, 100 - 2 * size + 1)];
        const ids = idsOf(withNewest(before, aPage(100 + arrived, 100 + arrived - size + 1)));
        expect(ids).toEqual([...new Set(ids)].toSorted((one, other) => other - one));
        expect(ids[0]).toBe(100 + arrived);
        // No gap: every id from the newest to the oldest shown is there.
        expect(ids.length).toBe((ids[0] ?? 0) - (ids.at(-1) ?? 0) + 1);
      }),
    );
  });

  it('drops what no longer matches the filters, and begins anew after a gap', () => {
    const changed = { ...aPage(5, 1), data: [aMessage(6), aMessage(4), aMessage(3)] };
    expect(idsOf(withNewest([aPage(5, 1)], changed))).toEqual([6, 4, 3, 2, 1]);
    expect(idsOf(withNewest([aPage(5, 1)], aPage(60, 50)))).toEqual(idsOf([aPage(60, 50)]));
    expect(idsOf(withNewest([aPage(5, 1)], { data: [], next_cursor: null }))).toEqual([]);
  });

  it('shows a new status where the message stands', () => {
    expect(withStatus([aPage(3, 1)], '0002', 'read')[0]?.data.map(({ status }) => status)).toEqual([
      'queued',
      'read',
      'queued',
    ]);
  });
});

describe('who a message is to or from', () => {
  const nobody = {
    contact: { id: '1', name: null, phone: null },
    to: null,
    to_email: null,
    recipient: null,
    group_id: null,
  };
  const inGroup = { ...nobody, group_id: 'Y2FwaQ' };
  it.each<[string, Parameters<typeof contactWords>[0]]>([
    ['Ada', { ...nobody, contact: { ...nobody.contact, name: 'Ada' }, to: '+15550001111', participant: null }],
    ['+15550001111', { ...nobody, to: '+15550001111', participant: null }],
    ['ada@example.com', { ...nobody, to_email: 'ada@example.com', participant: null }],
    ['Ada, in a group', { ...inGroup, participant: { id: '2', name: 'Ada' } }],
    ['Group', { ...inGroup, participant: { id: '2', name: null } }],
    ['Group', { ...inGroup, participant: null }],
    ['Unknown contact', { ...nobody, participant: null }],
  ])('is %s', (words, message) => expect(contactWords(message)).toBe(words));
});
