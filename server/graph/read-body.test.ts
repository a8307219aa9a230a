import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fault } from '#platform/fault.ts';
import { formFields } from './form-fields.ts';
import { GraphRefusal } from './graph-error.ts';
import { readBody } from './read-body.ts';

const message = { messaging_product: 'whatsapp', to: '15550001111', type: 'text', text: { body: 'Grüße' } };
const flat = { ...message, text: JSON.stringify(message.text) };
const nested = { messaging_product: 'whatsapp', to: '15550001111', type: 'text', 'text[body]': 'Grüße' };
const urlencoded = 'application/x-www-form-urlencoded';

async function multipart(fields: Record<string, string>): Promise<[Buffer, string]> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  const written = new Response(form);
  return [Buffer.from(await written.arrayBuffer()), written.headers.get('content-type') ?? ''];
}

const form = (fields: Record<string, string>) => Buffer.from(new URLSearchParams(fields).toString());

describe('one message is read', () => {
  it.each<[string, () => Promise<[Buffer, string, Record<string, string>?]>]>([
    ['from JSON', async () => [Buffer.from(JSON.stringify(message)), 'application/json']],
    ['from JSON of no type', async () => [Buffer.from(JSON.stringify(message)), '']],
    ['from JSON that curl calls a form', async () => [Buffer.from(JSON.stringify(message)), urlencoded]],
    ['from a form', async () => [form(flat), `${urlencoded}; charset=utf-8`]],
    ['from a form with nested names', async () => [form(nested), urlencoded]],
    ['from a multipart form', () => multipart(flat)],
    ['from a multipart form with nested names', () => multipart(nested)],
    ['from the address', async () => [Buffer.alloc(0), '', flat]],
    [
      'from both',
      async () => [form({ 'text[body]': 'Grüße' }), urlencoded, { ...flat, text: 'No', access_token: 'x' }],
    ],
  ])('%s', async (_, write) => {
    const [raw, type, query = {}] = await write();
    expect(await readBody(raw, type, query)).toEqual(message);
  });
});

it('what is for us in the address is no parameter', async () => {
  const query = { purpose: 'service', access_token: 'x', appsecret_proof: 'y' };
  expect(await readBody(Buffer.from('{"a":1}'), 'application/json', query)).toEqual({ a: 1 });
  await expect(readBody(Buffer.alloc(0), '', query)).rejects.toMatchObject({ code: 'invalid_json' });
});

it('a form that is cut off is refused in words', async () => {
  const [raw, type] = await multipart(flat);
  for (const [bytes, as] of [
    [raw.subarray(0, -20), type],
    [raw, 'multipart/form-data'],
  ] as const)
    await expect(readBody(bytes, as, {})).rejects.toBeInstanceOf(GraphRefusal);
});

it('what JSON may not have, a form may not have either', async () => {
  for (const fields of [{ 'text[body]': '\u0000' }, { 'text[__proto__]': 'x' }, { to: '\u0001' }])
    await expect(readBody(form(fields as never), urlencoded, {})).rejects.toBeInstanceOf(Fault);
});

it('places of lists may be numbered or not, and any name is only a name', () => {
  expect(
    formFields([
      ['a[0][b]', '1'],
      ['a[1][b]', '2'],
      ['c[]', 'x'],
      ['c[]', 'y'],
      ['d[e][]', '{"f":1}'],
    ]),
  ).toEqual({
    a: [{ b: '1' }, { b: '2' }],
    c: ['x', 'y'],
    d: { e: [{ f: 1 }] },
  });
  expect(Object.hasOwn(formFields([['__proto__[polluted]', 'yes']]), '__proto__')).toBe(true);
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});

it('no form is too strange to be read', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ unit: fc.constantFrom('a', '[', ']', '0', '.') }), fc.string())),
      (pairs) => {
        expect(Object.keys(formFields(pairs)).length).toBeLessThanOrEqual(pairs.length);
      },
    ),
  );
  expect(Object.keys(formFields([[`a${'[b]'.repeat(5000)}`, 'deep']]))).toHaveLength(1);
});
