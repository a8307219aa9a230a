import type { ErrorEntry } from '#channels/provider.ts';
import { providerName } from '#channels/providers/cloud-api/provider-name.ts';

type Reaction = ErrorEntry['reaction'];
type RowExtras = Partial<
  Pick<
    ErrorEntry,
    | 'subcodeOf'
    | 'shows'
    | 'httpStatus'
    | 'remedy'
    | 'reroute'
    | 'pages'
    | 'waitSeconds'
    | 'delaySeconds'
    | 'backoffFactor'
    | 'suppress'
    | 'since'
  >
>;

/**
 * One row of the table, from the columns that differ. Unless it says otherwise, a row comes with the answer and HTTP 400,
 * is mended by what its reaction implies, goes no other way, and wakes somebody when it stops a sender or a connection.
 * `since` is the day of the documentation that it was read from.
 */
export function errorRow(
  code: string,
  reaction: Reaction,
  title: string,
  advice: string,
  tell: string,
  extras: RowExtras = {},
): ErrorEntry {
  return {
    provider: providerName,
    code,
    title,
    reaction,
    advice,
    tell,
    shows: 'answer',
    httpStatus: 400,
    remedy: usualRemedy(reaction),
    reroute: null,
    pages: reaction === 'pause_sender' || reaction === 'pause_connection',
    since: '2026-09-27',
    ...extras,
  };
}

function usualRemedy(reaction: Reaction): ErrorEntry['remedy'] {
  switch (reaction) {
    case 'retry':
    case 'retry_pair':
    case 'retry_sender':
      return 'wait';
    case 'pause_sender':
    case 'pause_connection':
      return 'account';
    case 'unknown':
      return 'receipt';
    case 'fail':
      return 'content';
  }
}
