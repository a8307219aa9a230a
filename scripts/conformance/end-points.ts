import { row, type Section, testsOf } from './rows.ts';

const account = 'server/channels/providers/cloud-api/account';
const life = testsOf('sandbox/cloud-api/templates/templates.test.ts');
const ways = testsOf('sandbox/cloud-api/account/numbers.test.ts');
const counts = testsOf('sandbox/cloud-api/account/analytics.test.ts');
const owners = testsOf('sandbox/cloud-api/account/apps.test.ts');
const portfolios = testsOf('sandbox/cloud-api/account/portfolio.test.ts');
const drafts = testsOf('sandbox/cloud-api/account/flows.test.ts');

// The calls of the adapter against the sandbox show both sides.
const both = testsOf('e2e/account-calls.test.ts');
const bothApps = testsOf('e2e/account-calls.test.ts', `${account}/app-subscriptions.ts`);
const templates = testsOf(`${account}/templates.test.ts`);
const numbers = testsOf(`${account}/numbers.test.ts`);
const calls = testsOf(`${account}/account-calls.test.ts`);
const files = testsOf(`${account}/media.test.ts`);
const uploads = testsOf('e2e/uploads.test.ts', `${account}/media-upload.ts`);
const connections = testsOf('server/channels/connections.db.test.ts', 'server/channels/fake-graph.fixture.ts');
const sending = testsOf('server/channels/providers/cloud-api/cloud-api.test.ts');
const sends = testsOf('sandbox/cloud-api/sends.test.ts');
const accounts = testsOf('sandbox/cloud-api/accounts.test.ts');
const clients = testsOf('sandbox/cloud-api/real-client.test.ts');
const people = testsOf('sandbox/people/people.test.ts');

const envelope = sending('the request of a send > has the envelope of the Cloud API');
const sent = sends('answers a send as Meta does, with and without a version in the path');
const edited = templates('a template is edited, and the category that Meta gave it is told');
const deleted = templates('a template is deleted in every language, in one, and many at once');
const archived = templates('templates are archived and brought back, in part if need be, on a path without a version');
const joined = numbers('a number is added, verified, registered, taken off, and given a PIN');
const settings = numbers('the settings of a number are read and changed in part');
const overridden = numbers('the webhooks of a number get an address of their own, and lose it');
const portfolio = numbers('the business accounts of a portfolio are listed, its own and those of clients');
const users = numbers('users are assigned to a business account and taken off it');
const apps = numbers('apps are subscribed to a business account, with and without an address of their own');
const subscriptions = numbers('the subscription of an app is set with the own token of the app');
const inGroups = testsOf('sandbox/cloud-api/account/groups.test.ts');
const madeGroups = inGroups('makes, lists, reads, changes and deletes a group, and tells of each');
const joinedGroup = inGroups('lets people in by the link, a new link in place of the old, and out again');
const askedToJoin = inGroups('asks the business about those who want to join a group that wants to be asked');
const grouped = testsOf(`${account}/groups.test.ts`);
const groups = grouped('a group is asked for, listed, read, changed and deleted');
const members = grouped('people join a group by its link, ask to, and are taken out');
const paid = calls('the payment of an order is looked up, and money is given back');
const payments = testsOf('sandbox/cloud-api/payments.test.ts');
const health = numbers('the health names the part that stops messages');
const profile = calls('the profile is read and changed in part');
const upload = calls('a picture of the profile is uploaded, and its handle is what the profile gets');
const resumed = calls('an upload that broke off goes on where it ended');
const blocked = calls('people are blocked, and who could not be is told with the reason');
const codes = calls('codes to scan are made, changed, read and deleted');
const offers = calls('what a new chat offers is set and read');
const usernames = calls('a username is suggested, taken, read and given back');
const flows = calls('flows are made, listed, read, changed, published, ended and deleted');
const flowFile = calls('the JSON of a flow goes up as a file, and its mistakes come back');
const flowKey = calls('the key for flows is uploaded and its state read');
const commerce = calls('cart and catalog are shown and hidden');

const checked = accounts('lets a client check each of its credentials');
const secrets = accounts('tells a wrong app secret from a right one');
const subscribed = accounts('shows and changes the subscribed apps of the WABA');
const reviewed = accounts('reviews a new template within seconds, and forgets a deleted one');
const archives = life('archives and brings back, and names what failed');
const gone = life('deletes one language, all languages or many, and keeps the name of an approved one for 30 days');
const codesIn = life('makes one-time-password templates in several languages, as their preview shows them');
const library = life('approves what comes from the library at once');
const registered = ways('leads a new number from its code to its first message');
const keeps = ways('keeps settings and the key of a number, and says when the key is older than the registration');
const pictured = ways('uploads a profile picture in two steps and shows it in the profile');
const blocks = ways('blocks who wrote lately, and answers for each of the others');
const shops = ways('keeps shop settings, prompts and commands');
const links = ways('makes short links, changes and deletes them');
const named = ways('takes a username, suggests some, and moves one within the portfolio');
const counted = counts('counts what really happened: sent, delivered, read, tapped and paid');
const steps = drafts('goes from draft to published to deprecated, and tells each step');
const contents = drafts('gives the content back as it came, and makes a published flow a draft when it changes');
const calling = testsOf('sandbox/calls/calls.test.ts');
const client = clients('the package @kapso/whatsapp-cloud-api works unmodified with the sandbox as its base URL');

// biome-ignore format: a table is read by its columns, one row a line
export const endPoints: Section = {
  title: 'End points',
  about: 'Every call that the Cloud API takes. `{PHONE}`, `{WABA}`, `{APP}` and `{PORTFOLIO}` stand for ids.',
  rows: [
    row('POST /{PHONE}/messages', envelope, sent, 'messages'),
    row('POST /{PHONE}/messages with status read', sending('the request of a send > of a read mark can show typing'), sends('marks a person’s message as read, and shows typing'), 'typing'),
    row('POST /{PHONE}/marketing_messages', sending('the request of a send > of marketing goes to the end point for it, with its options'), testsOf('sandbox/cloud-api/marketing-messages.test.ts')('sends marketing templates by their own endpoint and bills them as marketing_lite'), 'marketing_messages'),

    row('POST /{PHONE}/media', uploads('an uploaded file > reaches the person, and is handed to the provider once for all messages'), client, 'media'),
    row('GET /{MEDIA}', files('a file is asked for by its number, and downloaded with the token and a user agent'), client, 'media'),
    row('GET of the address of a file', files('a file is asked for by its number, and downloaded with the token and a user agent'), people('a media address ends after five minutes'), 'url'),
    row('DELETE /{MEDIA}', both('uploads a file for messages and deletes it'), client, 'media'),
    row('POST /{APP}/uploads', upload, pictured, 'uploads'),
    row('POST /upload:{SESSION}', upload, pictured, 'upload'),
    row('GET /upload:{SESSION}', resumed, pictured, 'upload'),

    row('POST /{WABA}/message_templates', templates('a template is created with every field under the name that Meta has for it'), reviewed, 'message_templates'),
    row('POST /{WABA}/message_templates from the library', templates('a template of the library is created by its name there'), library, 'library_template_name'),
    row('GET /{WABA}/message_templates', templates('templates are listed by pages with why they were rejected and how good they are'), client, 'templates'),
    row('GET /{TEMPLATE}', templates('a template is read with its health'), life('announces a correction of the category a day ahead, and then makes it'), 'template'),
    row('POST /{TEMPLATE}', edited, life('reviews an edited template again, and once a day only while it is approved'), 'template'),
    row('DELETE /{WABA}/message_templates by name', deleted, reviewed, 'message_templates'),
    row('DELETE /{WABA}/message_templates by id', deleted, gone, 'hsm_id'),
    row('DELETE /{WABA}/message_templates by many ids', deleted, gone, 'hsm_ids'),
    row('POST /{TEMPLATE}/unpause', templates('a paused template is let go on, and why it cannot is told'), life('unpauses by hand'), 'unpause'),
    row('POST /{WABA}/message_templates/archive', archived, archives, 'archive'),
    row('POST /{WABA}/message_templates/unarchive', archived, archives, 'unarchive'),
    row('GET /{TEMPLATE}/compare', templates('two templates are compared'), counts('compares two templates by their sends and by who blocked the business afterwards'), 'compare'),
    row('POST /{WABA}/migrate_message_templates', templates('templates of another account are copied here'), portfolios('copies the good templates of another account, and says of the others why not'), 'migrate_message_templates'),
    row('POST /{WABA}/upsert_message_templates', templates('templates for codes are made in many languages at once'), codesIn, 'upsert_message_templates'),
    row('GET /{WABA}/message_template_previews', templates('templates for codes are shown before they are made'), codesIn, 'message_template_previews'),
    row('GET /message_template_library', templates('the library of Meta is looked through'), library, 'message_template_library'),
    row('GET /{WABA}/template_groups', null, null),
    row('GET /{WABA}/template_analytics', templates('what templates did is read by days'), counted, 'template_analytics'),
    row('GET /{WABA}/template_group_analytics', templates('what groups of templates did is read by days'), null, 'template_group_analytics'),
    row('POST /{WABA} to enable insights', templates('template insights are switched on'), counts('refuses analytics without a span, and never gives the insights back'), 'is_enabled_for_insights'),

    row('GET /{WABA}', numbers('a business account is read, also by a token that sees little of it'), checked, 'id'),
    row('GET /{PORTFOLIO}/owned_whatsapp_business_accounts', portfolio, owners('lists the accounts of the portfolio that the app may use'), 'owned_whatsapp_business_accounts'),
    row('GET /{PORTFOLIO}/client_whatsapp_business_accounts', portfolio, owners('lists the accounts of the portfolio that the app may use'), 'client_whatsapp_business_accounts'),
    row('GET /{WABA}/assigned_users', users, portfolios('assigns users to an account and takes them off, with their tasks'), 'assigned_users'),
    row('POST /{WABA}/assigned_users', users, portfolios('assigns users to an account and takes them off, with their tasks'), 'assigned_users'),
    row('DELETE /{WABA}/assigned_users', users, portfolios('assigns users to an account and takes them off, with their tasks'), 'assigned_users'),
    row('GET /{WABA}/activities', null, null),
    row('GET of health_status', health, ways('refuses what a restriction forbids until it ends, and says so in the health of the account'), 'health_status'),
    row('GET /{WABA}/subscribed_apps', apps, subscribed, 'subscribed_apps'),
    row('POST /{WABA}/subscribed_apps', apps, subscribed, 'subscribed_apps'),
    row('DELETE /{WABA}/subscribed_apps', apps, subscribed, 'subscribed_apps'),
    row('GET /{APP}/subscriptions', subscriptions, secrets, 'subscriptions'),
    row('POST /{APP}/subscriptions', subscriptions, bothApps('subscribes the app to the account and to the fields, and takes it off'), 'subscriptions'),
    row('DELETE /{APP}/subscriptions', subscriptions, bothApps('subscribes the app to the account and to the fields, and takes it off'), 'subscriptions'),
    row('GET /debug_token', connections('adding a connection > tries every credential, saves, and shows no secret'), checked, 'debug_token'),
    row('GET /oauth/access_token', testsOf('e2e/account-calls.test.ts', `${account}/tokens.ts`)('gets the token of a customer for the code of the sign-up, and not with a wrong secret'), secrets, 'access_token'),

    row('GET /{WABA}/phone_numbers', numbers('numbers are listed, the newest first, live ones only'), checked, 'phone_numbers'),
    row('GET /{PHONE}', numbers('a number is read with all that is known of it'), checked, 'display_phone_number'),
    row('POST /{WABA}/phone_numbers', joined, registered, 'phone_numbers'),
    row('POST /{PHONE}/request_code', joined, registered, 'request_code'),
    row('POST /{PHONE}/verify_code', joined, registered, 'verify_code'),
    row('POST /{PHONE}/register', joined, registered, 'register'),
    row('POST /{PHONE}/deregister', joined, ways('wants the PIN that was set, and registers ten times in 72 hours'), 'deregister'),
    row('POST /{PHONE} with a PIN', joined, ways('wants the PIN that was set, and registers ten times in 72 hours'), 'pin'),
    row('POST /{PHONE} with a display name', numbers('a display name is asked for'), ways('reviews a new display name and shows it then'), 'new_display_name'),
    row('POST /{PHONE} with a webhook configuration', overridden, owners('prefers the callback of the number to that of the account, and that to the app’s'), 'webhook_configuration'),
    row('GET /{PHONE}/settings', settings, keeps, 'settings'),
    row('POST /{PHONE}/settings', settings, keeps, 'settings'),
    row('POST /{PHONE}/smb_app_data', numbers('the history of a number that stays in the app is asked for'), portfolios('hands over contacts and history of a number that stays in the app, each once'), 'smb_app_data'),
    row('GET /{PHONE}/whatsapp_business_profile', profile, pictured, 'whatsapp_business_profile'),
    row('POST /{PHONE}/whatsapp_business_profile', profile, pictured, 'whatsapp_business_profile'),
    row('GET /{PHONE}/block_users', calls('the block list is read in either of its shapes'), blocks, 'block_users'),
    row('POST /{PHONE}/block_users', blocked, accounts('refuses a message to somebody whom the business has blocked'), 'block_users'),
    row('DELETE /{PHONE}/block_users', calls('people are unblocked, whether the answer says %s or not'), accounts('refuses a message to somebody whom the business has blocked'), 'block_users'),
    row('GET /{PHONE}/whatsapp_commerce_settings', commerce, shops, 'whatsapp_commerce_settings'),
    row('POST /{PHONE}/whatsapp_commerce_settings', commerce, shops, 'whatsapp_commerce_settings'),
    row('POST /{PHONE}/message_qrdls', codes, links, 'message_qrdls'),
    row('GET /{PHONE}/message_qrdls', codes, links, 'message_qrdls'),
    row('GET /{PHONE}/message_qrdls/{CODE}', codes, links, 'message_qrdls'),
    row('DELETE /{PHONE}/message_qrdls/{CODE}', codes, links, 'message_qrdls'),
    row('POST /{PHONE}/conversational_automation', offers, shops, 'conversational_automation'),
    row('GET /{PHONE} for conversational_automation', offers, shops, 'conversational_automation'),
    row('POST /{PHONE}/username', usernames, named, 'username'),
    row('GET /{PHONE}/username', usernames, named, 'username'),
    row('DELETE /{PHONE}/username', usernames, both('takes a suggested username and gives it back'), 'username'),
    row('GET /{PHONE}/username_suggestions', usernames, named, 'username_suggestions'),
    row('DELETE /{PHONE}/contact_book', usernames, testsOf('sandbox/people/contact-book.test.ts')('who is taken out of the contact book hides the phone again, once thirty days are over'), 'contact_book'),

    row('GET /{WABA} for analytics', calls('how many messages were sent is read, and none is an empty list'), counted, 'analytics'),
    row('GET /{WABA} for conversation_analytics', calls('conversations as they were priced before are read'), counted, 'conversation_analytics'),
    row('GET /{WABA} for pricing_analytics', calls('what messages cost is read by country, category and tier'), counted, 'pricing_analytics'),
    row('GET /{WABA} for call_analytics', null, null),

    row('POST /{WABA}/flows', flows, steps, 'flows'),
    row('GET /{WABA}/flows', flows, both('leads a flow from draft to its end, and tells the mistakes in its JSON'), 'flows'),
    row('GET /{FLOW}', flows, steps, 'flow'),
    row('POST /{FLOW}', flows, both('leads a flow from draft to its end, and tells the mistakes in its JSON'), 'flow'),
    row('POST /{FLOW}/assets', flowFile, contents, 'assets'),
    row('GET /{FLOW}/assets', flowFile, contents, 'assets'),
    row('POST /{FLOW}/publish', flows, steps, 'publish'),
    row('POST /{FLOW}/deprecate', flows, steps, 'deprecate'),
    row('DELETE /{FLOW}', flows, steps, 'flow'),
    row('POST /{WABA}/migrate_flows', null, null),
    row('POST /{PHONE}/whatsapp_business_encryption', flowKey, keeps, 'whatsapp_business_encryption'),
    row('GET /{PHONE}/whatsapp_business_encryption', flowKey, keeps, 'whatsapp_business_encryption'),

    row('POST /{PHONE}/calls', grouped('a person is called, and a call is answered and ended'), calling('a person calls the business, which answers, rejects or lets it ring'), 'calls'),
    row('GET /{PHONE}/call_permissions', calls('whether a person may be called is asked by phone and by user id'), calling('call_permissions says what may be done, and how often it was done'), 'call_permissions'),
    row('GET /{PHONE}/payments/{CONFIGURATION}/{REFERENCE}', paid, payments('tells of a payment from pending to captured, as one transaction that can be looked up'), 'payments'),
    row('POST /{PHONE}/payments_refund', paid, payments('refunds what was paid, and not more'), 'payments_refund'),
    row('POST /{PHONE}/groups', groups, madeGroups, 'groups'),
    row('GET /{PHONE}/groups', groups, madeGroups, 'groups'),
    row('GET /{GROUP}', groups, madeGroups, 'group'),
    row('POST /{GROUP}', groups, madeGroups, 'group'),
    row('DELETE /{GROUP}', groups, madeGroups, 'group'),
    row('GET /{GROUP}/invite_link', members, joinedGroup, 'invite_link'),
    row('POST /{GROUP}/invite_link', members, joinedGroup, 'invite_link'),
    row('DELETE /{GROUP}/participants', members, joinedGroup, 'participants'),
    row('GET /{GROUP}/join_requests', members, askedToJoin, 'join_requests'),
    row('POST /{GROUP}/join_requests', members, askedToJoin, 'join_requests'),
    row('DELETE /{GROUP}/join_requests', members, askedToJoin, 'join_requests'),
  ],
  missing: {
    'GET /{WABA}/template_groups':
      'The documentation at hand names the address, and says neither how a group is made nor what is answered.',
    'GET /{WABA}/template_group_analytics':
      'The sandbox has no groups of templates: see above. The adapter reads the answer, which has the shape of template_analytics.',
    'GET /{WABA}/activities': 'Only an SDK names it. Neither its parameters nor its fields are in the documentation at hand.',
    'GET /{WABA} for call_analytics': 'The documentation at hand says that it exists, and names neither its filters nor the fields of a point.',
    'POST /{WABA}/migrate_flows': 'The documentation at hand names the address, and neither the body nor the answer.',
  },
};
