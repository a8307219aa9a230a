import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInline, parseMarkup, type Block, type Inline } from './markup.ts';

const signs = { bold: '*', italic: '_', strike: '~' } as const;

function source(runs: readonly Inline[]): string {
  return runs
    .map((run) => {
      switch (run.kind) {
        case 'text':
        case 'link':
          return run.text;
        case 'mono':
          return run.mark + run.text + run.mark;
        case 'bold':
        case 'italic':
        case 'strike':
          return signs[run.kind] + source(run.children) + signs[run.kind];
      }
    })
    .join('');
}

function blockSource(block: Block): string {
  switch (block.kind) {
    case 'lines':
      return block.lines.map(source).join('\n');
    case 'list':
      return block.entries.map((entry) => entry.mark + source(entry.content)).join('\n');
    case 'quote':
      return block.lines.map((line) => line.mark + source(line.content)).join('\n');
  }
}

function links(runs: readonly Inline[]): string[] {
  return runs.flatMap((run) => (run.kind === 'link' ? [run.link.href] : 'children' in run ? links(run.children) : []));
}

const marked = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '*',
        '_',
        '~',
        '`',
        '```',
        '\n',
        '- ',
        '* ',
        '1. ',
        '> ',
        ' ',
        'a',
        'B7',
        'é',
        'שלום',
        '👩‍👩‍👧',
        '*️⃣',
        '.',
        '(',
      ),
      fc.constantFrom(
        'https://example.com/a_b?c=*d*',
        'http://x.y',
        'javascript:alert(1)',
        '<img src=x onerror=alert(1)>',
      ),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('WhatsApp markup', () => {
  it('reads bold, italic, strike, mono and their nesting', () => {
    expect(parseInline('*bold* and _it *both*_ ~no~ `x*y*`')).toEqual([
      { kind: 'bold', children: [{ kind: 'text', text: 'bold' }] },
      { kind: 'text', text: ' and ' },
      {
        kind: 'italic',
        children: [
          { kind: 'text', text: 'it ' },
          { kind: 'bold', children: [{ kind: 'text', text: 'both' }] },
        ],
      },
      { kind: 'text', text: ' ' },
      { kind: 'strike', children: [{ kind: 'text', text: 'no' }] },
      { kind: 'text', text: ' ' },
      { kind: 'mono', mark: '`', text: 'x*y*' },
    ]);
  });

  it.each(['snake_case_name', '2*3*4', '* a *', '*open', '5 * 3 * 2', '**', '__', '` `x', '*️⃣ key *️⃣'])(
    'leaves %j as it is written',
    (text) => {
      expect(parseInline(text).filter((run) => run.kind !== 'text' && run.kind !== 'mono')).toEqual([]);
    },
  );

  it('keeps several lines between three backticks in one piece', () => {
    expect(parseMarkup('see\n```one\ntwo *x*```\nend').at(0)).toEqual({
      kind: 'lines',
      lines: [
        [{ kind: 'text', text: 'see' }],
        [{ kind: 'mono', mark: '```', text: 'one\ntwo *x*' }],
        [{ kind: 'text', text: 'end' }],
      ],
    });
  });

  it('groups lists and quotes', () => {
    expect(
      parseMarkup('To do:\n- milk\n* *bread*\n3. third\n4. fourth\n> said\n> she').map((block) => block.kind),
    ).toEqual(['lines', 'list', 'list', 'quote']);
    expect(parseMarkup('3. third')).toMatchObject([{ kind: 'list', ordered: true, start: 3 }]);
  });

  it('makes links of http and https only, without the punctuation around them', () => {
    expect(links(parseInline('(https://a.example/x_(y)). Or HTTP://b.example, *https://c.example*'))).toEqual([
      'https://a.example/x_(y)',
      'http://b.example/',
      'https://c.example/',
    ]);
    expect(
      links(parseInline('javascript:alert(1) data:text/html,x file:///etc/passwd xhttps://a.example https://')),
    ).toEqual([]);
  });

  it('tells the real host of an address that reads like another', () => {
    expect(parseInline('https://bank.example@evil.example/')).toMatchObject([
      { kind: 'link', link: { host: 'evil.example' } },
    ]);
    expect(parseInline('https://аpple.example')).toMatchObject([
      { kind: 'link', link: { host: 'xn--pple-43d.example' } },
    ]);
    expect(parseInline('https://apple.example/x')).toMatchObject([
      { kind: 'link', link: { href: 'https://apple.example/x' } },
    ]);
  });

  it('loses and adds nothing of any text', () => {
    fc.assert(
      fc.property(marked, (text) => {
        expect(parseMarkup(text).map(blockSource).join('\n')).toBe(text.replace(/\r\n?/gu, '\n'));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives no link that leads anywhere but http and https', () => {
    fc.assert(
      fc.property(marked, (text) => {
        for (const href of links(parseInline(text))) expect(new URL(href).protocol).toMatch(/^https?:$/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not take a character apart', () => {
    const segments = (text: string) => Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
    const leaves = (runs: readonly Inline[]): string[] =>
      runs.flatMap((run) => {
        if ('children' in run) return [signs[run.kind], ...leaves(run.children), signs[run.kind]];
        return run.kind === 'mono' ? [run.mark, ...segments(run.text), run.mark].flatMap(segments) : segments(run.text);
      });
    for (const text of ['*👩‍👩‍👧*', '_é_', '~🇩🇪~', '*️⃣*️⃣', '`👍🏽`', '*a*\u0301', '_x_\u200D', '*🏽 y*']) {
      expect(leaves(parseInline(text)), text).toEqual(segments(text));
    }
  });

  it.each(['*', '_', '`', '```', '*a ', '*_~', '- ', '> ', 'http://', 'https://a.example/) '])(
    'reads 65,000 characters of %j',
    (piece) => {
      const text = piece.repeat(Math.floor(65_000 / piece.length));
      expect(parseMarkup(text).map(blockSource).join('\n')).toBe(text);
    },
  );
});
