import { row, type Section, testsOf } from './rows.ts';

const webhooks = testsOf('server/channels/providers/cloud-api/webhooks/webhooks.test.ts');
const updates = testsOf('sandbox/webhooks/webhooks.test.ts');

const folder = 'server/channels/providers/cloud-api/webhooks';
const read = testsOf(
  `${folder}/news.test.ts`,
  `${folder}/field-samples.fixture.ts`,
)('fields > $field becomes $becomes');

// biome-ignore format: a table is read by its columns, one row a line
export const webhookFields: Section = {
  title: 'Webhook fields',
  about: 'The fields that an app can subscribe to: the adapter reads them, the sandbox sends them.',
  rows: [
    row('messages', webhooks('messages > a text has who, when, what, and opens the window'), updates('walks sent, delivered and read, with the callback data and the price')),
    row('account_alerts', read, null),
    row('account_review_update', read, null),
    row('account_settings_update', read, null),
    row('account_update', read, null),
    row('automatic_events', read, null),
    row('business_capability_update', read, null),
    row('business_status_update', read, null),
    row('business_username_updates', read, null),
    row('calls', read, null),
    row('flows', read, null),
    row('group_lifecycle_update', read, null),
    row('group_participants_update', read, null),
    row('group_settings_update', read, null),
    row('group_status_update', read, null),
    row('history', read, null),
    row('message_echoes', read, null),
    row('message_template_components_update', read, null),
    row('message_template_quality_update', read, null),
    row('message_template_status_update', read, null),
    row('messaging_handovers', read, null),
    row('partner_solutions', read, null),
    row('payment_configuration_update', read, null),
    row('phone_number_name_update', read, null),
    row('phone_number_quality_update', read, null),
    row('security', read, null),
    row('smb_app_state_sync', read, null),
    row('smb_message_echoes', read, null),
    row('standby', read, null),
    row('template_category_update', read, null),
    row('template_correct_category_detection', read, null),
    row('tracking_events', read, null),
    row('user_preferences', webhooks('preferences and accounts > a person can %s marketing'), testsOf('sandbox/people/people.test.ts')('who opted out of marketing gets none, and the business hears of it')),
  ],
};
