import type { DirectSend } from '#channels/provider.ts';
import { type Purpose, purposes } from '#messages/message.ts';
import { GraphRefusal } from './graph-error.ts';

const ofCategory: Readonly<Record<string, Purpose>> = {
  AUTHENTICATION: 'authentication',
  UTILITY: 'transactional',
  MARKETING: 'marketing',
};

/** The purpose that a caller names. Throws a GraphRefusal for a word that is none. */
export function readPurpose(text: string | undefined): Purpose | undefined {
  if (text === undefined) return undefined;
  const purpose = purposes.find((known) => known === text.trim().toLowerCase());
  if (!purpose) throw new GraphRefusal(100, `The purpose must be one of {${purposes.join(', ')}}.`);
  return purpose;
}

/** The same for free content that is billed as a category. */
export function purposeOfDirectSend(directSend: DirectSend | undefined): Purpose | undefined {
  if (!directSend) return undefined;
  return directSend.category === 'service' ? 'service' : ofCategory[directSend.category.toUpperCase()];
}

/**
 * Why a message is sent, when its caller does not say: Meta's API has no word for it. A template has a category; where that
 * is not known, and for all else that needs no service window, it is taken for transactional. What needs the window answers
 * somebody who wrote, so it is service.
 */
export function purposeOf(needsWindow: boolean, templateCategory: string | undefined): Purpose {
  return ofCategory[templateCategory?.toUpperCase() ?? ''] ?? (needsWindow ? 'service' : 'transactional');
}
