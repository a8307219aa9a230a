import type { ContentVerdict, MessageContent, Occasion, Recipient } from '#channels/provider.ts';
import { fieldsAt, type Problems, refuse, refuseUnsupported } from '#channels/providers/content-checks/checks.ts';
import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import { type TwilioName, smsName } from '#channels/providers/twilio/names.ts';
import { checkLocation, checkMedia, checkText } from './kinds.ts';
import { checkTemplate } from './template.ts';

type Check = (problems: Problems, content: Fields) => void;

const shared: Record<string, Check> = {
  text: checkText,
  image: (problems, content) => checkMedia('image', problems, content),
  audio: (problems, content) => checkMedia('audio', problems, content),
  video: (problems, content) => checkMedia('video', problems, content),
  document: (problems, content) => checkMedia('document', problems, content),
};

const whatsapp: Record<string, Check> = {
  ...shared,
  sticker: (problems, content) => checkMedia('sticker', problems, content),
  location: checkLocation,
  template: checkTemplate,
};

export const smsTypes = Object.keys(shared);
export const whatsappTypes = Object.keys(whatsapp);

const maxProblems = 20;

/** Kinds that the Cloud API has and Twilio does not take in a plain message. */
const knownElsewhere = ['contacts', 'reaction', 'interactive', 'sticker', 'location', 'template', 'pin'];

/**
 * Checks a content against what Twilio takes, strictly: what it would drop or refuse later is refused now, with a JSON
 * pointer below the content. On WhatsApp everything but a template needs an open service window; an SMS needs none.
 */
export function checkContent(
  provider: TwilioName,
  content: MessageContent,
  recipient: Recipient | null,
  _occasion: Occasion,
): ContentVerdict {
  if (!isFields(content)) {
    return { ok: false, problems: [{ pointer: '', message: 'The content must be an object.', code: 'invalid' }] };
  }
  const problems: Problems = [];
  const checks = provider === smsName ? shared : whatsapp;
  const { type } = content;
  const check = typeof type === 'string' && Object.hasOwn(checks, type) ? checks[type] : undefined;
  if (check) {
    fieldsAt(problems, '', content, ['type', type]);
    check(problems, content);
  } else {
    refuseKind(problems, provider, type, Object.keys(checks));
  }
  if (recipient) checkRecipient(problems, provider, recipient);
  return problems.length === 0
    ? {
        ok: true,
        needsWindow: provider !== smsName && type !== 'template',
        needsPhone: provider === smsName,
        audience: 'both',
      }
    : { ok: false, problems: problems.slice(0, maxProblems) };
}

function refuseKind(problems: Problems, provider: TwilioName, type: unknown, known: string[]): void {
  const taken = `${known.slice(0, -1).join(', ')} and ${known.at(-1) ?? ''}`;
  if (typeof type === 'string' && knownElsewhere.includes(type)) {
    const channel = provider === smsName ? 'An SMS' : 'WhatsApp through Twilio';
    refuseUnsupported(problems, '/type', `${channel} takes no ${type}: it takes ${taken}.`);
  } else {
    refuse(problems, '/type', `It must be one of: ${known.join(', ')}.`);
  }
}

const addresses: Partial<Record<Recipient['kind'], RegExp>> = {
  phone: /^\+[1-9]\d{5,14}$/,
  provider_user: /^[A-Z]{2}\.[A-Za-z0-9.]{1,147}$/,
};

function checkRecipient(problems: Problems, provider: TwilioName, recipient: Recipient): void {
  if (recipient.kind === 'phone' || provider !== smsName) {
    if (addresses[recipient.kind]?.test(recipient.value)) return;
  }
  const wanted =
    provider === smsName
      ? 'An SMS goes to a phone number with country code only.'
      : 'The recipient is no phone number with country code and no business-scoped user id.';
  refuse(problems, '', wanted);
}
