import { describe, expect, it } from 'vitest';
import { documentedCodes } from './documented-codes.fixture.ts';
import { errorTable, reactionTo, readErrorObject } from './errors.ts';

describe('the table of errors', () => {
  it.each(documentedCodes)('has the code %i', (code) =>
    expect(reactionTo({ code: String(code), title: '' }).code).not.toBe('unlisted'),
  );

  it('has each code once, with words and a date', () => {
    expect(new Set(errorTable.map(({ code }) => code)).size).toBe(errorTable.length);
    for (const row of errorTable) {
      expect(row.title, row.code).toMatch(/^[A-Z].*[^.]$/);
      expect(row.advice, row.code).toMatch(/^.{12,}\.$/);
      expect(row.since, row.code).toMatch(/^202\d-\d\d-\d\d$/);
      expect(Temporal.PlainDate.compare(row.since, '2026-11-22')).toBeLessThanOrEqual(0);
    }
  });

  it('says for everything that is tried again when, and for nothing else', () => {
    for (const row of errorTable) {
      const isRetry = row.reaction.startsWith('retry');
      expect(row.delaySeconds !== undefined && row.backoffFactor !== undefined, row.code).toBe(isRetry);
      if (!isRetry) continue;
      expect(row.delaySeconds).toBeGreaterThanOrEqual(1);
      expect(row.delaySeconds).toBeLessThanOrEqual(6 * 3600);
      expect(row.backoffFactor).toBeGreaterThanOrEqual(2);
    }
    expect(reactionTo({ code: '131056', title: '' })).toMatchObject({
      reaction: 'retry_pair',
      delaySeconds: 1,
      backoffFactor: 4,
    });
  });

  it('holds everything when the app secret was changed, though the code is that of a wrong parameter', () => {
    for (const error of [
      { code: '100', title: 'Invalid appsecret_proof provided in the API argument' },
      {
        code: '100',
        title: 'Invalid parameter',
        details: 'API calls from the server require an appsecret_proof argument',
      },
    ])
      expect(reactionTo(error)).toMatchObject({ reaction: 'pause_connection', code: '100.appsecret_proof' });
    expect(reactionTo({ code: '100', title: 'Invalid parameter', details: 'to' }).reaction).toBe('fail');
    expect(reactionTo({ code: '131000', title: 'appsecret_proof' }).reaction).toBe('unknown');
  });

  it('finds what comes as a subcode by itself and under its general code', () => {
    expect(reactionTo({ code: '100', subcode: '2388040', title: '' }).code).toBe('2388040');
    expect(reactionTo({ code: '2388040', title: '' }).code).toBe('2388040');
    expect(reactionTo({ code: '190', subcode: '463', title: '' })).toMatchObject({
      code: '190.463',
      reaction: 'pause_connection',
    });
    // A subcode that means nothing to the table changes nothing.
    expect(reactionTo({ code: '130429', subcode: '2494055', title: '' }).code).toBe('130429');
    expect(reactionTo({ code: '131056', subcode: '190', title: '' }).code).toBe('131056');
  });

  it('says for each row where it comes, what mends it and what to tell whoever wrote the message', () => {
    for (const row of errorTable) {
      expect(row.tell, row.code).toMatch(/^[A-Z].{12,}[.]$/);
      if (row.httpStatus === null) expect(row.shows, row.code).toBe('webhook');
      expect(row.waitSeconds ?? 1, row.code).toBeGreaterThan(0);
    }
  });

  it('lets nothing go another way that may have arrived, or that the person does not want', () => {
    const elsewhere = errorTable.filter((row) => row.reroute !== null);
    expect(elsewhere.length).toBeGreaterThan(5);
    for (const row of elsewhere) {
      expect(row.reaction, row.code).not.toBe('unknown');
      expect(row.suppress, row.code).toBeUndefined();
    }
    for (const code of ['131050', '130403', '131056']) expect(reactionTo({ code, title: '' }).reroute).toBeNull();
    expect(reactionTo({ code: '131047', title: '' }).reroute).toBe('template');
    expect(reactionTo({ code: '131026', title: '' }).reroute).toBe('channel');
  });

  it('calls somebody for everything that stops a number or a connection', () => {
    for (const row of errorTable)
      if (row.reaction.startsWith('pause')) expect(row, row.code).toMatchObject({ pages: true, remedy: 'account' });
    for (const code of ['131056', '130429', '131047', '131026', '132000'])
      expect(reactionTo({ code, title: '' }).pages, code).toBe(false);
  });

  it('mends by itself only what the reaction repeats or the receipt settles', () => {
    for (const row of errorTable) {
      if (row.reaction === 'unknown') expect(row.remedy, row.code).toBe('receipt');
      else expect(row.remedy, row.code).not.toBe('receipt');
      if (row.reaction === 'retry_pair' || row.reaction === 'retry_sender') expect(row.remedy, row.code).toBe('wait');
    }
  });

  it('never tries again what Meta asks not to', () => {
    for (const code of ['131047', '131026', '131049', '131050', '130472'])
      expect(reactionTo({ code, title: '' }).reaction).toBe('fail');
    expect(reactionTo({ code: '131050', title: '' }).suppress).toBe('marketing_stop');
  });
});

describe('B065: an error object of any shape', () => {
  it.each<[string, unknown, unknown]>([
    [
      'of a webhook',
      { code: 131049, title: 'Withheld', message: 'Withheld', error_data: { details: 'why' } },
      { code: '131049', title: 'Withheld', details: 'why' },
    ],
    ['with a code as text', { code: '131049', title: 'a' }, { code: '131049', title: 'a' }],
    ['with a title that is an object', { code: 1, title: {} }, { code: '1', title: 'No title' }],
    ['with no details', { code: 1, message: 'a', error_data: null }, { code: '1', title: 'a' }],
    ['with a code that is no number', { code: 'x' }, undefined],
    ['with a code that is a fraction', { code: 1.5 }, undefined],
    ['that is null', null, undefined],
    ['that is a text', 'error', undefined],
  ])('%s', (_name, value, expected) => expect(readErrorObject(value)).toEqual(expected));

  it('has texts that fit a screen', () => {
    expect(readErrorObject({ code: 1, title: `\0${'x'.repeat(5000)}` })?.title).toHaveLength(1000);
  });
});
