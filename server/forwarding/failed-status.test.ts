import { expect, it } from 'vitest';
import { readWamid } from '#graph/wamid.ts';
import { liveStatuses, type Message, settledStatuses } from '#messages/message.ts';
import { failedStatus } from './failed-status.ts';

const at = Temporal.Instant.from('2026-11-26T12:00:00Z');
const from = { businessAccountId: '102', externalId: '106', phone: '+15550783881' };
const id = '0198c0de-7a11-7000-8000-000000000001';

function aMessage(changes: Partial<Message>): Message {
  return {
    id,
    direction: 'outbound',
    status: 'failed',
    purpose: 'service',
    type: 'text',
    content: { type: 'text', text: { body: 'Hello' } },
    address: '+15550001111',
    addressKind: 'phone',
    participant: null,
    contactId: id,
    contactName: null,
    senderId: id,
    replyTo: null,
    identityKeyHash: null,
    marketingMessages: null,
    directSend: null,
    tags: [],
    metadata: { graph_api: 'v24.0' },
    choice: null,
    routing: null,
    reroutedTo: null,
    providerMessageId: null,
    sendAt: null,
    expiresAt: null,
    createdAt: at,
    updatedAt: at,
    acceptedAt: null,
    sentAt: null,
    deliveredAt: null,
    readAt: null,
    playedAt: null,
    failedAt: at,
    error: null,
    decision: null,
    traceId: null,
    ...changes,
  };
}

function told(changes: Partial<Message>, rule?: string) {
  const body = failedStatus(aMessage(changes), rule, from, at);
  if (body === null) return null;
  const { entry } = JSON.parse(body);
  const { value } = entry[0].changes[0];
  return { value, status: value.statuses[0], error: value.statuses[0].errors[0] };
}

it('a message that the provider refused is told of with the code of the refusal', () => {
  const refused = { code: '131053', title: 'Media upload error', details: 'The file is gone.' };
  const { value, status, error } =
    told({ error: { error: refused }, metadata: { biz_opaque_callback_data: 'é/17' } }) ?? {};
  expect(value.metadata).toEqual({ display_phone_number: '15550783881', phone_number_id: '106' });
  expect(readWamid(status.id)).toBe(id);
  expect(status).toMatchObject({
    status: 'failed',
    timestamp: '1795694400',
    recipient_id: '15550001111',
    biz_opaque_callback_data: 'é/17',
  });
  expect(error).toMatchObject({
    code: 131053,
    title: 'Media upload error',
    error_data: { details: 'The file is gone.' },
  });
});

it.each([
  [{ status: 'blocked' }, 'service_window_closed', 131047],
  [{ status: 'blocked' }, 'recipient_opted_out', 131050],
  [{ status: 'blocked' }, 'recipient_blocked', 130403],
  [{ status: 'expired' }, undefined, 131026],
  [{ status: 'canceled' }, undefined, 135000],
  [{ status: 'unknown_final' }, undefined, 131000],
  [{ status: 'failed', error: { error: { code: 'http_503', title: 'Unavailable' } } }, undefined, 131000],
] as const)('%j by the rule %s is told with the code %i', (changes, rule, code) => {
  expect(told(changes, rule)?.error).toMatchObject({ code, message: expect.stringMatching(/./) });
});

it('who is known by a user id alone is named by it', () => {
  expect(told({ address: 'US.1349', addressKind: 'provider_user' })?.status).toMatchObject({
    recipient_user_id: 'US.1349',
  });
  expect(told({ address: 'Y2FwaQ', addressKind: 'group' })?.status).toMatchObject({
    recipient_id: 'Y2FwaQ',
    recipient_type: 'group',
  });
  expect(told({ address: 'US.1349', addressKind: 'provider_user' })?.status).not.toHaveProperty('recipient_id');
});

it('nothing is told of a message that has not ended, or of which the provider tells', () => {
  const ended = ['failed', 'blocked', 'expired', 'canceled', 'unknown_final'];
  for (const status of [...liveStatuses, ...settledStatuses])
    expect(told({ status }) !== null, status).toBe(ended.includes(status));
});

it('the body is written as Meta writes and signs it', () => {
  const body = failedStatus(aMessage({ metadata: { biz_opaque_callback_data: 'é/😀' } }), undefined, from, at) ?? '';
  expect(body).toMatch(/^[\x20-\x7e]+$/);
  expect(body).not.toMatch(/[^\\]\//);
  expect(body).toContain(String.raw`\u00e9\/\ud83d\ude00`);
});
