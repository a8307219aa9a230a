import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyOf } from './body.ts';
import { cleanHtml, htmlOfText, problemsOfHtml, textOfHtml } from './html.ts';

const dangers = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href=" java\nscript:alert(1)">x</a>',
  '<svg><script>1</script></svg>',
  '<iframe srcdoc="<script>1</script>"></iframe>',
  '<form action="https://evil.example"><input></form>',
  '<style><script>1</script></style>',
  '<object data="x"></object>',
  '<base href="https://evil.example">',
  '<link rel=stylesheet href=x>',
];

describe('HTML of mail', () => {
  it.each(dangers.filter((html) => !html.startsWith('<style')))('%s is refused in words', (html) => {
    const problems = problemsOfHtml(html);
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(/\.$/);
  });

  it('no script, handler or frame leaves, whatever is put together', () => {
    const piece = fc.oneof(
      fc.constantFrom(...dangers, '<', '>', '"', "'", '<p>', '</p>', '<!--', '-->', '<style>', '</style>'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const clean = cleanHtml(pieces.join('')).replaceAll(/<style[^>]*>[^]*?(?:<\/style>|$)/g, '');
        expect(clean).not.toMatch(/<(?:script|iframe|object|form|input|svg|link|base)\b/i);
        expect(clean).not.toMatch(/<[^>]*\son\w+\s*=/i);
        expect(clean).not.toMatch(/javascript:[^<]*"[^<]*>/i);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a whole page with rules of style is taken as it shows', () => {
    const page =
      '<!doctype html><html><head><title>T</title><style>p{color:red}</style></head><body><p class="a">Hi</p></body></html>';
    expect(problemsOfHtml(page)).toEqual([]);
    expect(cleanHtml(page)).toContain('<style>p{color:red}</style>');
    expect(cleanHtml(page)).toContain('<p class="a">Hi</p>');
  });

  it('text is made of it with its links, and HTML of text with every sign escaped', () => {
    expect(textOfHtml('<h1>Hello</h1><p>See <a href="https://a.example/b">this</a>.</p>')).toBe(
      'Hello\n\nSee this (https://a.example/b).',
    );
    expect(htmlOfText('a < b & "c"\nd')).toContain('a &lt; b &amp; &quot;c&quot;\nd');
  });

  it('a picture is the words that stand for it, and a message of pictures alone has the words around it', () => {
    expect(textOfHtml('<p><img src="https://a.example/b.png" alt="A tree"></p>')).toBe('A tree');
    const html = '<img src="https://a.example/b.png">';
    expect(bodyOf({ type: 'email', email: { subject: 'Trees', html } }, '', null).text).toBe('Trees');
    const email = { subject: 'Trees', preheader: 'Ten of them', html };
    expect(bodyOf({ type: 'email', email }, '', null).text).toBe('Ten of them');
  });

  it('the place for the address to unsubscribe at is filled in text and links', () => {
    const url = 'https://c.example/u/a1%3Ax';
    const email = { subject: 'x', html: '<a href="{{unsubscribe_url}}">End</a>' };
    expect(problemsOfHtml(email.html)).toEqual([]);
    const body = bodyOf({ type: 'email', email }, '', url);
    expect(body.html).toContain(`href="${url}"`);
    expect(body.text).toContain(url);
    expect(bodyOf({ type: 'text', text: { body: 'End: {{ unsubscribe_url }}' } }, 'S', url)).toMatchObject({
      subject: 'S',
      text: `End: ${url}`,
    });
  });

  it('the words for lists of messages stand first in HTML, hidden, and in no text', () => {
    const body = bodyOf({ type: 'email', email: { subject: 'x', text: 'Hello', preheader: 'A & B' } }, '', null);
    expect(body.html).toMatch(/<body><div style="display:none[^>]*>A &amp; B<\/div>/);
    expect(body.text).toBe('Hello');
  });
});
