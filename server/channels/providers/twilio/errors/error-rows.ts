import { errorRow as row, type TwilioRow } from './error-row.ts';

const accountHalts =
  'Nothing can be sent from this account until somebody who looks after it acts. Your message waits.';
const senderHalts = 'This sender cannot send until somebody who looks after it acts. Your message waits.';
const waitsItsTurn = 'Your message waits its turn and goes out by itself.';
const notKnownYet = 'Whether this message arrived is not known yet. Do not send it again: its receipt settles it.';
const checkNumber = 'This number cannot get the message. Check it, or try another way to reach the person.';
const wantsNone = 'This person does not want messages from this sender. Do not write until they ask for it again.';
const tryLater = 'The message did not get through. Send it again later.';

const byCallback = { shows: 'webhook' } as const;

/** What Twilio answers to a message on any channel, or tells of it later. Codes are branched on; messages change. */
// biome-ignore format: a table is read by its columns, one row a line
export const sharedRows: readonly TwilioRow[] = [
  // Access and limits.
  row('20003', 'pause_connection', 'The credentials do not work', 'The auth token or the API key was changed, or may not send. Store the present one on the connection.', accountHalts, { httpStatus: 401 }),
  row('20404', 'pause_connection', 'The account cannot be found', 'Twilio knows no account with this SID under this address. Check the SID and the base URL of the connection.', accountHalts, { httpStatus: 404 }),
  row('20429', 'retry_sender', 'Too many requests', 'Twilio did not look at the request. The sender slows down.', waitsItsTurn, { httpStatus: 429, delaySeconds: 1, backoffFactor: 2 }),
  row('20500', 'unknown', 'Twilio had an error of its own', 'Whether the message was taken is not said. It is looked up, or settled by its receipt.', notKnownYet, { httpStatus: 500 }),
  row('21611', 'retry_sender', 'The queue of the sender is full', 'As much waits at Twilio as this sender can send in hours. It slows down.', waitsItsTurn, { httpStatus: 429, delaySeconds: 30, backoffFactor: 2 }),

  // The sender.
  row('21212', 'pause_sender', 'The sender is not a valid number', 'The sender of the connection is no number that Twilio sends from. Add it as E.164 with "+".', senderHalts),
  row('21603', 'pause_sender', 'The request has no sender', 'Neither a number nor a messaging service was named. Add the sender again.', senderHalts),
  row('21606', 'pause_sender', 'The number cannot send messages', 'The number does not belong to the account, or cannot send to this kind of recipient. Check it in the Twilio console.', senderHalts),
  row('21703', 'pause_sender', 'The messaging service has no number that fits', 'Add a number to the messaging service that can send to this country and kind of message.', senderHalts),
  row('21704', 'pause_sender', 'The messaging service has no numbers', 'Add a number to the messaging service in the Twilio console.', senderHalts),
  row('21705', 'pause_sender', 'There is no such messaging service', 'The SID of the messaging service is wrong, or the service was deleted.', senderHalts),
  row('21408', 'fail', 'The account may not send to this country', 'Allow the country under Messaging, Settings, Geo permissions.', 'This account may not send to this country yet.', { shows: 'both', remedy: 'account', reroute: 'channel', pages: true }),
  row('21608', 'fail', 'A trial account sends to verified numbers only', 'Verify the number of the recipient in the Twilio console, or upgrade the account.', 'This is a trial account, and this number was not verified for it.', { remedy: 'account' }),

  // The recipient.
  row('21211', 'fail', 'The recipient is not a valid number', 'Check the number: it has to be E.164, with country code.', checkNumber),
  row('21214', 'fail', 'The recipient cannot be reached', 'Twilio does not send to this number.', checkNumber, { reroute: 'channel' }),
  row('21217', 'fail', 'The number does not look right', 'Check the number: it has to be E.164, with country code.', checkNumber),
  row('21610', 'fail', 'The person has stopped messages of this sender', 'They wrote STOP. Nothing is sent to them on this channel until they write START.', wantsNone, { shows: 'both', remedy: 'none', suppress: 'stop' }),
  row('21612', 'fail', 'The number cannot be reached from this sender', 'The two do not reach each other, often for reasons of the country. Use another sender.', checkNumber, { remedy: 'account', reroute: 'channel' }),
  row('21614', 'fail', 'The number is not a mobile number', 'It cannot get messages. Try another way to reach the person.', checkNumber, { shows: 'both', remedy: 'none', reroute: 'channel' }),

  // The content.
  row('21602', 'fail', 'The message has no body', 'A message needs a text, a file or a content template.', 'The message has no text and no file. Write something.'),
  row('21617', 'fail', 'The text is too long', 'At most 1,600 characters are sent in one message.', 'The text has more than 1,600 characters. Shorten it.'),
  row('21620', 'fail', 'The address of the file is not valid', 'Twilio cannot fetch the file under this address.', 'The file could not be sent. Check its link and send it again.'),
  row('21623', 'fail', 'There are too many files', 'A message has at most ten files.', 'The message has too many files.'),
  row('21654', 'fail', 'There is no such content template', 'The Content SID is wrong, or belongs to another account.', 'There is no such template. Choose another one.', { remedy: 'template', reroute: 'template' }),
  row('21655', 'fail', 'The content template cannot be used', 'Check the Content SID in the Twilio console.', 'This template cannot be used. Choose another one.', { remedy: 'template', reroute: 'template' }),
  row('21656', 'fail', 'The values do not fit the template', 'Give a value for each variable of the template, without line breaks.', 'The values do not fit the template. Correct them and send it again.'),
];

/** What the networks of SMS say. Most of it comes by a status callback after the message was taken. */
// biome-ignore format: a table is read by its columns, one row a line
export const smsRows: readonly TwilioRow[] = [
  row('30001', 'retry', 'The queue of the sender overflowed', 'More was sent than this sender can send. Send more slowly, or with a messaging service of several numbers.', tryLater, { shows: 'both', delaySeconds: 30, backoffFactor: 2 }),
  row('30002', 'pause_connection', 'The account is suspended', 'Twilio suspended the account. Look into the Twilio console, then resume the connection.', accountHalts, { shows: 'both' }),
  row('30003', 'fail', 'The phone cannot be reached', 'It is off, out of reach, or no mobile phone. It may be reached later.', 'The phone of this person is off or cannot be reached. Try later or another way.', { ...byCallback, remedy: 'wait', waitSeconds: 3600, reroute: 'channel' }),
  row('30005', 'fail', 'The number is not known', 'The network knows nobody with this number.', checkNumber, { ...byCallback, remedy: 'none', reroute: 'channel' }),
  row('30006', 'fail', 'The number is a landline, or its network cannot be reached', 'It cannot get messages. Try another way to reach the person.', checkNumber, { ...byCallback, remedy: 'none', reroute: 'channel' }),
  row('30007', 'fail', 'The message was filtered', 'A network or Twilio took it for unwanted. Look at links, at what it says, and at the registration of the sender.', 'The network did not let this message through. Change what it says.', { ...byCallback, pages: true }),
  row('30008', 'fail', 'It is not known why it was not delivered', 'The network does not say why. Once more may help.', tryLater, { ...byCallback, remedy: 'wait', waitSeconds: 60, reroute: 'channel' }),
  row('30017', 'fail', 'The network is congested', 'Send it again later.', tryLater, { ...byCallback, remedy: 'wait', waitSeconds: 300 }),
  row('30022', 'fail', 'The rate of the campaign was exceeded', 'The US networks limit each registered campaign. Send more slowly.', tryLater, { ...byCallback, remedy: 'wait', waitSeconds: 60 }),
  row('30023', 'fail', 'The daily limit of the brand is reached', 'The US networks limit each registered brand a day.', 'No more can be sent today. Send it again tomorrow.', { ...byCallback, remedy: 'wait', waitSeconds: 86_400 }),
  row('30032', 'fail', 'The toll-free number is not verified', 'Have the number verified in the Twilio console.', 'This sender is not verified yet.', { ...byCallback, remedy: 'account', pages: true }),
  row('30034', 'fail', 'The number is not registered for the US', 'Register brand and campaign (A2P 10DLC) in the Twilio console.', 'This sender is not registered for messages to the US.', { ...byCallback, remedy: 'account', pages: true }),
  row('30036', 'fail', 'It waited too long at Twilio', 'It was of no use any more when its turn came. Send more slowly, or let it expire later.', 'The message came too late to be sent.', { ...byCallback, remedy: 'none' }),
];

/** What WhatsApp says through Twilio. */
// biome-ignore format: a table is read by its columns, one row a line
export const whatsappRows: readonly TwilioRow[] = [
  row('63003', 'fail', 'The person is not on WhatsApp', 'WhatsApp knows nobody with this number.', 'This person cannot be reached on WhatsApp. Try another way.', { shows: 'both', remedy: 'none', reroute: 'channel' }),
  row('63007', 'pause_sender', 'The number is not a sender of WhatsApp', 'Twilio has no WhatsApp sender with this number. Register it in the Twilio console.', senderHalts, { shows: 'both' }),
  row('63009', 'fail', 'WhatsApp had an error of its own', 'Send it again later.', tryLater, { ...byCallback, remedy: 'wait', waitSeconds: 60 }),
  row('63010', 'fail', 'Twilio had an error of its own', 'Send it again later.', tryLater, { ...byCallback, remedy: 'wait', waitSeconds: 60 }),
  row('63012', 'fail', 'WhatsApp reported an error of its own', 'Send it again later.', tryLater, { ...byCallback, remedy: 'wait', waitSeconds: 60 }),
  row('63013', 'fail', 'The message violates a policy', 'Change what it says, or the template.', 'The content violates a policy of WhatsApp. Change it.', { ...byCallback }),
  row('63014', 'fail', 'The person has blocked the sender', 'Nothing is sent to them on WhatsApp until they write START.', wantsNone, { ...byCallback, remedy: 'none', suppress: 'stop' }),
  row('63015', 'fail', 'The person has not joined the sandbox of Twilio', 'They have to send the join code to the number of the sandbox first.', 'This is a test number, and this person has not joined it.', { shows: 'both', remedy: 'account' }),
  row('63016', 'fail', 'The service window is closed', 'More than 24 hours have passed since the person wrote. Send a template.', 'More than 24 hours have passed since this person wrote. Send a template instead.', { shows: 'both', reroute: 'template' }),
  row('63017', 'fail', 'The channel takes no more for now', 'Send it again later.', tryLater, { ...byCallback, remedy: 'wait', waitSeconds: 60 }),
  row('63018', 'retry_sender', 'The rate of the channel was exceeded', 'The sender slows down.', waitsItsTurn, { shows: 'both', httpStatus: 429, delaySeconds: 5, backoffFactor: 2 }),
  row('63019', 'fail', 'The file could not be fetched', 'Twilio or WhatsApp could not download it. Check the link, the type and the size.', 'The file could not be sent. Check its link and send it again.', { ...byCallback }),
  row('63021', 'fail', 'The content is not valid', 'WhatsApp does not take this content. Compare it with the documentation of Twilio.', 'WhatsApp did not take this content. Change it.', { shows: 'both' }),
  row('63024', 'fail', 'The recipient is not valid', 'WhatsApp knows nobody with this number.', checkNumber, { shows: 'both', remedy: 'none', reroute: 'channel' }),
  row('63027', 'fail', 'There is no such template', 'The template was not approved in this language, or was deleted.', 'There is no approved template. Choose another one.', { ...byCallback, remedy: 'template', reroute: 'template' }),
  row('63028', 'fail', 'The number of values is wrong', 'Give a value for each variable of the template.', 'The values do not fit the template. Correct them and send it again.', { ...byCallback }),
  row('63033', 'fail', 'The person cannot be written to', 'They have blocked the sender. Nothing is sent to them on WhatsApp until they write START.', wantsNone, { ...byCallback, remedy: 'none', suppress: 'stop' }),
  row('63041', 'fail', 'The template is paused', 'WhatsApp paused it for its low quality. Send another one.', 'WhatsApp paused this template. Send another one.', { ...byCallback, remedy: 'template', reroute: 'template' }),
  row('63049', 'fail', 'WhatsApp withheld this marketing', 'Meta chose not to deliver it to keep people from too much marketing. Sending it again makes it worse.', 'WhatsApp withheld this marketing message. Wait at least a day.', { ...byCallback, remedy: 'wait', waitSeconds: 86_400 }),
  row('63112', 'fail', 'The business account is disabled', 'Meta disabled the account. Look into WhatsApp Manager.', 'This account cannot send on WhatsApp.', { ...byCallback, remedy: 'account', pages: true }),
];

/** What stands in the answer itself, and not in a code of Twilio's. The names are ours. */
// biome-ignore format: a table is read by its columns, one row a line
export const answerRows: readonly TwilioRow[] = [
  row('canceled', 'fail', 'The message was canceled at Twilio', 'Somebody canceled it there before it was sent.', 'The message was canceled before it was sent.', { ...byCallback, remedy: 'none' }),
  row('http_redirect', 'pause_connection', 'The address of the provider redirects', 'Redirects are not followed, so that the token goes nowhere else. Correct the base URL of the connection.', accountHalts, { httpStatus: 302 }),
  row('http_429', 'retry_sender', 'Too many requests', 'A gateway before Twilio slows us down. The sender waits and goes on.', waitsItsTurn, { httpStatus: 429, delaySeconds: 2, backoffFactor: 2 }),
  row('unlisted', 'fail', 'Twilio refused the message', 'The code is not in our table, so the message is not repeated. Look it up under https://www.twilio.com/docs/api/errors.', 'The message was refused. The details say why.', { shows: 'both' }),
  row('unlisted_5xx', 'unknown', 'Twilio reported an error of its own', 'Whether the message was taken is not said. It is looked up, or settled by its receipt.', notKnownYet, { httpStatus: 500 }),
];
