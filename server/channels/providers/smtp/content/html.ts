import { createRequire } from 'node:module';
import type { convert } from 'html-to-text';
import type sanitizeHtml from 'sanitize-html';
import { late } from '#platform/late.ts';

// A server without mail does without their memory. `require`, because what they do is wanted at once.
const require = createRequire(import.meta.url);
const sanitizer = late(() => require('sanitize-html') as typeof sanitizeHtml);
const converter = late(() => (require('html-to-text') as { convert: typeof convert }).convert);

const styling = 'style class align valign width height bgcolor color dir lang role title id'.split(' ');
const tables = 'border cellpadding cellspacing colspan rowspan background'.split(' ');

/** What frames a page. The message has a frame of ours, so theirs is left out without a word. */
const frame = new Set(['html', 'head', 'body', 'meta', 'title', '!doctype']);

const shown =
  'a abbr address article b blockquote br center code div em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ' +
  'li main ol p pre s section small span strike strong style sub sup u ul table caption colgroup col thead tbody tfoot tr th td';

const rules: sanitizeHtml.IOptions = {
  allowedTags: shown.split(' '),
  // Rules of style reach no script, and mail without them is unreadable on phones.
  allowVulnerableTags: true,
  allowedAttributes: {
    '*': styling,
    a: ['href', 'name', 'target', 'rel'],
    img: ['src', 'alt', 'border'],
    font: ['face', 'size'],
    ...Object.fromEntries(['table', 'tr', 'th', 'td', 'col', 'colgroup'].map((tag) => [tag, tables])),
    style: ['type'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowProtocolRelative: false,
};

/** Only what shows something: no script, no form, nothing that is loaded but pictures. */
export function cleanHtml(html: string): string {
  return sanitizer()(html, rules);
}

/** What of the HTML would not be sent, in words; empty when all of it is. */
export function problemsOfHtml(html: string): string[] {
  const found = new Set<string>();
  const allowed = new Set(rules.allowedTags === false ? [] : rules.allowedTags);
  sanitizer()(html, {
    ...rules,
    onOpenTag: (name: string, attributes: Record<string, string>) => {
      if (!allowed.has(name) && !frame.has(name)) found.add(`There is <${printable(name)}>, which mail does not show.`);
      for (const [attribute, value] of Object.entries(attributes)) {
        if (attribute.startsWith('on'))
          found.add(`There is the attribute ${printable(attribute)}: mail has no scripts.`);
        if ((attribute === 'href' || attribute === 'src') && !isPlainAddress(value))
          found.add(`An address in ${attribute} must begin with https:, http:, mailto: or tel:.`);
      }
    },
  });
  return [...found].slice(0, 5);
}

function isPlainAddress(value: string): boolean {
  const scheme = /^[\s\p{Cc}]*([a-z][a-z0-9+.-]*):/iu.exec(value)?.[1]?.toLowerCase();
  if (scheme === undefined) return value.startsWith('#') || value.startsWith('{{') || value === '';
  return ['http', 'https', 'mailto', 'tel'].includes(scheme);
}

function printable(name: string): string {
  return name.replaceAll(/[^\w:-]/g, '').slice(0, 40);
}

/** The same as text, for readers that show no HTML: links stand behind their words. */
export function textOfHtml(html: string): string {
  return converter()(html, {
    wordwrap: false,
    formatters: {
      words: ({ attribs }, _walk, builder) => {
        const words: unknown = (attribs as { alt?: unknown } | undefined)?.alt;
        if (typeof words === 'string') builder.addInline(words);
      },
    },
    // Deep nesting is an attack on the reader, not a message.
    limits: { maxDepth: 100, maxChildNodes: 5_000, maxInputLength: 1_000_000 },
    selectors: [
      { selector: 'img', format: 'words' },
      { selector: 'style', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['(', ')'] } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    ],
  });
}

/** The same as HTML, as plain as it is. */
export function htmlOfText(text: string): string {
  return `<div style="white-space:pre-wrap">${escapeHtml(text)}</div>`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
