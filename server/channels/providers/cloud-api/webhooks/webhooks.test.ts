import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodedEvent } from '#channels/events.ts';
import { decodeWebhook } from './webhooks.ts';

const metadata = { display_phone_number: '15550783881', phone_number_id: '106' };
const contacts = [{ profile: { name: 'Sheena', username: 'sheena.n' }, wa_id: '16505551234', user_id: 'US.1349' }];
const textMessage = {
  from: '16505551234',
  id: 'wamid.IN',
  timestamp: '1749416383',
  type: 'text',
  text: { body: 'Hi' },
};

const decodeText = (text: string) => decodeWebhook(new TextEncoder().encode(text));
const decode = (body: unknown) => decodeText(JSON.stringify(body));
const change = (field: string, value: unknown) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '102', changes: [{ field, value }] }],
});
const decodeMessages = (value: object) =>
  decode(change('messages', { messaging_product: 'whatsapp', metadata, ...value }));

type Of<Kind> = Extract<DecodedEvent, { kind: Kind }>;
function only<Kind extends DecodedEvent['kind']>(kind: Kind, events: DecodedEvent[]): Of<Kind> {
  expect(events.map((event) => event.kind)).toEqual([kind]);
  return events[0] as Of<Kind>;
}
/** The first of the events, which is of this kind; others may follow from it. */
function first<Kind extends DecodedEvent['kind']>(kind: Kind, events: DecodedEvent[]): Of<Kind> {
  return only(kind, events.slice(0, 1));
}
const message = (fields: object, value: object = { contacts }) =>
  first('message', decodeMessages({ ...value, messages: [{ ...textMessage, ...fields }] }));
const status = (fields: object, value: object = {}) =>
  first(
    'status',
    decodeMessages({
      ...value,
      statuses: [{ id: 'wamid.OUT', status: 'sent', timestamp: '1750030073', recipient_id: '16505551234', ...fields }],
    }),
  );

describe('messages', () => {
  it('a text has who, when, what, and opens the window', () => {
    expect(message({ context: { from: '1555', id: 'wamid.OUT' } })).toEqual({
      kind: 'message',
      contentKey: 'message:106:wamid.IN',
      senderExternalId: '106',
      providerMessageId: 'wamid.IN',
      from: { waId: '16505551234', providerUserId: 'US.1349', username: 'sheena.n', profileName: 'Sheena' },
      at: { epochSeconds: 1749416383, suspicious: false },
      content: { type: 'text', text: { body: 'Hi' }, context: { from: '1555', id: 'wamid.OUT' } },
      supported: true,
      text: 'Hi',
      replyToProviderId: 'wamid.OUT',
      opensWindow: true,
    });
  });

  it.each<[string, object, string | undefined]>([
    ['a template button', { type: 'button', button: { payload: 'p', text: 'Stop' } }, 'Stop'],
    [
      'a reply button',
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'a', title: 'Yes' } } },
      'Yes',
    ],
    [
      'a list row',
      { type: 'interactive', interactive: { type: 'list_reply', list_reply: { id: 'a', title: 'Tea' } } },
      'Tea',
    ],
    [
      'a flow answer',
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"a":' } } },
      undefined,
    ],
    ['a caption', { type: 'image', image: { id: '5', caption: 'Look' } }, 'Look'],
    ['a reaction', { type: 'reaction', reaction: { message_id: 'wamid.OUT', emoji: '👍' } }, undefined],
    ['a reaction taken back', { type: 'reaction', reaction: { message_id: 'wamid.OUT' } }, undefined],
    ['contacts', { type: 'contacts', contacts: [{ name: { formatted_name: 'A' } }], origin: 'other' }, undefined],
    ['an order', { type: 'order', order: { catalog_id: '1', product_items: [] } }, undefined],
  ])('%s is kept, with the words that a person chose', (_name, fields, text) => {
    const event = message({ text: undefined, ...fields });
    expect(event).toMatchObject({ supported: true, opensWindow: true, content: fields });
    expect(event.text).toBe(text);
  });

  it.each(['image', 'audio', 'video', 'document', 'sticker'])('%s names its file', (kind) => {
    const file = { id: '1908647269898587', mime_type: 'image/jpeg', sha256: 'abc=', filename: 'a.jpg' };
    expect(message({ type: kind, [kind]: file }).media).toEqual({
      kind,
      mediaId: file.id,
      mimeType: file.mime_type,
      sha256: file.sha256,
      filename: 'a.jpg',
    });
  });

  it('a file that was too large has errors and no file, and is still an image', () => {
    const event = message({
      type: 'image',
      text: undefined,
      errors: [{ code: 131052, title: 'Media download error' }],
    });
    expect(event).toMatchObject({
      supported: true,
      content: { type: 'image', image: {}, errors: [{ code: 131052 }] },
    });
    expect(event.media).toBeUndefined();
  });

  it('what cannot be shown says why', () => {
    const why = (fields: object) => message({ text: undefined, ...fields }).reason;
    expect(why({ type: 'unsupported', unsupported: { type: 'poll_creation' } })).toBe(
      'WhatsApp does not pass on messages of the kind poll_creation.',
    );
    const errors = [{ code: 131051, title: 'Unsupported', error_data: { details: 'Message type is not supported.' } }];
    expect(why({ type: 'unknown', errors })).toBe(
      'WhatsApp did not pass the message on: Message type is not supported.',
    );
    expect(why({ type: 'hologram', hologram: {} })).toBe(
      'Carillon keeps messages of the kind hologram, but cannot show them.',
    );
    expect(message({}).reason).toBeUndefined();
  });

  it('who was asked for a contact says so', () =>
    expect(
      message({ type: 'contacts', text: undefined, contacts: [], origin: 'contact_request' }).content,
    ).toMatchObject({
      type: 'contacts',
      origin: 'contact_request',
    }));

  it.each(['unsupported', 'unknown', 'poll_v9', 'constructor', '__proto__'])(
    'B056: the kind %s is kept and opens the window',
    (type) => {
      const event = message({
        type,
        text: undefined,
        errors: [{ code: 131051 }],
        unsupported: { type: 'poll_creation' },
      });
      expect(event).toMatchObject({
        supported: false,
        opensWindow: true,
        content: { type: 'unsupported', provider_type: type },
      });
    },
  );

  it('a message without a kind has that of its only object, or is kept', () => {
    expect(message({ type: undefined }).content).toMatchObject({ type: 'text', text: textMessage.text });
    expect(message({ type: undefined, text: undefined }).content).toMatchObject({
      type: 'unsupported',
      provider_type: 'none',
    });
  });

  it.each<[string, object]>([
    [
      'an edit',
      { type: 'edit', edit: { original_message_id: 'wamid.A', message: { type: 'text', text: { body: 'STOP' } } } },
    ],
    ['a revoke', { type: 'revoke', revoke: { original_message_id: 'wamid.A' } }],
    [
      'a change of number',
      { type: 'system', system: { type: 'user_changed_number', body: 'A changed', wa_id: '16505550000' } },
    ],
    [
      'a change of user id',
      { type: 'system', system: { type: 'user_changed_user_id', user_id: 'US.2', previous_user_id: 'US.1349' } },
    ],
  ])('%s is kept and opens no window, nor has it words', (_name, fields) => {
    const event = message({ text: undefined, ...fields }, {});
    expect(event).toMatchObject({ supported: true, opensWindow: false, content: fields });
    expect(event.text).toBeUndefined();
  });

  it('what is said in a group names the group beside the one who said it', () => {
    const event = message({ group_id: 'Y2FwaV9ncm91cA' });
    expect(event).toMatchObject({ groupId: 'Y2FwaV9ncm91cA', from: { waId: '16505551234' } });
  });
});

describe('B058: people', () => {
  it.each<[string, object, object, object]>([
    ['without contacts', {}, {}, { waId: '16505551234' }],
    ['by a user id in place of the phone', { from: 'US.1349' }, {}, { providerUserId: 'US.1349' }],
    [
      'by a user id beside the phone',
      { from_user_id: 'US.1', from_parent_user_id: 'US.ENT.2' },
      {},
      { waId: '16505551234', providerUserId: 'US.1', parentProviderUserId: 'US.ENT.2' },
    ],
    [
      'with a username and no phone',
      { from: undefined, from_user_id: 'US.1349' },
      { contacts: [{ profile: { name: 'S', username: 's' }, user_id: 'US.1349' }] },
      { providerUserId: 'US.1349', username: 's', profileName: 'S' },
    ],
    ['by the contacts alone', { from: undefined }, { contacts }, { waId: '16505551234', providerUserId: 'US.1349' }],
    [
      'with another number in the contacts',
      { from: '5511987654321' },
      { contacts: [{ wa_id: '551187654321', profile: { name: 'B' } }] },
      { waId: '5511987654321', profileName: 'B' },
    ],
    [
      'of a changed user id that only the note names',
      { from: undefined, type: 'system', system: { previous_user_id: 'US.1', user_id: 'US.2' } },
      {},
      { providerUserId: 'US.1' },
    ],
    ['with a plus', { from: '+1650' }, {}, { waId: '1650' }],
    ['as a number', { from: 16505551234 }, {}, { waId: '16505551234' }],
  ])('%s', (_name, fields, value, person) => expect(message(fields, value).from).toMatchObject(person));

  it('of several contacts the right one is taken', () => {
    const two = [
      { wa_id: '1', profile: { name: 'One' } },
      { wa_id: '2', profile: { name: 'Two' } },
    ];
    expect(message({ from: '2' }, { contacts: two }).from).toEqual({ waId: '2', profileName: 'Two' });
    expect(message({ from: '3' }, { contacts: two }).from).toEqual({ waId: '3' });
  });

  it('B059: a name is cleaned of what disturbs a screen', () => {
    const name = (value: unknown) =>
      message({}, { contacts: [{ wa_id: '16505551234', profile: { name: value } }] }).from.profileName;
    expect(name('\u202eevil\u0000\u0007 <b>')).toBe('evil <b>');
    expect(name('👨‍👩‍👧')).toBe('👨‍👩‍👧');
    expect(name('x'.repeat(10_000))).toHaveLength(256);
    expect(name('😀'.repeat(200))?.isWellFormed()).toBe(true);
    expect(name(' \n ')).toBeUndefined();
    expect(name({ a: 1 })).toBeUndefined();
  });
});

describe('B057: times', () => {
  it.each<[unknown, number | null]>([
    ['1749416383', 1749416383],
    [1749416383, 1749416383],
    ['1749416383000', null],
    [1749416383000, null],
    ['-5', null],
    [-5, null],
    ['abc', null],
    ['', null],
    [null, null],
    [undefined, null],
    ['1e9', null],
    [{}, null],
    [0, null],
    [99999999999, null],
  ])('%s is %s', (timestamp, epochSeconds) => {
    expect(message({ timestamp }).at).toEqual({ epochSeconds, suspicious: epochSeconds === null });
  });
});

describe('statuses', () => {
  it.each(['sent', 'delivered', 'read', 'played', 'failed'] as const)('%s is known', (word) =>
    expect(status({ status: word })).toMatchObject({ status: word, providerStatus: word }),
  );

  it.each(['warning', 'deleted', 'constructor'])('B064: %s is kept without a rank', (word) => {
    expect(status({ status: word })).toMatchObject({ status: 'other', providerStatus: word });
  });

  it('carries our data, the price and the person', () => {
    const pricing = { billable: true, pricing_model: 'PMP', category: 'marketing' };
    const event = status({ biz_opaque_callback_data: 'a1:x', pricing, recipient_user_id: 'US.1349' }, { contacts });
    expect(event).toMatchObject({
      callbackData: 'a1:x',
      pricing,
      recipient: { waId: '16505551234', providerUserId: 'US.1349', profileName: 'Sheena' },
    });
    expect(event.contentKey).toBe('status:106:wamid.OUT:sent:1750030073');
  });

  it('a failure has its error and the row that explains it', () => {
    const errors = [
      { code: 131049, title: 'Withheld', message: 'Withheld', error_data: { details: 'ecosystem' } },
      { code: 1 },
    ];
    expect(status({ status: 'failed', errors })).toMatchObject({
      error: { code: '131049', details: 'ecosystem' },
      row: { code: '131049', reaction: 'fail' },
    });
    expect(
      status({ status: 'failed', errors: Array.from({ length: 1000 }, () => ({ code: '5', title: '<b>' })) }),
    ).toMatchObject({ error: { code: '5' } });
    expect(status({ status: 'failed' })).not.toHaveProperty('error');
  });

  it('of a payment says nothing of the message', () => {
    expect(status({ type: 'payment', status: 'failed' })).toMatchObject({
      status: 'other',
      providerStatus: 'payment_failed',
    });
  });

  it('of a group is one for each participant', () => {
    const group = { recipient_type: 'group', recipient_id: 'Y2FwaQ' };
    const a = status({ ...group, recipient_participant_id: '1650' });
    const b = status({ ...group, participant_recipient_id: '1651' });
    expect(a).toMatchObject({ recipient: { waId: '1650' }, groupId: 'Y2FwaQ' });
    expect(a.contentKey).not.toBe(b.contentKey);
  });

  it('without a recipient is kept', () => expect(status({ recipient_id: undefined }).recipient).toEqual({}));

  it('with both ways to name the parent id', () => {
    expect(
      status({ recipient_user_id: 'US.1', parent_recipient_user_id: 'US.ENT.9' }).recipient.parentProviderUserId,
    ).toBe('US.ENT.9');
    expect(
      status({ recipient_user_id: 'US.1', recipient_parent_user_id: 'US.ENT.9' }).recipient.parentProviderUserId,
    ).toBe('US.ENT.9');
  });
});

describe('preferences and accounts', () => {
  const preference = {
    wa_id: '16505551234',
    user_id: 'US.1349',
    detail: 'd',
    category: 'marketing_messages',
    value: 'stop',
    timestamp: 1731705721,
  };
  const decodePreferences = (entry: object) =>
    decode(change('user_preferences', { metadata, contacts, user_preferences: [entry] }));

  it.each(['stop', 'resume'] as const)('a person can %s marketing', (value) => {
    expect(only('preference', decodePreferences({ ...preference, value }))).toMatchObject({
      marketing: value,
      person: { waId: '16505551234', providerUserId: 'US.1349' },
      at: { epochSeconds: 1731705721 },
      senderExternalId: '106',
    });
  });

  it('another preference is kept', () => {
    expect(only('unknown', decodePreferences({ ...preference, category: 'calls' })).field).toBe('user_preferences');
  });

  it('a template id beyond 2^53 keeps its digits', () => {
    const body = JSON.stringify(
      change('message_template_status_update', { event: 'APPROVED', message_template_id: 'ID', big: [1] }),
    );
    const event = only(
      'account',
      decodeText(body.replace('"ID"', '18014398509481985017').replace('[1]', '[ -99999999999999999999, 1.5, 7]')),
    );
    expect(event).toMatchObject({
      field: 'message_template_status_update',
      value: { message_template_id: '18014398509481985017', big: ['-99999999999999999999', 1.5, 7] },
    });
  });

  it('equal changes at different times are two, the same one again is one', () => {
    const paused = (time: number) => {
      const body = change('message_template_status_update', { event: 'PAUSED', message_template_id: 5 });
      return only('account', decode({ ...body, entry: [{ ...body.entry[0], time }] })).contentKey;
    };
    expect(paused(1)).not.toBe(paused(2));
    expect(paused(1)).toBe(paused(1));
  });

  it.each(['history', 'calls', 'standby', 'message_echoes', 'smb_message_echoes', 'something_new'])(
    'messages of the field %s are not taken for ours',
    (field) => {
      const events = decode(
        change(field, {
          metadata,
          messages: [textMessage],
          statuses: [{ id: 'wacid.1', type: 'call', status: 'RINGING' }],
        }),
      );
      expect(events.length).toBeGreaterThan(0);
      expect(events.filter(({ kind }) => kind !== 'account' && kind !== 'unknown')).toEqual([]);
    },
  );

  it('errors, clicks and changed ids of the messages field are decoded one by one', () => {
    const events = decodeMessages({
      errors: [{ code: 130429 }],
      user_actions: [{ action_type: 'marketing_messages_link_click' }],
      user_id_update: [{ user_id: { previous: 'US.1', current: 'US.2' } }],
    });
    expect(events).toMatchObject([
      { kind: 'account', field: 'errors', name: 'account.error' },
      { kind: 'account', field: 'user_actions', name: 'advertising.link_clicked' },
      { kind: 'identity', before: { providerUserId: 'US.1' }, after: { providerUserId: 'US.2' } },
    ]);
  });
});

describe('bodies', () => {
  it('every entry, change and list is read', () => {
    const value = {
      metadata,
      contacts,
      messages: [textMessage, { ...textMessage, id: 'wamid.2' }],
      statuses: [{ id: 'o', status: 'read', timestamp: '1750030073' }],
    };
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '1',
          changes: [
            { field: 'messages', value },
            { field: 'messages', value: { ...value, messages: [{ ...textMessage, id: 'wamid.3' }], statuses: [] } },
          ],
        },
        { id: '2', changes: [{ field: 'account_update', value: { event: 'X' } }] },
      ],
    };
    expect(decode(body).map(({ kind }) => kind)).toEqual(['message', 'message', 'status', 'message', 'account']);
  });

  it('F44, B074: of a thousand messages one is poison, and the others are decoded', () => {
    const poison = [
      null,
      5,
      'x',
      [],
      {},
      { id: 'a' },
      { from: '1' },
      { id: {}, from: '1' },
      { id: 'x'.repeat(600), from: '1' },
    ];
    for (const bad of poison) {
      const messages: unknown[] = Array.from({ length: 1000 }, (_, index) => ({
        ...textMessage,
        id: `wamid.${index}`,
      }));
      messages[500] = bad;
      const events = decodeMessages({ messages });
      expect(events).toHaveLength(1000);
      expect(events.filter(({ kind }) => kind === 'message')).toHaveLength(999);
      expect(events[500]).toMatchObject({ kind: 'unknown', reason: expect.stringMatching(/\.$/) });
    }
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a number', 5],
    ['an empty object', {}],
    ['another object', { object: 'page', entry: [{}] }],
    ['no entry', { object: 'whatsapp_business_account' }],
    ['an entry that is an object', { object: 'whatsapp_business_account', entry: {} }],
    ['an empty entry', { object: 'whatsapp_business_account', entry: [] }],
    ['entries that are null', { object: 'whatsapp_business_account', entry: [null] }],
    ['changes that are null', { object: 'whatsapp_business_account', entry: [{ changes: null }] }],
    ['a change without value', { entry: [{ changes: [{ field: 'messages' }] }] }],
    ['a change without field', { entry: [{ changes: [{ value: {} }] }] }],
    ['a change with nothing in it', change('messages', { metadata })],
    ['messages of no number', change('messages', { messages: [textMessage] })],
    ['messages that are a text', change('messages', { metadata, messages: 'x' })],
    ['metadata that is null', change('messages', { metadata: null, statuses: [{}] })],
  ])('B055: %s is kept with a reason', (_name, body) => {
    expect(only('unknown', decode(body)).reason).toMatch(/^[A-Z].*\.$/);
  });

  it('what is not JSON is kept, and told apart from another such body', () => {
    expect(decodeText('{')[0]?.contentKey).not.toBe(decodeText('[')[0]?.contentKey);
    expect(decodeWebhook(Buffer.from([0xff, 0xfe, 0]))).toMatchObject([{ kind: 'unknown' }]);
    expect(decodeWebhook(new Uint8Array())).toMatchObject([{ kind: 'unknown' }]);
  });

  it('NUL and halves of characters are gone from texts and names of fields', () => {
    const event = decodeText(
      JSON.stringify(
        change('messages', { metadata, messages: [{ ...textMessage, text: { body: 'AB' }, extra: { KEY: 1 } }] }),
      )
        .replace('AB', 'a\\u0000b\\ud800')
        .replace('KEY', 'k\\u0000'),
    )[0];
    expect(event).toMatchObject({ text: 'ab\ufffd', content: { extra: { k: 1 } } });
  });

  it('B060: a text ends at 64 kB, on a whole character, and says so', () => {
    expect(message({ text: { body: 'x'.repeat(65_536) } }).content).not.toHaveProperty('truncated');
    const event = message({ text: { body: '😀'.repeat(30_000) } });
    expect(event.content['truncated']).toBe(true);
    expect(Buffer.byteLength(event.text ?? '')).toBe(65_536);
    expect(event.text?.isWellFormed()).toBe(true);
  });

  it('B067: a huge order and a deep value are cut and say so', () => {
    const order = { catalog_id: '1', product_items: Array.from({ length: 10_000 }, () => ({ quantity: 1 })) };
    expect(message({ type: 'order', order }).content).toMatchObject({
      truncated: true,
      order: { product_items: { length: 1000 } },
    });
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const body = JSON.stringify(
      change('messages', { metadata, messages: [{ ...textMessage, extra: 'DEEP' }] }),
    ).replace('"DEEP"', deep);
    expect(decodeText(body)).toMatchObject([{ kind: 'message', content: { truncated: true } }]);
    expect(decodeText(`{"entry":${deep}}`)).toMatchObject([{ kind: 'unknown' }]);
    expect(
      decodeText(`{"entry":[{"id":${deep},"time":${deep},"changes":[{"field":"x","value":{"a":${deep}}}]}]}`),
    ).toMatchObject([{ kind: 'unknown' }]);
  });

  it('numbers that JSON cannot hold become null', () => {
    const body = JSON.stringify(
      change('messages', { metadata, messages: [{ ...textMessage, type: 'location', location: { latitude: 7 } }] }),
    ).replace('7}', '1e999}');
    expect(decodeText(body)).toMatchObject([{ content: { location: { latitude: null } } }]);
  });

  it('a long id makes a short key', () => {
    const key = message({ id: `wamid.${'x'.repeat(500)}` }).contentKey;
    expect(key.length).toBeLessThanOrEqual(400);
  });
});

describe('whatever arrives', () => {
  // Small pieces: a thousand of them say more than one large one.
  const anything = fc.jsonValue({ maxDepth: 1, stringUnit: 'binary' });
  const item = fc.record(
    {
      id: anything,
      from: anything,
      type: anything,
      status: anything,
      timestamp: anything,
      text: anything,
      errors: anything,
      context: anything,
      wa_id: anything,
      value: anything,
    },
    { requiredKeys: [] },
  );
  const value = fc.record(
    {
      metadata: fc.oneof(fc.constant(metadata), anything),
      contacts: anything,
      messages: fc.oneof(fc.array(item, { maxLength: 3 }), anything),
      statuses: fc.oneof(fc.array(item, { maxLength: 3 }), anything),
      user_preferences: fc.array(item, { maxLength: 3 }),
      errors: anything,
    },
    { requiredKeys: [] },
  );
  const body = fc.record({
    object: fc.oneof(fc.constant('whatsapp_business_account'), anything),
    entry: fc.array(
      fc.record({
        id: anything,
        time: anything,
        changes: fc.array(
          fc.record({
            field: fc.oneof(fc.constantFrom('messages', 'user_preferences', 'calls'), anything),
            value: fc.oneof(value, anything),
          }),
          { maxLength: 2 },
        ),
      }),
      { maxLength: 2 },
    ),
  });

  it('never throws, never returns nothing, gives each event a key, and can be stored as JSON', () => {
    fc.assert(
      fc.property(body, (payload) => {
        const events = decode(payload);
        expect(events.length).toBeGreaterThan(0);
        for (const event of events) {
          expect(event.contentKey.length).toBeGreaterThan(0);
          expect(event.contentKey.length).toBeLessThanOrEqual(400);
          expect(JSON.stringify(event)).not.toMatch(/\\u0000/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('has the same keys in whatever order and however often it comes', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), (items) => {
        const keys = (list: unknown[]) =>
          new Set(decodeMessages({ contacts, messages: list, statuses: list }).map(({ contentKey }) => contentKey));
        expect(keys([...items, ...items].reverse())).toEqual(keys(items));
      }),
    );
  });
});
