import { describe, expect, it } from 'vitest';
import { errorTable, reactionTo, readErrorObject } from './errors.ts';

describe('the table of errors', () => {
  // Every code that is documented, section by section.
  const documented = [
    0, 3, 10, 190, 200, 299, 131005, 33, 368, 130497, 131031, 131064, 4, 80007, 130429, 131048, 131056, 133016, 613, 1,
    2, 100, 130403, 130472, 131000, 131008, 131009, 131016, 131021, 131026, 131030, 131037, 131042, 131044, 131045,
    131047, 131049, 131050, 131051, 131052, 131053, 131055, 131057, 131059, 131061, 131062, 131063, 133000, 133004,
    133005, 133006, 133008, 133009, 133010, 133015, 134011, 135000, 136024, 137000, 1026, 2040, 2046, 2047, 132000,
    132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069, 134100, 134101, 134102, 2388019,
    2388039, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299, 2388001, 2388012, 2388091, 2388093, 2388103, 2494100,
    200005, 200006, 200007, 2593079, 2593085, 2593107, 2593108, 2593109, 139000, 139001, 139002, 139003, 139004, 139006,
    139100, 139101, 139102, 139103, 147001, 147002, 147003, 147004, 147005, 1752041, 2494164, 2494165, 2494166, 2494167,
    2494168, 2494176, 2494177, 2494179, 138000, 138001, 138002, 138003, 138004, 138005, 138006, 138007, 138009, 138012,
    138013, 138014, 138015, 138017, 138018, 138019, 138020, 138021, 138022, 138023, 131020, 131041, 131201, 131202,
    131203, 131204, 131207, 131208, 131209, 131210, 131211, 131212, 131213, 131214, 131215,
  ];

  it.each(documented)('has the code %i', (code) =>
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
