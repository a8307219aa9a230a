import { expect, it } from 'vitest';
import { adapters } from '#channels/providers.ts';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { twilioSms } from '#channels/providers/twilio/twilio.ts';

// How long a provider keeps a message for a phone that is off: rerouting by time is only as safe as this.

const at = Temporal.Instant.from('2026-11-27T12:00:00Z');
const nothing = { directSend: null, expiresAt: null };

it('of a template at Meta nobody knows it, of Direct Send who asked for it', () => {
  const until = (directSend: Parameters<NonNullable<typeof cloudApi.deliversUntil>>[0]['directSend']) =>
    cloudApi.deliversUntil?.({ ...nothing, directSend, expiresAt: at.add({ seconds: 5 }) }, { at, isSent: true });
  expect(until(null)).toBeNull();
  expect(until({ category: 'utility' })).toBeNull();
  expect(until({ category: 'utility', ttl_seconds: 90 })).toEqual(at.add({ seconds: 90 }));
});

it('Twilio keeps a message in its queue for as long as it was told, at most ten hours; what it passed on is with the network', () => {
  const until = (expiresAt: Temporal.Instant | null, isSent = false) =>
    twilioSms.deliversUntil?.({ ...nothing, expiresAt }, { at, isSent });
  expect(until(at.add({ minutes: 5 }))).toEqual(at.add({ minutes: 5 }));
  expect(until(at.add({ hours: 72 }))).toEqual(at.add({ hours: 10 }));
  expect(until(null)).toEqual(at.add({ hours: 10 }));
  expect(until(at.add({ minutes: 5 }), true)).toBeNull();
});

it('no other provider says it, so nothing of theirs is rerouted by time', () => {
  const known = [...adapters.values()].filter(({ provider }) => provider.deliversUntil !== undefined);
  expect(known.map(({ provider }) => provider.name).sort()).toEqual([
    'twilio-sms',
    'twilio-whatsapp',
    'whatsapp-cloud',
  ]);
});
