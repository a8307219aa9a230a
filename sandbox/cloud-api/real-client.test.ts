import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { expect, it } from 'vitest';
import { SandboxUser, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';
import { normalizeWebhook } from '@kapso/whatsapp-cloud-api/server';

it('the package @kapso/whatsapp-cloud-api works unmodified with the sandbox as its base URL', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const { phone_number_id: phoneNumberId, waba_id: businessAccountId, access_token: accessToken } = user.account;
  const client = new WhatsAppClient({ baseUrl: user.address, graphVersion: 'v24.0', accessToken });
  const to = '+15550001111';
  const question = idOf(await user.write(to, { type: 'text', text: { body: 'Hello?' } }));

  await client.messages.markRead({ phoneNumberId, messageId: question, typingIndicator: { type: 'text' } });
  await client.messages.sendText({ phoneNumberId, to, body: 'Hello!', contextMessageId: question });
  await client.messages.sendTemplate({
    phoneNumberId,
    to,
    template: { name: 'hello_world', language: { code: 'en_US' } },
  });
  await client.messages.sendReaction({ phoneNumberId, to, reaction: { messageId: question, emoji: '😀' } });
  await client.messages.sendLocation({
    phoneNumberId,
    to,
    location: { latitude: -33.45, longitude: -70.66, name: 'Santiago' },
  });
  await client.messages.sendInteractiveButtons({
    phoneNumberId,
    to,
    bodyText: 'Pick an option',
    buttons: [
      { id: 'accept', title: 'Accept' },
      { id: 'decline', title: 'Decline' },
    ],
  });
  await client.messages.sendInteractiveList({
    phoneNumberId,
    to,
    bodyText: 'Choose',
    buttonText: 'Open',
    sections: [{ title: 'One', rows: [{ id: 'r1', title: 'First' }] }],
  });
  await client.messages.sendInteractiveCtaUrl({
    phoneNumberId,
    to,
    bodyText: 'Look',
    parameters: { displayText: 'Open', url: 'https://example.com/' },
  });

  const file = new Blob([Buffer.from('89504e470d0a1a0a', 'hex')], { type: 'image/png' });
  const { id: mediaId } = await client.media.upload({ phoneNumberId, type: 'image/png', file, fileName: 'a.png' });
  const metadata = await client.media.get({ mediaId, phoneNumberId });
  expect(metadata).toMatchObject({ id: mediaId, mimeType: 'image/png' });
  const bytes = await client.media.download({ mediaId, phoneNumberId, auth: 'always' });
  expect(Buffer.from(bytes as ArrayBuffer).toString('hex')).toBe('89504e470d0a1a0a');
  await client.messages.sendImage({ phoneNumberId, to, image: { id: mediaId, caption: 'A' } });
  await client.media.delete({ mediaId, phoneNumberId });
  await expect(client.media.get({ mediaId, phoneNumberId })).rejects.toThrow();
  const templates = await client.templates.list({ businessAccountId });
  expect(templates.data.map((template) => template.name)).toContain('hello_world');

  await expect(client.messages.sendText({ phoneNumberId, to: '+15550000029', body: 'x' })).rejects.toMatchObject({
    code: 130429,
  });

  const outcomes = (await user.ledger()).map((entry) => `${entry.type} ${entry.outcome}`);
  expect(outcomes).toEqual([
    'read accepted',
    'text accepted',
    'template accepted',
    'reaction accepted',
    'location accepted',
    'interactive accepted',
    'interactive accepted',
    'interactive accepted',
    'image accepted',
    'text rejected:130429',
  ]);
  // A reaction has one status, the other messages have two.
  await eventually(() => (receiver.elements('statuses').length >= 15 ? true : undefined));
  const told = receiver.posts.flatMap((post) => normalizeWebhook(post.json).statuses);
  expect(new Set(told.map((status) => status.status))).toEqual(new Set(['sent', 'delivered']));
});
