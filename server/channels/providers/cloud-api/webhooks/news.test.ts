import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Lesson } from '#channels/lessons.ts';
import type { DecodedEvent } from '#channels/events.ts';
import { knownFields } from './decode-change.ts';
import { limitOf } from './decode-numbers.ts';
import { aChange, fieldSamples } from './field-samples.fixture.ts';
import { decodeWebhook } from './webhooks.ts';

const decode = (body: unknown) => decodeWebhook(Buffer.from(JSON.stringify(body)));
const nameOf = (event: DecodedEvent) => (event.kind === 'account' ? event.name : event.kind);
const lessonsOf = (field: string, value: Record<string, unknown>, time?: number): Lesson[] =>
  decode(aChange(field, value, time)).flatMap((event) => (event.kind === 'account' ? event.lessons : []));

// The fields that an app can subscribe to, in September 2026.
const subscribable =
  `messages, account_alerts, account_review_update, account_settings_update, account_update, automatic_events,
  business_capability_update, business_status_update, business_username_updates, calls, flows, group_lifecycle_update,
  group_participants_update, group_settings_update, group_status_update, history, message_echoes,
  message_template_components_update, message_template_quality_update, message_template_status_update, messaging_handovers,
  partner_solutions, payment_configuration_update, phone_number_name_update, phone_number_quality_update, security,
  smb_app_state_sync, smb_message_echoes, standby, template_category_update, template_correct_category_detection,
  tracking_events, user_preferences`.split(/,\s+/);

describe('fields', () => {
  it('all 33 are understood, and each has a sample', () => {
    expect(subscribable).toHaveLength(33);
    expect(subscribable.filter((field) => !knownFields.includes(field))).toEqual([]);
    const tried = new Set(fieldSamples.map(({ field }) => field));
    expect(knownFields.filter((field) => !tried.has(field))).toEqual([]);
  });

  it.each(fieldSamples)('$field becomes $becomes', ({ field, value, becomes }) => {
    expect(decode(aChange(field, value)).map(nameOf)).toEqual(becomes);
  });

  it('every event that news becomes stands in the documentation, beside its field', () => {
    const lines = readFileSync(new URL('../../../../../docs/webhooks.md', import.meta.url), 'utf8').split('\n');
    const missing = fieldSamples.flatMap(({ field, becomes }) =>
      becomes.filter(
        (name) =>
          name.includes('.') &&
          !lines.some((line) => line.startsWith('|') && line.includes(`\`${field}\``) && line.includes(`\`${name}\``)),
      ),
    );
    expect(missing).toEqual([]);
    expect(knownFields.filter((field) => !lines.some((line) => line.startsWith(`| \`${field}\``)))).toEqual([]);
  });

  it.each(fieldSamples.filter(({ becomes }) => becomes.some((name) => name.startsWith('template.'))))(
    '$field under the name of another field is told apart by its keys',
    ({ field, value, becomes }) => {
      for (const wrong of ['message_template_status_update', 'message_template_quality_update', 'flows', 'messages']) {
        const events = decode(aChange(wrong, value));
        expect(events.map(nameOf), wrong).toEqual(becomes);
        expect(events, wrong).toMatchObject([{ field }]);
      }
    },
  );

  it('a field that nobody knows, and a value that its field does not have, are kept with the reason', () => {
    expect(decode(aChange('something_new', { a: 1 }))).toMatchObject([
      {
        kind: 'unknown',
        field: 'something_new',
        reason: 'Carillon does not know the field something_new.',
        value: { a: 1 },
      },
    ]);
    expect(
      decode(aChange('automatic_events', { event: 'some_future_event', details: { key: 'value' } })),
    ).toMatchObject([
      {
        kind: 'unknown',
        field: 'automatic_events',
        reason: 'The change of automatic_events does not look as Carillon knows it.',
      },
    ]);
    expect(decode(aChange('account_update', {}))).toMatchObject([{ kind: 'unknown', field: 'account_update' }]);
  });

  it('messages of a field that nobody knows are not taken for ours', () => {
    const value = { metadata: { phone_number_id: '106' }, messages: [{ id: 'x', from: '1', type: 'text', text: {} }] };
    expect(decode(aChange('something_new', value)).map(({ kind }) => kind)).toEqual(['unknown']);
  });

  it('business_username_update is the other spelling of its field', () => {
    const value = { display_phone_number: '15550783881', status: 'deleted' };
    expect(decode(aChange('business_username_update', value))).toMatchObject([
      { field: 'business_username_updates', name: 'number.username_changed' },
    ]);
  });
});

describe('lessons', () => {
  const about = { about: 'template', name: 'order_ready', language: 'en_US', providerId: '1689556908129832' };
  const template = {
    message_template_id: 1689556908129832,
    message_template_name: 'order_ready',
    message_template_language: 'en-US',
  };
  const status = (event: string, more: object = {}) =>
    lessonsOf('message_template_status_update', { ...template, event, ...more }, 1_000_000_000 + 700_000_000);

  it('a pause ends after three hours, a second one after six, one by pacing when it is told', () => {
    const at = 1_700_000_000;
    const paused = (title?: string) => status('PAUSED', title === undefined ? {} : { other_info: { title } });
    expect(paused('FIRST_PAUSE')).toEqual([
      { ...about, what: 'status', status: 'paused', untilSeconds: at + 3 * 3600 },
    ]);
    expect(paused('SECOND_PAUSE')).toMatchObject([{ untilSeconds: at + 6 * 3600 }]);
    expect(paused()).toMatchObject([{ untilSeconds: at + 6 * 3600 }]);
    expect(paused('RATE_LIMITING_PAUSE')).toEqual([{ ...about, what: 'status', status: 'paused' }]);
    expect(paused('UNPAUSE')).toMatchObject([{ status: 'approved' }]);
  });

  it('a rejection has its reason, in words when there are any', () => {
    expect(status('REJECTED', { reason: 'SCAM' })).toMatchObject([{ status: 'rejected', reason: 'SCAM' }]);
    const rejection_info = { reason: 'The text promises a prize.', recommendation: 'Remove it.' };
    expect(status('REJECTED', { reason: 'SCAM', rejection_info })).toMatchObject([
      { reason: 'The text promises a prize.' },
    ]);
    expect(status('APPROVED', { reason: 'NONE' })).toEqual([{ ...about, what: 'status', status: 'approved' }]);
  });

  it('a status that nobody knows changes nothing, and is told', () => {
    expect(status('SOMETHING_NEW')).toEqual([]);
  });

  it('the id of a template beyond 2^53 keeps its digits', () => {
    const body = JSON.stringify(aChange('message_template_status_update', { ...template, event: 'APPROVED' }));
    const [event] = decodeWebhook(Buffer.from(body.replace('1689556908129832', '18014398509481985017')));
    expect(event).toMatchObject({
      facts: { message_template_id: '18014398509481985017' },
      lessons: [{ providerId: '18014398509481985017' }],
    });
  });

  it('limits are read in every spelling', () => {
    expect(['TIER_250', 250, '250', 'TIER_2K', 2000, 'TIER_100K', -1, 'TIER_UNLIMITED'].map(limitOf)).toEqual([
      ...Array.from({ length: 3 }, () => ({ tier: 'TIER_250', perDay: 250 })),
      ...Array.from({ length: 2 }, () => ({ tier: 'TIER_2K', perDay: 2000 })),
      { tier: 'TIER_100K', perDay: 100_000 },
      ...Array.from({ length: 2 }, () => ({ tier: 'TIER_UNLIMITED', perDay: null })),
    ]);
    expect(['', 'TIER_', 'many', null, undefined, {}, 1.5].map(limitOf)).toEqual(
      Array.from({ length: 7 }, () => undefined),
    );
  });

  it('a restriction says what is restricted and until when; one on other things is told only', () => {
    const restrict = (...types: string[]) =>
      lessonsOf('account_update', {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: types.map((restriction_type) => ({ restriction_type, expiration: 1_800_000_000 })),
      });
    expect(restrict('RESTRICTED_BIZ_INITIATED_MESSAGING', 'RESTRICTED_UTILITY_TEMPLATES')).toMatchObject([
      {
        about: 'account',
        what: 'restriction',
        restriction: 'business_initiated',
        value: { untilSeconds: 1_800_000_000 },
      },
      { restriction: 'utility_templates' },
    ]);
    expect(restrict('RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES')).toMatchObject([
      { restriction: 'direct_send_utility', value: { untilSeconds: 1_800_000_000 } },
    ]);
    expect(restrict('RESTRICTED_ADD_PHONE_NUMBER_ACTION')).toEqual([]);
  });

  it('a ban stops the account, an announced one does not, and a reinstatement lets it go on', () => {
    const ban = (waba_ban_state: string) =>
      lessonsOf('account_update', {
        event: 'DISABLED_UPDATE',
        ban_info: { waba_ban_state, waba_ban_date: 'April 17, 2025' },
      });
    expect(ban('DISABLE')).toMatchObject([{ what: 'standing', value: { stops: true, state: 'DISABLE' } }]);
    expect(ban('SCHEDULE_FOR_DISABLE')).toEqual([]);
    expect(ban('REINSTATE')).toMatchObject([{ what: 'standing', value: { stops: false } }]);
  });
});

describe('changed ids', () => {
  const metadata = { phone_number_id: '106' };
  const note = (system: object, more: object = {}) =>
    decode(
      aChange('messages', {
        metadata,
        messages: [{ from: '15551234567', id: 'wamid.s', timestamp: '1700000001', type: 'system', system, ...more }],
      }),
    );

  it('a changed number moves the phone, and the user id with it', () => {
    const system = {
      type: 'user_changed_number',
      wa_id: '15557654321',
      user_id: 'US.2',
      previous_user_id: 'US.1',
      body: 'b',
    };
    expect(note(system)).toMatchObject([
      { kind: 'message', opensWindow: false },
      {
        kind: 'identity',
        before: { waId: '15551234567', providerUserId: 'US.1' },
        after: { waId: '15557654321', providerUserId: 'US.2' },
        at: { epochSeconds: 1700000001 },
      },
    ]);
  });

  it('the older spelling of the new number is read', () => {
    expect(note({ type: 'user_changed_number', new_wa_id: '15557654321', body: 'b' })[1]).toMatchObject({
      before: { waId: '15551234567' },
      after: { waId: '15557654321' },
    });
  });

  it('a changed user id moves, also when the old one stands in the text alone', () => {
    const system = { type: 'user_changed_user_id', user_id: 'US.2', body: 'User Ada changed from US.1 to US.2' };
    expect(note(system, { from: undefined })[1]).toMatchObject({
      kind: 'identity',
      before: { providerUserId: 'US.1' },
      after: { providerUserId: 'US.2' },
    });
  });

  it('a note about something else moves nobody', () => {
    expect(note({ type: 'customer_identity_changed', body: 'b' }).map(({ kind }) => kind)).toEqual(['message']);
  });
});

it('the price of a receipt may stand in its conversation', () => {
  const conversation = { id: 'c', pricing: { billable: true } };
  const statuses = [{ id: 'wamid.OUT', status: 'sent', timestamp: '1750030073', conversation }];
  expect(decode(aChange('messages', { metadata: { phone_number_id: '106' }, statuses }))).toMatchObject([
    { kind: 'status', pricing: { billable: true } },
  ]);
});
