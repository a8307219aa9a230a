import type { ErrorEntry } from '#channels/provider.ts';

/** A row before it belongs to one of the two providers, which share an API and most of its errors. */
export type TwilioRow = Omit<ErrorEntry, 'provider'>;

type Reaction = ErrorEntry['reaction'];

const usualRemedies: Record<Reaction, ErrorEntry['remedy']> = {
  retry: 'wait',
  retry_pair: 'wait',
  retry_sender: 'wait',
  pause_sender: 'account',
  pause_connection: 'account',
  unknown: 'receipt',
  fail: 'content',
};

/**
 * One row of the table, from the columns that differ. Unless it says otherwise, a row comes with the answer and HTTP 400,
 * is mended by what its reaction implies, goes no other way, and wakes somebody when it stops a sender or a connection.
 */
export function errorRow(
  code: string,
  reaction: Reaction,
  title: string,
  advice: string,
  tell: string,
  extras: Partial<TwilioRow> = {},
): TwilioRow {
  return {
    code,
    title,
    reaction,
    advice,
    tell,
    shows: 'answer',
    // What is told by a status callback later has no answer.
    httpStatus: extras.shows === 'webhook' ? null : 400,
    remedy: usualRemedies[reaction],
    reroute: null,
    pages: reaction === 'pause_sender' || reaction === 'pause_connection',
    since: '2026-10-12',
    ...extras,
  };
}
