import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readWamid, wamidOf } from './wamid.ts';

it('the id of every message can be read back', () => {
  fc.assert(fc.property(fc.uuid(), (id) => readWamid(wamidOf(id)) === id));
});

it('it has the form of the ids of Meta', () => {
  expect(wamidOf('0198c0de-7a11-7000-8000-000000000001')).toMatch(/^wamid\.HBgI[A-Za-z0-9+/]+={0,2}$/);
});

it('no other text is taken for one of ours', () => {
  fc.assert(fc.property(fc.string(), (text) => readWamid(text) === null && readWamid(`wamid.${text}`) === null));
  const ours = wamidOf('0198c0de-7a11-7000-8000-000000000001');
  for (const other of [
    // One of Meta's, for a person with the number 16505551234.
    'wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI4QTRGMDFCNjlBNUYyQUNBMDQA',
    ours.slice(0, -2),
    `${ours}=`,
    ` ${ours}`,
    ours.replace('HBgI', 'HBgJ'),
  ])
    expect(readWamid(other), other).toBeNull();
});
