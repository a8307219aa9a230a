import { CarillonError } from '@carillon/sdk/error';
import type { Trace } from '@carillon/sdk';
import { describe, expect, it } from 'vitest';
import { failureOf } from './failure.ts';
import { readInstant, readNumber } from './options.ts';
import { fields, plain, table } from './output.ts';
import { UsageProblem } from './settings.ts';
import { storyOf } from './story.ts';

describe('text from outside', () => {
  it('cannot steer the terminal or hide among other lines', () => {
    expect(plain('red \u001b[31m and\nbelow \u0007\u009b2J')).toBe('red ·[31m and below ··2J');
    expect(plain('invoice\u202efdp.exe')).toBe('invoice·fdp.exe');
  });

  it('is cut between signs, not within one', () => {
    expect(plain('👩‍👩‍👧'.repeat(30), 20).length).toBeLessThan(400);
    expect(plain('👩‍👩‍👧👩‍👩‍👧', 2)).toBe('👩‍👩‍👧👩‍👩‍👧');
    expect(plain('abcdef', 4)).toBe('abc…');
  });

  it('is shown when there is none', () => {
    expect(plain(null)).toBe('–');
    expect(plain({ a: 1 })).toBe('{"a":1}');
  });
});

describe('a table', () => {
  it('has a line for each row under its headings', () => {
    const lines = table(
      ['id', 'name'],
      [
        ['1', 'Ada'],
        ['22', 'Bob\nEve'],
      ],
      'none',
    ).split('\n');
    expect(lines).toEqual(['id  name', '1   Ada', '22  Bob Eve']);
  });

  it('says that there is nothing', () => {
    expect(table(['id'], [], 'There are none.')).toBe('There are none.');
  });

  it('of names and values is aligned', () => {
    expect(
      fields([
        ['id', '1'],
        ['status', 'sent'],
      ]),
    ).toBe('id      1\nstatus  sent');
  });
});

describe('numbers and times', () => {
  it('out of range or unreadable are refused in words', () => {
    expect(readNumber('7', 1, 10)).toBe(7);
    for (const text of ['0', '11', 'x', '1e1', '-1', '']) expect(() => readNumber(text, 1, 10)).toThrow('1 to 10');
    for (const text of ['tomorrow', '2026-12-24', '15 m', '']) expect(() => readInstant(text)).toThrow('instant');
  });

  it('may be told from now', () => {
    const inAnHour = Temporal.Instant.from(readInstant('1h'));
    expect(Temporal.Now.instant().until(inAnHour).total('minutes')).toBeCloseTo(60, 0);
    expect(readInstant('2026-12-24T18:00:00+01:00')).toBe('2026-12-24T17:00:00Z');
  });
});

describe('a failure', () => {
  const problem = {
    status: 422,
    title: 'The request has fields that are not valid',
    retryable: false,
    request_id: 'r1',
  };

  it('is told with every field at fault, once', () => {
    const errors = [
      { pointer: '/to', message: 'It is required.' },
      { pointer: '/purpose', message: 'It must be one of: a, b.' },
    ];
    const error = new CarillonError({ ...problem, code: 'invalid_request', detail: '/to: It is required.', errors });
    const { words, exitCode } = failureOf(error);
    expect(exitCode).toBe(1);
    expect(words.split('\n')).toEqual([
      'The request has fields that are not valid. /to: It is required.',
      '  /purpose: It must be one of: a, b.',
    ]);
  });

  it('says where a refused key came from', () => {
    const error = new CarillonError({
      ...problem,
      status: 401,
      code: 'unauthorized',
      title: 'A valid API key is needed',
    });
    expect(failureOf(error, { keySource: 'CARILLON_API_KEY' }).words).toContain('came from CARILLON_API_KEY');
  });

  it('asks whether the server runs when it does not answer', () => {
    const error = new CarillonError({ ...problem, status: 0, code: 'unreachable', title: 'No answer', request_id: '' });
    const failure = failureOf(error, { url: 'http://127.0.0.1:4000' });
    expect(failure.exitCode).toBe(3);
    expect(failure.words).toContain('Is the server running?');
    expect(failure.words).toContain('http://127.0.0.1:4000');
  });

  it('of use is told apart', () => {
    expect(failureOf(new UsageProblem('Give an id.'))).toMatchObject({ exitCode: 2, words: 'Give an id.' });
  });
});

describe('the story of a message', () => {
  it('has each fact under its event, in order, and what came late', () => {
    const events: Trace['events'] = [
      {
        at: '2026-11-22T15:00:00Z',
        kind: 'attempt',
        title: 'Attempt 1: refused',
        detail: { error: { code: '131026', title: 'Undeliverable' }, attempt_no: 1 },
      },
      {
        at: '2026-11-22T15:00:01Z',
        kind: 'status',
        title: 'Receipt: sent',
        detail: {},
        late: true,
        raw_webhook_id: 'w1',
      },
    ];
    const story = storyOf({ events, dead_letter: { class: 'rejected' }, media: [] } as unknown as Trace);
    expect(story).toMatch(
      /Attempt 1: refused\n {4}error\n {6}code {2}131026\n {6}title {2}Undeliverable\n.*Receipt: sent \(came late\)\n {4}webhook {2}w1\n/,
    );
    expect(story).toContain('Dead letter');
  });
});
