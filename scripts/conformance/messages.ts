import { row, type Section, testsOf } from './rows.ts';

const content = 'server/channels/providers/cloud-api/content';
/** Each kind is generated within its limits, passes the check and is built whole; the cases are in `file`. */
const builtFrom = (file: string) =>
  testsOf(
    `${content}/kinds.test.ts`,
    `${content}/${file}`,
  )('every kind of content > %s: what is within its limits passes and is sent whole');
const requests = testsOf('server/channels/providers/cloud-api/cloud-api.test.ts');
const webhooks = testsOf('server/channels/providers/cloud-api/webhooks/webhooks.test.ts');
const sends = testsOf('sandbox/cloud-api/sends.test.ts');
const people = testsOf('sandbox/people/people.test.ts');
const kinds = testsOf('sandbox/cloud-api/send-kinds.test.ts');
const filledIn = testsOf('sandbox/cloud-api/send-templates.test.ts');
const timeline = testsOf('sandbox/cloud-api/status-timeline.test.ts');
const toGroups = testsOf('sandbox/cloud-api/group-sends.test.ts');
const updates = testsOf('sandbox/webhooks/webhooks.test.ts');

const built = builtFrom('arbitrary-content.fixture.ts');
const asked = builtFrom('interactive/arbitrary-interactive.fixture.ts');
const filled = builtFrom('template/arbitrary-template.fixture.ts');
const billed = requests(
  'the request of a send > names the category that free content is billed as, its time to live and its name, when they are given',
);
const taken = sends('accepts every kind of message and shows templates as the person sees them');
const told = people('every inbound kind reaches the business in the shape of the Cloud API');
/** What the adapter builds, generated, is posted to the sandbox word for word. */
const posted = (file: string) =>
  testsOf(
    'e2e/both-directions.test.ts',
    `${content}/${file}`,
  )('within the limits > %s: what the adapter sends the sandbox takes');
const postedPlain = posted('arbitrary-content.fixture.ts');
const postedTemplate = posted('template/arbitrary-template.fixture.ts');
const later = testsOf('sandbox/people/inbound.test.ts');
const tooLarge = later('a file that is too large for the business comes as %s without the file, with 131052');
const phone = testsOf('e2e/phone-answers.test.ts');
const attached = phone('the phone sends > a file as %s');
const brought = kinds('accepts %s and brings it to a phone');
const cards = filledIn('draws cards, each with its own picture, text and buttons');
const offer = filledIn('draws an offer with its end, and where a tap on it leads');
const opened = filledIn('draws the buttons that open a catalog, products, a flow and an order');
const around = kinds('takes the fields around the content, and refuses wrong ones');
const words = webhooks('messages > %s is kept, with the words that a person chose');
const whole = testsOf('server/channels/providers/cloud-api/webhooks/kept-whole.test.ts')(
  '%s is kept whole, with the words that a person wrote',
);
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
    row('video', built, postedPlain),
    row('document', built, taken),
    row('sticker', built, taken),
    row('location', built, taken),
    row('contacts', built, taken),
    row('reaction', built, testsOf('sandbox/cloud-api/real-client.test.ts')('the package @kapso/whatsapp-cloud-api works unmodified with the sandbox as its base URL')),
    row('pin', testsOf(`${content}/groups.test.ts`)('a pin goes to groups only, and needs the window'), toGroups('sends templates and files to a group, and puts a message on top of it')),
    row('interactive button', asked, taken, 'button'),
    row('interactive list', asked, taken, 'list'),
    row('interactive cta_url', asked, taken, 'cta_url'),
    row('interactive location_request_message', asked, taken, 'location_request_message'),
    row('interactive address_message', asked, brought, 'address_message'),
    row('interactive flow', asked, brought, 'flow'),
    row('interactive product', asked, brought, 'product'),
    row('interactive product_list', asked, brought, 'product_list'),
    row('interactive catalog_message', asked, brought, 'catalog_message'),
    row('interactive carousel of media', asked, brought, 'carousel'),
    row('interactive carousel of products', asked, brought, 'carousel'),
    row('interactive call_permission_request', asked, brought, 'call_permission_request'),
    row('interactive voice_call', asked, brought, 'voice_call'),
    row('interactive request_contact_info', asked, brought, 'request_contact_info'),
    row('interactive order_details', asked, brought, 'order_details'),
    row('interactive order_status', asked, brought, 'order_status'),

    row('template', built, taken),
    row('template header', filled, taken, 'header'),
    row('template body', filled, taken, 'body'),
    row('template carousel', filled, cards, 'carousel'),
    row('template limited_time_offer', filled, offer, 'limited_time_offer'),
    row('template tap_target_configuration', filled, offer, 'tap_target_configuration'),
    row('template button quick_reply', filled, taken, 'quick_reply'),
    row('template button url', filled, cards, 'url'),
    row('template button copy_code', filled, taken, 'copy_code'),
    row('template button catalog', filled, opened, 'catalog'),
    row('template button mpm', filled, opened, 'mpm'),
    row('template button flow', filled, opened, 'flow'),
    row('template button voice_call', filled, postedTemplate, 'voice_call'),
    row('template button order_details', filled, opened, 'order_details'),
    row('template parameter text', filled, taken, 'text'),
    row('template parameter by name', filled, sends('fills named parameters in any order, and refuses a button without its value'), 'parameter_name'),
    row('template parameter currency', filled, postedTemplate, 'currency'),
    row('template parameter date_time', filled, postedTemplate, 'date_time'),
    row('template parameter image', filled, taken, 'image'),
    row('template parameter video', filled, postedTemplate, 'video'),
    row('template parameter document', filled, postedTemplate, 'document'),
    row('template parameter gif', testsOf(`${content}/content.test.ts`, `${content}/template/samples.fixture.ts`)('contents that are let through > %s'), testsOf('sandbox/cloud-api/marketing-messages.test.ts')('sends a GIF by its own endpoint only, where it is shown as a video'), 'gif'),
    row('template parameter location', filled, opened, 'location'),
    row('template parameter product', filled, postedTemplate, 'product'),
    row('template parameter payload', filled, taken, 'payload'),
    row('template parameter coupon_code', filled, taken, 'coupon_code'),
    row('template parameter action', filled, opened, 'action'),
    row('template parameter group_id', filled, postedTemplate, 'group_id'),

    row('field to', requests('the request of a send > has the envelope of the Cloud API'), testsOf('sandbox/cloud-api/sends.test.ts')('tells the digits that WhatsApp made of a number'), 'to'),
    row('field recipient_type group', testsOf(`${content}/groups.test.ts`)('a group is named by the id that the provider gave it'), toGroups('brings a message to the phone of every participant, with a status for each'), 'recipient_type'),
    row('field recipient', requests('the request of a send > names a person without a phone by the business-scoped id'), updates('a person known by username only is told of by user id, and can be answered by it'), 'recipient'),
    row('field context', requests('the request of a send > quotes what it answers, except in a reaction'), around, 'context'),
    row('field biz_opaque_callback_data', requests('the request of a send > has the envelope of the Cloud API'), walked, 'biz_opaque_callback_data'),
    row('field recipient_identity_key_hash', requests('the request of a send > is bound to the key of the phone when a hash of it is given'), timeline('delivers to a phone whose identity hash was named'), 'recipient_identity_key_hash'),
    row('field messaging_account_id', requests('the request of a send > names the messaging account that the connection has, and none otherwise'), kinds('takes the messaging account of the number by either name, and no other'), 'messaging_account_id'),
    row('field category', billed, around, 'category'),
    row('field ttl_seconds', billed, around, 'ttl_seconds'),
    row('field direct_send_template_name', billed, around, 'direct_send_template_name'),
    row('field typing_indicator', requests('the request of a send > of a read mark can show typing'), sends('marks a person’s message as read, and shows typing'), 'typing_indicator'),
  ],
  missing: {
  },
};

// biome-ignore format: a table is read by its columns, one row a line
export const receivedMessages: Section = {
  title: 'Messages and statuses that are received',
  about: 'What comes in the webhook field `messages`: the adapter reads it, the sandbox tells it.',
  rows: [
    row('text', webhooks('messages > a text has who, when, what, and opens the window'), told),
    row('image', file, told),
    row('video', file, attached),
    row('audio', file, attached),
    row('document', file, attached),
    row('sticker', file, attached),
    row('location', whole, told),
    row('contacts', words, told),
    row('reaction', words, told),
    row('button', words, told),
    row('interactive button_reply', words, told, 'button_reply'),
    row('interactive list_reply', words, told, 'list_reply'),
    row('interactive nfm_reply', words, told, 'nfm_reply'),
    row('interactive call_permission_reply', whole, later('answers to what the business asks > a permission to call ends after seven days unless it is for ever'), 'call_permission_reply'),
    row('order', words, told),
    row('system user_changed_number', silent, later('a person who changes the number keeps the chats, and the business is told of the old and the new one'), 'user_changed_number'),
    row('system user_changed_user_id', silent, later('a person without a phone who gets another user id keeps the chats, and the business is told of both ids'), 'user_changed_user_id'),
    row('unsupported', webhooks('messages > B056: the kind %s is kept and opens the window'), told),
    row('edit', silent, later('what a person changes later > an edit is told with both ids, and the chat shows the new words in the old place')),
    row('revoke', silent, later('what a person changes later > a deletion is told, and the chat keeps the place and nothing of the words; also after a restart')),
    row('media that is too large', webhooks('messages > a file that was too large has errors and no file, and is still an image'), tooLarge, '131052'),
    row('referral', whole, timeline('makes three days free once the business has answered somebody from an advertisement')),
    row('group_id', webhooks('messages > what is said in a group names the group beside the one who said it'), toGroups('tells what a participant writes, with the group_id, and what it answers')),
    row('user_id', webhooks('messages > a text has who, when, what, and opens the window'), updates('a person known by username only is told of by user id, and can be answered by it')),
    row('username', webhooks('messages > a text has who, when, what, and opens the window'), updates('a person known by username only is told of by user id, and can be answered by it')),
    row('status sent', status, walked, 'sent'),
    row('status delivered', status, walked, 'delivered'),
    row('status read', status, walked, 'read'),
    row('status played', status, timeline('tells that a voice message was played, after it was read'), 'played'),
    row('status failed', webhooks('statuses > a failure has its error and the row that explains it'), timeline('tells the end of %s'), 'failed'),
    row('status pricing', webhooks('statuses > carries our data, the price and the person'), walked, 'pricing'),
    row('status of a payment', webhooks('statuses > of a payment says nothing of the message'), testsOf('sandbox/cloud-api/payments.test.ts')('tells of a payment from pending to captured, as one transaction that can be looked up'), 'payment'),
    row('status of a group', webhooks('statuses > of a group is one for each participant'), toGroups('brings a message to the phone of every participant, with a status for each'), 'group'),
  ],
};
