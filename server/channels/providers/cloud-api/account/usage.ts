import { isFields } from '#channels/providers/payloads/fields.ts';

const longestSeconds = 24 * 3600;

/**
 * When Meta takes calls of this account again, from the header `X-Business-Use-Case-Usage`: in seconds, at most a day.
 * Undefined when it does not say, or says "now".
 */
export function readRegainSeconds(headers: Record<string, string | string[] | undefined>): number | undefined {
  const text = headers['x-business-use-case-usage'];
  if (typeof text !== 'string' || text.length > 10_000) return undefined;
  let usage: unknown;
  try {
    usage = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isFields(usage)) return undefined;
  const minutes = Object.values(usage)
    .flatMap((entries): unknown[] => (Array.isArray(entries) ? entries : []))
    .map((entry) => (isFields(entry) ? Number(entry['estimated_time_to_regain_access']) : 0))
    .filter((each) => Number.isFinite(each) && each > 0);
  // Of several limits the last to end decides.
  return minutes.length === 0 ? undefined : Math.min(longestSeconds, Math.ceil(Math.max(...minutes) * 60));
}
