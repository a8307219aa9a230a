import type { Drawing } from './drawing.ts';
import { listOf, fieldsOf, textOf, type Fields } from './fields.ts';

/** An e-mail as text: its subject, its words, and the names of its files. HTML is never drawn; its words are. */
export function readEmail(value: Fields): Drawing {
  const words = textOf(value['text']) || wordsOfHtml(textOf(value['html']));
  const files = listOf(value['attachments'])
    .map((file) => textOf(fieldsOf(file)['filename']))
    .filter((name) => name !== '');
  const parts = [textOf(value['subject']), words, files.length === 0 ? '' : `Files: ${files.join(', ')}`];
  return { kind: 'text', body: parts.filter((part) => part !== '').join('\n\n') || 'E-mail' };
}

const signs: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

function wordsOfHtml(html: string): string {
  return html
    .slice(0, 100_000)
    .replaceAll(/<(style|head|title)\b[^>]*>[^]*?(?:<\/\1\s*>|$)/gi, '')
    .replaceAll(/<(?:br|\/p|\/div|\/h[1-6]|\/tr|\/li)\b[^>]*>/gi, '\n')
    .replaceAll(/<[^>]*(?:>|$)/g, '')
    .replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => signs[name] ?? '')
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/\s*\n\s*/g, '\n')
    .trim();
}
