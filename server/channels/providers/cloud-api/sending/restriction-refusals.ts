import type { Restriction, RestrictionRefusal } from '#channels/lessons.ts';
import type { OutboundMessage, ProviderError } from '#channels/provider.ts';

const limitedForMisuse = '131064';

// Meta does not tell the end in the refusal. After so long one message tries again, as the error table has it.
const believedHours = 1;

/** What the refusal of a message says the account may not do for a while; null: nothing. */
export function restrictionLesson(
  error: ProviderError,
  { content, directSend }: Pick<OutboundMessage, 'content' | 'directSend'>,
  now: Temporal.Instant,
): RestrictionRefusal | null {
  if (error.code !== limitedForMisuse) return null;
  const untilSeconds = Math.floor(now.add({ hours: believedHours }).epochMilliseconds / 1000);
  if (directSend) {
    const restriction = `direct_send_${directSend.category}` satisfies Restriction;
    const reason = `Meta refused a message (131064): for some time nothing goes by Direct Send as ${directSend.category}.`;
    return { restriction, reason, untilSeconds };
  }
  if (content.type !== 'template') return null;
  // Utility is the category that Meta takes away from those who misuse it.
  const reason = 'Meta refused a template (131064): for some time the account sends no utility templates.';
  return { restriction: 'utility_templates', reason, untilSeconds };
}
