import { expect, it } from 'vitest';
import { decodeWebhook } from './webhooks.ts';

function decode(message: Record<string, unknown>) {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550783881', phone_number_id: '106' },
    contacts: [{ profile: { name: 'Sheena' }, wa_id: '16505551234' }],
    messages: [{ from: '16505551234', id: 'wamid.IN', timestamp: '1749416383', ...message }],
  };
  const entry = [{ id: '102', changes: [{ field: 'messages', value }] }];
  return decodeWebhook(Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry })));
}

it.each<[string, Record<string, unknown>, string | undefined]>([
  ['a location', { type: 'location', location: { latitude: 40.78, longitude: -73.95, name: 'Park' } }, undefined],
  [
    'a word on calls',
    {
      type: 'interactive',
      interactive: {
        type: 'call_permission_reply',
        call_permission_reply: { response: 'accept', is_permanent: false },
      },
    },
    undefined,
  ],
  [
    'what follows an advertisement',
    { type: 'text', text: { body: 'Hello' }, referral: { source_type: 'ad', source_id: '1', ctwa_clid: 'A' } },
    'Hello',
  ],
])('%s is kept whole, with the words that a person wrote', (_name, fields, text) => {
  const events = decode(fields);
  expect(events).toMatchObject([{ kind: 'message', supported: true, opensWindow: true, content: fields }]);
  expect(events[0]).toHaveProperty('contentKey', 'message:106:wamid.IN');
  expect(events[0]?.kind === 'message' && events[0].text).toBe(text);
});
