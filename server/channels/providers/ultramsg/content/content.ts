import type { ContentVerdict, MessageContent, Occasion, Recipient } from '#channels/provider.ts';
import { fieldsAt, type Problems, refuse, refuseUnsupported } from '#channels/providers/content-checks/checks.ts';
import { checkReactionContent } from '#channels/providers/content-checks/reaction.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { readChatId, chatIdOf } from '#channels/providers/ultramsg/chat-id.ts';
import { checkContactsContent } from './contacts.ts';
import { checkLocationContent } from './location.ts';
import { checkMediaContent } from './media.ts';
import { checkTextContent } from './text.ts';

type Check = (problems: Problems, content: Fields) => void;

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
};

/** The kinds that UltraMsg sends, in the Cloud API's words. */
export const contentTypes = Object.keys(checks);

/** Kinds of the Cloud API that a linked device cannot send, and what to do instead. */
const others: Readonly<Record<string, string>> = {
  template: 'UltraMsg has no templates. Write the text itself, or send it from a number of the WhatsApp Cloud API.',
  interactive: 'UltraMsg has no buttons, lists or cards. Write the choices as text and ask for an answer.',
  pin: 'UltraMsg cannot pin messages.',
};

const maxProblems = 20;

/**
 * Checks a content of the Cloud API's form against what UltraMsg takes, so that nothing is cut or dropped on the way. There
 * is no service window: an ordinary account may write at any time, at its own risk.
 */
export function checkContent(
  content: MessageContent,
  recipient: Recipient | null,
  _occasion: Occasion,
): ContentVerdict {
  const problems: Problems = [];
  if (!isFields(content)) {
    return { ok: false, problems: [{ pointer: '', message: 'The content must be an object.', code: 'invalid' }] };
  }
  const { type } = content;
  const check = typeof type === 'string' && Object.hasOwn(checks, type) ? checks[type] : undefined;
  if (check) {
    fieldsAt(problems, '', content, ['type', type]);
    check(problems, content);
  } else if (typeof type === 'string' && Object.hasOwn(others, type)) {
    refuseUnsupported(problems, '/type', others[type] ?? '');
  } else {
    refuse(problems, '/type', `It must be one of: ${contentTypes.join(', ')}.`);
  }
  if (recipient && !isKnown(recipient)) {
    refuse(
      problems,
      '',
      'UltraMsg writes to phone numbers with country code, to ids that end with @lid, and to groups whose id ends with @g.us.',
    );
  }
  return problems.length === 0
    ? { ok: true, needsWindow: false, needsPhone: false, audience: 'both' }
    : { ok: false, problems: problems.slice(0, maxProblems) };
}

function isKnown(recipient: Recipient): boolean {
  const chat = recipient.kind === 'email' ? undefined : readChatId(chatIdOf(recipient));
  return chat?.kind === recipient.kind && chat.value === recipient.value;
}
