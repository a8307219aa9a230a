import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '#control/refusal.ts';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';
import { checkContent, kindOf } from './inbound-content.ts';

const ADA = '+15550001111';

type Element = Record<string, unknown> & { type: string };

/** What the business is told of one message that Ada writes. */
async function told(user: SandboxUser, receiver: WebhookReceiver, message: Record<string, unknown>): Promise<Element> {
  const answer = await user.write(ADA, message);
  expect(answer.status, answer.text).toBe(200);
  const id = idOf(answer);
  return eventually(() => receiver.elements<Element & { id: string }>('messages').find((element) => element.id === id));
}

async function shown(user: SandboxUser): Promise<Record<string, unknown>[]> {
  const path = `/_sandbox/people/${ADA}/chats/${user.account.phone_number_id}/messages`;
  return (await user.request('GET', path)).read<{ data: Record<string, unknown>[] }>().data;
}

describe('what a person changes later', () => {
  it('an edit is told with both ids, and the chat shows the new words in the old place', async () => {
    await using user = await SandboxUser.start();
    await using receiver = await WebhookReceiver.listen(user);
    const original = idOf(await user.write(ADA, { type: 'text', text: { body: 'Helo' } }));
    const edit = { original_message_id: original, message: { type: 'text', text: { body: 'Hello' } } };
    expect(await told(user, receiver, { type: 'edit', edit })).toMatchObject({ type: 'edit', edit });
    expect(await shown(user)).toMatchObject([
      { id: original, content: { type: 'text', text: { body: 'Hello' } }, edited_at: expect.any(String) },
    ]);
  });

  it('an edit of a caption tells of the file again', async () => {
    await using user = await SandboxUser.start();
    await using receiver = await WebhookReceiver.listen(user);
    const upload = await user.request('POST', `/_sandbox/people/${ADA}/media`, Buffer.from('x'), {
      'content-type': 'image/png',
    });
    const { id } = upload.read<{ id: string }>();
    const original = idOf(await user.write(ADA, { type: 'image', image: { id, caption: 'A' } }));
    const message = { type: 'image', image: { caption: 'B' } };
    expect(
      await told(user, receiver, { type: 'edit', edit: { original_message_id: original, message } }),
    ).toMatchObject({ edit: { message: { type: 'image', image: { id, caption: 'B', mime_type: 'image/png' } } } });
    expect(await shown(user)).toMatchObject([{ content: { image: { id, caption: 'B' } }, media: { id } }]);
  });

  it('a deletion is told, and the chat keeps the place and nothing of the words; also after a restart', async () => {
    await using user = await SandboxUser.start();
    await using receiver = await WebhookReceiver.listen(user);
    const original = idOf(await user.write(ADA, { type: 'text', text: { body: 'Secret' } }));
    const revoke = { original_message_id: original };
    const message = await told(user, receiver, { type: 'revoke', revoke });
    expect(message).toMatchObject({ type: 'revoke', revoke });
    const expected = [{ id: original, content: { type: 'text' }, deleted_at: expect.any(String) }];
    expect(await shown(user)).toMatchObject(expected);
    expect(JSON.stringify(await shown(user))).not.toContain('Secret');
    // The provider may tell of it twice; the person cannot delete it twice.
    expect((await user.write(ADA, { type: 'revoke', revoke, id: message['id'] })).status).toBe(200);
    expect((await user.write(ADA, { type: 'revoke', revoke })).json).toMatchObject({
      error: { field: 'revoke.original_message_id' },
    });
    await user.stop();
    await using again = await SandboxUser.start({}, user.folder);
    expect(await shown(again)).toMatchObject(expected);
  });

  it.each(['edit', 'revoke'])('nobody can %s what somebody else wrote', async (type) => {
    await using user = await SandboxUser.start();
    const theirs = idOf(await user.sendHello());
    const part = { original_message_id: theirs, message: { type: 'text', text: { body: 'x' } } };
    const answer = await user.write(ADA, { type, [type]: part });
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { field: `${type}.original_message_id` } });
    expect((await shown(user))[0]).toMatchObject({ edited_at: null, deleted_at: null });
  });

  it.each([
    [{ type: 'reaction', reaction: { message_id: '', emoji: '👍' } }, 'reaction.message_id'],
    [{ type: 'revoke', revoke: { original_message_id: '' } }, 'revoke.original_message_id'],
  ])('nothing reaches into the chat of somebody else: %j', async (message, field) => {
    await using user = await SandboxUser.start();
    const theirs = idOf(await user.write(ADA, { type: 'text', text: { body: 'Mine' } }));
    const answer = await user.write('+15550009999', JSON.parse(JSON.stringify(message).replace('""', `"${theirs}"`)));
    expect(answer.json).toMatchObject({ error: { field, message: expect.stringContaining('another chat') } });
    expect(await shown(user)).toMatchObject([{ reactions: [], deleted_at: null }]);
  });

  it('neither opens the service window', async () => {
    await using user = await SandboxUser.start();
    await user.write(ADA, { type: 'revoke', revoke: { original_message_id: 'wamid.OLD' } });
    const { data } = (await user.request('GET', `/_sandbox/people/${ADA}/chats`)).read<{
      data: Record<string, unknown>[];
    }>();
    expect(data[0]).toMatchObject({ window_closes_at: null, last_message: null });
  });
});

interface Grace {
  id: string;
  user_id: string;
  username: string | null;
}

it('a person who changes the number keeps the chats, and the business is told of the old and the new one', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.write(ADA, { type: 'text', text: { body: 'Hi' } });
  const before = (await user.request('GET', `/_sandbox/people/${ADA}`)).read<{ id: string; user_id: string }>();
  const path = `/_sandbox/people/${ADA}/number`;
  for (const [phone, status] of [
    ['nobody', 400],
    [ADA, 409],
  ] as const) {
    expect((await user.request('POST', path, { phone })).status).toBe(status);
  }
  const after = (await user.request('POST', path, { phone: '+15550003333' })).read<{ id: string; user_id: string }>();
  expect(after).toMatchObject({ id: before.id, phone: '+15550003333', wa_id: '15550003333' });
  expect(after.user_id).not.toBe(before.user_id);
  const system = await eventually(() => receiver.elements<Element>('messages').find(({ type }) => type === 'system'));
  expect(system).toMatchObject({
    from: '15550001111',
    system: {
      type: 'user_changed_number',
      wa_id: '15550003333',
      user_id: after.user_id,
      previous_user_id: before.user_id,
    },
  });
  await user.stop();
  await using again = await SandboxUser.start({}, user.folder);
  expect((await again.request('GET', `/_sandbox/people/${ADA}`)).status).toBe(404);
  const chats = await again.request('GET', '/_sandbox/people/+15550003333/chats');
  const [newest] = chats.read<{ data: unknown[] }>().data;
  expect(newest).toMatchObject({ last_message: { type: 'system' } });
});

it('a person without a phone who gets another user id keeps the chats, and the business is told of both ids', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const { data } = (await user.request('GET', '/_sandbox/people')).read<{ data: Grace[] }>();
  const before = data.find(({ username }) => username === 'grace.h');
  if (!before) throw new Error('Grace is not there.');
  await user.write(before.id, { type: 'text', text: { body: 'Hi' } });
  const after = (await user.request('POST', `/_sandbox/people/${before.id}/user_id`)).read<Grace>();
  expect(after).toMatchObject({ id: before.id, username: 'grace.h', user_id: expect.stringMatching(/^US\.\d{20}$/) });
  expect(after.user_id).not.toBe(before.user_id);
  const told = await eventually(() => receiver.elements<Element>('messages').find(({ type }) => type === 'system'));
  expect(told).toMatchObject({
    from_user_id: before.user_id,
    system: { type: 'user_changed_user_id', user_id: after.user_id, previous_user_id: before.user_id },
  });
  expect((await user.request('POST', `/_sandbox/people/${ADA}/user_id`)).status).toBe(409);
  await user.stop();
  await using again = await SandboxUser.start({}, user.folder);
  expect((await again.request('GET', `/_sandbox/people/${before.user_id}`)).status).toBe(404);
  expect((await again.request('GET', `/_sandbox/people/${after.user_id}`)).json).toMatchObject({ id: before.id });
});

it.each(['image', 'video', 'audio', 'document', 'sticker'])(
  'a file that is too large for the business comes as %s without the file, with 131052',
  async (type) => {
    await using user = await SandboxUser.start();
    await using receiver = await WebhookReceiver.listen(user);
    expect((await user.write(ADA, { type, [type]: { too_large: true } })).status).toBe(200);
    const told = await eventually(() => receiver.elements<Element>('messages')[0]);
    expect(told).toMatchObject({ type, errors: [{ code: 131052, title: 'Media download error' }] });
    expect(told).not.toHaveProperty(type);
    expect((await user.write(ADA, { type, [type]: { too_large: 'very' } })).status).toBe(400);
  },
);

describe('answers to what the business asks', () => {
  it('a contact that was asked for comes with a vCard and its origin; any other does not', async () => {
    await using user = await SandboxUser.start({ service_window: 'off' });
    await using receiver = await WebhookReceiver.listen(user);
    const question = idOf(
      await user.send({
        type: 'interactive',
        interactive: {
          type: 'request_contact_info',
          body: { text: 'Your number?' },
          action: { name: 'request_contact_info' },
        },
      }),
    );
    const contacts = [
      { name: { formatted_name: 'Bo; Li', first_name: 'Bo' }, phones: [{ phone: '+1 555', wa_id: '1555' }] },
    ];
    const answer = { type: 'contacts', contacts, context: { message_id: question } };
    expect(await told(user, receiver, answer)).toMatchObject({
      origin: 'contact_request',
      contacts: [{ ...contacts[0], vcard: expect.stringContaining('FN:Bo\\; Li\nTEL;type=CELL;waid=1555:+1 555') }],
      context: { id: question, from: '15550783881' },
    });
    const other = await told(user, receiver, { type: 'contacts', contacts });
    expect(other).toMatchObject({ origin: 'other', contacts });
    expect(JSON.stringify(other)).not.toContain('vcard');
  });

  it('a question about a product names the product beside the message', async () => {
    await using user = await SandboxUser.start();
    await using receiver = await WebhookReceiver.listen(user);
    const question = idOf(await user.sendHello());
    const referred_product = { catalog_id: '1', product_retailer_id: 'bread' };
    const context = { message_id: question, referred_product };
    const message = await told(user, receiver, { type: 'text', text: { body: 'Is it fresh?' }, context });
    expect(message['context']).toEqual({ from: '15550783881', id: question, referred_product });
  });

  it('a permission to call ends after seven days unless it is for ever', async () => {
    await using user = await SandboxUser.start();
    await using receiver = await WebhookReceiver.listen(user);
    const reply = (more: Record<string, unknown>) => ({
      type: 'interactive',
      interactive: { type: 'call_permission_reply', call_permission_reply: more },
    });
    const accepted = await told(user, receiver, reply({ response: 'accept' }));
    const ends = Number(accepted['timestamp']) + 7 * 86_400;
    expect(accepted['interactive']).toEqual({
      type: 'call_permission_reply',
      call_permission_reply: {
        response: 'accept',
        is_permanent: false,
        response_source: 'user_action',
        expiration_timestamp: expect.stringMatching(new RegExp(`^(${ends}|${ends + 1})$`)),
      },
    });
    for (const more of [{ response: 'accept', is_permanent: true }, { response: 'reject' }]) {
      expect(JSON.stringify(await told(user, receiver, reply(more)))).not.toContain('expiration_timestamp');
    }
  });
});

const reply = (type: string, part: unknown) => ({ type: 'interactive', interactive: { type, [type]: part } });
const product = { product_retailer_id: 'a', quantity: 1, item_price: 1, currency: 'USD' };
const order = (more: Record<string, unknown>) => ({
  type: 'order',
  order: { catalog_id: '1', product_items: [{ ...product, ...more }] },
});

it('an advertisement that brought the person is told beside the message, and the chat keeps it', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const referral = { source_type: 'ad', source_id: '1', headline: 'Sale' };
  expect(await told(user, receiver, { type: 'text', text: { body: 'Hi' }, referral })).toMatchObject({ referral });
  expect(await shown(user)).toMatchObject([{ content: { text: { body: 'Hi' }, referral } }]);
});

it('whatever is in a message of a person, it is taken or refused in words', () => {
  const kinds = [
    'text',
    'image',
    'location',
    'contacts',
    'reaction',
    'interactive',
    'order',
    'edit',
    'revoke',
    'system',
  ];
  const keys = fc.constantFrom('type', 'body', 'id', 'emoji', 'product_items', 'message', 'text', 'name', 'nfm_reply');
  fc.assert(
    fc.property(fc.constantFrom(...kinds), fc.oneof(fc.jsonValue(), fc.object({ key: keys })), (type, content) => {
      try {
        expect(checkContent(kindOf({ type }), { type, [type]: content })).toEqual(content);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
        expect((error as Refusal).field).toMatch(/^\w/);
      }
    }),
    { numRuns: 3000 },
  );
});

describe('what no phone could send is refused in words that name the field', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ type: 'text', text: { body: '' } }, 'text.body'],
    [{ type: 'text', text: { body: 'x'.repeat(65_537) } }, 'text.body'],
    [{ type: 'text', text: { body: 'x' }, context: 'wamid' }, 'context'],
    [{ type: 'text', text: { body: 'x' }, context: { message_id: 5 } }, 'context.message_id'],
    [{ type: 'text', text: { body: 'x' }, referral: 'ad' }, 'referral'],
    [{ type: 'audio', audio: { id: '1', voice: 'yes' } }, 'audio.voice'],
    [{ type: 'image', image: { id: '1', caption: 7 } }, 'image.caption'],
    [{ type: 'location', location: { latitude: 91, longitude: 0 } }, 'location.latitude'],
    [{ type: 'location', location: { latitude: 0, longitude: '0' } }, 'location.longitude'],
    [{ type: 'contacts', contacts: [] }, 'contacts'],
    [{ type: 'contacts', contacts: [{ name: {} }] }, 'contacts[0].name.formatted_name'],
    [{ type: 'contacts', contacts: [{ name: { formatted_name: 'A' }, phones: ['1'] }] }, 'contacts[0].phones'],
    [{ type: 'reaction', reaction: { message_id: 'm', emoji: 'ok' } }, 'reaction.emoji'],
    [{ type: 'reaction', reaction: { message_id: 'm', emoji: '👍👍' } }, 'reaction.emoji'],
    [{ type: 'button', button: { text: 'Yes' } }, 'button.payload'],
    [{ type: 'interactive', interactive: { type: 'poll' } }, 'interactive.type'],
    [reply('button_reply', { id: 'b' }), 'interactive.button_reply.title'],
    [reply('list_reply', undefined), 'interactive.list_reply'],
    [reply('nfm_reply', { name: 'quiz', body: 'x', response_json: '{}' }), 'interactive.nfm_reply.name'],
    [reply('nfm_reply', { name: 'flow', body: 'x', response_json: '[1]' }), 'interactive.nfm_reply.response_json'],
    [reply('nfm_reply', { name: 'flow', body: 'x', response_json: '{' }), 'interactive.nfm_reply.response_json'],
    [
      reply('nfm_reply', { name: 'address_message', body: 'x', response_json: '{}' }),
      'interactive.nfm_reply.response_json',
    ],
    [reply('call_permission_reply', { response: 'maybe' }), 'interactive.call_permission_reply.response'],
    [{ type: 'order', order: { catalog_id: '1', product_items: [] } }, 'order.product_items'],
    [order({ quantity: 0 }), 'order.product_items[0].quantity'],
    [order({ quantity: 1.5 }), 'order.product_items[0].quantity'],
    [order({ item_price: '1' }), 'order.product_items[0].item_price'],
    [order({ currency: 'usd' }), 'order.product_items[0].currency'],
    [{ type: 'edit', edit: { original_message_id: 'm', message: { type: 'sticker' } } }, 'edit.message.type'],
    [{ type: 'revoke', revoke: {} }, 'revoke.original_message_id'],
    [{ type: 'unsupported', unsupported: {} }, 'unsupported.type'],
    [{ type: 'system', system: { type: 'user_changed_number' } }, 'system.body'],
  ])('%j: %s', async (message, field) => {
    await using user = await SandboxUser.start();
    const answer = await user.write(ADA, message);
    expect(answer.status, answer.text).toBe(400);
    expect(answer.json).toEqual({ error: { message: expect.stringMatching(/\w+ \w+/), field } });
    expect(await shown(user)).toEqual([]);
  });

  it.each(['❤️', '❤', '👍🏽', '🏳️‍🌈', '👨‍👩‍👧', '1️⃣', ''])('but %j is a reaction', async (emoji) => {
    await using user = await SandboxUser.start();
    const message_id = idOf(await user.sendHello());
    const answer = await user.write(ADA, { type: 'reaction', reaction: { message_id, emoji } });
    expect(answer.status, answer.text).toBe(200);
  });
});
