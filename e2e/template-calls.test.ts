import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  previewAuthenticationTemplates,
  upsertAuthenticationTemplates,
} from '#server/channels/providers/cloud-api/account/authentication-templates.ts';
import { callGraph } from '#server/channels/providers/cloud-api/account/graph.ts';
import { eachEntry } from '#server/channels/providers/cloud-api/account/paging.ts';
import {
  enableTemplateInsights,
  readTemplateAnalytics,
} from '#server/channels/providers/cloud-api/account/template-analytics.ts';
import {
  compareTemplates,
  listLibraryTemplates,
  migrateTemplates,
} from '#server/channels/providers/cloud-api/account/template-library.ts';
import {
  archiveTemplates,
  createTemplate,
  deleteTemplate,
  deleteTemplates,
  editTemplate,
  getTemplate,
  listTemplates,
  unpauseTemplate,
} from '#server/channels/providers/cloud-api/account/templates.ts';
import { startSandboxAccount } from './sandbox-account.ts';

let sandbox: Awaited<ReturnType<typeof startSandboxAccount>>;
let account: Awaited<ReturnType<typeof startSandboxAccount>>['account'];

beforeAll(async () => {
  sandbox = await startSandboxAccount();
  ({ account } = sandbox);
});
afterAll(() => sandbox.close());

const onItsWay = [{ type: 'BODY', text: 'Your order is on its way to you.' }];
const statusOf = async (id: string): Promise<string> => (await getTemplate(account, id)).status;

async function approved(name: string, components: Record<string, unknown>[] = onItsWay, language = 'en_US') {
  const { id } = await createTemplate(account, { name, language, category: 'UTILITY', components });
  await expect.poll(() => statusOf(id), { timeout: 10_000 }).toBe('APPROVED');
  return id;
}

it('creates a template, which is reviewed, finds it page by page, edits and deletes it', async () => {
  const id = await approved('on_its_way');
  const all = await Array.fromAsync(eachEntry((page) => listTemplates(account, {}, page), 2));
  expect(all.length).toBeGreaterThan(2);
  expect(new Set(all.map((each) => each.id)).size).toBe(all.length);
  const found = (await listTemplates(account, { name: 'on_its_way', status: 'APPROVED' })).entries;
  expect(found).toMatchObject([{ id, language: 'en_US', components: [{ type: 'BODY' }] }]);
  const text = 'Your order will be with you soon.';
  await editTemplate(account, id, { components: [{ type: 'BODY', text }] });
  expect((await getTemplate(account, id)).components).toMatchObject([{ text }]);
  await deleteTemplate(account, 'on_its_way');
  await expect(getTemplate(account, id)).rejects.toMatchObject({ code: 'provider_refused' });
});

it('deletes one language of a template, and many templates at once', async () => {
  const english = await approved('hello_there');
  const german = await approved(
    'hello_there',
    [{ type: 'BODY', text: 'Ihre Bestellung ist auf dem Weg zu Ihnen.' }],
    'de',
  );
  await deleteTemplate(account, 'hello_there', english);
  const left = () => listTemplates(account, { name: 'hello_there' });
  expect((await left()).entries.map((each) => each.id)).toEqual([german]);
  await deleteTemplates(account, [german]);
  expect((await left()).entries).toEqual([]);
});

it('tells what is wrong with a template by its subcode, with what to do', async () => {
  const components = [{ type: 'BODY', text: 'x'.repeat(1100) }];
  const template = { name: 'too_long', language: 'en', category: 'UTILITY', components } as const;
  await expect(createTemplate(account, template)).rejects.toMatchObject({
    code: 'provider_refused',
    detail: expect.stringContaining('Correct the template'),
    extensions: { provider_error: { code: '100', subcode: '2388040' } },
  });
});

it('lets a template go on that was paused', async () => {
  const { id } = await sandbox.control('PATCH', '/_sandbox/templates/hello_world', { quality: 'RED' });
  expect(await getTemplate(account, String(id))).toMatchObject({ status: 'PAUSED', qualityScore: { score: 'RED' } });
  await unpauseTemplate(account, String(id));
  expect(await statusOf(String(id))).toBe('APPROVED');
  await expect(unpauseTemplate(account, String(id))).rejects.toMatchObject({ code: 'provider_refused' });
});

it('archives templates, tells which could not be, and brings them back', async () => {
  const id = await approved('to_archive', [{ type: 'BODY', text: 'We keep this one for later use.' }]);
  const archived = await archiveTemplates(account, [id, '999'], true);
  expect(archived).toMatchObject({ done: [id], failed: [{ id: '999' }] });
  expect(await statusOf(id)).toBe('ARCHIVED');
  expect(await archiveTemplates(account, [id], false)).toEqual({ done: [id], failed: [] });
});

it('makes templates for codes in several languages, as their preview shows them', async () => {
  const components = [
    { type: 'BODY', add_security_recommendation: true },
    { type: 'FOOTER', code_expiration_minutes: 5 },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE' }] },
  ];
  const made = await upsertAuthenticationTemplates(account, { name: 'code', languages: ['en_US', 'de'], components });
  expect(made.map(({ language }) => language)).toEqual(['en_US', 'de']);
  const [german] = await previewAuthenticationTemplates(account, {
    languages: ['de'],
    addSecurityRecommendation: true,
    codeExpirationMinutes: 5,
    buttonTypes: ['OTP'],
  });
  const { components: kept } = await getTemplate(account, made[1]?.id ?? '');
  expect(kept).toMatchObject([{ text: german?.body }, { text: german?.footer }, { type: 'BUTTONS' }]);
});

it('takes a template of the library, which needs no review', async () => {
  const { entries } = await listLibraryTemplates(account, { search: 'delivery', topic: 'ORDER_MANAGEMENT' });
  expect(entries).toMatchObject([{ name: 'delivery_update_1', category: 'UTILITY' }]);
  const { status } = await createTemplate(account, {
    name: 'my_delivery',
    language: 'en_US',
    category: 'UTILITY',
    libraryTemplateName: 'delivery_update_1',
    libraryTemplateButtonInputs: [
      { type: 'URL', url: { base_url: 'https://shop.example/{{1}}', url_suffix_example: 'https://shop.example/1' } },
      { type: 'PHONE_NUMBER', phone_number: '+15550783881' },
    ],
  });
  expect(status).toBe('APPROVED');
});

it('counts what a template did, once that is switched on, and compares two', async () => {
  const [hello] = (await listTemplates(account, { name: 'hello_world' })).entries;
  const [other] = (await listTemplates(account, { name: 'to_archive' })).entries;
  const id = hello?.id ?? '';
  const end = Temporal.Now.instant().round({ smallestUnit: 'second' }).add({ hours: 1 });
  const span = { start: end.subtract({ hours: 24 * 7 }), end };
  await enableTemplateInsights(account);
  const message = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
  const sent = await callGraph(account.calls, account, {
    path: `${account.senderExternalId}/messages`,
    method: 'POST',
    body: { messaging_product: 'whatsapp', to: '+15550001111', ...message },
  });
  expect(sent.ok).toBe(true);
  const counted = async () => (await readTemplateAnalytics(account, [id], span)).entries[0]?.dataPoints[0];
  await expect.poll(async () => (await counted())?.delivered, { timeout: 10_000 }).toBe(1);
  expect(await counted()).toMatchObject({ templateId: id, sent: 1, clicked: [], cost: [{ type: 'amount_spent' }, {}] });
  const compared = await compareTemplates(account, id, other?.id ?? '', span);
  expect(compared.map(({ metric }) => metric)).toEqual(['BLOCK_RATE', 'MESSAGE_SENDS', 'TOP_BLOCK_REASON']);
});

it('copies the templates of another account here, and tells which could not be', async () => {
  const id = await approved('only_here', [{ type: 'BODY', text: 'We are open today for all of you.' }]);
  const { waba_id: target } = await sandbox.control('POST', '/_sandbox/wabas', {});
  const settings = { ...account.settings, businessAccountId: String(target) };
  const { migrated, failed } = await migrateTemplates({ ...account, settings }, account.settings.businessAccountId);
  expect(Object.keys(migrated)).toContain(id);
  expect(Object.keys(failed).length).toBeGreaterThan(0);
  expect(await getTemplate(account, String(migrated[id]))).toMatchObject({ name: 'only_here', status: 'APPROVED' });
});
