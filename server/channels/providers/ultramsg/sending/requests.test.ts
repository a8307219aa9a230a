import { describe, expect, it } from 'vitest';
import { lanes } from '#channels/lanes.ts';
import type { OutboundMessage } from '#channels/provider.ts';
import { samples } from '#channels/providers/ultramsg/content/samples.fixture.ts';
import { buildMarkAsRead, buildSend } from './requests.ts';

const settings = {
  baseUrl: 'https://api.ultramsg.com',
  apiVersion: '',
  businessAccountId: 'instance1150',
  options: {},
  webhookUrl: null,
};
const secrets = { accessToken: 'secret token', appSecrets: [], verifyToken: 'key' };
const message: OutboundMessage = {
  recipient: { kind: 'phone', value: '+15550002222' },
  content: samples.text,
  callbackData: 'a1:x',
  lane: 'service',
  expiresAt: Temporal.Instant.from('2026-11-22T12:00:00Z'),
};

function build(change: Partial<OutboundMessage> = {}) {
  const request = buildSend({ ...message, ...change }, { externalId: 'instance1150' }, settings, secrets);
  return { path: request.path, form: Object.fromEntries(new URLSearchParams(request.body)) };
}

const common = { token: 'secret token', to: '15550002222@c.us', priority: '3', referenceId: 'a1:x' };

describe('the request of a send', () => {
  it.each<[keyof typeof samples, string, Record<string, string>]>([
    ['text', 'chat', { body: 'Hello 👋 https://example.com?a=1&b=2' }],
    ['image', 'image', { image: 'https://cdn.example.com/cat.jpg', caption: 'A cat' }],
    ['video', 'video', { video: 'https://cdn.example.com/a.mp4', caption: 'A video' }],
    ['audio', 'audio', { audio: 'https://cdn.example.com/a.mp3' }],
    ['voice', 'voice', { audio: 'https://cdn.example.com/a.ogg' }],
    [
      'document',
      'document',
      { filename: 'Invoice 5.pdf', document: 'https://cdn.example.com/a.pdf', caption: 'Yours' },
    ],
    ['sticker', 'sticker', { sticker: 'https://cdn.example.com/a.webp' }],
    ['location', 'location', { address: 'Here\n1 Road', lat: '37.44', lng: '-122.16' }],
  ])('of %s goes to messages/%s as a form', (kind, endPoint, fields) => {
    expect(build({ content: samples[kind] })).toEqual({
      path: `/instance1150/messages/${endPoint}`,
      form: { ...common, ...fields },
    });
  });

  it('of a card goes as a vCard', () => {
    const { path, form } = build({ content: samples.contacts });
    expect(path).toBe('/instance1150/messages/vcard');
    expect(form['vcard']).toMatch(/^BEGIN:VCARD\nVERSION:3\.0\n[^]*\nEND:VCARD$/);
  });

  it('of a reaction names the message and nobody else', () => {
    const { message_id: msgId, emoji } = samples.reaction.reaction;
    const { path, form } = build({ content: samples.reaction, replyToProviderId: 'another' });
    expect(path).toBe('/instance1150/messages/reaction');
    expect(form).toEqual({ token: 'secret token', priority: '3', referenceId: 'a1:x', msgId, emoji });
    const none = { type: 'reaction', reaction: { message_id: msgId, emoji: '' } };
    expect(build({ content: none }).form).toHaveProperty('emoji', '');
  });

  it('quotes what it answers', () => {
    expect(build({ replyToProviderId: 'false_15550002222@c.us_3EB0' }).form).toHaveProperty(
      'msgId',
      'false_15550002222@c.us_3EB0',
    );
  });

  it('mentions people by their chats', () => {
    const content = { type: 'text', text: { body: 'Hi', mentions: ['+15550003333', '133346537541875@lid'] } };
    expect(build({ content }).form).toHaveProperty('mentions', '15550003333@c.us,133346537541875@lid');
  });

  it('names hidden numbers and groups as WhatsApp does', () => {
    expect(build({ recipient: { kind: 'provider_user', value: '133346537541875@lid' } }).form['to']).toBe(
      '133346537541875@lid',
    );
    expect(build({ recipient: { kind: 'group', value: '120363096187630544@g.us' } }).form['to']).toBe(
      '120363096187630544@g.us',
    );
  });

  it('is the more urgent, the more urgent its lane is', () => {
    const priorities = lanes.map((lane) => [lane, build({ lane }).form['priority']]);
    expect(Object.fromEntries(priorities)).toEqual({
      authentication: '0',
      service: '3',
      transactional: '5',
      marketing: '10',
    });
  });

  it('of a document without a name has the one of its link', () => {
    const nameOf = (link: string) => build({ content: { type: 'document', document: { link } } }).form['filename'];
    expect(nameOf('https://cdn.example.com/files/Invoice%205.pdf?sig=x')).toBe('Invoice 5.pdf');
    expect(nameOf('https://cdn.example.com/')).toBe('document');
    expect(nameOf('https://cdn.example.com/%E0%A4%A')).toBe('%E0%A4%A');
  });

  it('of a place without words shows its degrees', () => {
    const content = { type: 'location', location: { latitude: 1.5, longitude: -2 } };
    expect(build({ content }).form['address']).toBe('1.5, -2');
  });

  it('of a place has decimal degrees, however they were written', () => {
    const degrees = (latitude: unknown, longitude: unknown) => {
      const { form } = build({ content: { type: 'location', location: { latitude, longitude } } });
      return [form['lat'], form['lng']];
    };
    expect(degrees('+12.50', -1e-7)).toEqual(['12.5', '-0.0000001']);
    expect(degrees(0, '100')).toEqual(['0', '100']);
    expect(degrees(-0, 48.8583701)).toEqual(['0', '48.8583701']);
  });

  it('has the token in the form and nowhere else', () => {
    const request = buildSend(message, { externalId: '1150' }, settings, secrets);
    expect(request.path).toBe('/instance1150/messages/chat');
    expect(request.headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
  });
});

it('a read mark is for the chat that the message came in', () => {
  const bodyOf = (id: string) =>
    Object.fromEntries(
      new URLSearchParams(buildMarkAsRead(id, true, { externalId: 'instance1150' }, settings, secrets).body),
    );
  expect(bodyOf('false_15550002222@c.us_3EB0')).toEqual({ token: 'secret token', chatId: '15550002222@c.us' });
  expect(bodyOf('false_120363@g.us_3EB0_15550003333@c.us')).toHaveProperty('chatId', '120363@g.us');
});
