import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { readConversationAnalytics, readMessageAnalytics, readPricingAnalytics } from './analytics.ts';
import { blockPeople, listBlockedPeople, unblockPeople } from './block-list.ts';
import { getCallPermission } from './call-permissions.ts';
import { changeCommerceSettings, getCommerceSettings } from './commerce-settings.ts';
import { getConversationalComponents, setConversationalComponents } from './conversational-components.ts';
import { getEncryptionKey, setEncryptionKey } from './encryption-key.ts';
import {
  changeFlow,
  createFlow,
  deleteFlow,
  deprecateFlow,
  getFlow,
  listFlowAssets,
  listFlows,
  publishFlow,
  uploadFlowJson,
} from './flows.ts';
import { getPayment, refundPayment } from './payments.ts';
import { changeProfile, getProfile } from './profile.ts';
import { changeQrCode, createQrCode, deleteQrCode, getQrCode, listQrCodes } from './qr-codes.ts';
import { startRecordedGraph } from './recorded-graph.fixture.ts';
import { continueUpload, uploadedBytes, uploadFile } from './resumable-upload.ts';
import { getUsername, removeFromContactBook, removeUsername, setUsername, suggestUsernames } from './usernames.ts';

let graph: Awaited<ReturnType<typeof startRecordedGraph>>;
beforeAll(async () => {
  graph = await startRecordedGraph();
});
afterEach(() => graph.reset());
afterAll(() => graph.close());

const picture = { name: 'me & you.png', mimeType: 'image/png', content: Buffer.from('the bytes') };

it('the profile is read and changed in part', async () => {
  graph.answer('GET 106/whatsapp_business_profile', {
    data: [
      {
        about: 'Hi',
        websites: ['https://shop.example/'],
        vertical: 'RETAIL',
        messaging_product: 'whatsapp',
        email: '',
      },
    ],
  });
  expect(await getProfile(graph.account)).toEqual({
    about: 'Hi',
    websites: ['https://shop.example/'],
    vertical: 'RETAIL',
  });
  graph.answer('POST 106/whatsapp_business_profile', { success: true });
  await changeProfile(graph.account, { email: '', websites: [] });
  expect(graph.last.body).toEqual({ messaging_product: 'whatsapp', email: '', websites: [] });
});

it('a picture of the profile is uploaded, and its handle is what the profile gets', async () => {
  graph.answer('POST 4242/uploads', { id: 'upload:MTphd==?sig=ARZ' });
  graph.answer('POST upload:MTphd==', { h: '4::aW1h' });
  graph.answer('POST 106/whatsapp_business_profile', { success: true });
  await changeProfile(graph.account, { picture });
  const [start, bytes, change] = graph.requests;
  expect(start?.query).toEqual({ file_name: 'me & you.png', file_length: '9', file_type: 'image/png' });
  expect(bytes).toMatchObject({ query: { sig: 'ARZ' }, body: 'the bytes' });
  expect(bytes?.headers).toMatchObject({
    authorization: 'OAuth EAAgood',
    file_offset: '0',
    'content-type': 'image/png',
  });
  expect(change?.body).toEqual({ messaging_product: 'whatsapp', profile_picture_handle: '4::aW1h' });
});

it('an upload that broke off goes on where it ended', async () => {
  graph.answer('GET upload:MTphd==', { id: 'upload:MTphd==', file_offset: 4 });
  const offset = await uploadedBytes(graph.account, 'upload:MTphd==?sig=ARZ');
  graph.answer('POST upload:MTphd==', { h: 'h1' });
  expect(await continueUpload(graph.account, 'upload:MTphd==?sig=ARZ', picture, offset)).toBe('h1');
  expect(graph.last).toMatchObject({ body: 'bytes', headers: { file_offset: '4' } });
});

it('an upload needs the app id, and an id that leads elsewhere is not followed', async () => {
  const { appId: _, ...settings } = graph.account.settings;
  await expect(uploadFile({ ...graph.account, settings }, picture)).rejects.toMatchObject({ code: 'conflict' });
  graph.answer('POST 4242/uploads', { id: 'upload:x/../../102/subscribed_apps' });
  await expect(uploadFile(graph.account, picture)).rejects.toMatchObject({ code: 'upstream_failed' });
  expect(graph.requests).toHaveLength(1);
});

it('people are blocked, and who could not be is told with the reason', async () => {
  graph.answer(
    'POST 106/block_users',
    {
      messaging_product: 'whatsapp',
      block_users: {
        added_users: [{ input: '+16505551234', wa_id: '16505551234' }],
        failed_users: [
          {
            input: 'US.123',
            errors: [{ message: 'Failed to block', code: 139100, error_data: { details: 'Re-engagement required' } }],
          },
        ],
      },
      error: { message: '(#139100) Failed to block/unblock some users', code: 139100 },
    },
    400,
  );
  const people = [
    { kind: 'phone', value: '+16505551234' },
    { kind: 'provider_user', value: 'US.123' },
  ] as const;
  expect(await blockPeople(graph.account, people)).toEqual({
    changed: [{ waId: '16505551234' }],
    failed: [
      {
        providerUserId: 'US.123',
        errors: [{ code: '139100', title: 'Failed to block', details: 'Re-engagement required' }],
      },
    ],
  });
  expect(graph.last.body).toEqual({
    messaging_product: 'whatsapp',
    block_users: [{ user: '+16505551234' }, { user_id: 'US.123' }],
  });
});

it.each(['added_users', 'removed_users'])('people are unblocked, whether the answer says %s or not', async (field) => {
  graph.answer('DELETE 106/block_users', {
    block_users: { [field]: [{ input: '+1650', wa_id: '1650', user_id: 'US.1' }] },
  });
  expect(await unblockPeople(graph.account, [{ kind: 'phone', value: '+1650' }])).toEqual({
    changed: [{ waId: '1650', providerUserId: 'US.1' }],
    failed: [],
  });
});

it('a refusal to block anybody is a fault', async () => {
  graph.answer('POST 106/block_users', { error: { message: '(#139102) Concurrent update', code: 139102 } }, 400);
  await expect(blockPeople(graph.account, [{ kind: 'phone', value: '+1650' }])).rejects.toMatchObject({
    code: 'upstream_failed',
    retryAfterSeconds: 5,
  });
});

it('the block list is read in either of its shapes', async () => {
  graph.answer('GET 106/block_users', { data: [{ block_users: [{ messaging_product: 'whatsapp', wa_id: '1650' }] }] });
  graph.answer('GET 106/block_users', {
    data: [{ messaging_product: 'whatsapp', wa_id: '1650' }, { user_id: 'US.1' }],
    paging: { cursors: { after: 'c' }, next: 'https://graph.facebook.com/n' },
  });
  expect(await listBlockedPeople(graph.account)).toEqual({ entries: [{ waId: '1650' }], after: null });
  expect(await listBlockedPeople(graph.account)).toEqual({
    entries: [{ waId: '1650' }, { providerUserId: 'US.1' }],
    after: 'c',
  });
});

it('cart and catalog are shown and hidden', async () => {
  graph.answer('GET 106/whatsapp_commerce_settings', {
    data: [{ is_cart_enabled: false, is_catalog_visible: true, id: '9' }],
  });
  graph.answer('GET 106/whatsapp_commerce_settings', { data: [] });
  expect(await getCommerceSettings(graph.account)).toEqual({ isCartEnabled: false, isCatalogVisible: true });
  expect(await getCommerceSettings(graph.account)).toEqual({ isCartEnabled: true, isCatalogVisible: false });
  graph.answer('POST 106/whatsapp_commerce_settings', { success: true });
  await changeCommerceSettings(graph.account, { isCatalogVisible: true });
  expect(graph.last.query).toEqual({ is_catalog_visible: 'true' });
});

it('codes to scan are made, changed, read and deleted', async () => {
  const code = {
    code: '4O4Y',
    prefilled_message: 'Hi',
    deep_link_url: 'https://wa.me/message/4O4Y',
    qr_image_url: 'https://s.example/q',
  };
  const read = {
    code: '4O4Y',
    prefilledMessage: 'Hi',
    deepLinkUrl: 'https://wa.me/message/4O4Y',
    qrImageUrl: 'https://s.example/q',
  };
  graph.answer('POST 106/message_qrdls', code);
  expect(await createQrCode(graph.account, 'Hi', 'SVG')).toEqual(read);
  expect(graph.last.body).toEqual({ prefilled_message: 'Hi', generate_qr_image: 'SVG' });
  graph.answer('POST 106/message_qrdls', code);
  await changeQrCode(graph.account, '4O4Y', 'Ho');
  expect(graph.last.body).toEqual({ code: '4O4Y', prefilled_message: 'Ho' });
  graph.answer('GET 106/message_qrdls', { data: [code] });
  expect((await listQrCodes(graph.account, 'PNG')).entries).toEqual([read]);
  expect(graph.last.query['fields']).toContain('qr_image_url.format(PNG)');
  graph.answer('GET 106/message_qrdls/4O4Y', { data: [code] });
  expect(await getQrCode(graph.account, '4O4Y')).toEqual(read);
  graph.answer('GET 106/message_qrdls/none', { data: [] });
  await expect(getQrCode(graph.account, 'none')).rejects.toMatchObject({ code: 'not_found' });
  graph.answer('DELETE 106/message_qrdls/4O4Y', { success: true });
  await deleteQrCode(graph.account, '4O4Y');
});

it('what a new chat offers is set and read', async () => {
  graph.answer('POST 106/conversational_automation', { success: true });
  const components = {
    prompts: ['Book a flight'],
    commands: [{ commandName: 'tickets', commandDescription: 'Book tickets' }],
  };
  await setConversationalComponents(graph.account, components);
  expect(graph.last.body).toEqual({
    prompts: ['Book a flight'],
    commands: [{ command_name: 'tickets', command_description: 'Book tickets' }],
  });
  graph.answer('GET 106', { conversational_automation: graph.last.body, id: '106' });
  graph.answer('GET 106', { id: '106' });
  expect(await getConversationalComponents(graph.account)).toEqual(components);
  expect(await getConversationalComponents(graph.account)).toEqual({ prompts: [], commands: [] });
});

it('a username is suggested, taken, read and given back', async () => {
  graph.answer('GET 106/username_suggestions', { data: [{ username_suggestions: ['shop', 'shop.one'] }] });
  expect(await suggestUsernames(graph.account)).toEqual(['shop', 'shop.one']);
  graph.answer('POST 106/username', { status: 'RESERVED' });
  expect(await setUsername(graph.account, 'shop', true)).toEqual({ username: 'shop', status: 'reserved' });
  expect(graph.last.body).toEqual({ username: 'shop', transfer_action: 'force_transfer' });
  graph.answer('GET 106/username', { status: 'deleted' });
  expect(await getUsername(graph.account)).toEqual({ username: null, status: 'deleted' });
  graph.answer('DELETE 106/username', { success: true });
  await removeUsername(graph.account);
  graph.answer('DELETE 106/contact_book', { success: true });
  await removeFromContactBook(graph.account, 'US.1');
  expect(graph.last.query).toEqual({ bsuid: 'US.1' });
});

it('flows are made, listed, read, changed, published, ended and deleted', async () => {
  const mistake = {
    error: 'INVALID',
    error_type: 'FLOW_JSON_ERROR',
    message: 'Bad',
    line_start: 1,
    line_end: 1,
    column_start: 2,
    column_end: 3,
  };
  const read = {
    error: 'INVALID',
    errorType: 'FLOW_JSON_ERROR',
    message: 'Bad',
    lineStart: 1,
    lineEnd: 1,
    columnStart: 2,
    columnEnd: 3,
  };
  graph.answer('POST 102/flows', { id: '7', success: true, validation_errors: [mistake] });
  expect(await createFlow(graph.account, { name: 'f', categories: ['OTHER'], flowJson: '{}', publish: false })).toEqual(
    {
      id: '7',
      validationErrors: [read],
    },
  );
  expect(graph.last.body).toEqual({ name: 'f', categories: ['OTHER'], flow_json: '{}', publish: false });
  graph.answer('GET 102/flows', { data: [{ id: '7', name: 'f', status: 'DRAFT', categories: ['OTHER'] }] });
  expect((await listFlows(graph.account)).entries).toEqual([
    { id: '7', name: 'f', status: 'DRAFT', categories: ['OTHER'], validationErrors: [] },
  ]);
  graph.answer('GET 7', {
    id: '7',
    preview: { preview_url: 'https://p.example', expires_at: '2025-11-22T14:00:00+0000' },
  });
  expect(await getFlow(graph.account, '7')).toMatchObject({ preview: { previewUrl: 'https://p.example' } });
  graph.answer('POST 7', { success: true });
  await changeFlow(graph.account, '7', { endpointUri: 'https://e.example', applicationId: '4242' });
  expect(graph.last.body).toEqual({ endpoint_uri: 'https://e.example', application_id: '4242' });
  for (const edge of ['publish', 'deprecate']) graph.answer(`POST 7/${edge}`, { success: true });
  await publishFlow(graph.account, '7');
  await deprecateFlow(graph.account, '7');
  graph.answer('DELETE 7', { success: true });
  await deleteFlow(graph.account, '7');
});

it('the JSON of a flow goes up as a file, and its mistakes come back', async () => {
  graph.answer('POST 7/assets', { success: true, validation_errors: [{ message: 'Bad', pointers: [] }] });
  expect(await uploadFlowJson(graph.account, '7', '{"version":"7.0"}')).toEqual([{ message: 'Bad' }]);
  const form = await new Response(String(graph.last.body), {
    headers: { 'content-type': String(graph.last.headers['content-type']) },
  }).formData();
  const file = form.get('file');
  expect([form.get('name'), form.get('asset_type')]).toEqual(['flow.json', 'FLOW_JSON']);
  expect(file).toBeInstanceOf(File);
  expect(await (file as File).text()).toBe('{"version":"7.0"}');
  graph.answer('GET 7/assets', {
    data: [{ name: 'flow.json', asset_type: 'FLOW_JSON', download_url: 'https://d.example' }],
  });
  expect((await listFlowAssets(graph.account, '7')).entries).toEqual([
    { name: 'flow.json', assetType: 'FLOW_JSON', downloadUrl: 'https://d.example' },
  ]);
});

it('whether a person may be called is asked by phone and by user id', async () => {
  const answer = {
    messaging_product: 'whatsapp',
    permission: { status: 'temporary', expiration_time: 1763820000 },
    actions: [
      {
        action_name: 'start_call',
        can_perform_action: true,
        limits: [{ time_period: 'PT24H', max_allowed: 100, current_usage: 0 }],
      },
    ],
  };
  graph.answer('GET 106/call_permissions', answer);
  const permission = await getCallPermission(graph.account, { kind: 'phone', value: '+16505551234' });
  expect(permission).toMatchObject({
    permission: { status: 'temporary' },
    actions: [{ actionName: 'start_call', canPerformAction: true, limits: [{ timePeriod: 'PT24H', maxAllowed: 100 }] }],
  });
  expect(graph.last.query).toEqual({ user_wa_id: '16505551234' });
  graph.answer('GET 106/call_permissions', { permission: { status: 'no_permission' } });
  const none = await getCallPermission(graph.account, { kind: 'provider_user', value: 'US.1' });
  expect(none).toEqual({ permission: { status: 'no_permission' }, actions: [] });
  expect(graph.last.query).toEqual({ recipient: 'US.1' });
});

it('the key for flows is uploaded and its state read', async () => {
  const pem = '-----BEGIN PUBLIC KEY-----\nMII+B/==\n-----END PUBLIC KEY-----';
  graph.answer('POST 106/whatsapp_business_encryption', { success: true });
  await setEncryptionKey(graph.account, pem);
  expect(graph.last.headers['content-type']).toBe('application/x-www-form-urlencoded');
  expect(new URLSearchParams(String(graph.last.body)).get('business_public_key')).toBe(pem);
  graph.answer('GET 106/whatsapp_business_encryption', {
    data: [{ business_public_key: pem, business_public_key_signature_status: 'MISMATCH' }],
  });
  graph.answer('GET 106/whatsapp_business_encryption', { data: [] });
  expect(await getEncryptionKey(graph.account)).toEqual({ publicKey: pem, signatureStatus: 'MISMATCH' });
  expect(await getEncryptionKey(graph.account)).toEqual({ publicKey: null, signatureStatus: null });
});

const span = {
  start: Temporal.Instant.from('2025-11-22T00:00:00Z'),
  end: Temporal.Instant.from('2025-11-23T00:00:00Z'),
};
const seconds = { start: 1763769600, end: 1763856000 };

it('what messages cost is read by country, category and tier', async () => {
  graph.answer('GET 102', {
    pricing_analytics: {
      data: [
        {
          data_points: [
            {
              ...seconds,
              country: 'DE',
              tier: '0:750000',
              pricing_type: 'REGULAR',
              pricing_category: 'UTILITY',
              volume: 3,
              cost: 0.1,
            },
          ],
        },
        { data_points: [{ ...seconds, pricing_type: 'FREE_CUSTOMER_SERVICE', volume: 2 }] },
      ],
    },
    id: '102',
  });
  const points = await readPricingAnalytics(
    graph.account,
    { ...span, granularity: 'DAILY' },
    { dimensions: ['COUNTRY', 'TIER'] },
  );
  expect(points).toMatchObject([
    { country: 'DE', tier: '0:750000', volume: 3, cost: 0.1 },
    { pricingType: 'FREE_CUSTOMER_SERVICE', volume: 2 },
  ]);
  expect(graph.last.query['fields']).toBe(
    'pricing_analytics.start(1763769600).end(1763856000).granularity(DAILY).dimensions(["COUNTRY","TIER"])',
  );
});

it('how many messages were sent is read, and none is an empty list', async () => {
  graph.answer('GET 102', {
    analytics: { phone_numbers: ['1'], granularity: 'DAY', data_points: [{ ...seconds, sent: 5, delivered: 4 }] },
  });
  graph.answer('GET 102', { id: '102' });
  const read = () => readMessageAnalytics(graph.account, { ...span, granularity: 'DAY' }, { productTypes: [0] });
  expect(await read()).toMatchObject([{ sent: 5, delivered: 4 }]);
  expect(graph.last.query['fields']).toContain('.product_types([0])');
  expect(await read()).toEqual([]);
});

it('conversations as they were priced before are read', async () => {
  graph.answer('GET 102', {
    conversation_analytics: {
      data: [{ data_points: [{ ...seconds, conversation: 4, cost: '0.2', conversation_category: 'SERVICE' }] }],
    },
  });
  expect(
    await readConversationAnalytics(
      graph.account,
      { ...span, granularity: 'DAILY' },
      { conversationTypes: ['REGULAR'] },
    ),
  ).toMatchObject([{ conversation: 4, cost: 0.2, conversationCategory: 'SERVICE' }]);
});

it('the payment of an order is looked up, and money is given back', async () => {
  graph.answer('GET 106/payments/shop/ORD-1', {
    payments: [
      {
        reference_id: 'ORD-1',
        status: 'captured',
        currency: 'INR',
        total_amount: { value: 1100, offset: 100 },
        transactions: [
          { id: 't1', type: 'razorpay', status: 'success', created_timestamp: 1763820000, method: { type: 'upi' } },
        ],
      },
    ],
  });
  expect(await getPayment(graph.account, 'shop', 'ORD-1')).toMatchObject({
    status: 'captured',
    totalAmount: { value: 1100, offset: 100 },
    transactions: [{ id: 't1', status: 'success', method: { type: 'upi' } }],
  });
  graph.answer('GET 106/payments/shop/ORD-2', { payments: [] });
  expect(await getPayment(graph.account, 'shop', 'ORD-2')).toBeNull();
  graph.answer('POST 106/payments_refund', { id: 'r1', status: 'completed', speed_processed: 'instant' });
  const amount = { currency: 'INR', value: 100, offset: 100 };
  const refund = { referenceId: 'ORD-1', paymentConfigId: 'shop', amount, speed: 'instant' } as const;
  expect(await refundPayment(graph.account, refund)).toEqual({
    id: 'r1',
    status: 'completed',
    speedProcessed: 'instant',
  });
  expect(graph.last.body).toEqual({
    reference_id: 'ORD-1',
    payment_config_id: 'shop',
    amount: { currency: 'INR', value: '100', offset: '100' },
    speed: 'instant',
  });
});
