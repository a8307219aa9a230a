import type { AccountAccess, ProviderCalls, Readiness } from '#channels/provider-account.ts';
import { Fault } from '#platform/fault.ts';
import { callInstance } from './calls.ts';
import { readStatistics, readStatus } from './instance-status.ts';

/**
 * Whether the phone is linked, and how many messages wait in UltraMsg's queue. It takes messages while the phone is away,
 * and sends all of them at once when it is back, which has cost people their numbers: nothing may be sent before it is
 * ready. Throws Fault `upstream_failed` when nobody answers.
 */
export async function readReadiness(calls: ProviderCalls, access: AccountAccess): Promise<Readiness> {
  const [status, statistics] = await Promise.all([
    callInstance(calls, access, { path: 'instance/status' }),
    callInstance(calls, access, { path: 'messages/statistics' }),
  ]);
  for (const answer of [status, statistics])
    if (!answer.ok && !answer.row) throw new Fault('upstream_failed', { detail: answer.words });
  if (!status.ok) return { ready: false, reason: `${status.words} ${status.row?.advice ?? ''}`.trim(), waiting: null };
  const { isAuthenticated, words } = readStatus(status.fields);
  const waiting = statistics.ok ? (readStatistics(statistics.fields).queue ?? null) : null;
  return { ready: isAuthenticated, reason: words, waiting };
}
