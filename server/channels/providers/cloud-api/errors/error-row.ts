import type { ErrorReaction } from '#channels/provider.ts';
import { providerName } from '#channels/providers/cloud-api/provider-name.ts';

export type RowExtras = Pick<ErrorReaction, 'delaySeconds' | 'backoffFactor' | 'suppress'>;

/** One row of the table, from the columns that differ. `since` is the day of the documentation that it was read from. */
export function errorRow(
  code: string,
  reaction: ErrorReaction['reaction'],
  title: string,
  advice: string,
  extras: RowExtras = {},
  since = '2026-09-27',
): ErrorReaction {
  return { provider: providerName, code, title, reaction, advice, ...extras, since };
}
