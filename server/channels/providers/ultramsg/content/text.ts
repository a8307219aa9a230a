import { checkText, fieldsAt, listAt, type Problems, refuse } from '#channels/providers/content-checks/checks.ts';
import type { Fields } from '#channels/providers/payloads/fields.ts';
import { chatIdOf, readChatId } from '#channels/providers/ultramsg/chat-id.ts';

const maxMentions = 100;

/** Whether a preview of a link is shown is decided by UltraMsg, so `preview_url` is taken and not passed on. */
export function checkTextContent(problems: Problems, content: Fields): void {
  const text = fieldsAt(problems, '/text', content['text'], ['body', 'preview_url', 'mentions']);
  if (!text) return;
  checkText(problems, '/text/body', text['body'], { max: 4096 });
  if (text['preview_url'] !== undefined && typeof text['preview_url'] !== 'boolean') {
    refuse(problems, '/text/preview_url', 'It must be true or false.');
  }
  checkMentions(problems, '/text/mentions', text['mentions']);
}

/** People who are named in the text with "@" and their digits: numbers with "+", or ids that end with @lid. */
export function checkMentions(problems: Problems, pointer: string, value: unknown): void {
  if (value === undefined) return;
  listAt(problems, pointer, value, 1, maxMentions)?.forEach((one, index) => {
    if (mentionOf(one) === undefined)
      refuse(
        problems,
        `${pointer}/${index}`,
        'It must be a phone number with + and country code, or an id that ends with @lid.',
      );
  });
}

/** The chat ids of those who are mentioned, as UltraMsg wants them; undefined when there are none. */
export function mentionsOf(value: unknown): string | undefined {
  const ids = Array.isArray(value) ? value.flatMap((one) => mentionOf(one) ?? []) : [];
  return ids.length === 0 ? undefined : ids.join(',');
}

function mentionOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const id = value.startsWith('+') ? chatIdOf({ kind: 'phone', value }) : value;
  const kind = readChatId(id)?.kind;
  return kind === (value.startsWith('+') ? 'phone' : 'provider_user') ? id : undefined;
}
