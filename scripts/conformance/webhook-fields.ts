import { row, type Section, testsOf } from './rows.ts';

const webhooks = testsOf('server/channels/providers/cloud-api/webhooks/webhooks.test.ts');
const updates = testsOf('sandbox/webhooks/webhooks.test.ts');

const folder = 'server/channels/providers/cloud-api/webhooks';
const read = testsOf(
  `${folder}/news.test.ts`,
  `${folder}/field-samples.fixture.ts`,
)('fields > $field becomes $becomes');

const sent = testsOf(
  'sandbox/control/webhook-samples.test.ts',
  'sandbox/webhooks/fields.ts',
)('sends any of the 33 fields by a call, signed and with a believable value');

const groups = testsOf('sandbox/cloud-api/account/groups.test.ts');
const made = groups('makes, lists, reads, changes and deletes a group, and tells of each');
const joined = groups('lets people in by the link, a new link in place of the old, and out again');
const suspended = groups('tells that a group is suspended, and that it is not any more');

// biome-ignore format: a table is read by its columns, one row a line
export const webhookFields: Section = {
  title: 'Webhook fields',
  about: 'The fields that an app can subscribe to: the adapter reads them, the sandbox sends them.',
  rows: [
    row('messages', webhooks('messages > a text has who, when, what, and opens the window'), updates('walks sent, delivered and read, with the callback data and the price')),
    row('account_alerts', read, sent),
    row('account_review_update', read, sent),
    row('account_settings_update', read, sent),
    row('account_update', read, sent),
    row('automatic_events', read, sent),
    row('business_capability_update', read, sent),
    row('business_status_update', read, sent),
    row('business_username_updates', read, sent),
    row('calls', read, sent),
    row('flows', read, sent),
    row('group_lifecycle_update', read, made),
    row('group_participants_update', read, joined),
    row('group_settings_update', read, made),
    row('group_status_update', read, suspended),
    row('history', read, sent),
    row('message_echoes', read, sent),
    row('message_template_components_update', read, sent),
    row('message_template_quality_update', read, sent),
    row('message_template_status_update', read, sent),
    row('messaging_handovers', read, sent),
    row('partner_solutions', read, sent),
    row('payment_configuration_update', read, sent),
    row('phone_number_name_update', read, sent),
    row('phone_number_quality_update', read, sent),
    row('security', read, sent),
    row('smb_app_state_sync', read, sent),
    row('smb_message_echoes', read, sent),
    row('standby', read, sent),
    row('template_category_update', read, sent),
    row('template_correct_category_detection', read, sent),
    row('tracking_events', read, sent),
    row('user_preferences', webhooks('preferences and accounts > a person can %s marketing'), testsOf('sandbox/people/people.test.ts')('who opted out of marketing gets none, and the business hears of it')),
  ],
};
