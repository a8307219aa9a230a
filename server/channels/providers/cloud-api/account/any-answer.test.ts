import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Fault } from '#platform/fault.ts';
import { readConversationAnalytics, readMessageAnalytics, readPricingAnalytics } from './analytics.ts';
import { listAppSubscriptions, setAppSubscription } from './app-subscriptions.ts';
import type { Account } from './asking.ts';
import { previewAuthenticationTemplates, upsertAuthenticationTemplates } from './authentication-templates.ts';
import { blockPeople, listBlockedPeople } from './block-list.ts';
import { getBusinessAccount, listAssignedUsers, listBusinessAccounts } from './business-account.ts';
import { getCallPermission } from './call-permissions.ts';
import { startCall } from './calling.ts';
import { getCommerceSettings } from './commerce-settings.ts';
import { getConversationalComponents } from './conversational-components.ts';
import { getEncryptionKey, setEncryptionKey } from './encryption-key.ts';
import { createFlow, getFlow, listFlowAssets, listFlows, uploadFlowJson } from './flows.ts';
import { getGroup, listGroups, listJoinRequests } from './groups.ts';
import { getHealth } from './health.ts';
import { createNumber, registerNumber } from './number-registration.ts';
import { getNumberSettings, requestAppData } from './number-settings.ts';
import { getNumber, listNumbers } from './numbers.ts';
import { getPayment } from './payments.ts';
import { changeProfile, getProfile } from './profile.ts';
import { createQrCode, getQrCode, listQrCodes } from './qr-codes.ts';
import { uploadedBytes } from './resumable-upload.ts';
import { listSubscribedApps } from './subscribed-apps.ts';
import { readTemplateAnalytics } from './template-analytics.ts';
import { compareTemplates, listLibraryTemplates, migrateTemplates } from './template-library.ts';
import {
  archiveTemplates,
  createTemplate,
  editTemplate,
  getTemplate,
  listTemplates,
  unpauseTemplate,
} from './templates.ts';
import { exchangeCode, inspectToken } from './tokens.ts';
import { getUsername, setUsername, suggestUsernames } from './usernames.ts';

const span = {
  start: Temporal.Instant.fromEpochMilliseconds(0),
  end: Temporal.Instant.fromEpochMilliseconds(86_400_000),
};
const daily = { ...span, granularity: 'DAILY' } as const;
const person = { kind: 'phone', value: '+16505551234' } as const;
const picture = { name: 'a.png', mimeType: 'image/png', content: Buffer.from('x') };
const template = { name: 'a', language: 'en', category: 'UTILITY' } as const;

const everyCall: Record<string, (account: Account) => Promise<unknown>> = {
  archiveTemplates: (account) => archiveTemplates(account, ['1'], true),
  blockPeople: (account) => blockPeople(account, [person]),
  changeProfile: (account) => changeProfile(account, { about: 'x', picture }),
  compareTemplates: (account) => compareTemplates(account, '1', '2', span),
  createFlow: (account) => createFlow(account, { name: 'x', categories: [] }),
  createNumber: (account) => createNumber(account, { countryCode: '1', phoneNumber: '2', verifiedName: 'x' }),
  createQrCode: (account) => createQrCode(account, 'x'),
  createTemplate: (account) => createTemplate(account, template),
  editTemplate: (account) => editTemplate(account, '1', {}),
  getBusinessAccount,
  getCallPermission: (account) => getCallPermission(account, person),
  getCommerceSettings,
  getConversationalComponents,
  getEncryptionKey,
  exchangeCode: (account) => exchangeCode(account, 'c'),
  getFlow: (account) => getFlow(account, '1'),
  getGroup: (account) => getGroup(account, '1'),
  getHealth: (account) => getHealth(account, '1'),
  getNumber,
  getNumberSettings,
  getPayment: (account) => getPayment(account, 'shop', '1'),
  getProfile,
  getQrCode: (account) => getQrCode(account, '1'),
  getTemplate: (account) => getTemplate(account, '1'),
  getUsername,
  inspectToken,
  listAppSubscriptions,
  listAssignedUsers: (account) => listAssignedUsers(account, '1'),
  listBlockedPeople,
  listBusinessAccounts: (account) => listBusinessAccounts(account, '1'),
  listFlowAssets: (account) => listFlowAssets(account, '1'),
  listFlows,
  listGroups,
  listJoinRequests: (account) => listJoinRequests(account, '1'),
  listLibraryTemplates,
  listNumbers,
  listQrCodes,
  listSubscribedApps,
  listTemplates,
  migrateTemplates: (account) => migrateTemplates(account, '1'),
  previewAuthenticationTemplates: (account) => previewAuthenticationTemplates(account, {}),
  readConversationAnalytics: (account) => readConversationAnalytics(account, daily),
  readMessageAnalytics: (account) => readMessageAnalytics(account, { ...span, granularity: 'DAY' }),
  readPricingAnalytics: (account) => readPricingAnalytics(account, daily),
  readTemplateAnalytics: (account) => readTemplateAnalytics(account, ['1'], span),
  registerNumber: (account) => registerNumber(account, '123456'),
  requestAppData: (account) => requestAppData(account, 'history'),
  setAppSubscription: (account) =>
    setAppSubscription(account, { callbackUrl: 'https://a.example', verifyToken: 'v', fields: [] }),
  setEncryptionKey: (account) => setEncryptionKey(account, 'pem'),
  setUsername: (account) => setUsername(account, 'x'),
  startCall: (account) => startCall(account, person, { sdpType: 'offer', sdp: 'v=0' }),
  suggestUsernames,
  unpauseTemplate: (account) => unpauseTemplate(account, '1'),
  uploadedBytes: (account) => uploadedBytes(account, 'upload:MTphd'),
  uploadFlowJson: (account) => uploadFlowJson(account, '1', '{}'),
  upsertAuthenticationTemplates: (account) =>
    upsertAuthenticationTemplates(account, { name: 'x', languages: [], components: [] }),
};

const names = [
  'data',
  'id',
  'error',
  'paging',
  'success',
  'status',
  'name',
  'block_users',
  'added_users',
  'health_status',
  'entities',
  'components',
  'quality_score',
  'throughput',
  'code',
  'message',
  'analytics',
  'pricing_analytics',
  'data_points',
  'username',
];
const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, '', 'x', 'EAAsecret', 5, -1, 1.5, '190'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 5 }),
  ),
})).value;

it.each(Object.entries(everyCall))(
  '%s ends as a value or as a fault without secrets, whatever is answered',
  async (_name, call) => {
    await fc.assert(
      fc.asyncProperty(anyJson, fc.constantFrom(200, 200, 200, 302, 400, 401, 500), async (json, status) => {
        const answer = { status, headers: {}, body: Buffer.from(JSON.stringify(json)) };
        const account: Account = {
          calls: { request: async () => answer, open: () => Promise.reject(new Error('Nothing is downloaded here.')) },
          settings: {
            baseUrl: 'https://graph.facebook.com',
            apiVersion: 'v26.0',
            businessAccountId: '102',
            options: {},
            webhookUrl: null,
            appId: '4242',
          },
          secrets: { accessToken: 'EAA-token', appSecrets: ['app-secret'], verifyToken: 'v' },
          senderExternalId: '106',
        };
        const fault: unknown = await call(account).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (fault === undefined) return;
        expect(fault).toBeInstanceOf(Fault);
        const { code, detail, extensions } = fault as Fault;
        expect(['provider_refused', 'upstream_failed', 'not_found']).toContain(code);
        expect(detail).toMatch(/[.!?]$/);
        expect(JSON.stringify([detail, extensions])).not.toMatch(/EAA-token|app-secret/);
      }),
      { numRuns: 60 },
    );
  },
);
