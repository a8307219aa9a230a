import type { ContentVerdict, MessageContent, Occasion, Recipient } from '#channels/provider.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import {
  type CheckContext,
  checkText,
  fieldsAt,
  type Problems,
  refuse,
} from '#channels/providers/content-checks/checks.ts';
import { checkContactsContent } from '#channels/providers/content-checks/contacts.ts';
import { audienceOf, checkAudience, checkPinContent } from './groups.ts';
import { checkInteractiveContent } from './interactive/interactive.ts';
import { checkMediaContent } from './media.ts';
import { checkLocationContent } from '#channels/providers/content-checks/location.ts';
import { checkReactionContent } from '#channels/providers/content-checks/reaction.ts';
import { checkTextContent } from './text.ts';
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
  pin: checkPinContent,
};

const known = Object.keys(checks);

/** The kinds that `checkContent` lets through for people; groups have their own list. */
export const contentTypes = known.filter((type) => type !== 'pin');

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
  } else {
    refuse(problems, '/type', `It must be one of: ${known.join(', ')}.`);
  }
  if (check) checkDirectSend(problems, content, occasion);
  const code = occasion.lane === 'authentication' ? findOneTimeCode(content) : undefined;
  if (code) checkText(problems, code.pointer, code.code, { max: maxCodeLength, singleLine: true });
  if (recipient) {
    checkRecipient(problems, recipient);
    if (check) checkAudience(problems, content, recipient);
  }
  return problems.length === 0
    ? { ok: true, needsWindow: type !== 'template', needsPhone: code !== undefined, audience: audienceOf(content) }
    : { ok: false, problems: problems.slice(0, maxProblems) };
}

/** In characters. What is billed as a template is short, as templates are. */
const maxBilledText = 1024;

function checkDirectSend(problems: Problems, content: MessageContent, { directSend }: Occasion): void {
  if (directSend === undefined) return;
  if (content.type === 'template')
    refuse(problems, '/type', 'A template has a category of its own: Direct Send is for content without template.');
  const text = content['text'];
  if (content.type !== 'text' || directSend === 'service' || !isFields(text) || problems.length > 0) return;
  checkText(problems, '/text/body', text['body'], { max: maxBilledText });
}

const addresses: Readonly<Record<Recipient['kind'], RegExp>> = {
  phone: /^\+[1-9]\d{5,14}$/,
  provider_user: /^[A-Z]{2}\.[A-Za-z0-9.]{1,147}$/,
  group: /^[\w+/=-]{1,256}$/,
  // WhatsApp knows nobody by that.
  email: /(?!)/,
};

function checkRecipient(problems: Problems, recipient: Recipient): void {
  if (!addresses[recipient.kind].test(recipient.value)) {
    refuse(
      problems,
      '',
      'The recipient is no phone number with country code, no business-scoped user id and no id of a group.',
    );
  }
}
