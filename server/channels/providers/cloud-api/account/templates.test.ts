import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { previewAuthenticationTemplates, upsertAuthenticationTemplates } from './authentication-templates.ts';
import { startRecordedGraph } from './recorded-graph.fixture.ts';
import { enableTemplateInsights, readTemplateAnalytics, readTemplateGroupAnalytics } from './template-analytics.ts';
import { compareTemplates, listLibraryTemplates, migrateTemplates } from './template-library.ts';
import {
  archiveTemplates,
  createTemplate,
  deleteTemplate,
  deleteTemplates,
  editTemplate,
  getTemplate,
  listTemplates,
  unpauseTemplate,
} from './templates.ts';

let graph: Awaited<ReturnType<typeof startRecordedGraph>>;
beforeAll(async () => {
  graph = await startRecordedGraph();
});
afterEach(() => graph.reset());
afterAll(() => graph.close());

const body = {
  type: 'BODY',
  text: 'Hello {{name}}',
  example: { body_text_named_params: [{ param_name: 'name', example: 'A' }] },
};

it('a template is created with every field under the name that Meta has for it', async () => {
  graph.answer('POST 102/message_templates', { id: 806312974732579, status: 'pending', category: 'MARKETING' });
  const created = await createTemplate(graph.account, {
    name: 'sale',
    language: 'en_US',
    category: 'UTILITY',
    components: [body],
    parameterFormat: 'NAMED',
    messageSendTtlSeconds: 3600,
    ctaUrlLinkTrackingOptedOut: true,
  });
  expect(created).toEqual({ id: '806312974732579', status: 'PENDING', category: 'MARKETING' });
  expect(graph.last.body).toEqual({
    name: 'sale',
    language: 'en_US',
    category: 'UTILITY',
    components: [body],
    parameter_format: 'NAMED',
    message_send_ttl_seconds: 3600,
    cta_url_link_tracking_opted_out: true,
  });
});

it('a template of the library is created by its name there', async () => {
  graph.answer('POST 102/message_templates', { id: '1', status: 'APPROVED', category: 'UTILITY' });
  await createTemplate(graph.account, {
    name: 'delivered',
    language: 'en',
    category: 'UTILITY',
    libraryTemplateName: 'delivery_update_1',
    libraryTemplateButtonInputs: [{ type: 'URL', url: { base_url: 'https://shop.example/{{1}}' } }],
  });
  expect(graph.last.body).toMatchObject({
    library_template_name: 'delivery_update_1',
    library_template_button_inputs: [{ type: 'URL', url: { base_url: 'https://shop.example/{{1}}' } }],
  });
});

it('templates are listed by pages with why they were rejected and how good they are', async () => {
  graph.answer('GET 102/message_templates', {
    data: [
      {
        id: '1',
        name: 'sale',
        language: 'en-US',
        status: 'rejected',
        category: 'MARKETING',
        components: [body],
        rejected_reason: 'INVALID_FORMAT',
        quality_score: { score: 'GREEN', date: 1763820000 },
        parameter_format: 'NAMED',
      },
      { id: '2', name: 'x', language: 'de', status: 'APPROVED', category: 'UTILITY', quality_score: 'UNKNOWN' },
    ],
    paging: { cursors: { before: 'a', after: 'b' }, next: 'https://graph.facebook.com/more' },
  });
  const page = await listTemplates(graph.account, { status: 'REJECTED', nameOrContent: 'sa' }, { limit: 2 });
  expect(page.after).toBe('b');
  expect(page.entries).toMatchObject([
    {
      language: 'en_US',
      status: 'REJECTED',
      rejectedReason: 'INVALID_FORMAT',
      qualityScore: { score: 'GREEN' },
      parameterFormat: 'NAMED',
      components: [body],
    },
    { qualityScore: { score: 'UNKNOWN' }, components: [] },
  ]);
  expect(graph.last.query).toMatchObject({
    limit: '2',
    status: 'REJECTED',
    name_or_content: 'sa',
    fields: expect.stringContaining('rejected_reason'),
  });
});

it('a template is read with its health', async () => {
  graph.answer('GET 77', {
    id: '77',
    name: 'sale',
    language: 'en',
    status: 'PAUSED',
    category: 'MARKETING',
    correct_category: 'UTILITY',
    health_status: {
      can_send_message: 'BLOCKED',
      entities: [
        {
          entity_type: 'MESSAGE_TEMPLATE',
          id: '77',
          can_send_message: 'BLOCKED',
          errors: [{ error_code: 141005, error_description: 'Paused', possible_solution: 'Wait' }],
        },
      ],
    },
  });
  expect(await getTemplate(graph.account, '77')).toMatchObject({
    correctCategory: 'UTILITY',
    healthStatus: { canSendMessage: 'BLOCKED', entities: [{ errors: [{ errorCode: '141005' }] }] },
  });
});

it('a template is edited, and the category that Meta gave it is told', async () => {
  graph.answer('POST 77', { success: true, id: '77', name: 'sale', category: 'MARKETING' });
  expect(await editTemplate(graph.account, '77', { components: [body], messageSendTtlSeconds: 60 })).toEqual({
    category: 'MARKETING',
  });
  expect(graph.last.body).toEqual({ components: [body], message_send_ttl_seconds: 60 });
});

it('a template is deleted in every language, in one, and many at once', async () => {
  for (let index = 0; index < 3; index++) graph.answer('DELETE 102/message_templates', { success: true });
  await deleteTemplate(graph.account, 'sale');
  await deleteTemplate(graph.account, 'sale', '77');
  await deleteTemplates(graph.account, ['77', '78']);
  expect(graph.requests.map(({ query }) => query)).toEqual([
    { name: 'sale' },
    { hsm_id: '77', name: 'sale' },
    { hsm_ids: '[77,78]' },
  ]);
  expect(() => deleteTemplates(graph.account, [])).toThrow('1 to 100');

  graph.answer('DELETE 102/message_templates', { success: true });
  const hundred = Array.from({ length: 100 }, (_, index) => String(1_000_000_000_000_000 + index));
  await deleteTemplates(graph.account, hundred);
  expect(graph.last.query['hsm_ids']).toBe(`[${hundred.join(',')}]`);
});

it('a paused template is let go on, and why it cannot is told', async () => {
  graph.answer('POST 77/unpause', { success: true });
  await unpauseTemplate(graph.account, '77');
  graph.answer('POST 77/unpause', { success: false, reason: 'The template is not paused by pacing' });
  await expect(unpauseTemplate(graph.account, '77')).rejects.toMatchObject({
    code: 'provider_refused',
    detail: 'The template is not paused by pacing',
  });
});

it('templates are archived and brought back, in part if need be, on a path without a version', async () => {
  graph.answer('POST /102/message_templates/archive', {
    archived_templates: ['1'],
    failed_templates: { 2: 'NOT_FOUND', 3: { message: 'No' } },
  });
  expect(await archiveTemplates(graph.account, ['1', '2', '3'], true)).toEqual({
    done: ['1'],
    failed: [
      { id: '2', reason: 'NOT_FOUND' },
      { id: '3', reason: '{"message":"No"}' },
    ],
  });
  expect(graph.last.body).toEqual({ hsm_ids: '1,2,3' });
  graph.answer('POST /102/message_templates/unarchive', { unarchived_templates: [{ id: 1 }], failed_templates: [] });
  expect(await archiveTemplates(graph.account, ['1'], false)).toEqual({ done: ['1'], failed: [] });
});

it('templates for codes are made in many languages at once', async () => {
  graph.answer('POST 102/upsert_message_templates', { data: [{ id: '1', status: 'APPROVED', language: 'pt_BR' }] });
  const components = [{ type: 'BODY', add_security_recommendation: true }];
  expect(await upsertAuthenticationTemplates(graph.account, { name: 'otp', languages: ['pt_BR'], components })).toEqual(
    [{ id: '1', status: 'APPROVED', language: 'pt_BR' }],
  );
  expect(graph.last.body).toEqual({ name: 'otp', languages: ['pt_BR'], category: 'AUTHENTICATION', components });
});

it('templates for codes are shown before they are made', async () => {
  graph.answer('GET 102/message_template_previews', {
    data: [
      {
        body: '*{{1}}* is your code.',
        buttons: [{ autofill_text: 'Autofill', text: 'Copy' }],
        footer: 'Expires',
        language: 'en_US',
      },
    ],
  });
  const options = {
    languages: ['en_US'],
    addSecurityRecommendation: false,
    codeExpirationMinutes: 5,
    buttonTypes: ['OTP'],
  };
  expect(await previewAuthenticationTemplates(graph.account, options)).toEqual([
    {
      body: '*{{1}}* is your code.',
      footer: 'Expires',
      language: 'en_US',
      buttons: [{ text: 'Copy', autofillText: 'Autofill' }],
    },
  ]);
  expect(graph.last.query).toEqual({
    category: 'AUTHENTICATION',
    languages: 'en_US',
    add_security_recommendation: 'false',
    code_expiration_minutes: '5',
    button_types: 'OTP',
  });
});

it('the library of Meta is looked through', async () => {
  graph.answer('GET message_template_library', {
    data: [
      {
        name: 'delivery_update_1',
        language: 'en_US',
        category: 'UTILITY',
        topic: 'ORDER_MANAGEMENT',
        usecase: 'DELIVERY_UPDATE',
        industry: ['E_COMMERCE'],
        body: 'Good news!',
        body_params: ['CS Mutual'],
        body_param_types: ['TEXT'],
        buttons: [{ type: 'URL', text: 'View', url: 'https://www.example.com' }],
        id: '7138055039625658',
      },
    ],
  });
  const page = await listLibraryTemplates(graph.account, { topic: 'ORDER_MANAGEMENT' });
  expect(page).toMatchObject({ after: null, entries: [{ name: 'delivery_update_1', bodyParams: ['CS Mutual'] }] });
  expect(graph.last.query).toEqual({ topic: 'ORDER_MANAGEMENT' });
});

it('two templates are compared', async () => {
  graph.answer('GET 77/compare', {
    data: [
      { metric: 'BLOCK_RATE', type: 'RELATIVE', order_by_relative_metric: ['77', '78'] },
      { metric: 'MESSAGE_SENDS', type: 'NUMBER_VALUES', number_values: [{ key: '77', value: 1200 }] },
      { metric: 'TOP_BLOCK_REASON', type: 'STRING_VALUES', string_values: [{ key: '78', value: 'NO_LONGER_NEEDED' }] },
    ],
  });
  const between = {
    start: Temporal.Instant.fromEpochMilliseconds(0),
    end: Temporal.Instant.fromEpochMilliseconds(9_500),
  };
  expect(await compareTemplates(graph.account, '77', '78', between)).toEqual([
    {
      metric: 'BLOCK_RATE',
      values: [
        { templateId: '77', value: '1' },
        { templateId: '78', value: '2' },
      ],
    },
    { metric: 'MESSAGE_SENDS', values: [{ templateId: '77', value: '1200' }] },
    { metric: 'TOP_BLOCK_REASON', values: [{ templateId: '78', value: 'NO_LONGER_NEEDED' }] },
  ]);
  expect(graph.last.query).toEqual({ template_ids: '[78]', start: '0', end: '9' });
});

it('templates of another account are copied here', async () => {
  graph.answer('POST 102/migrate_message_templates', { migrated_templates: { 5: '9' }, failed_templates: [] });
  expect(await migrateTemplates(graph.account, '101', 2)).toEqual({ migrated: { 5: '9' }, failed: {} });
  expect(graph.last.query).toEqual({ source_waba_id: '101', page_number: '2' });
});

it('what templates did is read by days', async () => {
  graph.answer('GET 102/template_analytics', {
    data: [
      {
        granularity: 'DAILY',
        product_type: 'cloud_api',
        data_points: [
          {
            template_id: '77',
            start: 1763769600,
            end: 1763856000,
            sent: 10,
            delivered: 9,
            read: 5,
            clicked: [{ type: 'quick_reply_button', button_content: 'Yes', count: 2 }],
            cost: [{ type: 'amount_spent', value: 0.5 }, { type: 'cost_per_delivered' }],
          },
        ],
      },
    ],
    paging: { cursors: { before: 'a', after: 'b' } },
  });
  const span = {
    start: Temporal.Instant.from('2025-11-22T00:00:00Z'),
    end: Temporal.Instant.from('2025-11-23T00:00:00Z'),
  };
  const page = await readTemplateAnalytics(graph.account, ['77'], span, { metricTypes: ['SENT', 'COST'] });
  expect(page.entries[0]?.dataPoints[0]).toMatchObject({
    templateId: '77',
    sent: 10,
    clicked: [{ type: 'quick_reply_button', buttonContent: 'Yes', count: 2 }],
    cost: [{ type: 'amount_spent', value: 0.5 }, { type: 'cost_per_delivered' }],
  });
  expect(graph.last.query).toEqual({
    start: '1763769600',
    end: '1763856000',
    granularity: 'DAILY',
    template_ids: '[77]',
    metric_types: 'SENT,COST',
  });
  expect(() => readTemplateAnalytics(graph.account, [], span)).toThrow('1 to 10');
});

it('what groups of templates did is read by days', async () => {
  graph.answer('GET 102/template_group_analytics', {
    data: [
      { granularity: 'DAILY', data_points: [{ template_group_id: '5', start: 1763769600, end: 1763856000, sent: 3 }] },
    ],
  });
  const span = {
    start: Temporal.Instant.from('2025-11-22T00:00:00Z'),
    end: Temporal.Instant.from('2025-11-23T00:00:00Z'),
  };
  const page = await readTemplateGroupAnalytics(graph.account, ['5'], span);
  expect(page.entries[0]?.dataPoints).toMatchObject([{ templateId: '5', sent: 3 }]);
  expect(graph.last.query).toMatchObject({ template_group_ids: '[5]', granularity: 'DAILY' });
});

it('template insights are switched on', async () => {
  graph.answer('POST 102', { id: '102' });
  await enableTemplateInsights(graph.account);
  expect(graph.last.query).toEqual({ is_enabled_for_insights: 'true' });
});
