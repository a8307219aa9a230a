import type { ErrorEntry } from '#channels/provider.ts';
import { providerName } from '#channels/providers/smtp/provider-name.ts';

type Extras = Partial<
  Pick<ErrorEntry, 'shows' | 'httpStatus' | 'remedy' | 'reroute' | 'pages' | 'delaySeconds' | 'backoffFactor'>
>;

/** One row of the table, from the columns that differ. `httpStatus` is the reply code of SMTP that mostly comes with it. */
export function errorRow(
  code: string,
  reaction: ErrorEntry['reaction'],
  title: string,
  advice: string,
  tell: string,
  extras: Extras = {},
): ErrorEntry {
  const waits = reaction.startsWith('retry');
  const pauses = reaction === 'pause_sender' || reaction === 'pause_connection';
  return {
    provider: providerName,
    code,
    title,
    reaction,
    advice,
    tell,
    shows: 'both',
    httpStatus: null,
    remedy: waits ? 'wait' : pauses ? 'account' : 'none',
    reroute: null,
    pages: pauses,
    since: '2026-11-27',
    ...(waits ? { delaySeconds: 300, backoffFactor: 2 } : undefined),
    ...extras,
  };
}
