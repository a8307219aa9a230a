import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { MessageContent, Recipient } from '#channels/provider.ts';
import { buildSend } from '#channels/providers/cloud-api/sending/requests.ts';
import { checkContent, contentTypes } from './content.ts';
import { contentSamples } from './samples.fixture.ts';

const group: Recipient = { kind: 'group', value: 'Y2FwaV9ncm91cDoxNTU1MDc4Mzg4MToxMjAz' };
const phone: Recipient = { kind: 'phone', value: '+15550001111' };
const occasion = { sendAt: Temporal.Instant.from('2026-11-26T12:00:00Z'), lane: 'service' } as const;
const aPin = (pin: object = {}) => ({ type: 'pin', pin: { type: 'pin', message_id: 'wamid.X', ...pin } });
const check = (content: MessageContent, recipient: Recipient | null = group) =>
  checkContent(content, recipient, occasion);

it('which of the kinds that people get a group takes is left to the provider', () => {
  // A GIF goes by the product for marketing alone, and that knows no groups.
  const samples = contentSamples.filter((content) => check(content, phone).ok);
  expect(new Set(samples.map(({ type }) => type))).toEqual(new Set(contentTypes));
  for (const content of samples) {
    expect(check(content), JSON.stringify(content)).toEqual({ ...check(content, phone), audience: 'both' });
  }
});

it('a pin goes to groups only, and needs the window', () => {
  expect(check(aPin())).toEqual({ ok: true, needsWindow: true, needsPhone: false, audience: 'groups' });
  expect(check(aPin({ expiration_days: 30 }))).toMatchObject({ ok: true });
  expect(check(aPin({ type: 'unpin' }))).toMatchObject({ ok: true });
  expect(check(aPin(), null)).toMatchObject({ ok: true, audience: 'groups' });
  expect(check(aPin(), phone)).toMatchObject({
    ok: false,
    problems: [{ pointer: '/type', message: expect.stringContaining('groups'), code: 'unsupported' }],
  });
});

it('whatever a pin says, it is a pin or refused with its place', () => {
  const pin = fc.record(
    {
      type: fc.constantFrom('pin', 'unpin', 'glue', 7),
      message_id: fc.constantFrom('wamid.X', '', 5),
      expiration_days: fc.constantFrom(0, 1, 7, 30, 31, 1.5, '7'),
      extra: fc.constant(true),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(pin, ({ type, message_id, expiration_days: days, extra }) => {
      const given = { type, message_id, expiration_days: days, extra };
      const content = { type: 'pin', pin: JSON.parse(JSON.stringify(given)) as object };
      const areDaysRight = days === undefined || (type === 'pin' && [1, 7, 30].some((right) => right === days));
      const isRight =
        (type === 'pin' || type === 'unpin') && message_id === 'wamid.X' && areDaysRight && extra === undefined;
      expect(check(content).ok).toBe(isRight);
    }),
    { numRuns: 300 },
  );
});

it('a group is named by the id that the provider gave it', () => {
  const text = { type: 'text', text: { body: 'Hello all' } };
  expect(check(text, { kind: 'group', value: 'two words' }).ok).toBe(false);
  const settings = {
    baseUrl: 'https://graph.facebook.com',
    apiVersion: 'v26.0',
    businessAccountId: '102',
    options: {},
    webhookUrl: null,
  };
  const secrets = { accessToken: 'token', appSecrets: [], verifyToken: 'verify' };
  const message = {
    recipient: group,
    content: aPin(),
    callbackData: 'a1:x',
    lane: 'service',
    expiresAt: null,
  } as const;
  const body = JSON.parse(buildSend(message, { externalId: '106' }, settings, secrets).body) as object;
  expect(body).toMatchObject({ recipient_type: 'group', to: group.value, ...aPin() });
});
