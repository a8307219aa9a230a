import fc from 'fast-check';
import { expect, it } from 'vitest';
import { escapeAsMeta, namesIn, rewriteNames, statusesIn } from './rewrite.ts';

const ours = 'wamid.ours/+=';
const names = {
  idOf: (id: string) => (id === 'wamid.OUT/1' ? ours : undefined),
  callbackDataOf: (value: string) => (value === 'a1:x' ? 'order-17/é' : value === 'a1:y' ? null : undefined),
};

const status = (more: object) => ({ statuses: [{ id: 'wamid.OUT/1', status: 'sent', ...more }] });

it("the id of a status and what its sender wanted back take the place of the provider's", () => {
  const body = escapeAsMeta(JSON.stringify(status({ biz_opaque_callback_data: 'a1:x', price: '1' })));
  const rewritten = rewriteNames(body, names);
  expect(JSON.parse(rewritten)).toEqual({
    statuses: [{ id: ours, status: 'sent', biz_opaque_callback_data: 'order-17/é', price: '1' }],
  });
  expect(rewritten).toBe(escapeAsMeta(rewritten.replaceAll(String.raw`\/`, '/')));
});

it('the id is changed where an answer or a reaction names the message too', () => {
  const body =
    '{"messages":[{"id":"wamid.IN","context":{"id":"wamid.OUT/1"},"reaction":{"message_id" : "wamid.OUT\\/1"}}]}';
  expect(rewriteNames(body, names)).toBe(
    `{"messages":[{"id":"wamid.IN","context":{"id":"wamid.ours\\/+="},"reaction":{"message_id" : "wamid.ours\\/+="}}]}`,
  );
});

it.each([
  ['{"a":1,"biz_opaque_callback_data":"a1:y","b":2}', '{"a":1,"b":2}'],
  ['{"biz_opaque_callback_data":"a1:y","b":2}', '{"b":2}'],
  ['{"a":1, "biz_opaque_callback_data" : "a1:y"}', '{"a":1}'],
  ['{"biz_opaque_callback_data":"a1:y"}', '{}'],
])('%s loses what its sender did not want back', (body, expected) => {
  expect(rewriteNames(body, names)).toBe(expected);
});

it('what a person wrote is left as it is, whatever it looks like', () => {
  const body = JSON.stringify({
    text: { body: '"id":"wamid.OUT/1","biz_opaque_callback_data":"a1:x" \\ wamid.OUT/1' },
    biz: 'a1:x',
    'wamid.OUT/1': 'biz_opaque_callback_data',
  });
  expect(rewriteNames(body, names)).toBe(body);
});

it('a body of the provider without a name of ours keeps every byte', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.constant(status({ biz_opaque_callback_data: 'theirs' })));
  fc.assert(
    fc.property(anything, fc.boolean(), (value, isEscaped) => {
      const json = JSON.stringify(value, undefined, isEscaped ? undefined : 2);
      const body = isEscaped ? escapeAsMeta(json) : json;
      return rewriteNames(body, { idOf: () => undefined, callbackDataOf: () => undefined }) === body;
    }),
  );
});

it('whatever stands beside them, changed names leave the rest as it means', () => {
  const key = fc.constantFrom('id', 'a', 'biz_opaque_callback_data', 'text');
  const leaf = fc.constantFrom('wamid.OUT/1', 'a1:x', 'a1:y', '"', '\\', 'é/😀', 'x');
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const rewritten = rewriteNames(escapeAsMeta(JSON.stringify(value)), names);
      expect(JSON.parse(rewritten)).toEqual(meaning(value));
    }),
  );
});

function meaning(value: unknown, member?: string): unknown {
  if (Array.isArray(value)) return value.map((one) => meaning(one));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, one]) =>
        name === 'biz_opaque_callback_data' && one === 'a1:y' ? [] : [[name, meaning(one, name)]],
      ),
    );
  if (member === 'biz_opaque_callback_data') return value === 'a1:x' ? 'order-17/é' : value;
  return value === 'wamid.OUT/1' ? ours : value;
}

it('the names in a body are found, each once', () => {
  const body = escapeAsMeta(
    JSON.stringify([
      status({ biz_opaque_callback_data: 'a1:x' }),
      status({}),
      { text: 'a wamid.OUT/1', id: 'wamid.IN' },
    ]),
  );
  expect(namesIn(body)).toEqual({ ids: ['wamid.OUT/1', 'wamid.IN'], callbackData: ['a1:x'] });
});

it('the statuses of every entry and change are found with what their sender gave along', () => {
  const change = (...statuses: object[]) => ({ field: 'messages', value: { statuses } });
  const entry = [
    { changes: [change({ id: 'a', biz_opaque_callback_data: 'x' }, { id: 'b' }), { field: 'odd', value: null }] },
    { changes: [change({ id: 'c', biz_opaque_callback_data: 'y' })] },
  ];
  expect(statusesIn(JSON.stringify({ entry }))).toEqual([
    { id: 'a', callbackData: 'x' },
    { id: 'c', callbackData: 'y' },
  ]);
});

it('whatever the body is, looking for statuses does not fail', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => Array.isArray(statusesIn(body))));
});
