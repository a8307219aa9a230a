import { row, type Section, testsOf } from './rows.ts';

const folder = 'server/channels/providers/cloud-api/content';
const samples = (name: string) => testsOf(`${folder}/content.test.ts`, `${folder}/${name}samples.fixture.ts`);
const requests = testsOf('server/channels/providers/cloud-api/cloud-api.test.ts');
const webhooks = testsOf('server/channels/providers/cloud-api/webhooks/webhooks.test.ts');
const sends = testsOf('sandbox/cloud-api/sends.test.ts');
const people = testsOf('sandbox/people/people.test.ts');
const updates = testsOf('sandbox/webhooks/webhooks.test.ts');

const lets = 'contents that are let through > %s';
const built = samples('')(lets);
const builtInteractive = samples('interactive/')(lets);
const builtTemplate = samples('template/')(lets);
const taken = sends('accepts every kind of message and shows templates as the person sees them');
const told = people('every inbound kind reaches the business in the shape of the Cloud API');
const words = webhooks('messages > %s is kept, with the words that a person chose');
const file = webhooks('messages > %s names its file');
const silent = webhooks('messages > %s is kept and opens no window, nor has it words');
const status = webhooks('statuses > %s is known');
const walked = updates('walks sent, delivered and read, with the callback data and the price');

// biome-ignore format: a table is read by its columns, one row a line
export const sentMessages: Section = {
  title: 'Messages that are sent',
  about: 'Kinds of content, parts of templates, and fields of the envelope.',
  rows: [
    row('text', built, taken),
    row('image', built, taken),
    row('audio', built, taken),
    row('video', built, null),
    row('document', built, taken),
    row('sticker', built, taken),
    row('location', built, taken),
    row('contacts', built, taken),
    row('reaction', built, testsOf('sandbox/cloud-api/real-client.test.ts')('the package @kapso/whatsapp-cloud-api works unmodified with the sandbox as its base URL')),
    row('pin', null, null),
    row('interactive button', builtInteractive, taken, 'button'),
    row('interactive list', builtInteractive, taken, 'list'),
    row('interactive cta_url', builtInteractive, taken, 'cta_url'),
    row('interactive location_request_message', builtInteractive, taken, 'location_request_message'),
    row('interactive address_message', builtInteractive, null, 'address_message'),
    row('interactive flow', builtInteractive, null, 'flow'),
    row('interactive product', builtInteractive, null, 'product'),
    row('interactive product_list', builtInteractive, null, 'product_list'),
    row('interactive catalog_message', builtInteractive, null, 'catalog_message'),
    row('interactive carousel of media', builtInteractive, null, 'carousel'),
    row('interactive carousel of products', builtInteractive, null, 'carousel'),
    row('interactive call_permission_request', builtInteractive, null, 'call_permission_request'),
    row('interactive voice_call', builtInteractive, null, 'voice_call'),
    row('interactive request_contact_info', builtInteractive, null, 'request_contact_info'),
    row('interactive order_details', builtInteractive, null, 'order_details'),
    row('interactive order_status', builtInteractive, null, 'order_status'),

    row('template', builtTemplate, taken),
    row('template header', builtTemplate, taken, 'header'),
    row('template body', builtTemplate, taken, 'body'),
    row('template carousel', builtTemplate, null, 'carousel'),
    row('template limited_time_offer', builtTemplate, null, 'limited_time_offer'),
    row('template tap_target_configuration', builtTemplate, null, 'tap_target_configuration'),
    row('template button quick_reply', builtTemplate, taken, 'quick_reply'),
    row('template button url', builtTemplate, null, 'url'),
    row('template button copy_code', builtTemplate, taken, 'copy_code'),
    row('template button catalog', builtTemplate, null, 'catalog'),
    row('template button mpm', builtTemplate, null, 'mpm'),
    row('template button flow', builtTemplate, null, 'flow'),
    row('template button voice_call', builtTemplate, null, 'voice_call'),
    row('template button order_details', builtTemplate, null, 'order_details'),
    row('template parameter text', builtTemplate, taken, 'text'),
    row('template parameter by name', builtTemplate, sends('fills named parameters in any order, and refuses a button without its value'), 'parameter_name'),
    row('template parameter currency', builtTemplate, null, 'currency'),
    row('template parameter date_time', builtTemplate, null, 'date_time'),
    row('template parameter image', builtTemplate, taken, 'image'),
    row('template parameter video', builtTemplate, null, 'video'),
    row('template parameter document', builtTemplate, null, 'document'),
    row('template parameter gif', builtTemplate, null, 'gif'),
    row('template parameter location', builtTemplate, null, 'location'),
    row('template parameter product', builtTemplate, null, 'product'),
    row('template parameter payload', builtTemplate, taken, 'payload'),
    row('template parameter coupon_code', builtTemplate, taken, 'coupon_code'),
    row('template parameter action', builtTemplate, null, 'action'),
    row('template parameter group_id', builtTemplate, null, 'group_id'),

    row('field to', requests('the request of a send > has the envelope of the Cloud API'), testsOf('sandbox/cloud-api/sends.test.ts')('tells the digits that WhatsApp made of a number'), 'to'),
    row('field recipient', requests('the request of a send > names a person without a phone by the business-scoped id'), updates('a person known by username only is told of by user id, and can be answered by it'), 'recipient'),
    row('field context', requests('the request of a send > quotes what it answers, except in a reaction'), null, 'context'),
    row('field biz_opaque_callback_data', requests('the request of a send > has the envelope of the Cloud API'), walked, 'biz_opaque_callback_data'),
    row('field recipient_identity_key_hash', requests('the request of a send > is bound to the key of the phone when a hash of it is given'), null, 'recipient_identity_key_hash'),
    row('field messaging_account_id', null, null, 'messaging_account_id'),
    row('field typing_indicator', requests('the request of a send > of a read mark can show typing'), sends('marks a person’s message as read, and shows typing'), 'typing_indicator'),
  ],
};

// biome-ignore format: a table is read by its columns, one row a line
export const receivedMessages: Section = {
  title: 'Messages and statuses that are received',
  about: 'What comes in the webhook field `messages`: the adapter reads it, the sandbox tells it.',
  rows: [
    row('text', webhooks('messages > a text has who, when, what, and opens the window'), told),
    row('image', file, told),
    row('video', file, null),
    row('audio', file, null),
    row('document', file, null),
    row('sticker', file, null),
    row('location', null, told),
    row('contacts', words, told),
    row('reaction', words, told),
    row('button', words, told),
    row('interactive button_reply', words, told, 'button_reply'),
    row('interactive list_reply', words, told, 'list_reply'),
    row('interactive nfm_reply', words, null, 'nfm_reply'),
    row('interactive call_permission_reply', null, null, 'call_permission_reply'),
    row('order', words, told),
    row('system user_changed_number', silent, null, 'user_changed_number'),
    row('system user_changed_user_id', silent, null, 'user_changed_user_id'),
    row('unsupported', webhooks('messages > B056: the kind %s is kept and opens the window'), told),
    row('edit', silent, null),
    row('revoke', silent, null),
    row('media that is too large', webhooks('messages > a file that was too large has errors and no file, and is kept as unsupported'), null, '131052'),
    row('referral', null, null),
    row('group_id', webhooks('messages > what is said in a group opens no window to the one who said it'), null),
    row('user_id', webhooks('messages > a text has who, when, what, and opens the window'), null),
    row('username', webhooks('messages > a text has who, when, what, and opens the window'), null),
    row('status sent', status, walked, 'sent'),
    row('status delivered', status, walked, 'delivered'),
    row('status read', status, walked, 'read'),
    row('status played', status, null, 'played'),
    row('status failed', webhooks('statuses > a failure has its error and the row that explains it'), null, 'failed'),
    row('status pricing', webhooks('statuses > carries our data, the price and the person'), walked, 'pricing'),
    row('status of a payment', webhooks('statuses > of a payment says nothing of the message'), null, 'payment'),
    row('status of a group', webhooks('statuses > of a group is one for each participant'), null, 'group'),
  ],
};
