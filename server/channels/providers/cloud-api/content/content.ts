import type { ContentVerdict, MessageContent, Recipient } from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/cloud-api/fields.ts';
import { fieldsAt, type Problems, refuse, refuseForNow } from './checks.ts';
import { checkInteractiveContent } from './interactive.ts';
import { checkMediaContent } from './media.ts';
import { checkLocationContent, checkReactionContent, checkTextContent } from './simple.ts';
import { checkTemplateContent } from './template.ts';

type Check = (problems: Problems, content: Fields) => void;

const checks: Record<string, Check> = {
  text: checkTextContent,
  image: (problems, content) => checkMediaContent('image', problems, content),
  audio: (problems, content) => checkMediaContent('audio', problems, content),
  video: (problems, content) => checkMediaContent('video', problems, content),
  document: (problems, content) => checkMediaContent('document', problems, content),
  sticker: (problems, content) => checkMediaContent('sticker', problems, content),
  location: checkLocationContent,
  reaction: checkReactionContent,
  interactive: checkInteractiveContent,
  template: checkTemplateContent,
};

/** The kinds that `checkContent` lets through. */
export const contentTypes = Object.keys(checks);

const laterTypes: readonly string[] = ['contacts', 'pin', 'order'];
const maxProblems = 20;

/**
 * Checks a content against the Cloud API's rules, strictly: what Meta would drop or refuse later is refused now, with
 * a JSON pointer below the content. At most 20 problems are listed. Everything but a template needs an open service
 * window.
 */
export function checkContent(content: MessageContent, recipient: Recipient | null): ContentVerdict {
  const problems: Problems = [];
  if (!isFields(content)) {
    return { ok: false, problems: [{ pointer: '', message: 'The content must be an object.', code: 'invalid' }] };
  }
  const { type } = content;
  const check = typeof type === 'string' && Object.hasOwn(checks, type) ? checks[type] : undefined;
  if (check) {
    fieldsAt(problems, '', content, ['type', type]);
    check(problems, content);
  } else if (laterTypes.includes(type)) {
    refuseForNow(problems, '/type', `Content of the kind "${type}"`);
  } else {
    refuse(problems, '/type', `It must be one of: ${contentTypes.join(', ')}.`);
  }
  if (recipient) checkRecipient(problems, recipient);
  return problems.length === 0
    ? { ok: true, needsWindow: type !== 'template' }
    : { ok: false, problems: problems.slice(0, maxProblems) };
}

// One-time-code templates go to phone numbers only (131062). Which template is one is known to Meta and not to its
// form: a code that is repeated in the button looks like an order number that is repeated in a link.
function checkRecipient(problems: Problems, recipient: Recipient): void {
  const isUsable =
    recipient.kind === 'phone'
      ? /^\+[1-9]\d{5,14}$/.test(recipient.value)
      : /^[A-Z]{2}\.[A-Za-z0-9.]{1,147}$/.test(recipient.value);
  if (!isUsable) {
    refuse(problems, '', 'The recipient is neither a phone number with country code nor a business-scoped user id.');
  }
}
