import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prettyBody } from './pretty-body.ts';

it('lays out any JSON without changing it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const body = JSON.stringify(value);
      const pretty = prettyBody({ body, body_encoding: 'utf8' });
      expect(JSON.stringify(JSON.parse(pretty))).toBe(JSON.stringify(JSON.parse(body)));
    }),
  );
});

it('keeps every digit of a number', () => {
  expect(prettyBody({ body: '{"id":12345678901234567890.10,"a":[],"o":{}}', body_encoding: 'utf8' })).toBe(
    '{\n  "id": 12345678901234567890.10,\n  "a": [],\n  "o": {}\n}',
  );
});

it('shows what is no JSON, and no text, as it came', () => {
  expect(prettyBody({ body: '{"a":', body_encoding: 'utf8' })).toBe('{"a":');
  expect(prettyBody({ body: '/+8=', body_encoding: 'base64' })).toContain('/+8=');
});
