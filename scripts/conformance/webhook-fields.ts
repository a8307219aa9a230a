import { row, type Section, testsOf } from './rows.ts';

const webhooks = testsOf('server/channels/providers/cloud-api/webhooks/webhooks.test.ts');
const updates = testsOf('sandbox/webhooks/webhooks.test.ts');

const kept = webhooks('preferences and accounts > the field %s is kept whole, and its messages are not taken for ours');

// biome-ignore format: a table is read by its columns, one row a line
export const webhookFields: Section = {
  title: 'Webhook fields',
  about: 'The fields that an app can subscribe to: the adapter reads them, the sandbox sends them.',
  rows: [
    row('messages', webhooks('messages > a text has who, when, what, and opens the window'), updates('walks sent, delivered and read, with the callback data and the price')),
    row('account_alerts', null, null),
    row('account_review_update', null, null),
    row('account_settings_update', null, null),
    row('account_update', null, null),
    row('automatic_events', null, null),
    row('business_capability_update', null, null),
    row('business_status_update', null, null),
    row('business_username_updates', null, null),
    row('calls', kept, null),
    row('flows', null, null),
    row('group_lifecycle_update', null, null),
    row('group_participants_update', null, null),
    row('group_settings_update', null, null),
    row('group_status_update', null, null),
    row('history', kept, null),
    row('message_echoes', kept, null),
    row('message_template_components_update', null, null),
    row('message_template_quality_update', null, null),
    row('message_template_status_update', webhooks('preferences and accounts > a template id beyond 2^53 keeps its digits'), null),
    row('messaging_handovers', null, null),
    row('partner_solutions', null, null),
    row('payment_configuration_update', null, null),
    row('phone_number_name_update', null, null),
    row('phone_number_quality_update', null, null),
    row('security', null, null),
    row('smb_app_state_sync', null, null),
    row('smb_message_echoes', kept, null),
    row('standby', kept, null),
    row('template_category_update', null, null),
    row('template_correct_category_detection', null, null),
    row('tracking_events', null, null),
    row('user_preferences', webhooks('preferences and accounts > a person can %s marketing'), testsOf('sandbox/people/people.test.ts')('who opted out of marketing gets none, and the business hears of it')),
  ],
};
