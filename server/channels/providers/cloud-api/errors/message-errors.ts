import type { ErrorReaction } from '#channels/provider.ts';
import { errorRow as row } from './error-row.ts';

/**
 * What Meta answers to a message, or reports of it later by webhook, and what we do about it. Codes are branched on;
 * titles change. Where Meta's documentation leaves open whether a message was taken, the reaction is `unknown`.
 */
// biome-ignore format: a table is read by its columns, one row a line
export const sendErrors: readonly ErrorReaction[] = [
  // Access.
  row('0', 'pause_connection', 'The access token does not work', 'The token has expired or was invalidated. Create a new system user token and store it on the connection.'),
  row('3', 'pause_connection', 'The app lacks a capability', 'Give the app and the system user the permission whatsapp_business_messaging, then resume the connection.'),
  row('10', 'pause_connection', 'Permission was not granted or was removed', 'Give the system user the permission whatsapp_business_messaging for this account, then resume the connection.'),
  row('190', 'pause_connection', 'The access token is expired or invalid', 'Create a new system user token and store it on the connection.'),
  row('200', 'pause_connection', 'An API permission is missing', 'Share the business account with the system user and grant the missing permission (codes 200 to 299).'),
  row('100.appsecret_proof', 'pause_connection', 'The app secret does not fit', 'The secret of the app was changed, or is that of another app. Store the present one on the connection, then resume it.'),
  row('131005', 'pause_connection', 'Access denied', 'The token may not use this number. Share the business account with the system user of the token.'),
  row('33', 'pause_sender', 'The phone number id cannot be seen', 'The number was deleted, or the token may not see it. Check the phone number id and what is shared with the token.'),
  row('100.33', 'pause_sender', 'The phone number id cannot be seen', 'The number was deleted, or the token may not see it. Check the phone number id and what is shared with the token.'),

  // Integrity.
  row('368', 'pause_connection', 'The account is restricted for a policy violation', 'Read the reason in Business Support Home and appeal there. Nothing is sent until the connection is resumed.'),
  row('130497', 'fail', 'Messages to this country are not allowed', 'The business may not message people in this country.'),
  row('131031', 'pause_connection', 'The account is locked', 'Meta locked the account for policy, or data such as the PIN does not match. Check Business Support Home.'),
  row('131064', 'retry', 'Limited because templates were misclassified', 'Meta limits this category for a time. Correct the categories of the templates; messages wait meanwhile.', { delaySeconds: 3600, backoffFactor: 2 }, '2026-04-30'),

  // Throttling.
  row('4', 'retry', 'The app made too many calls', 'All senders of the connection slow down for some minutes.', { delaySeconds: 60, backoffFactor: 2 }),
  row('80007', 'retry', 'The business account made too many calls', 'All senders of the connection slow down; the limit is counted over an hour.', { delaySeconds: 60, backoffFactor: 2 }),
  row('130429', 'retry_sender', 'The throughput of the number was exceeded', 'This number slows down; others go on.', { delaySeconds: 1, backoffFactor: 2 }),
  row('131048', 'pause_sender', 'Too many messages were blocked or reported as spam', 'Or the messaging limit is reached. Check the quality rating and the limit of the number before resuming it.'),
  row('131056', 'retry_pair', 'Too many messages to this person', 'Only this person waits; others go on.', { delaySeconds: 1, backoffFactor: 4 }),
  row('613', 'retry', 'Too many look-ups', 'Asking for call permissions is limited; it is tried again.', { delaySeconds: 1, backoffFactor: 2 }),

  // Generic.
  row('1', 'unknown', 'Unknown error', 'Meta does not say whether the message was taken. It is settled by its receipt; if it repeats, check the request.'),
  row('2', 'unknown', 'Temporarily unavailable', 'Meta does not say whether the message was taken. It is settled by its receipt.'),
  row('100', 'fail', 'A parameter is not valid', 'The details name the parameter. Correct the content.'),
  row('130403', 'fail', 'You have blocked this person', 'Unblock the person before writing to them.'),
  row('130472', 'fail', 'The person is part of a Meta experiment', 'Marketing is withheld from some people. Do not try again; another channel may be used.'),
  row('131000', 'unknown', 'Something went wrong at Meta', 'Meta does not say whether the message was taken. It is settled by its receipt; if it repeats, contact Meta.'),
  row('131008', 'fail', 'A required parameter is missing', 'The details name the parameter. Correct the content.'),
  row('131009', 'fail', 'A parameter has a value that is not valid', 'The details name the parameter. A reaction also fails when its target is deleted or older than 30 days.'),
  row('131016', 'unknown', 'The service is unavailable', 'Meta does not say whether the message was taken. It is settled by its receipt.'),
  row('131021', 'fail', 'Recipient and sender are the same', 'A number cannot write to itself.'),
  row('131026', 'fail', 'The message cannot be delivered', 'The person is not on WhatsApp, uses an old version, has not accepted the terms, or has blocked you; Meta does not say which.'),
  row('131030', 'fail', 'The recipient is not on the list of a test number', 'A test number writes only to the numbers that were allowed in the app dashboard.'),
  row('131037', 'pause_sender', 'The number needs an approved display name', 'Numbers that Meta provides send only after their display name was approved.'),
  row('131042', 'pause_connection', 'There is a problem with the payment method', 'Check the payment method and the credit of the business account, then resume the connection.'),
  row('131044', 'fail', 'There is no payment method for calls', 'Add a payment method to the business account.'),
  row('131045', 'pause_sender', 'The number is not registered correctly', 'Register the number again, then resume the sender.'),
  row('131047', 'fail', 'The service window is closed', 'More than 24 hours have passed since the person wrote. Send a template.'),
  row('131049', 'fail', 'Withheld to keep the ecosystem healthy', 'The person gets too much marketing now, or is in a country where it is paused. Wait at least 24 hours; repeating makes it worse.', {}, '2026-04-30'),
  row('131050', 'fail', 'The person has stopped your marketing messages', 'No marketing is sent to this person until they opt in again.', { suppress: 'marketing_stop' }),
  row('131051', 'fail', 'This kind of message is not supported', 'Send another kind of content.'),
  row('131052', 'fail', 'The file that a person sent cannot be downloaded', 'It may be larger than 100 MB. Ask the person to send it again.'),
  row('131053', 'fail', 'The file cannot be sent', 'Meta could not fetch it, or its type or size is not allowed. Check the link, the content type and the size.'),
  row('131055', 'fail', 'This way of sending is not allowed', 'The end point does not take this kind of message, or the number is switched to SIP.'),
  row('131057', 'unknown', 'The account is in maintenance', 'Usually an upgrade of the throughput, which takes a minute. Whether the message was taken is not said.'),
  row('131059', 'fail', 'The cursor is not valid', 'Start the list again.'),
  row('131061', 'fail', 'The template has a maximum price', 'Templates with a price bid go through the Marketing Messages API only.'),
  row('131062', 'fail', 'This message needs a phone number', 'One-time-code templates cannot be sent to a business-scoped user id.', {}, '2026-05-07'),
  row('131063', 'fail', 'Marketing templates are switched off here', 'The business account sends marketing through the Marketing Messages API only.'),
  row('133000', 'pause_sender', 'The number was not deregistered completely', 'Deregister the number again and register it, then resume the sender.'),
  row('133004', 'unknown', 'The server is temporarily unavailable', 'Meta does not say whether the message was taken. It is settled by its receipt.'),
  row('133005', 'fail', 'The PIN does not match', 'Use the two-step PIN of the number, or reset it in WhatsApp Manager.'),
  row('133006', 'pause_sender', 'The number must be verified again', 'Verify and register the number, then resume the sender.'),
  row('133008', 'fail', 'The PIN was guessed too often', 'Wait as long as the details say.'),
  row('133009', 'fail', 'The PIN was guessed too fast', 'Wait as long as the details say.'),
  row('133010', 'pause_sender', 'The number is not registered', 'Register the number with the Cloud API, then resume the sender.'),
  row('133015', 'pause_sender', 'The number was deleted a moment ago', 'Wait five minutes, register the number again, then resume the sender.'),
  row('133016', 'fail', 'The number was registered too often', 'Ten times in 72 hours are allowed. Wait 72 hours.'),
  row('134011', 'fail', 'The payment terms are not accepted', 'Accept the terms of WhatsApp Payments in WhatsApp Manager.'),
  row('135000', 'fail', 'Something in the request is wrong', 'Meta does not say what. Compare the content with the documentation.'),
  row('136024', 'fail', 'No verification code can be sent now', 'Too many codes were asked for. Wait and ask again.'),
  row('137000', 'fail', 'The identity of the person has changed', 'The identity hash does not match. Verify the person again.'),
  row('1026', 'fail', 'The phone of the person cannot show this', 'The app of the person does not know this kind of message. Send another kind.'),
  row('2040', 'fail', 'Payments are not supported here', 'The person or the business cannot use WhatsApp Payments.'),
  row('2046', 'fail', 'The order cannot change like this', 'The new status does not follow from the present one.'),
  row('2047', 'fail', 'The order cannot be canceled', 'It is already paid or being paid.'),

  // Templates and flows.
  row('132000', 'fail', 'The number of parameters is wrong', 'Send as many parameters as the approved template has variables.'),
  row('132001', 'fail', 'There is no such template', 'No approved template has this name in this language. Check both; "en" and "en_US" are different.'),
  row('132005', 'fail', 'The text of the template is too long', 'With its values the text exceeds the limit. Shorten the values.'),
  row('132007', 'fail', 'The template violates a policy', 'Change the content of the template and have it reviewed again.'),
  row('132008', 'fail', 'A parameter has a value that is not valid', 'The details name the parameter. Correct the value.'),
  row('132012', 'fail', 'A parameter has the wrong form', 'Its type differs from the template: text or media, named or positional, or a file is missing.'),
  row('132015', 'retry', 'The template is paused', 'Its quality is low. Meta pauses it for three hours, then six; messages wait until they expire.', { delaySeconds: 10_800, backoffFactor: 2 }),
  row('132016', 'fail', 'The template is disabled', 'It was paused too often for low quality. Use another template.'),
  row('132018', 'fail', 'The parameters do not fit the template', 'The details name the parameter. Correct the content.', {}, '2025-05-29'),
  row('132068', 'fail', 'The flow is blocked', 'Correct the flow and publish it again.'),
  row('132069', 'retry', 'The flow is throttled', 'Ten messages with this flow are allowed in an hour.', { delaySeconds: 3600, backoffFactor: 2 }),
  row('134100', 'fail', 'Only marketing goes this way', 'The Marketing Messages API takes marketing templates only.', {}, '2025-05-29'),
  row('134101', 'retry', 'The template is still being copied', 'A new template takes about ten minutes until the Marketing Messages API knows it.', { delaySeconds: 600, backoffFactor: 2 }, '2025-05-29'),
  row('134102', 'fail', 'The template is not available here', 'The business account or the template is not set up for the Marketing Messages API.', {}, '2025-05-29'),
];

/** Refusals that stand in the answer itself and not in a code of Meta's. */
// biome-ignore format: a table is read by its columns, one row a line
export const answerErrors: readonly ErrorReaction[] = [
  row('http_redirect', 'pause_connection', 'The address of the provider redirects', 'Redirects are not followed, so that the token goes nowhere else. Correct the base URL of the connection.'),
  row('http_429', 'retry_sender', 'Too many requests', 'A gateway before the provider slows us down. The number waits and goes on.', { delaySeconds: 2, backoffFactor: 2 }),
  row('unlisted', 'fail', 'The provider refused the message', 'The code is not in our table, so the message is not repeated. Look it up in the documentation of the Cloud API.'),
  row('unlisted_5xx', 'unknown', 'The provider reported an error of its own', 'Whether the message was taken is not said. It is settled by its receipt.'),
];
