import { expect, it } from 'vitest';
import type { DirectoryConnection, DirectorySender, Paused } from './directory-connection.ts';
import { AccountBreaker, type ForcedBreaker } from './breaker.ts';
import type { SendOutcome } from './provider.ts';
import type { Provider } from './provider-port.ts';
import { cloudApi } from './providers/cloud-api/cloud-api.ts';
import { RoundTrips } from './round-trips.ts';
import { channelsHealth, connectionHealth, senderHealth } from './health.ts';

const mail = {
  ...cloudApi,
  answerHandshake: undefined,
  capabilities: { ...cloudApi.capabilities, channel: 'email' },
} as unknown as Provider;

const now = Temporal.Instant.from('2026-11-22T12:00:00Z');

function aSender(paused: Paused | null = null, stopped: string[] = []): DirectorySender {
  return { paused, stoppedLanes: new Map(stopped.map((lane) => [lane, {}])) } as unknown as DirectorySender;
}

function usedSince(seconds: number | null): Partial<DirectoryConnection> {
  const firstUsedAt = seconds === null ? null : now.subtract({ seconds });
  return { http: { firstUsedAt } } as Partial<DirectoryConnection>;
}

function aConnection(change: Partial<DirectoryConnection> = {}): DirectoryConnection {
  const usual: Partial<DirectoryConnection> = {
    name: 'Shop',
    provider: cloudApi,
    paused: null,
    checks: [],
    senders: [aSender()],
    callbackUrl: 'https://chat.example.com/hook',
    breaker: new AccountBreaker(),
    forced: null,
    trips: new RoundTrips(),
    challengeSeenAt: now,
    firstWebhookAt: now,
    lastWebhookAt: now,
    ...usedSince(null),
  };
  return { ...usual, ...change } as DirectoryConnection;
}

const accepted: SendOutcome = { outcome: 'accepted', providerMessageIds: ['wamid.1'] };
const silent: SendOutcome = { outcome: 'unknown', reason: 'no answer came in time' };

function tripsOf(outcomes: SendOutcome[], minutesAgo = 1, ms = 85): RoundTrips {
  const trips = new RoundTrips();
  for (const outcome of outcomes) trips.record(outcome, ms, now.subtract({ minutes: minutesAgo }), null);
  return trips;
}

function brokenSince(ms: number): AccountBreaker {
  const breaker = new AccountBreaker();
  const at = performance.now() - ms;
  for (let failures = 0; failures < 5; failures += 1) breaker.leave(at).fail(at);
  return breaker;
}

function forcedTo(state: ForcedBreaker, reason: string, until: Temporal.Instant | null): Partial<DirectoryConnection> {
  const breaker = new AccountBreaker();
  breaker.force({ state, until: Number.POSITIVE_INFINITY }, 0);
  return { breaker, forced: { state, reason, until } };
}

it.each<[string, Partial<DirectoryConnection>, string, RegExp]>([
  ['all is well', {}, 'ok', /webhooks arrive/],
  ['nothing came for two days', { lastWebhookAt: now.subtract({ hours: 50 }) }, 'ok', /50 hours ago/],
  [
    'mail was sent an hour ago, and none came back',
    { provider: mail, ...usedSince(3600), challengeSeenAt: null, lastWebhookAt: null },
    'ok',
    /none has come yet/,
  ],
  [
    'a provider without a handshake has called nobody yet',
    { provider: { ...cloudApi, answerHandshake: undefined } as never, challengeSeenAt: null, lastWebhookAt: null },
    'ok',
    /^Nothing was sent since/,
  ],
  ['it is paused', { paused: { reason: 'The token expired', until: null } }, 'down', /The token expired\. Resume/],
  [
    'a check failed',
    { checks: [{ name: 'access_token', ok: false, message: 'Make a token.' }] },
    'degraded',
    /Make a token/,
  ],
  [
    'it was never verified',
    { challengeSeenAt: null, lastWebhookAt: null },
    'degraded',
    /has not called https:\/\/chat\.example\.com\/hook/,
  ],
  [
    'the address is not known',
    { challengeSeenAt: null, lastWebhookAt: null, callbackUrl: null },
    'degraded',
    /CARILLON_PUBLIC_URL/,
  ],
  [
    'calls are answered',
    { trips: tripsOf([accepted, silent, accepted]) },
    'ok',
    /webhooks arrive\. 2 of the last 3 calls were answered, in 85 ms\.$/,
  ],
  [
    'a fifth of the calls has no answer',
    { trips: tripsOf(Array.from({ length: 10 }, (_, index) => (index < 2 ? silent : accepted))) },
    'degraded',
    /^2 of the last 10 calls had no answer\. The last failure: no answer came in time\.$/,
  ],
  [
    'the provider does not answer',
    { breaker: brokenSince(0), trips: tripsOf([silent]) },
    'down',
    /^The provider does not answer\. .* The last failure: no answer came in time\.$/,
  ],
  [
    'an operator forced the breaker open',
    forcedTo('open', 'Invoices are wrong', null),
    'down',
    /^Messages wait: the breaker is forced open\. Invoices are wrong\. Set it to automatic/,
  ],
  [
    'an operator forced the breaker closed for a while',
    forcedTo('closed', 'A test', now),
    'degraded',
    /forced closed: .* A test\. It is automatic again at 2026-11-22T12:00:00Z\.$/,
  ],
  ['one message at a time is tried', { breaker: brokenSince(60_000) }, 'degraded', /one at a time/],
  [
    'receipts stay away for what was accepted',
    { lastWebhookAt: now.subtract({ minutes: 9 }), trips: tripsOf([accepted], 6) },
    'degraded',
    /accepted messages for 6 minutes, and no webhook has come since/,
  ],
  [
    'a receipt is to come',
    { lastWebhookAt: now.subtract({ minutes: 9 }), trips: tripsOf([accepted], 4) },
    'ok',
    /webhooks arrive/,
  ],
  [
    'a webhook came after what was accepted',
    { lastWebhookAt: now.subtract({ minutes: 5 }), trips: tripsOf([accepted], 6) },
    'ok',
    /webhooks arrive/,
  ],
  [
    'mail was accepted and nobody tells of it',
    { provider: mail, lastWebhookAt: now.subtract({ minutes: 9 }), trips: tripsOf([accepted], 6) },
    'ok',
    /webhooks arrive/,
  ],
  ['nothing was sent yet', { lastWebhookAt: null }, 'ok', /verified\. Nothing was sent/],
  ['the first message has just left', { lastWebhookAt: null, ...usedSince(59) }, 'ok', /receipt is to come/],
  ['messages brought no webhook', { lastWebhookAt: null, ...usedSince(61) }, 'degraded', /no webhook has come/],
  [
    'one of two senders is paused',
    { senders: [aSender(), aSender({ reason: 'x', until: null })] },
    'degraded',
    /1 of its 2/,
  ],
  [
    'all senders are paused',
    { senders: [aSender({ reason: 'Quality is low', until: null })] },
    'down',
    /Quality is low/,
  ],
])('a connection says so when %s', (_name, change, state, words) => {
  expect(connectionHealth(aConnection(change), now)).toEqual({ state, detail: expect.stringMatching(words) });
});

it('a sender says why it sends nothing, and until when', () => {
  expect(senderHealth(aSender())).toMatchObject({ state: 'ok' });
  expect(senderHealth(aSender({ reason: 'Low quality', until: null })).detail).toBe(
    'Nothing is sent. Low quality. Resume it when it is mended.',
  );
  expect(senderHealth(aSender({ reason: 'x', until: now })).detail).toContain('2026-11-22T12:00:00Z');
  expect(senderHealth(aSender(null, ['marketing']))).toEqual({
    state: 'degraded',
    detail: 'Stopped by hand: marketing.',
  });
});

it('the public page counts, and names nobody', () => {
  const health = channelsHealth(
    { connections: () => [aConnection(), aConnection({ name: 'Secret Shop', paused: { reason: 'x', until: null } })] },
    now,
  );
  expect(health.state).toBe('degraded');
  expect(health.detail).toMatch(/^1 of 2/);
  expect(health.detail).not.toContain('Secret');
  expect(channelsHealth({ connections: () => [] }, now).state).toBe('ok');
});
