import type { ErrorEntry } from '#channels/provider.ts';
import { errorRow as row } from './error-row.ts';

const accountHalts =
  'Nothing can be sent from this account until somebody who looks after it acts. Your message waits.';
const numberHalts = 'This number cannot send until somebody who looks after it acts. Your message waits.';
const waitsItsTurn = 'Your message waits its turn and goes out by itself.';
const notKnownYet = 'Whether this message arrived is not known yet. Do not send it again: its receipt settles it.';

/**
 * What Meta answers to a message, or reports of it later by webhook, and what we do about it. Codes are branched on;
 * titles change. Where Meta's documentation leaves open whether a message was taken, the reaction is `unknown`.
 */
// biome-ignore format: a table is read by its columns, one row a line
export const sendErrors: readonly ErrorEntry[] = [
  // Access.
  row('0', 'pause_connection', 'The access token does not work', 'The token has expired or was invalidated. Create a new system user token and store it on the connection.', accountHalts, { httpStatus: 401 }),
  row('3', 'pause_connection', 'The app lacks a capability', 'Give the app and the system user the permission whatsapp_business_messaging, then resume the connection.', accountHalts, { httpStatus: 500 }),
  row('10', 'pause_connection', 'Permission was not granted or was removed', 'Give the system user the permission whatsapp_business_messaging for this account, then resume the connection.', accountHalts, { httpStatus: 403 }),
  row('190', 'pause_connection', 'The access token is expired or invalid', 'Create a new system user token and store it on the connection.', accountHalts, { httpStatus: 401 }),
  row('190.460', 'pause_connection', 'The access token ended with a change of password', 'Use the token of a system user, which has no password.', accountHalts, { httpStatus: 401 }),
  row('190.463', 'pause_connection', 'The access token has expired', 'Create a system user token that does not expire and store it on the connection.', accountHalts, { httpStatus: 401 }),
  row('190.467', 'pause_connection', 'The access token was invalidated', 'Create a new system user token and store it on the connection.', accountHalts, { httpStatus: 401 }),
  row('200', 'pause_connection', 'An API permission is missing', 'Share the business account with the system user and grant the missing permission (codes 200 to 299).', accountHalts, { httpStatus: 403 }),
  row('100.appsecret_proof', 'pause_connection', 'The app secret does not fit', 'The secret of the app was changed, or is that of another app. Store the present one on the connection, then resume it.', accountHalts),
  row('131005', 'pause_connection', 'Access denied', 'The token may not use this number. Share the business account with the system user of the token.', accountHalts, { httpStatus: 403 }),
  row('33', 'pause_sender', 'The phone number id cannot be seen', 'The number was deleted, or the token may not see it. Check the phone number id and what is shared with the token.', numberHalts),
  row('100.33', 'pause_sender', 'The phone number id cannot be seen', 'The number was deleted, or the token may not see it. Check the phone number id and what is shared with the token.', numberHalts),

  // Integrity.
  row('368', 'pause_connection', 'The account is restricted for a policy violation', 'Read the reason in Business Support Home and appeal there. Nothing is sent until the connection is resumed.', 'Meta restricted this account. Nothing is sent until that is lifted; your message waits.', { httpStatus: 403 }),
  row('130497', 'fail', 'Messages to this country are not allowed', 'The business may not message people in this country.', 'This business may not write to people in this country on WhatsApp.', { shows: 'both', httpStatus: 403, remedy: 'none', reroute: 'channel', pages: true }),
  row('131031', 'pause_connection', 'The account is locked', 'Meta locked the account for policy, or data such as the PIN does not match. Check Business Support Home.', 'Meta locked this account. Nothing is sent until that is lifted; your message waits.', { httpStatus: 403 }),
  row('131064', 'retry', 'Limited because templates or Direct Send were misused', 'Meta limits this category for a time. Correct the categories of the templates, and what is sent by Direct Send; messages of the category wait meanwhile.', 'Meta limits this kind of message for a time. Your message waits.', { remedy: 'template', pages: true, waitSeconds: 3600, delaySeconds: 3600, backoffFactor: 2, since: '2026-04-30' }),

  // Throttling.
  row('4', 'retry', 'The app made too many calls', 'All senders of the connection slow down for some minutes.', waitsItsTurn, { delaySeconds: 60, backoffFactor: 2 }),
  row('80007', 'retry', 'The business account made too many calls', 'All senders of the connection slow down; the limit is counted over an hour.', waitsItsTurn, { delaySeconds: 60, backoffFactor: 2 }),
  row('130429', 'retry_sender', 'The throughput of the number was exceeded', 'This number slows down; others go on.', waitsItsTurn, { shows: 'both', delaySeconds: 1, backoffFactor: 2 }),
  row('131048', 'pause_sender', 'Too many messages were blocked or reported as spam', 'Or the messaging limit is reached. Check the quality rating and the limit of the number before resuming it.', 'Too many people blocked or reported this number, so it rests. Your message waits.', { shows: 'both' }),
  row('131056', 'retry_pair', 'Too many messages to this person', 'Only this person waits; others go on.', 'This person got many messages in a short time. Yours follows by itself.', { shows: 'both', delaySeconds: 1, backoffFactor: 4 }),
  row('613', 'retry', 'Too many look-ups', 'Asking for call permissions is limited; it is tried again.', waitsItsTurn, { httpStatus: 429, delaySeconds: 1, backoffFactor: 2 }),

  // Generic.
  row('1', 'unknown', 'Unknown error', 'Meta does not say whether the message was taken. It is settled by its receipt; if it repeats, check the request.', notKnownYet),
  row('2', 'unknown', 'Temporarily unavailable', 'Meta does not say whether the message was taken. It is settled by its receipt.', notKnownYet, { httpStatus: 503 }),
  row('100', 'fail', 'A parameter is not valid', 'The details name the parameter. Correct the content.', 'The message has a part that WhatsApp does not take. Correct it and send it again.'),
  row('130403', 'fail', 'You have blocked this person', 'Unblock the person before writing to them.', 'You have blocked this person. Unblock them to write to them.', { shows: 'both', remedy: 'none' }),
  row('130472', 'fail', 'The person is part of a Meta experiment', 'Marketing is withheld from some people. Do not try again; another channel may be used.', 'WhatsApp withholds marketing from this person. Sending it again does not help.', { shows: 'webhook', remedy: 'none', reroute: 'channel' }),
  row('131000', 'unknown', 'Something went wrong at Meta', 'Meta does not say whether the message was taken. It is settled by its receipt; if it repeats, contact Meta.', notKnownYet, { shows: 'both', httpStatus: 500, pages: true }),
  row('131008', 'fail', 'A required parameter is missing', 'The details name the parameter. Correct the content.', 'The message lacks a part. Complete it and send it again.'),
  row('131009', 'fail', 'A parameter has a value that is not valid', 'The details name the parameter. A reaction also fails when its target is deleted or older than 30 days.', 'A part of the message is not right. Correct it and send it again.', { shows: 'both' }),
  row('131016', 'unknown', 'The service is unavailable', 'Meta does not say whether the message was taken. It is settled by its receipt.', notKnownYet, { shows: 'both', httpStatus: 500 }),
  row('131021', 'fail', 'Recipient and sender are the same', 'A number cannot write to itself.', 'A number cannot write to itself.', { remedy: 'none' }),
  row('131026', 'fail', 'The message cannot be delivered', 'The person is not on WhatsApp, uses an old version, has not accepted the terms, or has blocked you; Meta does not say which.', 'This person cannot be reached on WhatsApp. Try another way to reach them.', { shows: 'webhook', remedy: 'none', reroute: 'channel' }),
  row('131030', 'fail', 'The recipient is not on the list of a test number', 'A test number writes only to the numbers that were allowed in the app dashboard.', 'This is a test number, and this person is not on its list.', { remedy: 'account' }),
  row('131037', 'pause_sender', 'The number needs an approved display name', 'Numbers that Meta provides send only after their display name was approved.', numberHalts),
  row('131042', 'pause_connection', 'There is a problem with the payment method', 'Check the payment method and the credit of the business account, then resume the connection.', 'There is a problem with the payment of this account. Your message waits until it is solved.', { shows: 'both' }),
  row('131044', 'fail', 'There is no payment method for calls', 'Add a payment method to the business account.', 'Calls are not possible before a payment method is added.', { remedy: 'account', pages: true }),
  row('131045', 'pause_sender', 'The number is not registered correctly', 'Register the number again, then resume the sender.', numberHalts, { shows: 'both', httpStatus: 500 }),
  row('131047', 'fail', 'The service window is closed', 'More than 24 hours have passed since the person wrote. Send a template.', 'More than 24 hours have passed since this person wrote. Send a template instead.', { shows: 'webhook', reroute: 'template' }),
  row('131049', 'fail', 'Withheld to keep the ecosystem healthy', 'The person gets too much marketing now, or is in a country where it is paused. Wait at least 24 hours; repeating makes it worse.', 'WhatsApp withheld this marketing message. Wait at least a day before you write marketing to this person again.', { shows: 'webhook', remedy: 'wait', reroute: 'channel', waitSeconds: 86_400, since: '2026-04-30' }),
  row('131050', 'fail', 'The person has stopped your marketing messages', 'No marketing is sent to this person until they opt in again.', 'This person does not want your marketing on WhatsApp. Do not send any until they ask for it again.', { shows: 'webhook', remedy: 'none', suppress: 'marketing_stop' }),
  row('131051', 'fail', 'This kind of message is not supported', 'Send another kind of content.', 'WhatsApp does not take this kind of message. Send another kind.', { shows: 'both' }),
  row('131052', 'fail', 'The file that a person sent cannot be downloaded', 'It may be larger than 100 MB. Ask the person to send it again.', 'The file that this person sent could not be downloaded. Ask them to send it again.', { shows: 'webhook', httpStatus: 400, remedy: 'none' }),
  row('131053', 'fail', 'The file cannot be sent', 'Meta could not fetch it, or its type or size is not allowed. Check the link, the content type and the size.', 'The file could not be sent. Check its type, its size and its link, and send it again.', { shows: 'webhook' }),
  row('131055', 'fail', 'This way of sending is not allowed', 'The end point does not take this kind of message, or the number is switched to SIP.', 'This kind of message cannot be sent this way.', { remedy: 'request' }),
  row('131057', 'unknown', 'The account is in maintenance', 'Usually an upgrade of the throughput, which takes a minute. Whether the message was taken is not said.', notKnownYet, { httpStatus: 500, waitSeconds: 60 }),
  row('131059', 'fail', 'The cursor is not valid', 'Start the list again.', 'The list changed while it was read. Start again from its beginning.', { remedy: 'request' }),
  row('131061', 'fail', 'The template has a maximum price', 'Templates with a price bid go through the Marketing Messages API only.', 'This template has a maximum price, so it cannot be sent like a usual message.', { remedy: 'request' }),
  row('131062', 'fail', 'This message needs a phone number', 'One-time-code templates cannot be sent to a business-scoped user id.', 'This template can be sent to a phone number only.', { since: '2026-05-07' }),
  row('131063', 'fail', 'Marketing templates are switched off here', 'The business account sends marketing through the Marketing Messages API only.', 'This account does not send marketing this way.', { remedy: 'account' }),
  row('133000', 'pause_sender', 'The number was not deregistered completely', 'Deregister the number again and register it, then resume the sender.', numberHalts, { httpStatus: 500 }),
  row('133004', 'unknown', 'The server is temporarily unavailable', 'Meta does not say whether the message was taken. It is settled by its receipt.', notKnownYet, { httpStatus: 503 }),
  row('133005', 'fail', 'The PIN does not match', 'Use the two-step PIN of the number, or reset it in WhatsApp Manager.', 'The PIN is not the one of this number.', { remedy: 'account', pages: true }),
  row('133006', 'pause_sender', 'The number must be verified again', 'Verify and register the number, then resume the sender.', numberHalts),
  row('133008', 'fail', 'The PIN was guessed too often', 'Wait as long as the details say.', 'The PIN was entered wrongly too often. Wait before you try again.', { remedy: 'wait', waitSeconds: 3600 }),
  row('133009', 'fail', 'The PIN was guessed too fast', 'Wait as long as the details say.', 'The PIN was tried again too quickly. Wait a moment.', { remedy: 'wait', waitSeconds: 60 }),
  row('133010', 'pause_sender', 'The number is not registered', 'Register the number with the Cloud API, then resume the sender.', numberHalts),
  row('133015', 'pause_sender', 'The number was deleted a moment ago', 'Wait five minutes, register the number again, then resume the sender.', 'This number was deleted a moment ago. Wait five minutes.', { waitSeconds: 300 }),
  row('133016', 'fail', 'The number was registered too often', 'Ten times in 72 hours are allowed. Wait 72 hours.', 'This number was registered too often. Wait 72 hours.', { remedy: 'wait', waitSeconds: 259_200 }),
  row('134011', 'fail', 'The payment terms are not accepted', 'Accept the terms of WhatsApp Payments in WhatsApp Manager.', 'The terms of WhatsApp Payments are not accepted yet.', { remedy: 'account', pages: true }),
  row('135000', 'fail', 'Something in the request is wrong', 'Meta does not say what. Compare the content with the documentation.', 'WhatsApp did not take the message and does not say why. Change it and send it again.', { shows: 'both' }),
  row('136024', 'fail', 'No verification code can be sent now', 'Too many codes were asked for. Wait and ask again.', 'No code can be sent now. Wait and ask again.', { remedy: 'wait', waitSeconds: 3600 }),
  row('137000', 'fail', 'The identity of the person has changed', 'The identity hash does not match. Verify the person again.', 'This person has a new phone or installed WhatsApp anew. Verify who they are before you send this.', { shows: 'webhook', remedy: 'none' }),
  row('1026', 'fail', 'The phone of the person cannot show this', 'The app of the person does not know this kind of message. Send another kind.', 'The phone of this person cannot show this message. Send another kind.', { shows: 'webhook', httpStatus: null, reroute: 'channel' }),
  row('2040', 'fail', 'Payments are not supported here', 'The person or the business cannot use WhatsApp Payments.', 'This person cannot pay on WhatsApp.', { shows: 'webhook', httpStatus: null, remedy: 'none' }),
  row('2046', 'fail', 'The order cannot change like this', 'The new status does not follow from the present one.', 'The order cannot change like this now.', { shows: 'webhook', httpStatus: null }),
  row('2047', 'fail', 'The order cannot be canceled', 'It is already paid or being paid.', 'The order is paid or being paid, so it cannot be canceled.', { shows: 'webhook', httpStatus: null, remedy: 'none' }),

  // Templates and flows.
  row('132000', 'fail', 'The number of parameters is wrong', 'Send as many parameters as the approved template has variables.', 'The template has a different number of values. Fill in all of them and send it again.'),
  row('132001', 'fail', 'There is no such template', 'No approved template has this name in this language. Check both; "en" and "en_US" are different.', 'There is no approved template of this name in this language. Choose another one.', { httpStatus: 404, remedy: 'template', reroute: 'template' }),
  row('132005', 'fail', 'The text of the template is too long', 'With its values the text exceeds the limit. Shorten the values.', 'With these values the text is too long. Shorten them and send it again.'),
  row('132007', 'fail', 'The template violates a policy', 'Change the content of the template and have it reviewed again.', 'The content of this template violates a policy of WhatsApp. Choose another one.', { shows: 'both', remedy: 'template', reroute: 'template' }),
  row('132008', 'fail', 'A parameter has a value that is not valid', 'The details name the parameter. Correct the value.', 'A value of the template is not right. Correct it and send it again.'),
  row('132012', 'fail', 'A parameter has the wrong form', 'Its type differs from the template: text or media, named or positional, or a file is missing.', 'A value of the template has the wrong form. Correct it and send it again.'),
  row('132015', 'retry', 'The template is paused', 'Its quality is low. Meta pauses it for three hours, then six; messages wait until they expire.', 'WhatsApp paused this template for its low quality. Your message waits, or send another template.', { shows: 'both', remedy: 'template', reroute: 'template', waitSeconds: 10_800, delaySeconds: 10_800, backoffFactor: 2 }),
  row('132016', 'fail', 'The template is disabled', 'It was paused too often for low quality. Use another template.', 'WhatsApp disabled this template. Choose another one.', { remedy: 'template', reroute: 'template' }),
  row('132018', 'fail', 'The parameters do not fit the template', 'The details name the parameter. Correct the content.', 'The values do not fit the template. Correct them and send it again.', { since: '2025-05-29' }),
  row('132068', 'fail', 'The flow is blocked', 'Correct the flow and publish it again.', 'The flow of this message is blocked. Send something else.', { remedy: 'template' }),
  row('132069', 'retry', 'The flow is throttled', 'Ten messages with this flow are allowed in an hour.', 'The flow of this message may be sent ten times an hour only. Your message waits.', { waitSeconds: 3600, delaySeconds: 3600, backoffFactor: 2 }),
  row('134100', 'fail', 'Only marketing goes this way', 'The Marketing Messages API takes marketing templates only.', 'Only marketing can be sent this way.', { remedy: 'request', since: '2025-05-29' }),
  row('134101', 'retry', 'The template is still being copied', 'A new template takes about ten minutes until the Marketing Messages API knows it.', 'The template is new and not ready here yet. Your message waits about ten minutes.', { waitSeconds: 600, delaySeconds: 600, backoffFactor: 2, since: '2025-05-29' }),
  row('134102', 'fail', 'The template is not available here', 'The business account or the template is not set up for the Marketing Messages API.', 'This template cannot be sent as marketing here.', { httpStatus: 500, remedy: 'account', pages: true, since: '2025-05-29' }),
];

/** Refusals that stand in the answer itself and not in a code of Meta's. */
// biome-ignore format: a table is read by its columns, one row a line
export const answerErrors: readonly ErrorEntry[] = [
  row('http_redirect', 'pause_connection', 'The address of the provider redirects', 'Redirects are not followed, so that the token goes nowhere else. Correct the base URL of the connection.', accountHalts, { httpStatus: 302 }),
  row('http_429', 'retry_sender', 'Too many requests', 'A gateway before the provider slows us down. The number waits and goes on.', waitsItsTurn, { httpStatus: 429, delaySeconds: 2, backoffFactor: 2 }),
  row('unlisted', 'fail', 'The provider refused the message', 'The code is not in our table, so the message is not repeated. Look it up in the documentation of the Cloud API.', 'WhatsApp did not take the message. The details say why.', { shows: 'both' }),
  row('unlisted_5xx', 'unknown', 'The provider reported an error of its own', 'Whether the message was taken is not said. It is settled by its receipt.', notKnownYet, { httpStatus: 500 }),
];
