import type { TemplateRefusal, TemplateStatus } from '#channels/lessons.ts';
import type { ProviderError } from '#channels/provider.ts';

/**
 * What Meta's refusals say of a template, and for how long we believe it without a webhook. Data, by the error codes of
 * September 2026: a pause takes three hours and then six; a disabled template may be appealed; a name that nobody knows may
 * be approved any moment.
 */
const refusals: Readonly<Record<string, { status: TemplateStatus; minutes: number; reason: string }>> = {
  '132001': {
    status: 'not_found',
    minutes: 5,
    reason: 'The provider knows no approved template of this name in this language.',
  },
  '132015': { status: 'paused', minutes: 180, reason: 'The provider paused the template for low quality.' },
  '132016': { status: 'disabled', minutes: 1440, reason: 'The provider disabled the template.' },
};

/** What the refusal of a message says of its template; null: nothing. */
export function templateLesson(error: ProviderError, now: Temporal.Instant): TemplateRefusal | null {
  const known = refusals[error.code];
  if (!known) return null;
  const until = now.add({ minutes: known.minutes });
  return { status: known.status, reason: known.reason, untilSeconds: Math.floor(until.epochMilliseconds / 1000) };
}
