import { describe, expect, it } from 'vitest';
import { firstPreviousHash, hashOfEntry } from '#server/accounts/audit-chain.ts';
import { mutationOf } from './mutations.ts';
import { auditIsWhole, forwardedOnce, nothingAfterOptOut, nothingEarly, nothingNextDoor } from './surroundings.ts';

const at = '2026-11-27T08:00:00Z';
const later = (seconds: number): string => new Date(Date.parse(at) + seconds * 1_000).toISOString();
const messages = new Map([
  ['m1', { contactId: 'c1', purpose: 'marketing' }],
  ['m2', { contactId: 'c1', purpose: 'transactional' }],
]);

describe('I9: a workspace next door', () => {
  const answers = [
    { path: '/v1/contacts', status: 200, text: '{"data":[]}' },
    { path: '/v1/messages/m1', status: 404, text: '{}' },
  ];
  const own = { own: '{"text":"kingfisher"}', takenNextDoor: [] };
  const look = (around: Partial<Parameters<typeof nothingNextDoor>[0]>): string[] =>
    nothingNextDoor({ ...own, neighbour: answers, ...around }, { secrets: ['kingfisher'], canary: 'kingfisher' });

  it('finds nothing when it is shown nothing', () => expect(look({})).toEqual([]));

  it('is caught when it is shown a canary, gets a message by its id, or takes a webhook', () => {
    expect(look({ neighbour: [{ path: '/v1/contacts', status: 200, text: 'kingfisher' }] })).toHaveLength(1);
    expect(look({ neighbour: [{ path: '/v1/messages/m1', status: 200, text: '{}' }] })).toHaveLength(1);
    expect(look({ takenNextDoor: [{ body: '{}' }] })).toHaveLength(1);
  });

  it('proves nothing when nothing is there to be shown, or nobody asks', () => {
    expect(look({ own: '' })).toHaveLength(1);
    expect(look({ neighbour: [] })).toHaveLength(1);
  });
});

it('I10: what comes more than five seconds after an opt-out is found, by what the opt-out is about', () => {
  const find = (kind: string, messageId: string, seconds: number): number =>
    nothingAfterOptOut(
      { suppressions: [{ contactId: 'c1', kind, at }] },
      { receipts: [{ messageId, at: later(seconds) }], messages },
    ).length;
  expect(find('stop', 'm1', 4)).toBe(0);
  expect(find('stop', 'm1', 6)).toBe(1);
  expect(find('stop', 'm2', 6)).toBe(1);
  expect(find('marketing_stop', 'm1', 6)).toBe(1);
  expect(find('marketing_stop', 'm2', 6)).toBe(0);
});

it('I11: what comes before it is due is found', () => {
  const find = (seconds: number): number =>
    nothingEarly({ sendAt: new Map([['m1', at]]) }, { receipts: [{ messageId: 'm1', at: later(seconds) }] }).length;
  expect([find(-0.1), find(0), find(30)]).toEqual([1, 0, 0]);
});

describe('I12: the audit trail', () => {
  const about = { workspaceId: 'w', at: Temporal.Instant.from(at), actor: 'api_key:1', subject: 's', details: {} };
  const first = { ...about, seq: 1, action: 'sender.pause', previousHash: firstPreviousHash };
  const one = { ...first, hash: hashOfEntry(first) };
  const second = { ...about, seq: 2, action: 'sender.resume', previousHash: one.hash };
  const chain = [one, { ...second, hash: hashOfEntry(second) }];
  const made = [
    { action: 'sender.pause', isInDoubt: false },
    { action: 'sender.resume', isInDoubt: true },
  ];

  it('is whole with each change once, and one in doubt or not at all', () => {
    expect(auditIsWhole({ audit: chain, mutations: made })).toEqual([]);
    expect(auditIsWhole({ audit: chain.slice(0, 1), mutations: made })).toEqual([]);
  });

  it('is broken when an entry was changed, is missing, or is one too many', () => {
    const changed = chain.map((entry) => (entry.seq === 1 ? { ...entry, subject: 'other' } : entry));
    expect(auditIsWhole({ audit: changed, mutations: made })).toHaveLength(1);
    expect(
      auditIsWhole({ audit: chain, mutations: [...made, made[0]].filter((each) => each !== undefined) }),
    ).toHaveLength(1);
    expect(
      auditIsWhole({
        audit: chain,
        mutations: [
          { action: 'sender.pause', isInDoubt: true },
          { action: 'sender.add', isInDoubt: false },
        ],
      }),
    ).toHaveLength(1);
  });

  it('hears of a change from the answer to its request', () => {
    expect(mutationOf('POST', '/v1/senders/1/pause', 200)).toEqual({ action: 'sender.pause', isInDoubt: false });
    expect(mutationOf('POST', '/v1/senders/1/pause', null)).toEqual({ action: 'sender.pause', isInDoubt: true });
    expect(mutationOf('POST', '/v1/senders/1/pause', 404)).toBeUndefined();
    expect(mutationOf('GET', '/v1/senders/1/pause', 200)).toBeUndefined();
  });
});

it('I13: a webhook that was sent on is taken, signed, without our word, and none that was not to be', () => {
  const kept = '{"statuses": [{"id": "a", "biz_opaque_callback_data": "ours"}]}';
  const came = '{"statuses":[{"id":"a"}]}';
  const forwarded = [{ body: kept, state: 'delivered' }];
  expect(forwardedOnce({ forwarded, taken: [{ body: came, isSigned: true }] })).toEqual([]);
  expect(forwardedOnce({ forwarded, taken: [] })).toHaveLength(1);
  expect(forwardedOnce({ forwarded, taken: [{ body: came, isSigned: false }] })).toHaveLength(1);
  expect(forwardedOnce({ forwarded: [], taken: [{ body: came, isSigned: true }] })).toHaveLength(1);
  expect(forwardedOnce({ forwarded: [{ body: kept, state: 'pending' }], taken: [] })).toHaveLength(1);
});
