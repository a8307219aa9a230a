import { generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  readConversationAnalytics,
  readMessageAnalytics,
  readPricingAnalytics,
} from '#server/channels/providers/cloud-api/account/analytics.ts';
import {
  listAppSubscriptions,
  removeAppSubscription,
  setAppSubscription,
} from '#server/channels/providers/cloud-api/account/app-subscriptions.ts';
import {
  blockPeople,
  listBlockedPeople,
  unblockPeople,
} from '#server/channels/providers/cloud-api/account/block-list.ts';
import {
  assignUser,
  getBusinessAccount,
  listAssignedUsers,
  listBusinessAccounts,
  unassignUser,
} from '#server/channels/providers/cloud-api/account/business-account.ts';
import {
  changeCommerceSettings,
  getCommerceSettings,
} from '#server/channels/providers/cloud-api/account/commerce-settings.ts';
import {
  getConversationalComponents,
  setConversationalComponents,
} from '#server/channels/providers/cloud-api/account/conversational-components.ts';
import { getEncryptionKey, setEncryptionKey } from '#server/channels/providers/cloud-api/account/encryption-key.ts';
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
} from '#server/channels/providers/cloud-api/account/flows.ts';
import { callGraph } from '#server/channels/providers/cloud-api/account/graph.ts';
import { getHealth } from '#server/channels/providers/cloud-api/account/health.ts';
import { deleteMedia } from '#server/channels/providers/cloud-api/account/media-deletion.ts';
import { fetchMedia } from '#server/channels/providers/cloud-api/account/media.ts';
import { uploadMedia } from '#server/channels/providers/cloud-api/account/media-upload.ts';
import {
  changePin,
  createNumber,
  deregisterNumber,
  registerNumber,
  requestCode,
  verifyCode,
} from '#server/channels/providers/cloud-api/account/number-registration.ts';
import {
  changeDisplayName,
  changeNumberSettings,
  getNumberSettings,
  overrideWebhooks,
  requestAppData,
} from '#server/channels/providers/cloud-api/account/number-settings.ts';
import { getNumber, listNumbers } from '#server/channels/providers/cloud-api/account/numbers.ts';
import { eachEntry } from '#server/channels/providers/cloud-api/account/paging.ts';
import { getPayment, refundPayment } from '#server/channels/providers/cloud-api/account/payments.ts';
import { changeProfile, getProfile } from '#server/channels/providers/cloud-api/account/profile.ts';
import {
  changeQrCode,
  createQrCode,
  deleteQrCode,
  getQrCode,
  listQrCodes,
} from '#server/channels/providers/cloud-api/account/qr-codes.ts';
import {
  continueUpload,
  startUpload,
  uploadedBytes,
} from '#server/channels/providers/cloud-api/account/resumable-upload.ts';
import {
  listSubscribedApps,
  subscribeApp,
  unsubscribeApp,
} from '#server/channels/providers/cloud-api/account/subscribed-apps.ts';
import {
  getUsername,
  removeUsername,
  setUsername,
  suggestUsernames,
} from '#server/channels/providers/cloud-api/account/usernames.ts';
import { exchangeCode, inspectToken } from '#server/channels/providers/cloud-api/account/tokens.ts';
import { startCallback, startSandboxAccount } from './sandbox-account.ts';

// The typed calls of the adapter against the sandbox, over HTTP: two sides that were written apart from each other.

let sandbox: Awaited<ReturnType<typeof startSandboxAccount>>;
let callback: Awaited<ReturnType<typeof startCallback>>;
let account: Awaited<ReturnType<typeof startSandboxAccount>>['account'];

beforeAll(async () => {
  sandbox = await startSandboxAccount();
  callback = await startCallback();
  ({ account } = sandbox);
});
afterAll(async () => {
  await callback.close();
  await sandbox.close();
});

it('reads the business account, its numbers and their health', async () => {
  const { businessAccountId } = account.settings;
  expect(await getBusinessAccount(account)).toMatchObject({ id: businessAccountId, accountReviewStatus: 'APPROVED' });
  const numbers = await Array.fromAsync(eachEntry((page) => listNumbers(account, { sort: 'newest' }, page), 1));
  expect(numbers.map(({ id }) => id)).toContain(account.senderExternalId);
  expect(await getNumber(account)).toMatchObject({
    id: account.senderExternalId,
    status: 'CONNECTED',
    throughput: { level: 'STANDARD' },
  });
  for (const id of [businessAccountId, account.senderExternalId])
    expect(await getHealth(account, id)).toMatchObject({ canSendMessage: 'AVAILABLE' });
});

it('leads a new number from its code to its registration, and refuses a wrong PIN with what to do', async () => {
  const { verification_code: code } = await sandbox.control('GET', '/_sandbox/settings');
  const id = await createNumber(account, { countryCode: '1', phoneNumber: '5550783999', verifiedName: 'Bell Shop' });
  const fresh = { ...account, senderExternalId: id };
  await requestCode(fresh, 'SMS', 'en_US');
  await verifyCode(fresh, String(code));
  await registerNumber(fresh, '123456');
  expect(await getNumber(fresh)).toMatchObject({ status: 'CONNECTED', codeVerificationStatus: 'VERIFIED' });
  await deregisterNumber(fresh);
  await expect(registerNumber(fresh, '000000')).rejects.toMatchObject({
    code: 'provider_refused',
    extensions: { provider_error: { code: '133005' } },
  });
  await registerNumber(fresh, '123456');
  await changePin(fresh, '654321');
  await deregisterNumber(fresh);
  await registerNumber(fresh, '654321');
});

it('asks for a display name, and changes settings and the address of webhooks of a number', async () => {
  await changeDisplayName(account, 'Bells & Co');
  await expect.poll(async () => (await getNumber(account)).verifiedName, { timeout: 10_000 }).toBe('Bells & Co');
  await changeNumberSettings(account, { userIdentityChange: { enableIdentityKeyCheck: true } });
  expect(await getNumberSettings(account)).toMatchObject({ userIdentityChange: { enableIdentityKeyCheck: true } });
  await overrideWebhooks(account, { callbackUrl: callback.url, verifyToken: 'v' });
  expect((await getNumber(account)).webhookConfiguration?.phoneNumber).toBe(callback.url);
  await overrideWebhooks(account, null);
  expect((await getNumber(account)).webhookConfiguration?.phoneNumber).toBeUndefined();
});

it('changes the profile with a picture, which is uploaded in two parts', async () => {
  const picture = { name: 'a.png', mimeType: 'image/png', content: Buffer.from('89504e470d0a1a0a0000000d', 'hex') };
  await changeProfile(account, {
    about: 'We sell bells',
    websites: ['https://bells.example'],
    vertical: 'RETAIL',
    picture,
  });
  expect(await getProfile(account)).toMatchObject({
    about: 'We sell bells',
    websites: ['https://bells.example'],
    vertical: 'RETAIL',
    profilePictureUrl: expect.stringMatching(/^https?:/),
  });
  const upload = await startUpload(account, picture);
  expect(await uploadedBytes(account, upload)).toBe(0);
  expect(await continueUpload(account, upload, picture, 0)).toMatch(/./);
});

it('subscribes the app to the account and to the fields, and takes it off', async () => {
  await subscribeApp(account, { callbackUrl: callback.url, verifyToken: 'v' });
  expect(await listSubscribedApps(account)).toMatchObject([
    { id: account.settings.appId, overrideCallbackUrl: callback.url },
  ]);
  await subscribeApp(account);
  expect((await listSubscribedApps(account))[0]).not.toHaveProperty('overrideCallbackUrl');
  await setAppSubscription(account, { callbackUrl: callback.url, verifyToken: 'v', fields: ['messages', 'flows'] });
  expect(await listAppSubscriptions(account)).toMatchObject([
    { callbackUrl: callback.url, fields: ['messages', 'flows'] },
  ]);
  await removeAppSubscription(account);
  expect(await listAppSubscriptions(account)).toEqual([]);
  await unsubscribeApp(account);
  expect(await listSubscribedApps(account)).toEqual([]);
  await subscribeApp(account);
});

it('blocks somebody who wrote, tells who could not be blocked, and unblocks', async () => {
  const wrote = { kind: 'phone', value: '+15550001111' } as const;
  const silent = { kind: 'phone', value: '+15550002222' } as const;
  await sandbox.write(wrote.value);
  const { changed, failed } = await blockPeople(account, [wrote, silent]);
  expect(changed).toMatchObject([{ waId: '15550001111' }]);
  expect(failed).toMatchObject([{ waId: '15550002222', errors: [{ code: '131047' }] }]);
  expect((await listBlockedPeople(account)).entries).toMatchObject([{ waId: '15550001111' }]);
  expect(await unblockPeople(account, [wrote])).toMatchObject({ changed: [{ waId: '15550001111' }], failed: [] });
  expect((await listBlockedPeople(account)).entries).toEqual([]);
});

it('shows and hides cart and catalog, and sets what a new chat offers', async () => {
  await changeCommerceSettings(account, { isCatalogVisible: true, isCartEnabled: false });
  expect(await getCommerceSettings(account)).toEqual({ isCartEnabled: false, isCatalogVisible: true });
  const components = {
    prompts: ['Opening hours'],
    commands: [{ commandName: 'track', commandDescription: 'My order' }],
  };
  await setConversationalComponents(account, components);
  expect(await getConversationalComponents(account)).toEqual(components);
});

it('makes codes to scan, changes and deletes them', async () => {
  const made = await createQrCode(account, 'I want one', 'SVG');
  expect(made).toMatchObject({
    deepLinkUrl: expect.stringContaining(made.code),
    qrImageUrl: expect.stringContaining('http'),
  });
  await changeQrCode(account, made.code, 'I want two');
  expect(await getQrCode(account, made.code)).toMatchObject({ prefilledMessage: 'I want two' });
  expect((await listQrCodes(account, 'PNG')).entries).toMatchObject([{ code: made.code }]);
  await deleteQrCode(account, made.code);
  expect((await listQrCodes(account)).entries).toEqual([]);
});

it('takes a suggested username and gives it back', async () => {
  const [name = ''] = await suggestUsernames(account);
  await setUsername(account, name);
  expect(await getUsername(account)).toEqual({ username: name, status: 'approved' });
  await removeUsername(account);
  expect(await getUsername(account)).toEqual({ username: null, status: 'deleted' });
});

it('leads a flow from draft to its end, and tells the mistakes in its JSON', async () => {
  const screen = { id: 'ONE', title: 'One', terminal: true, layout: { type: 'SingleColumnLayout', children: [] } };
  const flowJson = JSON.stringify({ version: '7.2', screens: [screen] });
  const { id } = await createFlow(account, { name: 'Sign up', categories: ['SIGN_UP'] });
  expect((await uploadFlowJson(account, id, '{"version":')).length).toBeGreaterThan(0);
  await expect(publishFlow(account, id)).rejects.toMatchObject({ extensions: { provider_error: { code: '139002' } } });
  expect(await uploadFlowJson(account, id, flowJson)).toEqual([]);
  await changeFlow(account, id, { name: 'Sign up here' });
  expect((await listFlowAssets(account, id)).entries).toMatchObject([{ name: 'flow.json', assetType: 'FLOW_JSON' }]);
  expect((await listFlows(account)).entries).toMatchObject([{ id, name: 'Sign up here', status: 'DRAFT' }]);
  await publishFlow(account, id);
  await deprecateFlow(account, id);
  expect(await getFlow(account, id)).toMatchObject({ status: 'DEPRECATED', jsonVersion: '7.2' });
  await expect(deleteFlow(account, id)).rejects.toMatchObject({ code: 'provider_refused' });
  const draft = await createFlow(account, { name: 'Draft', categories: ['OTHER'] });
  await deleteFlow(account, draft.id);
  expect((await listFlows(account)).entries.map((flow) => flow.id)).toEqual([id]);
});

it('uploads the key for flows, which a new registration makes unsigned', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await setEncryptionKey(account, publicKey.export({ type: 'spki', format: 'pem' }).toString());
  expect(await getEncryptionKey(account)).toMatchObject({
    publicKey: expect.stringContaining('BEGIN PUBLIC KEY'),
    signatureStatus: 'VALID',
  });
  await deregisterNumber(account);
  await registerNumber(account, '123456');
  expect(await getEncryptionKey(account)).toMatchObject({ signatureStatus: 'MISMATCH' });
});

it('reads analytics of what was sent', async () => {
  const sent = await callGraph(account.calls, account, {
    path: `${account.senderExternalId}/messages`,
    method: 'POST',
    body: { messaging_product: 'whatsapp', to: '+15550001111', type: 'text', text: { body: 'Hi' } },
  });
  expect(sent.ok).toBe(true);
  const now = Temporal.Now.instant();
  const span = { start: now.subtract({ hours: 24 }), end: now.add({ hours: 1 }) };
  const messages = () => readMessageAnalytics(account, { ...span, granularity: 'DAY' });
  await expect.poll(async () => (await messages())[0]?.delivered, { timeout: 10_000 }).toBe(1);
  const daily = { ...span, granularity: 'DAILY' } as const;
  expect(await readPricingAnalytics(account, daily, { dimensions: ['PRICING_CATEGORY'] })).toMatchObject([
    { pricingCategory: 'SERVICE', volume: 1 },
  ]);
  expect(await readConversationAnalytics(account, daily)).toMatchObject([{ conversation: 1 }]);
});

it('says what the token is good for, and what a wrong one is not', async () => {
  expect(await inspectToken(account)).toMatchObject({
    appId: account.settings.appId,
    isValid: true,
    expiresAt: null,
    scopes: expect.arrayContaining(['whatsapp_business_messaging']),
  });
  expect(await inspectToken(account, 'EAAwrong')).toMatchObject({ isValid: false, scopes: [] });
});

it('gets the token of a customer for the code of the sign-up, and not with a wrong secret', async () => {
  expect(await inspectToken(account, await exchangeCode(account, 'AQB-code'))).toMatchObject({ isValid: true });
  const secrets = { ...account.secrets, appSecrets: ['wrong'] };
  const fault: unknown = await exchangeCode({ ...account, secrets }, 'AQB-code').catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: expect.stringMatching(/^(provider_refused|upstream_failed)$/) });
  expect(JSON.stringify(fault)).not.toContain('AQB-code');
});

it('uploads a file for messages and deletes it', async () => {
  const bytes = Buffer.from('89504e470d0a1a0a', 'hex');
  const file = { filename: 'a.png', mimeType: 'image/png', sizeBytes: bytes.length, body: Readable.from([bytes]) };
  const { providerMediaId } = await uploadMedia(account.calls, account, file);
  const fetched = await fetchMedia(account.calls, account, providerMediaId, 1_000);
  expect(Buffer.concat(await Array.fromAsync(fetched.body))).toEqual(bytes);
  await deleteMedia(account, providerMediaId);
  await expect(fetchMedia(account.calls, account, providerMediaId, 1_000)).rejects.toMatchObject({ isFinal: true });
});

it('lists the accounts of the portfolio and assigns users to one', async () => {
  const portfolioId = (await getBusinessAccount(account)).ownerBusinessInfo?.id ?? '';
  const owned = (await listBusinessAccounts(account, portfolioId)).entries;
  expect(owned).toMatchObject([{ id: account.settings.businessAccountId, currency: 'EUR' }]);
  expect((await listBusinessAccounts(account, portfolioId, 'client')).entries).toEqual([]);
  await assignUser(account, '4711', ['MANAGE', 'DEVELOP']);
  expect((await listAssignedUsers(account, portfolioId)).entries).toMatchObject([
    { id: '4711', tasks: ['MANAGE', 'DEVELOP'] },
  ]);
  await unassignUser(account, '4711');
  expect((await listAssignedUsers(account, portfolioId)).entries).toEqual([]);
});

it('asks for the history of a number once, and is told when it was asked for before', async () => {
  await setAppSubscription(account, { callbackUrl: callback.url, verifyToken: 'v', fields: ['history'] });
  expect(await requestAppData(account, 'history')).toMatch(/^\d+$/);
  await expect(requestAppData(account, 'history')).rejects.toMatchObject({
    code: 'provider_refused',
    detail: expect.stringContaining('It can be asked for once.'),
    extensions: { provider_error: { subcode: '2593107' } },
  });
  await removeAppSubscription(account);
});

it('looks up what was paid for an order, and gives a part of it back', async () => {
  const money = (value: number) => ({ value, offset: 100 });
  const gateway = { type: 'razorpay', configuration_name: 'shop', razorpay: { receipt: 'r1' } };
  const parameters = {
    reference_id: 'ORD-1',
    type: 'physical-goods',
    currency: 'INR',
    payment_settings: [{ type: 'payment_gateway', payment_gateway: gateway }],
    total_amount: money(1100),
    order: {
      status: 'pending',
      items: [{ retailer_id: 's', name: 'Bread', amount: money(1000), quantity: 1 }],
      subtotal: money(1000),
      tax: money(100),
    },
  };
  const action = { name: 'review_and_pay', parameters };
  const interactive = { type: 'order_details', body: { text: 'Your order' }, action };
  const sent = await callGraph(account.calls, account, {
    path: `${account.senderExternalId}/messages`,
    method: 'POST',
    body: { messaging_product: 'whatsapp', to: '+15550001111', type: 'interactive', interactive },
  });
  const [message] = sent.ok ? (sent.fields['messages'] as { id: string }[]) : [];
  const pay = () => sandbox.control('POST', '/_sandbox/people/+15550001111/payments', { message_id: message?.id });
  // The order can be paid once it has reached the phone.
  await expect.poll(() => pay().then(() => 'paid', String), { timeout: 10_000 }).toBe('paid');
  expect(await getPayment(account, 'shop', 'ORD-1')).toMatchObject({
    status: 'captured',
    totalAmount: money(1100),
    transactions: [{ status: 'success', type: 'razorpay' }],
  });
  const amount = { currency: 'INR', ...money(100) };
  const refund = { referenceId: 'ORD-1', paymentConfigId: 'shop', amount } as const;
  expect(await refundPayment(account, refund)).toMatchObject({ id: expect.any(String), status: expect.any(String) });
  const tooMuch = { ...refund, amount: { ...amount, value: 5000 } };
  await expect(refundPayment(account, tooMuch)).rejects.toMatchObject({ code: 'provider_refused' });
});
