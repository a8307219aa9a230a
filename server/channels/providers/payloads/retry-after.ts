const monthNames = 'Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec';
const httpDate = new RegExp(`^[A-Z][a-z]{2}, \\d{2} (?:${monthNames}) \\d{4} \\d{2}:\\d{2}:\\d{2} GMT$`);

/**
 * Reads a Retry-After header: seconds or an HTTP date. The result is from 1 second to 15 minutes, so that neither a
 * mistake nor malice of the other side stops a sender for days. Undefined when it is absent or not readable.
 */
export function readRetryAfter(header: string | string[] | undefined, now: Temporal.Instant): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  if (/^\d{1,15}$/.test(text)) return clamp(Number(text));
  // Date.parse takes almost anything for a date; only the form of RFC 9110 is meant.
  if (!httpDate.test(text)) return undefined;
  const epochMilliseconds = Date.parse(text);
  return Number.isNaN(epochMilliseconds) ? undefined : clamp((epochMilliseconds - now.epochMilliseconds) / 1000);
}

function clamp(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 1), 15 * 60);
}
