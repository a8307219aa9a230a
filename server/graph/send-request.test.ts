import fc from 'fast-check';
import { expect, it } from 'vitest';
import { capabilities } from '#channels/providers/cloud-api/capabilities.ts';
import { GraphRefusal } from './graph-error.ts';
import { readSendRequest } from './send-request.ts';
import { wamidOf } from './wamid.ts';

const id = '0198c0de-7a11-7000-8000-000000000001';
const hello = { messaging_product: 'whatsapp', to: '15550001111', text: { body: 'Hello' } };

it('text is what is sent when no type is named, to a number with or without "+"', () => {
  const content = { type: 'text', text: { body: 'Hello' } };
  expect(readSendRequest(hello)).toEqual({
    kind: 'message',
    input: '15550001111',
    to: { to: '+15550001111' },
    content,
    replyTo: undefined,
    callbackData: undefined,
    identityKeyHash: undefined,
    marketing: undefined,
  });
  for (const to of ['+15550001111', 15_550_001_111, ' 15550001111 '])
    expect(readSendRequest({ ...hello, to })).toMatchObject({ to: { to: '+15550001111' }, content });
});

it('every kind that the adapter sends can be asked for', () => {
  expect(capabilities.contentTypes.length).toBeGreaterThan(5);
  for (const type of [...capabilities.contentTypes, 'pin'])
    expect(readSendRequest({ ...hello, type, [type]: {} })).toMatchObject({ content: { type } });
});

it('"to" wins over "recipient"', () => {
  expect(readSendRequest({ ...hello, recipient: 'US.1349' })).toMatchObject({ to: { to: '+15550001111' } });
  expect(readSendRequest({ ...hello, to: undefined, recipient: 'US.1349' })).toMatchObject({
    input: 'US.1349',
    to: { recipient: 'US.1349' },
  });
});

it('a message of ours is answered and reacted to by our id, any other by that of Meta', () => {
  const answering = (message_id: string) => readSendRequest({ ...hello, context: { message_id } });
  expect(answering(wamidOf(id))).toMatchObject({ replyTo: id });
  expect(answering('wamid.HBgL')).toMatchObject({ replyTo: 'wamid.HBgL' });
  const reacting = (message_id: string) =>
    readSendRequest({ ...hello, type: 'reaction', reaction: { message_id, emoji: '👍' } });
  expect(reacting(wamidOf(id))).toMatchObject({ content: { reaction: { message_id: id, emoji: '👍' } } });
  expect(reacting('wamid.HBgL')).toMatchObject({ content: { reaction: { message_id: 'wamid.HBgL' } } });
});

it('an object that was written as text is read, and text that looks like one stays text', () => {
  const contacts = [{ name: { formatted_name: 'Ada' } }];
  expect(readSendRequest({ ...hello, type: 'contacts', contacts: JSON.stringify(contacts) })).toMatchObject({
    content: { type: 'contacts', contacts },
  });
  expect(readSendRequest({ ...hello, text: { body: '{"a":1}' }, biz_opaque_callback_data: '{"a":1}' })).toMatchObject({
    content: { text: { body: '{"a":1}' } },
    callbackData: '{"a":1}',
  });
  expect(() => readSendRequest({ ...hello, text: '{"body":' })).toThrow(expect.objectContaining({ code: 100 }));
});

it('at the address for marketing a template is read with its options, and nothing else is', () => {
  const sale = {
    messaging_product: 'whatsapp',
    to: '15550001111',
    type: 'template',
    template: { name: 'sale', language: { code: 'en_US' } },
  };
  const read = (changes: object) => readSendRequest({ ...sale, ...changes }, 'marketing_messages');
  expect(read({})).toMatchObject({ kind: 'message', marketing: {} });
  const options = { product_policy: 'STRICT', message_activity_sharing: false };
  expect(read(options)).toMatchObject({ marketing: options });
  expect(readSendRequest({ ...sale, ...options })).toMatchObject({ marketing: undefined });
  const refused = (changes: object, code: number) =>
    expect(() => read(changes)).toThrow(expect.objectContaining({ name: 'GraphRefusal', code }));
  refused({ type: 'text', text: { body: 'Hello' } }, 131_055);
  refused({ status: 'read', message_id: 'wamid.IN', to: undefined }, 100);
  refused({ product_policy: 'LOOSE' }, 100);
  refused({ message_activity_sharing: 'yes' }, 100);
  refused({ optimization_spec: {} }, 100);
});

it('free content is read with the category that it is billed as', () => {
  const billed = { category: 'utility', ttl_seconds: 60, direct_send_template_name: 'order_update' };
  expect(readSendRequest({ ...hello, ...billed })).toMatchObject({
    directSend: { category: 'utility', ttl_seconds: 60, template_name: 'order_update' },
  });
  expect(readSendRequest({ ...hello, category: 'service', ttl_seconds: '60' })).toMatchObject({
    directSend: { category: 'service', ttl_seconds: 60 },
  });
  expect(readSendRequest({ ...hello, category: null, ttl_seconds: null })).toMatchObject({ directSend: undefined });
});

it('the messaging account is read by its new name and by the older one', () => {
  expect(readSendRequest({ ...hello, messaging_account_id: '102' })).toMatchObject({
    messagingAccount: { field: 'messaging_account_id', id: '102' },
  });
  expect(readSendRequest({ ...hello, paid_messaging_account_id: 102 })).toMatchObject({
    messagingAccount: { field: 'paid_messaging_account_id', id: '102' },
  });
  expect(readSendRequest(hello)).toMatchObject({ messagingAccount: undefined });
});

it('a receipt is no message', () => {
  const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.IN' };
  expect(readSendRequest(read)).toEqual({ kind: 'read', messageId: 'wamid.IN', typing: false });
  expect(readSendRequest({ ...read, typing_indicator: { type: 'text' } })).toMatchObject({ typing: true });
});

it.each([
  [null, 100],
  [[], 100],
  [{ ...hello, messaging_product: undefined }, 100],
  [{ ...hello, messaging_product: 'telegram' }, 100],
  [{ ...hello, to: undefined }, 100],
  [{ ...hello, to: {} }, 100],
  [{ ...hello, type: 'telepathy' }, 100],
  [{ ...hello, type: 1 }, 100],
  [{ ...hello, text: undefined }, 131008],
  [{ ...hello, text: 'Hello' }, 100],
  [{ ...hello, to: undefined, recipient_type: 'group' }, 131008],
  [{ ...hello, recipient_type: 'crowd' }, 100],
  [{ ...hello, context: {} }, 131008],
  [{ ...hello, context: 'wamid.IN' }, 100],
  [{ ...hello, type: 'reaction', reaction: { message_id: 'x', emoji: 'x' }, context: { message_id: 'x' } }, 100],
  [{ ...hello, biz_opaque_callback_data: 'x'.repeat(513) }, 100],
  [{ ...hello, recipient_identity_key_hash: 1 }, 100],
  [{ ...hello, ttl_seconds: 60 }, 131008],
  [{ ...hello, direct_send_template_name: 'order' }, 131008],
  [{ ...hello, category: 'marketing' }, 100],
  [{ ...hello, category: 'UTILITY' }, 100],
  [{ ...hello, category: 'utility', ttl_seconds: 'soon' }, 100],
  [{ ...hello, category: 'utility', direct_send_template_name: '' }, 131008],
  [{ ...hello, type: 'template', template: { name: 'x' }, category: 'utility' }, 100],
  [{ ...hello, messaging_account_id: {} }, 100],
  [{ messaging_product: 'whatsapp', status: 'delivered', message_id: 'x' }, 100],
  [{ messaging_product: 'whatsapp', status: 'read' }, 131008],
  [{ messaging_product: 'whatsapp', status: 'read', message_id: 'x', typing_indicator: { type: 'song' } }, 100],
])('%j is refused with the code %i', (body, code) => {
  expect(() => readSendRequest(body)).toThrow(expect.objectContaining({ name: 'GraphRefusal', code }));
});

it('whatever comes is read or refused', () => {
  const field = fc.constantFrom(
    'messaging_product',
    'to',
    'recipient',
    'type',
    'text',
    'status',
    'message_id',
    'context',
    'reaction',
    'biz_opaque_callback_data',
  );
  const value = fc.oneof(fc.constantFrom('whatsapp', 'text', 'reaction', 'read'), fc.jsonValue());
  fc.assert(
    fc.property(fc.dictionary(field, value), (body) => {
      try {
        readSendRequest({ messaging_product: 'whatsapp', ...body });
      } catch (error) {
        expect(error).toBeInstanceOf(GraphRefusal);
      }
    }),
  );
});
