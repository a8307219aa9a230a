import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodedEvent } from '#channels/events.ts';
import { decodeWebhook } from './webhooks.ts';

const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

const received = {
  id: 'false_15550002222@c.us_3EB0',
  from: '15550002222@c.us',
  to: '15550001111@c.us',
  author: '',
  pushname: 'Ann',
  ack: '',
  type: 'chat',
  body: 'Hello',
  media: '',
  fromMe: false,
  self: false,
  isForwarded: false,
  quotedMsg: {},
  mentionedIds: [],
  time: 1_680_509_737,
};

const sent = {
  ...received,
  id: 'true_15550002222@c.us_3EB0ABC',
  from: '15550001111@c.us',
  to: '15550002222@c.us',
  fromMe: true,
  ack: 'pending',
};

function envelope(data: object, more: object = {}) {
  return { event_type: 'message_received', instanceId: '1150', id: '', referenceId: '', data, ...more };
}

function decode(body: unknown): DecodedEvent {
  const events = decodeWebhook(bytes(body), '');
  expect(events).toHaveLength(1);
  return events[0] as DecodedEvent;
}

const message = (change: object = {}) => decode(envelope({ ...received, ...change }));
const acknowledged = (ack: unknown, more: object = {}) =>
  decode(envelope({ ...sent, ack }, { event_type: 'message_ack', id: 44_897, referenceId: 'a1:x', ...more }));

describe('what a person wrote', () => {
  it('is a message of the instance, with who wrote it and when', () => {
    expect(message()).toEqual({
      kind: 'message',
      contentKey: 'message:instance1150:false_15550002222@c.us_3EB0',
      senderExternalId: 'instance1150',
      providerMessageId: 'false_15550002222@c.us_3EB0',
      from: { waId: '15550002222', profileName: 'Ann' },
      at: { epochSeconds: 1_680_509_737, suspicious: false },
      content: { type: 'text', text: { body: 'Hello' } },
      supported: true,
      text: 'Hello',
      opensWindow: true,
    });
  });

  it('is the same in all three generations of webhooks', () => {
    const { id, from, to, ack, type, body, media, fromMe, isForwarded, time } = received;
    const first = { id, from, to, ack, type, body, media, fromMe, isForwarded, time };
    const of2021 = decode({ event_type: 'message_received', instanceId: '1150', data: first });
    const of2023 = message();
    const of2025 = decode(envelope({ ...received, sid: '3EB0' }, { hash: 'x', instanceId: 'instance1150' }));
    expect(of2025).toEqual(of2023);
    expect(of2021).toEqual({ ...of2023, from: { waId: '15550002222' } });
  });

  it('from a hidden number has the id that stands for it, and no phone', () => {
    const id = 'false_133346537541875@lid_3EB0';
    expect(message({ id, from: '133346537541875@lid' })).toHaveProperty('from', {
      providerUserId: '133346537541875@lid',
      profileName: 'Ann',
    });
  });

  it('in a group belongs to the group, and names its writer', () => {
    const id = 'false_120363096187630544@g.us_75E1_15550003333@c.us';
    const from = '120363096187630544@g.us';
    const inGroup = message({ id, from, author: '15550003333@c.us' });
    expect(inGroup).toMatchObject({ groupId: from, from: { waId: '15550003333', profileName: 'Ann' } });
    expect(message({ id, from, author: '' })).toEqual(inGroup);
    expect(message({ id: 'false_120363096187630544@g.us_75E1', from, author: '' })).toMatchObject({
      kind: 'unknown',
      reason: 'The message of a group does not say who wrote it.',
    });
  });

  it.each(['status@broadcast', '1203630@newsletter'])('from %s is none that could be answered', (from) => {
    expect(message({ id: `false_${from}_3EB0`, from })).toMatchObject({
      kind: 'unknown',
      reason: expect.stringMatching(/nobody/),
    });
  });

  it('quotes and forwards as it says', () => {
    const quotedMsg = { id: sent.id, body: 'hi', type: 'chat' };
    expect(message({ quotedMsg, isForwarded: true })).toMatchObject({
      replyToProviderId: sent.id,
      content: { type: 'text', context: { id: sent.id, forwarded: true } },
    });
  });

  const media = 'https://s3.eu-central-1.amazonaws.com/ultramsgmedia/2025/9/1150/abc';
  it.each<[string, object, object]>([
    [
      'an image',
      { type: 'image', media, caption: 'Look' },
      { content: { type: 'image', image: { id: media, caption: 'Look' } }, text: 'Look', media: { kind: 'image' } },
    ],
    [
      'an image of the time before captions',
      { type: 'image', media, body: 'Look' },
      { content: { type: 'image', image: { caption: 'Look' } } },
    ],
    ['a video', { type: 'video', media, body: '' }, { content: { video: { id: media } }, media: { kind: 'video' } }],
    ['a sound', { type: 'audio', media, body: '' }, { content: { audio: { id: media } }, media: { kind: 'audio' } }],
    [
      'a voice note',
      { type: 'ptt', media, body: '' },
      { content: { type: 'audio', audio: { id: media, voice: true } }, media: { kind: 'audio', mediaId: media } },
    ],
    [
      'a document',
      { type: 'document', media, body: 'a.pdf', filename: 'a.pdf', caption: 'see' },
      {
        content: { document: { id: media, filename: 'a.pdf', caption: 'see' } },
        media: { kind: 'document', filename: 'a.pdf' },
      },
    ],
    ['a sticker', { type: 'sticker', media, body: '' }, { content: { sticker: { id: media } } }],
    [
      'a place',
      { type: 'location', body: '/9j/4AAQ', location: { lat: 25.2, lng: '55.27', address: 'Shop\n1 Road' } },
      {
        content: {
          type: 'location',
          location: { latitude: 25.2, longitude: 55.27, name: 'Shop', address: '1 Road' },
        },
      },
    ],
    [
      'a place beside the message',
      { type: 'location', body: '/9j/4AAQ', lat: 1, lng: 2 },
      { content: { location: { latitude: 1, longitude: 2 } } },
    ],
    [
      'a card',
      { type: 'vcard', body: 'BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nTEL;type=CELL;waid=15550009999:+1 555\nEND:VCARD' },
      {
        content: {
          contacts: [
            { name: { formatted_name: 'Ada' }, phones: [{ phone: '+1 555', type: 'CELL', wa_id: '15550009999' }] },
          ],
        },
      },
    ],
  ])('that is %s is shown as such', (_name, change, expected) => {
    expect(message(change)).toMatchObject({ supported: true, ...expected });
  });

  it('keeps no small picture of a map or of a photograph as if somebody had typed it', () => {
    const thumbnail = `/9j/${'A'.repeat(300)}`;
    for (const type of ['location', 'image']) {
      const event = message({ type, body: thumbnail, location: { lat: 1, lng: 2 }, media });
      expect(JSON.stringify(event)).not.toContain('/9j/');
      expect(event).not.toHaveProperty('text');
    }
  });

  it('with a file that UltraMsg keeps to itself says why there is none', () => {
    expect(message({ type: 'image', media: '', body: '' })).toMatchObject({
      supported: true,
      content: { image: {}, errors: [{ title: expect.stringMatching(/webhook_message_download_media/) }] },
    });
  });

  it('as a reaction names its target, wherever that stands', () => {
    const reaction = { content: { type: 'reaction', reaction: { message_id: sent.id, emoji: '👍' } } };
    const event = (data: object) => decode(envelope({ ...received, ...data }, { event_type: 'message_reaction' }));
    expect(event({ type: 'reaction', reaction: { msgId: sent.id, emoji: '👍' } })).toMatchObject(reaction);
    expect(event({ type: 'chat', body: '👍', quotedMsg: { id: sent.id } })).toMatchObject(reaction);
    expect(event({ body: '👍' })).toMatchObject({ supported: false, content: { provider_type: 'reaction' } });
  });

  it.each(['revoked', 'call_log', 'something_new'])('of the kind %s is kept, and said to be unsupported', (type) => {
    expect(message({ type })).toMatchObject({
      kind: 'message',
      supported: false,
      opensWindow: false,
      reason: expect.stringContaining(type),
      content: { type: 'unsupported', provider_type: type },
    });
  });
});

describe('what is told of our own messages', () => {
  it.each<[unknown, string]>([
    ['pending', 'accepted'],
    ['server', 'sent'],
    ['device', 'delivered'],
    ['read', 'read'],
    ['played', 'played'],
    [3, 'read'],
    ['SERVER', 'sent'],
    ['', 'accepted'],
    ['something_new', 'accepted'],
  ])('the acknowledgement "%s" is the receipt %s', (ack, status) => {
    expect(acknowledged(ack)).toMatchObject({
      kind: 'status',
      status,
      providerMessageId: sent.id,
      earlierProviderId: 'instance1150:44897',
      callbackData: 'a1:x',
      recipient: { waId: '15550002222' },
    });
  });

  it('the echo of a send teaches the id that WhatsApp gave it, and is never an answer', () => {
    const echo = decode(envelope(sent, { event_type: 'message_create', id: 44_897, referenceId: 'a1:x' }));
    expect(echo).toMatchObject({
      kind: 'status',
      status: 'accepted',
      providerMessageId: sent.id,
      callbackData: 'a1:x',
    });
    expect(echo.contentKey).not.toBe(acknowledged('pending').contentKey);
  });

  it('is found by the reference that stands in the message, by the number, or by the id alone', () => {
    const without = acknowledged('device', { referenceId: '' });
    expect(without).toMatchObject({ earlierProviderId: 'instance1150:44897' });
    expect(without).not.toHaveProperty('callbackData');
    const bare = acknowledged('device', { referenceId: '', id: '' });
    expect(bare).toMatchObject({ kind: 'status', providerMessageId: sent.id });
    expect(bare).not.toHaveProperty('earlierProviderId');
    const inside = envelope({ ...sent, referenceId: 'a1:y' }, { event_type: 'message_ack', referenceId: undefined });
    expect(decode(inside)).toMatchObject({ callbackData: 'a1:y' });
  });

  it('counts once for each step, however often it comes', () => {
    const keys = ['server', 'server', 'device', 'read'].map((ack) => acknowledged(ack).contentKey);
    expect(new Set(keys).size).toBe(3);
  });

  it('to a hidden number has both names of the person', () => {
    const data = { ...sent, id: 'true_133346537541875@lid_3EB0', to: '15550002222@c.us', ack: 'device' };
    expect(decode(envelope(data, { event_type: 'message_ack' }))).toMatchObject({
      recipient: { waId: '15550002222', providerUserId: '133346537541875@lid' },
    });
  });

  it('to a group belongs to the group', () => {
    const data = { ...sent, id: 'true_120363096187630544@g.us_3EB0', to: '120363096187630544@g.us', ack: 'server' };
    expect(decode(envelope(data, { event_type: 'message_ack' }))).toMatchObject({
      groupId: '120363096187630544@g.us',
      recipient: {},
    });
  });

  it('what was typed on the phone itself is news, and no answer of anybody', () => {
    expect(decode(envelope(sent, { event_type: 'message_create' }))).toMatchObject({
      kind: 'account',
      name: 'message.echoed',
      senderExternalId: 'instance1150',
      facts: { message_id: sent.id, to: '15550002222@c.us' },
      value: { body: 'Hello' },
    });
    expect(decode(envelope(sent))).toMatchObject({ kind: 'account' });
  });

  it('is known by the id of the message when "fromMe" is missing', () => {
    const { fromMe: _, ...data } = sent;
    expect(decode(envelope({ ...data, ack: 'read' }, { event_type: 'message_ack', referenceId: 'a' }))).toHaveProperty(
      'status',
      'read',
    );
  });

  it('the echo of what a person wrote is the same message once more', () => {
    expect(decode(envelope(received, { event_type: 'message_create' }))).toEqual(message());
  });
});

describe('a webhook', () => {
  it('may come as a form, with all of it or the message alone in "data"', () => {
    const whole = envelope(received);
    const form = (fields: Record<string, string>) => decode(new URLSearchParams(fields).toString());
    expect(form({ data: JSON.stringify(whole) })).toEqual(message());
    const { event_type: eventType, instanceId } = whole;
    expect(form({ event_type: eventType, instanceId, data: JSON.stringify(received) })).toEqual(message());
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', 'hello', /neither JSON nor a form/],
    ['a form without JSON', 'data=hello', /neither JSON nor a form/],
    ['a list', [], /not an object/],
    ['no event', { instanceId: '1150', data: {} }, /no event_type/],
    ['a new event', { event_type: 'status_changed', instanceId: '1150', data: { id: 'a' } }, /event status_changed/],
    ['no instance', { event_type: 'message_ack', data: { id: 'a' } }, /no instanceId/],
    ['no id', envelope({ ...received, id: '' }), /no id/],
    ['nobody who sent it', envelope({ ...received, from: '', id: 'a' }), /who sent it/],
    [
      'an acknowledgement of what a person wrote',
      envelope(received, { event_type: 'message_ack' }),
      /that a person wrote/,
    ],
  ])('with %s is kept as unknown, with the reason', (_name, body, reason) => {
    expect(decode(body)).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(reason) });
  });

  it('never throws and never vanishes, whatever stands in its fields', () => {
    const anything = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('', 'false_1@c.us_A', '1@g.us', 'true'));
    const names = [...Object.keys(received), 'location', 'reaction', 'caption', 'filename', 'lat', 'lng'];
    const anyData = fc.dictionary(fc.constantFrom(...names), anything);
    const anyEvent = fc.constantFrom('message_received', 'message_create', 'message_ack', 'message_reaction');
    fc.assert(
      fc.property(anyEvent, anyData, anything, (eventType, data, id) => {
        const [event, ...others] = decodeWebhook(
          bytes(envelope({ ...received, ...data }, { event_type: eventType, id, referenceId: id })),
          '',
        );
        expect(others).toEqual([]);
        expect(event?.contentKey.length).toBeGreaterThan(0);
        expect(JSON.stringify(event)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
      }),
      { numRuns: 1000 },
    );
  });
});
