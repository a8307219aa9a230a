import { describe, expect, it } from 'vitest';
import { SandboxUser } from '#testing/sandbox-user.ts';
import { countryOf, toWaId } from './phone-numbers.ts';

describe('the digits of a number', () => {
  it.each([
    ['+1 (650) 555-1234', '16505551234'],
    ['16505551234', '16505551234'],
    ['(650) 555-1234', '16505551234'],
    ['+55 31 98765-4321', '553187654321'],
    ['+55 11 98765-4321', '5511987654321'],
    ['+54 11 2345-6789', '5491123456789'],
    ['+521 55 1234 5678', '5215512345678'],
    ['not a number', undefined],
    ['+0123456789', undefined],
  ])('of %s are %s', (written, waId) => expect(toWaId(written)).toBe(waId));

  it('begin with the code of the business when somebody writes them without a country', () => {
    expect(toWaId('98765 43210', '91')).toBe('919876543210');
    expect(toWaId('+98765 43210', '91')).toBe('9876543210');
  });
});

it.each([
  ['16505551234', 'US'],
  ['61412345678', 'AU'],
  ['233201234567', 'GH'],
  ['74951234567', 'RU'],
  ['77011234567', 'KZ'],
  ['966501234567', 'SA'],
  ['8801712345678', 'BD'],
])('the country of %s is %s', (waId, country) => expect(countryOf(waId)).toBe(country));

it('gives a person in any country a user id of that country', async () => {
  await using user = await SandboxUser.start();
  const answer = await user.request('POST', '/_sandbox/people', { phone: '+61 412 345 678' });
  expect(answer.read<{ user_id: string }>().user_id).toMatch(/^AU\.\d+$/);
});

it('sends from an Indian number to an Indian one that is written without its country', async () => {
  await using user = await SandboxUser.start();
  const made = await user.graph('POST', `/${user.account.waba_id}/phone_numbers`, {
    cc: '91',
    phone_number: '9812345678',
    verified_name: 'Pune',
  });
  const { id } = made.read<{ id: string }>();
  await user.request('PATCH', `/_sandbox/phone_numbers/${id}`, { status: 'CONNECTED' });
  const answer = await user.graph('POST', `/${id}/messages`, {
    messaging_product: 'whatsapp',
    to: '98765 43210',
    type: 'text',
    text: { body: 'Hi' },
  });
  expect(answer.json).toMatchObject({ contacts: [{ input: '98765 43210', wa_id: '919876543210' }] });
});
