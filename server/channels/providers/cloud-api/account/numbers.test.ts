import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { listAppSubscriptions, removeAppSubscription, setAppSubscription } from './app-subscriptions.ts';
import {
  assignUser,
  getBusinessAccount,
  listAssignedUsers,
  listBusinessAccounts,
  unassignUser,
} from './business-account.ts';
import { getHealth } from './health.ts';
import {
  changePin,
  createNumber,
  deregisterNumber,
  registerNumber,
  requestCode,
  verifyCode,
} from './number-registration.ts';
import {
  changeDisplayName,
  changeNumberSettings,
  getNumberSettings,
  overrideWebhooks,
  requestAppData,
} from './number-settings.ts';
import { getNumber, listNumbers } from './numbers.ts';
import { startRecordedGraph } from './recorded-graph.fixture.ts';
import { listSubscribedApps, subscribeApp, unsubscribeApp } from './subscribed-apps.ts';

let graph: Awaited<ReturnType<typeof startRecordedGraph>>;
beforeAll(async () => {
  graph = await startRecordedGraph();
});
afterEach(() => graph.reset());
afterAll(() => graph.close());

it('numbers are listed, the newest first, live ones only', async () => {
  graph.answer('GET 102/phone_numbers', { data: [{ id: '106', throughput: { level: 'high' } }, { id: 107 }] });
  const page = await listNumbers(graph.account, { sort: 'newest', accountMode: 'LIVE' });
  expect(page).toEqual({ entries: [{ id: '106', throughput: { level: 'HIGH' } }, { id: '107' }], after: null });
  expect(graph.last.query).toMatchObject({
    sort: "['last_onboarded_time_descending']",
    filtering: '[{"field":"account_mode","operator":"EQUAL","value":"LIVE"}]',
  });
});

it('a number is read with all that is known of it', async () => {
  graph.answer('GET 106', {
    id: '106',
    display_phone_number: '+1 555-078-3881',
    verified_name: 'Shop',
    status: 'CONNECTED',
    quality_rating: 'GREEN',
    name_status: 'APPROVED',
    new_name_status: 'NONE',
    throughput: { level: 'STANDARD' },
    whatsapp_business_manager_messaging_limit: 'TIER_2K',
    official_business_account: { oba_status: 'NOT_STARTED' },
    last_onboarded_time: '2025-11-22T14:00:00+0000',
    webhook_configuration: { application: 'https://a.example/hook', phone_number: 'https://b.example/hook' },
  });
  const number = await getNumber(graph.account);
  expect(number).toMatchObject({
    displayPhoneNumber: '+1 555-078-3881',
    whatsappBusinessManagerMessagingLimit: 'TIER_2K',
    officialBusinessAccount: { obaStatus: 'NOT_STARTED' },
    webhookConfiguration: { phoneNumber: 'https://b.example/hook' },
  });
  expect(number.lastOnboardedTime?.toString()).toBe('2025-11-22T14:00:00Z');
  expect(graph.last.query['fields']).toContain('webhook_configuration');
});

it('a number is added, verified, registered, taken off, and given a PIN', async () => {
  graph.answer('POST 102/phone_numbers', { id: '108' });
  expect(await createNumber(graph.account, { countryCode: '1', phoneNumber: '5550783881', verifiedName: 'Shop' })).toBe(
    '108',
  );
  expect(graph.last.body).toEqual({ cc: '1', phone_number: '5550783881', verified_name: 'Shop' });
  for (const edge of ['/request_code', '/verify_code', '/register', '/deregister', ''])
    graph.answer(`POST 106${edge}`, { success: true });
  await requestCode(graph.account, 'SMS', 'en_US');
  expect(graph.last.body).toEqual({ code_method: 'SMS', language: 'en_US' });
  await verifyCode(graph.account, '123456');
  expect(graph.last.body).toEqual({ code: '123456' });
  await registerNumber(graph.account, '654321', 'BR');
  expect(graph.last.body).toEqual({ messaging_product: 'whatsapp', pin: '654321', data_localization_region: 'BR' });
  await deregisterNumber(graph.account);
  expect(graph.last.path).toBe('106/deregister');
  await changePin(graph.account, '111111');
  expect(graph.last).toMatchObject({ path: '106', body: { pin: '111111' } });
});

it('a PIN that does not match is a refusal with what to do', async () => {
  graph.answer(
    'POST 106/register',
    { error: { code: 133005, message: '(#133005) Two step verification PIN Mismatch' } },
    400,
  );
  await expect(registerNumber(graph.account, '000000')).rejects.toMatchObject({
    code: 'provider_refused',
    detail: expect.stringContaining('reset it in WhatsApp Manager'),
  });
});

it('a display name is asked for', async () => {
  graph.answer('POST 106', { success: true });
  await changeDisplayName(graph.account, 'New & Shop');
  expect(graph.last.query).toEqual({ new_display_name: 'New & Shop' });
});

it('the settings of a number are read and changed in part', async () => {
  graph.answer('GET 106/settings', {
    calling: { status: 'DISABLED' },
    storage_configuration: { status: 'IN_COUNTRY_STORAGE_ENABLED', data_localization_region: 'BR' },
    user_identity_change: { enable_identity_key_check: true },
    something_new: 1,
  });
  expect(await getNumberSettings(graph.account)).toEqual({
    calling: { status: 'DISABLED' },
    storageConfiguration: { status: 'IN_COUNTRY_STORAGE_ENABLED', dataLocalizationRegion: 'BR' },
    userIdentityChange: { enableIdentityKeyCheck: true },
  });
  graph.answer('POST 106/settings', { success: true });
  await changeNumberSettings(graph.account, { userIdentityChange: { enableIdentityKeyCheck: false } });
  expect(graph.last.body).toEqual({ user_identity_change: { enable_identity_key_check: false } });
});

it('the webhooks of a number get an address of their own, and lose it', async () => {
  graph.answer('POST 106', { success: true });
  graph.answer('POST 106', { success: true });
  await overrideWebhooks(graph.account, { callbackUrl: 'https://a.example/hook', verifyToken: 'v' });
  await overrideWebhooks(graph.account, null);
  expect(graph.requests.map(({ body }) => body)).toEqual([
    { webhook_configuration: { override_callback_uri: 'https://a.example/hook', verify_token: 'v' } },
    { webhook_configuration: { override_callback_uri: '' } },
  ]);
});

it('the history of a number that stays in the app is asked for', async () => {
  graph.answer('POST 106/smb_app_data', { messaging_product: 'whatsapp', request_id: 'r1' });
  expect(await requestAppData(graph.account, 'history')).toBe('r1');
  expect(graph.last.body).toEqual({ messaging_product: 'whatsapp', sync_type: 'history' });
});

it('a business account is read, also by a token that sees little of it', async () => {
  graph.answer('GET 102', { id: '102', business_verification_status: 'verified', is_enabled_for_insights: true });
  expect(await getBusinessAccount(graph.account)).toEqual({
    id: '102',
    businessVerificationStatus: 'VERIFIED',
    isEnabledForInsights: true,
  });
});

it('the business accounts of a portfolio are listed, its own and those of clients', async () => {
  graph.answer('GET 900/owned_whatsapp_business_accounts', { data: [{ id: '101' }] });
  expect((await listBusinessAccounts(graph.account, '900')).entries).toEqual([{ id: '101' }]);
  graph.answer('GET 900/client_whatsapp_business_accounts', { data: [{ id: '102', name: 'Shop' }] });
  expect((await listBusinessAccounts(graph.account, '900', 'client')).entries).toEqual([{ id: '102', name: 'Shop' }]);
});

it('users are assigned to a business account and taken off it', async () => {
  graph.answer('GET 102/assigned_users', { data: [{ id: '5', name: 'Ana', tasks: ['MANAGE'] }] });
  expect((await listAssignedUsers(graph.account, '900')).entries).toEqual([
    { id: '5', name: 'Ana', tasks: ['MANAGE'] },
  ]);
  graph.answer('POST 102/assigned_users', { success: true });
  await assignUser(graph.account, '5', ['MANAGE', 'DEVELOP']);
  expect(graph.last.query).toEqual({ user: '5', tasks: "['MANAGE','DEVELOP']" });
  graph.answer('DELETE 102/assigned_users', { success: true });
  await unassignUser(graph.account, '5');
  expect(graph.last.query).toEqual({ user: '5' });
});

it('the health names the part that stops messages', async () => {
  graph.answer('GET 106', {
    health_status: {
      can_send_message: 'LIMITED',
      entities: [
        {
          entity_type: 'PHONE_NUMBER',
          id: '106',
          can_send_message: 'LIMITED',
          additional_info: ['Display name not approved'],
        },
        { entity_type: 'APP', id: '4242', can_send_message: 'AVAILABLE' },
      ],
    },
    id: '106',
  });
  expect(await getHealth(graph.account, '106')).toEqual({
    canSendMessage: 'LIMITED',
    entities: [
      {
        entityType: 'PHONE_NUMBER',
        id: '106',
        canSendMessage: 'LIMITED',
        additionalInfo: ['Display name not approved'],
        errors: [],
      },
      { entityType: 'APP', id: '4242', canSendMessage: 'AVAILABLE', additionalInfo: [], errors: [] },
    ],
  });
});

it('apps are subscribed to a business account, with and without an address of their own', async () => {
  graph.answer('GET 102/subscribed_apps', {
    data: [
      {
        whatsapp_business_api_data: { id: '4242', name: 'App', link: 'https://f.example' },
        override_callback_uri: 'https://a.example',
      },
    ],
  });
  expect(await listSubscribedApps(graph.account)).toEqual([
    { id: '4242', name: 'App', link: 'https://f.example', overrideCallbackUrl: 'https://a.example' },
  ]);
  graph.answer('POST 102/subscribed_apps', { success: true });
  await subscribeApp(graph.account, { callbackUrl: 'https://b.example', verifyToken: 'v' });
  expect(graph.last.body).toEqual({ override_callback_uri: 'https://b.example', verify_token: 'v' });
  graph.answer('POST 102/subscribed_apps', { success: true });
  await subscribeApp(graph.account);
  expect(graph.last.body).toEqual({});
  graph.answer('DELETE 102/subscribed_apps', { success: true });
  await unsubscribeApp(graph.account);
  expect(graph.last.method).toBe('DELETE');
});

it('the subscription of an app is set with the own token of the app', async () => {
  graph.answer('POST 4242/subscriptions', { success: true });
  await setAppSubscription(graph.account, {
    callbackUrl: 'https://a.example',
    verifyToken: 'v',
    fields: ['messages', 'calls'],
  });
  expect(graph.last.headers.authorization).toBe('Bearer 4242|first-secret');
  expect(graph.last.body).toEqual({
    object: 'whatsapp_business_account',
    callback_url: 'https://a.example',
    verify_token: 'v',
    fields: 'messages,calls',
  });
  graph.answer('GET 4242/subscriptions', {
    data: [
      {
        object: 'whatsapp_business_account',
        callback_url: 'https://a.example',
        active: true,
        fields: ['calls', { name: 'messages', version: 'v24.0' }],
      },
    ],
  });
  expect(await listAppSubscriptions(graph.account)).toMatchObject([{ fields: ['calls', 'messages'] }]);
  graph.answer('DELETE 4242/subscriptions', { success: true });
  await removeAppSubscription(graph.account);
  const { appId: _, ...settings } = graph.account.settings;
  await expect(listAppSubscriptions({ ...graph.account, settings })).rejects.toMatchObject({ code: 'conflict' });
});
