import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { twilioSms, twilioWhatsapp } from '#channels/providers/twilio/twilio.ts';

const accountSid = 'AC00112233445566778899aabbccddeeff';
const sid = (letters: string, n: number) => letters + String(n).padStart(32, '0');
const decode = (fields: Record<string, string>, query = '', provider = twilioSms) =>
  provider.decodeWebhook(new TextEncoder().encode(new URLSearchParams(fields).toString()), query);
const onWhatsapp = (fields: Record<string, string>, query = '') => decode(fields, query, twilioWhatsapp);

const common = { AccountSid: accountSid, ApiVersion: '2010-04-01' };
const status = (change: Record<string, string>) => ({
  ...common,
  MessageSid: sid('SM', 1),
  SmsSid: sid('SM', 1),
  MessageStatus: 'delivered',
  From: '+15557122661',
  To: '+15005550006',
  ...change,
});
const inbound = (change: Record<string, string>) => ({
  ...common,
  MessageSid: sid('SM', 2),
  SmsSid: sid('SM', 2),
  SmsMessageSid: sid('SM', 2),
  SmsStatus: 'received',
  NumMedia: '0',
  NumSegments: '1',
  From: '+15005550006',
  To: '+15557122661',
  Body: 'Hello',
  ...change,
});

describe('a status callback', () => {
  it('names the attempt that our address was made for, the message and both sides', () => {
    expect(decode(status({ RawDlrDoneDate: '2611221200', SomethingNew: 'x' }), 'm=a1:x')).toEqual([
      {
        kind: 'status',
        contentKey: `status:${sid('SM', 1)}:delivered`,
        senderExternalId: '+15557122661',
        providerMessageId: sid('SM', 1),
        status: 'delivered',
        providerStatus: 'delivered',
        at: { epochSeconds: null, suspicious: false },
        callbackData: 'a1:x',
        recipient: { waId: '15005550006' },
      },
    ]);
  });

  it.each([
    ['queued', 'other'],
    ['accepted', 'other'],
    ['scheduled', 'other'],
    ['sending', 'other'],
    ['partially_delivered', 'other'],
    ['something_new', 'other'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['undelivered', 'failed'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
  ])('of %s is %s', (word, known) => {
    expect(decode(status({ MessageStatus: word }))).toMatchObject([{ status: known, providerStatus: word }]);
  });

  it('of a failure has the error, its words and what follows from it', () => {
    const failed = {
      MessageStatus: 'undelivered',
      ErrorCode: '21610',
      ErrorMessage: 'Attempt to send to unsubscribed',
    };
    expect(decode(status(failed))).toMatchObject([
      { error: { code: '21610', title: 'Attempt to send to unsubscribed' }, row: { suppress: 'stop' } },
    ]);
    expect(onWhatsapp(status({ MessageStatus: 'failed', ErrorCode: '63016' }))).toMatchObject([
      { error: { code: '63016' }, row: { provider: 'twilio-whatsapp', reroute: 'template' } },
    ]);
    expect(decode(status({ MessageStatus: 'failed' }))).toMatchObject([
      { error: { code: 'failed' }, row: { code: 'unlisted' } },
    ]);
    expect(decode(status({ MessageStatus: 'canceled' }))).toMatchObject([{ row: { code: 'canceled' } }]);
  });

  it('of WhatsApp is read without the prefixes of its addresses, also where they are missing', () => {
    const said = {
      From: 'whatsapp:+15557122661',
      To: 'whatsapp:+15005550006',
      EventType: 'READ',
      MessageStatus: 'read',
    };
    for (const fields of [said, { ...said, From: '+15557122661', To: '+15005550006' }]) {
      expect(onWhatsapp(status(fields))).toMatchObject([
        { status: 'read', senderExternalId: '+15557122661', recipient: { waId: '15005550006' } },
      ]);
    }
  });

  it('names the messaging service beside the number that it chose', () => {
    expect(decode(status({ MessagingServiceSid: sid('MG', 1) }))).toMatchObject([
      { senderExternalId: '+15557122661', otherSenderExternalId: sid('MG', 1) },
    ]);
    const { From: _, ...nameless } = status({ MessagingServiceSid: sid('MG', 1) });
    expect(decode(nameless)).toMatchObject([{ senderExternalId: sid('MG', 1) }]);
  });
});

describe('a message of somebody', () => {
  it('has its words, who wrote it and to whom', () => {
    expect(decode(inbound({ FromCity: 'PARIS' }))).toEqual([
      {
        kind: 'message',
        contentKey: `message:+15557122661:${sid('SM', 2)}`,
        senderExternalId: '+15557122661',
        providerMessageId: sid('SM', 2),
        from: { waId: '15005550006' },
        at: { epochSeconds: null, suspicious: false },
        content: { type: 'text', text: { body: 'Hello' } },
        supported: true,
        text: 'Hello',
        opensWindow: true,
      },
    ]);
  });

  it('has each file as a message, the first with the words', () => {
    const media = (n: number) =>
      `https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages/${sid('MM', 3)}/Media/${sid('ME', n)}`;
    const events = decode(
      inbound({
        MessageSid: sid('MM', 3),
        NumMedia: '3',
        Body: 'Look',
        MediaUrl0: media(0),
        MediaContentType0: 'image/jpeg',
        MediaUrl1: media(1),
        MediaContentType1: 'text/vcard',
        MediaUrl2: 'https://elsewhere.example/a.mp4',
        MediaContentType2: 'video/mp4',
      }),
    );
    const mediaId = (n: number) => `${accountSid}/${sid('MM', 3)}/${sid('ME', n)}`;
    expect(events).toMatchObject([
      {
        providerMessageId: sid('MM', 3),
        content: { type: 'image', image: { id: mediaId(0), mime_type: 'image/jpeg', caption: 'Look' } },
        text: 'Look',
        media: { kind: 'image', mediaId: mediaId(0), mimeType: 'image/jpeg' },
      },
      {
        providerMessageId: `${sid('MM', 3)}:1`,
        content: { type: 'document', document: { id: mediaId(1) } },
        media: { kind: 'document' },
      },
      {
        providerMessageId: `${sid('MM', 3)}:2`,
        content: { type: 'video', video: { link: 'https://elsewhere.example/a.mp4' } },
      },
    ]);
    expect(events[1]).not.toHaveProperty('text');
    expect(events[2]).not.toHaveProperty('media');
    expect(new Set(events.map(({ contentKey }) => contentKey)).size).toBe(3);
  });

  it('with a file that is only announced is still there', () => {
    expect(decode(inbound({ NumMedia: '1', Body: '' }))).toMatchObject([
      { content: { type: 'document', document: {} } },
    ]);
    for (const NumMedia of ['-1', '1e9', 'x', ''])
      expect(decode(inbound({ NumMedia }))).toMatchObject([{ content: { type: 'text' } }]);
    expect(decode(inbound({ NumMedia: '99999' }))).toHaveLength(10);
  });

  it('can be a place, a tap on a button, or an answer', () => {
    const place = { Latitude: '52.52', Longitude: '-13.4', Label: 'Shop', Address: 'Main street 1', Body: '' };
    expect(onWhatsapp(inbound(place))).toMatchObject([
      {
        content: {
          type: 'location',
          location: { latitude: 52.52, longitude: -13.4, name: 'Shop', address: 'Main street 1' },
        },
      },
    ]);
    for (const Latitude of ['NaN', '1e9', '91', '']) {
      expect(onWhatsapp(inbound({ ...place, Latitude, Body: 'Here' }))).toMatchObject([
        { content: { type: 'text', text: { body: 'Here' } } },
      ]);
    }
    const tap = { ButtonText: 'Stop', ButtonPayload: 'p1', Body: 'Stop', OriginalRepliedMessageSid: sid('SM', 9) };
    expect(onWhatsapp(inbound(tap))).toMatchObject([
      {
        content: { type: 'button', button: { text: 'Stop', payload: 'p1' } },
        text: 'Stop',
        replyToProviderId: sid('SM', 9),
      },
    ]);
  });

  it('of somebody whom Twilio took out has their word, whatever words they used', () => {
    expect(decode(inbound({ Body: 'Laat me met rust', OptOutType: 'STOP' }))).toMatchObject([
      { text: 'STOP', content: { text: { body: 'Laat me met rust' } } },
    ]);
    expect(decode(inbound({ Body: 'YES', OptOutType: 'start' }))).toMatchObject([{ text: 'START' }]);
    expect(decode(inbound({ Body: 'INFO', OptOutType: 'HELP' }))).toMatchObject([{ text: 'INFO' }]);
  });

  it('of somebody without a phone is known by their business-scoped id', () => {
    const nameless = { From: 'whatsapp:US.1349', ExternalUserId: 'whatsapp:US.1349', ProfileName: 'Anna\u202e' };
    expect(onWhatsapp(inbound(nameless))).toMatchObject([{ from: { providerUserId: 'US.1349', profileName: 'Anna' } }]);
    const both = { From: 'whatsapp:+15005550006', WaId: '15005550006', ExternalUserId: 'whatsapp:US.1349' };
    expect(onWhatsapp(inbound(both))).toMatchObject([{ from: { waId: '15005550006', providerUserId: 'US.1349' } }]);
    expect(decode(inbound({ From: 'VERIZON' }))).toMatchObject([{ from: { providerUserId: 'VERIZON' } }]);
    expect(decode(inbound({ From: '24273' }))).toMatchObject([{ from: { providerUserId: '24273' } }]);
  });

  it('in base64 is read when it cannot be meant as it is', () => {
    const said = 'Die Straße ist gesperrt, wir kommen später. Können wir morgen reden?';
    const encoded = Buffer.from(said).toString('base64');
    const bodyOf = (Body: string) => decode(inbound({ Body })).map((event) => 'content' in event && event.content);
    expect(bodyOf(encoded)).toEqual([{ type: 'text', text: { body: said } }]);
    for (const Body of [Buffer.from('Hi there').toString('base64'), 'A'.repeat(64), `${encoded} `.repeat(2).trim()])
      expect(bodyOf(Body)).toEqual([{ type: 'text', text: { body: Body } }]);
  });

  it('tells what led the person here', () => {
    const referral = { ReferralSourceUrl: 'https://fb.example/1', ReferralHeadline: 'Sale' };
    expect(onWhatsapp(inbound(referral))).toMatchObject([
      { content: { referral: { source_url: 'https://fb.example/1', headline: 'Sale' } } },
    ]);
  });

  it('of a length that nobody writes is cut, and says so', () => {
    const [event] = decode(inbound({ Body: 'x '.repeat(40_000) }));
    expect(event).toMatchObject({ content: { truncated: true } });
    expect(JSON.stringify(event).length).toBeLessThan(70_000);
  });
});

describe('everything else', () => {
  it('is kept with the reason, and with the same key when it comes again', () => {
    for (const fields of [
      { Foo: 'bar' },
      { MessageSid: 'SM1', MessageStatus: 'sent' },
      { MessageSid: 'SM1', To: '+1' },
    ]) {
      const events = decode(fields);
      expect(events).toMatchObject([{ kind: 'unknown', reason: expect.stringMatching(/\.$/) }]);
      expect(decode(fields)).toEqual(events);
    }
  });

  it('no form whatever makes the decoder throw, or return what cannot be stored', () => {
    const names = [
      'MessageSid',
      'MessageStatus',
      'SmsStatus',
      'From',
      'To',
      'Body',
      'NumMedia',
      'MediaUrl0',
      'Latitude',
    ];
    const more = ['Longitude', 'ErrorCode', 'OptOutType', 'ReferralX', 'ButtonText', 'ProfileName', 'ExternalUserId'];
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('received', '+15005550006', '1', 'NaN', ''));
    const fields = fc.array(fc.tuple(fc.constantFrom(...names, ...more), value), { maxLength: 20 });
    fc.assert(
      fc.property(fields, fc.string(), (pairs, query) => {
        const body = new TextEncoder().encode(new URLSearchParams(pairs).toString());
        for (const provider of [twilioSms, twilioWhatsapp]) {
          const events = provider.decodeWebhook(body, query);
          expect(events.length).toBeGreaterThan(0);
          expect(JSON.stringify(events)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        }
      }),
      { numRuns: 500 },
    );
  });
});
