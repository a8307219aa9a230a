import type { ContentVerdict, MessageContent, Occasion, Recipient } from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/cloud-api/fields.ts';
import { type CheckContext, checkText, fieldsAt, type Problems, refuse, refuseUnsupported } from './checks.ts';
import { checkContactsContent } from './contacts.ts';
import { checkInteractiveContent } from './interactive/interactive.ts';
import { checkMediaContent } from './media.ts';
import { checkLocationContent, checkReactionContent, checkTextContent } from './simple.ts';
import { findOneTimeCode, maxCodeLength } from './template/one-time-code.ts';
import { checkTemplateContent } from './template/template.ts';

type Check = (problems: Problems, content: Fields, context: CheckContext) => void;

const checks: Record<string, Check> = {
  text: checkTextContent,
  image: (problems, content) => checkMediaContent('image', problems, content),
  audio: (problems, content) => checkMediaContent('audio', problems, content),
  video: (problems, content) => checkMediaContent('video', problems, content),
  document: (problems, content) => checkMediaContent('document', problems, content),
  sticker: (problems, content) => checkMediaContent('sticker', problems, content),
  location: checkLocationContent,
  contacts: checkContactsContent,
  reaction: checkReactionContent,
  interactive: checkInteractiveContent,
  template: checkTemplateContent,
};

/** The kinds that `checkContent` lets through. */
export const contentTypes = Object.keys(checks);

const maxProblems = 20;

/**
 * Checks a content against the Cloud API's rules, strictly: what Meta would drop or refuse later is refused now, with
 * a JSON pointer below the content. At most 20 problems are listed. Everything but a template needs an open service
 * window.
 */
export function checkContent(content: MessageContent, recipient: Recipient | null, occasion: Occasion): ContentVerdict {
  const problems: Problems = [];
  if (!isFields(content)) {
    return { ok: false, problems: [{ pointer: '', message: 'The content must be an object.', code: 'invalid' }] };
  }
  const { type } = content;
  const check = typeof type === 'string' && Object.hasOwn(checks, type) ? checks[type] : undefined;
  if (check) {
    fieldsAt(problems, '', content, ['type', type]);
    check(problems, content, occasion);
  } else if (type === 'pin') {
    refuseUnsupported(problems, '/type', 'Messages are pinned in groups only, and Carillon does not send to groups.');
  } else {
    refuse(problems, '/type', `It must be one of: ${contentTypes.join(', ')}.`);
  }
  const code = occasion.lane === 'authentication' ? findOneTimeCode(content) : undefined;
  if (code) checkText(problems, code.pointer, code.code, { max: maxCodeLength, singleLine: true });
  if (recipient) checkRecipient(problems, recipient);
  return problems.length === 0
    ? { ok: true, needsWindow: type !== 'template', needsPhone: code !== undefined }
    : { ok: false, problems: problems.slice(0, maxProblems) };
}

function checkRecipient(problems: Problems, recipient: Recipient): void {
  const isUsable =
    recipient.kind === 'phone'
      ? /^\+[1-9]\d{5,14}$/.test(recipient.value)
      : /^[A-Z]{2}\.[A-Za-z0-9.]{1,147}$/.test(recipient.value);
  if (!isUsable) {
    refuse(problems, '', 'The recipient is neither a phone number with country code nor a business-scoped user id.');
  }
}
