import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readContent } from '#message-view/content.ts';
import { previewOf } from '#message-view/preview.ts';
import { contentArbitraries } from '#server/channels/providers/cloud-api/content/arbitrary-content.fixture.ts';

const kinds = Object.entries(contentArbitraries());

it('there are contents to draw', () => {
  expect(kinds.length).toBeGreaterThan(20);
});

it.each(kinds)('%s: whatever can be sent is drawn and has a line of words', (_, arbitrary) => {
  fc.assert(
    fc.property(arbitrary, (content) => {
      const drawing = readContent(content);
      expect(drawing.kind).not.toBe('unsupported');
      if (drawing.kind === 'card') {
        expect([...drawing.actions, ...drawing.slides.flatMap(({ actions }) => actions)].length).toBeGreaterThan(0);
      }
      expect(previewOf(content)).not.toBe('');
    }),
    { numRuns: 100 },
  );
});
