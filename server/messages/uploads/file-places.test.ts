import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filePlaces, withProviderIds } from './file-places.ts';

const ours = '0198c0de-7a11-7000-8000-000000000001';
const other = '0198c0de-7a11-7000-8000-000000000002';

it('files are found wherever a content may have them', () => {
  expect(filePlaces({ type: 'audio', audio: { id: ours, voice: true } })).toEqual([
    { pointer: '/audio', uploadId: ours, kind: 'audio', isVoice: true },
  ]);
  const template = {
    type: 'template',
    template: {
      name: 'a',
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { id: ours.toUpperCase() } }] },
        { type: 'body', parameters: [{ type: 'text', text: ours }] },
        { type: 'carousel', cards: [{ components: [{ parameters: [{ type: 'video', video: { id: other } }] }] }] },
      ],
    },
  };
  expect(filePlaces(template).map(({ pointer, uploadId }) => [pointer, uploadId])).toEqual([
    ['/template/components/0/parameters/0/image', ours],
    ['/template/components/2/cards/0/components/0/parameters/0/video', other],
  ]);
});

it('ids of the provider, links and ids in other places are left alone', () => {
  const content = {
    type: 'interactive',
    interactive: {
      header: { type: 'image', image: { id: '1037543291543636' } },
      action: {
        buttons: [{ type: 'reply', reply: { id: ours, title: 'Yes' } }],
        parameters: { flow_action_payload: { data: { image: { id: ours } } } },
      },
    },
  };
  expect(filePlaces(content)).toEqual([]);
  expect(withProviderIds(content, new Map([[ours, '1']]))).toEqual(content);
});

it('what is replaced is exactly what was found, and everything else stays as it was', () => {
  const file = fc.record({ id: fc.constantFrom(ours, other, '123'), caption: fc.string() });
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'text'), tie('tree'), { maxKeys: 3 }),
      fc.record({ image: file }),
      fc.record({ document: file }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const content = { type: 'x', value };
      const found = filePlaces(content);
      const replaced = withProviderIds(
        content,
        new Map([
          [ours, 'one'],
          [other, 'two'],
        ]),
      );
      expect(filePlaces(replaced)).toEqual([]);
      const back = JSON.stringify(replaced)
        .replaceAll('"id":"one"', `"id":"${ours}"`)
        .replaceAll('"id":"two"', `"id":"${other}"`);
      expect(back).toBe(JSON.stringify(content));
      expect(found.every(({ uploadId }) => uploadId === ours || uploadId === other)).toBe(true);
    }),
  );
});
