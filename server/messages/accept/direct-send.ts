import type { DirectSend, MessageContent } from '#channels/provider.ts';
import { directSendCategories, type Purpose } from '#messages/message.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { invalidField } from '#platform/fault.ts';
import { escapePointer } from '#platform/json-body.ts';

/** The provider keeps nothing longer than 30 days. */
export const longestTtlSeconds = 30 * 86_400;
const longestName = 512;

const pointer = '/direct_send';

/**
 * The wish to have free content billed as a category, looked at whole, since a batch comes without a schema; null when
 * there is none. Throws a Fault that points at the field, also when the account may not send so.
 */
export function readDirectSend(
  request: { direct_send?: DirectSend; marketing_messages?: unknown; purpose: Purpose; content: MessageContent },
  account: Pick<SenderAccount, 'provider' | 'settings'>,
): DirectSend | null {
  const { direct_send: given, purpose, content } = request;
  if (given === undefined) return null;
  if (!account.provider.capabilities.directSend) {
    throw invalidField(pointer, 'This provider has no Direct Send: outside the service window only templates go.');
  }
  checkFields(given);
  if (content.type === 'template') {
    throw invalidField(pointer, 'A template has a category of its own: Direct Send is for content without template.');
  }
  if (request.marketing_messages !== undefined || purpose === 'marketing') {
    throw invalidField(pointer, 'Marketing does not go by Direct Send, which has no category for it: send a template.');
  }
  if (account.settings.directSend !== true) {
    throw invalidField(
      pointer,
      'Direct Send is off for this connection. When Meta has enabled it for the account, set direct_send of the connection.',
    );
  }
  return given;
}

function checkFields(given: unknown): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalidField(pointer, 'It must be an object.');
  const { category, ttl_seconds: ttl, template_name: name, ...strangers } = given as Record<string, unknown>;
  const [stranger] = Object.keys(strangers);
  if (stranger !== undefined) throw invalidField(`${pointer}/${escapePointer(stranger)}`, 'There is no such field.');
  if (!(directSendCategories as readonly unknown[]).includes(category)) {
    throw invalidField(`${pointer}/category`, `It must be one of ${directSendCategories.join(', ')}.`);
  }
  if (ttl !== undefined && !(Number.isInteger(ttl) && Number(ttl) >= 1 && Number(ttl) <= longestTtlSeconds)) {
    throw invalidField(`${pointer}/ttl_seconds`, `It must be a whole number from 1 to ${longestTtlSeconds}.`);
  }
  if (name !== undefined && !isName(name)) {
    throw invalidField(`${pointer}/template_name`, `It must be a text of 1 to ${longestName} characters in one line.`);
  }
}

function isName(name: unknown): boolean {
  return (
    typeof name === 'string' &&
    name.trim() !== '' &&
    name.length <= longestName &&
    name.isWellFormed() &&
    !/\p{Cc}/u.test(name)
  );
}
