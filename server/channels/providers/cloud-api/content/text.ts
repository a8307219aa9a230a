import type { Fields } from '#channels/providers/payloads/fields.ts';
import { checkText, fieldsAt, type Problems, refuse } from '#channels/providers/content-checks/checks.ts';

export function checkTextContent(problems: Problems, content: Fields): void {
  const text = fieldsAt(problems, '/text', content['text'], ['body', 'preview_url']);
  if (!text) return;
  checkText(problems, '/text/body', text['body'], { max: 4096 });
  if (text['preview_url'] !== undefined && typeof text['preview_url'] !== 'boolean') {
    refuse(problems, '/text/preview_url', 'It must be true or false.');
  }
}
