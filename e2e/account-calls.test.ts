import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '#sandbox/sandbox.ts';
import type { Account } from '#server/channels/providers/cloud-api/account/asking.ts';
import {
  blockPeople,
  listBlockedPeople,
  unblockPeople,
} from '#server/channels/providers/cloud-api/account/block-list.ts';
import { getBusinessAccount } from '#server/channels/providers/cloud-api/account/business-account.ts';
import {
  deregisterNumber,
  registerNumber,
  requestCode,
  verifyCode,
} from '#server/channels/providers/cloud-api/account/number-registration.ts';
import { getNumber, listNumbers } from '#server/channels/providers/cloud-api/account/numbers.ts';
import { eachEntry } from '#server/channels/providers/cloud-api/account/paging.ts';
import { changeProfile, getProfile } from '#server/channels/providers/cloud-api/account/profile.ts';
import {
  listSubscribedApps,
  subscribeApp,
  unsubscribeApp,
} from '#server/channels/providers/cloud-api/account/subscribed-apps.ts';
import {
  createTemplate,
  deleteTemplate,
  getTemplate,
  listTemplates,
} from '#server/channels/providers/cloud-api/account/templates.ts';
import { OutgoingClient } from '#server/platform/outgoing.ts';

// The typed calls of the adapter against the sandbox, over HTTP: two sides that were written apart from each other.

let folder: string;
let sandbox: Sandbox;
let calls: OutgoingClient;
let account: Account;
const agent = new Agent();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-account-calls-'));
  sandbox = await startSandbox({ dataFolder: folder, settings: { delay_factor: 0 }, synced: false });
  const given = await agent.request({ origin: sandbox.address, path: '/_sandbox/credentials', method: 'GET' });
  const credentials = (await given.body.json()) as Record<string, string>;
  calls = new OutgoingClient({ allowed: [{ host: '127.0.0.1', port: Number(new URL(sandbox.address).port) }] });
  const of = (name: string): string => String(credentials[name]);
  account = {
    calls,
    settings: { baseUrl: of('base_url'), apiVersion: 'v26.0', businessAccountId: of('waba_id'), appId: of('app_id') },
    secrets: { accessToken: of('access_token'), appSecrets: [of('app_secret')], verifyToken: of('verify_token') },
    senderExternalId: of('phone_number_id'),
  };
});
afterAll(async () => {
  await agent.destroy();
  await calls[Symbol.asyncDispose]();
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

it('reads the business account and its numbers', async () => {
  expect(await getBusinessAccount(account)).toMatchObject({
    id: account.settings.businessAccountId,
    accountReviewStatus: 'APPROVED',
  });
  const numbers = await Array.fromAsync(eachEntry((page) => listNumbers(account, {}, page)));
  expect(numbers.map(({ id }) => id)).toContain(account.senderExternalId);
  expect(await getNumber(account)).toMatchObject({ id: account.senderExternalId, status: 'CONNECTED' });
});

it('creates a template, finds it in the list, reads it and deletes it', async () => {
  const components = [{ type: 'BODY', text: 'Your order is on its way.' }];
  const created = await createTemplate(account, {
    name: 'on_its_way',
    language: 'en_US',
    category: 'UTILITY',
    components,
  });
  expect(created.status).toBe('PENDING');
  const found = await Array.fromAsync(eachEntry((page) => listTemplates(account, { name: 'on_its_way' }, page)));
  expect(found).toMatchObject([
    { id: created.id, language: 'en_US', category: 'UTILITY', components: [{ type: 'BODY' }] },
  ]);
  expect(await getTemplate(account, created.id)).toMatchObject({ id: created.id, name: 'on_its_way' });
  await deleteTemplate(account, 'on_its_way');
  await expect(getTemplate(account, created.id)).rejects.toMatchObject({ code: 'provider_refused' });
});

it('a refused template is told with the code, the words and what to do', async () => {
  const components = [{ type: 'BODY', text: 'x'.repeat(1100) }];
  await expect(
    createTemplate(account, { name: 'too_long', language: 'en', category: 'UTILITY', components }),
  ).rejects.toMatchObject({
    code: 'provider_refused',
    extensions: { provider_error: { code: '100' } },
  });
});

it('verifies, registers and deregisters the number', async () => {
  await requestCode(account, 'SMS', 'en_US');
  await verifyCode(account, '123456');
  await registerNumber(account, '123456');
  await deregisterNumber(account);
  await registerNumber(account, '123456');
});

it('reads and changes the profile', async () => {
  await changeProfile(account, { about: 'We sell bells' });
  expect(await getProfile(account)).toMatchObject({ vertical: 'OTHER' });
});

it('subscribes the app and takes it off', async () => {
  await subscribeApp(account);
  expect(await listSubscribedApps(account)).toMatchObject([{ id: account.settings.appId }]);
  await unsubscribeApp(account);
  expect(await listSubscribedApps(account)).toEqual([]);
  await subscribeApp(account);
});

it('blocks somebody, lists them and unblocks them', async () => {
  const person = { kind: 'phone', value: '+15550001111' } as const;
  await agent.request({
    origin: sandbox.address,
    path: `/_sandbox/people/${encodeURIComponent(person.value)}/messages`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'text', text: { body: 'Hi' } }),
  });
  expect(await blockPeople(account, [person])).toEqual({ changed: [{ waId: '15550001111' }], failed: [] });
  expect((await listBlockedPeople(account)).entries).toContainEqual({ waId: '15550001111' });
  expect(await unblockPeople(account, [person])).toMatchObject({ changed: [{ waId: '15550001111' }] });
  expect((await listBlockedPeople(account)).entries).toEqual([]);
});
