import type { ErrorEntry, ProviderError } from '#channels/provider.ts';
import { errorRow as row } from './error-row.ts';

const accountHalts =
  'Mail cannot be sent from this account until somebody who looks after it acts. Your message waits.';
const waits = 'The mail server asked to wait. Your message goes out by itself.';
const noMailbox = 'This e-mail address does not exist. Ask the person for another one.';
const refused = 'The mail server of this person did not take the message.';

/**
 * Enhanced status codes (RFC 3463 and its registry), and the reply codes of SMTP for servers that give none. Codes of the
 * first class 4 are for now, those of class 5 for good.
 */
// biome-ignore format: a table is read by its columns, one row a line
export const errorTable: readonly ErrorEntry[] = [
  // Addresses.
  row('5.1.0', 'fail', 'The address was refused', 'The server of the recipient gives no reason. A hard bounce: do not write to the address again unchecked.', noMailbox, { httpStatus: 550, reroute: 'channel' }),
  row('5.1.1', 'fail', 'There is no such mailbox', 'A hard bounce: the address does not exist. Remove it, or ask for another one; repeated bounces hurt the name of the sending domain.', noMailbox, { httpStatus: 550, reroute: 'channel' }),
  row('5.1.2', 'fail', 'There is no such domain for mail', 'A hard bounce: the part behind the @ takes no mail. Mostly it is misspelled.', noMailbox, { httpStatus: 550, reroute: 'channel' }),
  row('5.1.3', 'fail', 'The address is not valid', 'A hard bounce: the server cannot read the address.', noMailbox, { httpStatus: 553, reroute: 'channel' }),
  row('5.1.6', 'fail', 'The mailbox has moved', 'A hard bounce: the person has another address, which the server does not tell.', noMailbox, { httpStatus: 551, reroute: 'channel' }),
  row('5.1.7', 'pause_sender', 'The address of the sender is not valid', 'The server does not take the address that bounces go to. Check the sender and the bounce address of the connection.', accountHalts, { httpStatus: 553 }),
  row('5.1.8', 'pause_sender', 'The domain of the sender takes no mail', 'The domain of the sender has no valid records (MX, A). Mend its DNS.', accountHalts, { httpStatus: 501 }),
  row('5.1.10', 'fail', 'The domain takes no mail at all', 'A hard bounce: its owner says by a null MX that there are no mailboxes.', noMailbox, { httpStatus: 556, reroute: 'channel' }),
  // Mailboxes.
  row('5.2.1', 'fail', 'The mailbox is switched off', 'A hard bounce: the mailbox takes no messages.', noMailbox, { httpStatus: 550, reroute: 'channel' }),
  row('4.2.1', 'retry', 'The mailbox is switched off for now', 'It is tried again.', waits, { httpStatus: 450 }),
  row('4.2.2', 'retry', 'The mailbox is full', 'It is tried again; people empty their mailboxes seldom.', waits, { httpStatus: 452, delaySeconds: 1800 }),
  row('5.2.2', 'fail', 'The mailbox is full', 'A soft bounce: the address exists, but its mailbox is full for longer than the server waits.', 'The mailbox of this person is full.', { httpStatus: 552, reroute: 'channel' }),
  row('5.2.3', 'fail', 'The message is too large for the mailbox', 'Make the message smaller.', 'The message is too large. Make it smaller.', { httpStatus: 552, remedy: 'content' }),
  row('5.3.4', 'fail', 'The message is too large for the server', 'Make the message smaller.', 'The message is too large. Make it smaller.', { httpStatus: 552, remedy: 'content' }),
  row('4.3.1', 'retry', 'The server has no room', 'It is tried again.', waits, { httpStatus: 452 }),
  row('4.3.2', 'retry_sender', 'The server does not take messages now', 'The sender rests and goes on by itself.', waits, { httpStatus: 421, delaySeconds: 60 }),
  // Ways.
  row('4.4.1', 'retry', 'The server of the recipient does not answer', 'It is tried again.', waits, { shows: 'webhook' }),
  row('4.4.2', 'retry', 'The connection to the server of the recipient broke', 'It is tried again.', waits, { httpStatus: 421 }),
  row('4.4.7', 'fail', 'The time for delivery ran out', 'A soft bounce: a server on the way tried for as long as it does, and gave up.', 'The message could not be delivered in time.', { shows: 'webhook', reroute: 'channel' }),
  row('5.4.1', 'fail', 'The server of the recipient does not answer for the address', 'A hard bounce; at Microsoft it means that there is no such mailbox.', noMailbox, { httpStatus: 550, reroute: 'channel' }),
  row('5.4.4', 'fail', 'There is no way to the domain', 'A hard bounce: no server takes mail for the domain.', noMailbox, { httpStatus: 550, reroute: 'channel' }),
  row('5.4.6', 'fail', 'The message goes round in a circle', 'The servers of the recipient forward it to each other.', refused, { httpStatus: 554, reroute: 'channel' }),
  row('5.4.7', 'fail', 'The time for delivery ran out', 'A soft bounce: a server on the way tried for as long as it does, and gave up.', 'The message could not be delivered in time.', { shows: 'webhook', reroute: 'channel' }),
  // Security and policy.
  row('4.7.0', 'retry', 'Not now, for reasons of policy', 'Mostly the server does not know the sender yet (greylisting); it is tried again.', waits, { httpStatus: 450 }),
  row('4.7.1', 'retry', 'Not now, for reasons of policy', 'Mostly the server does not know the sender yet (greylisting); it is tried again.', waits, { httpStatus: 451 }),
  row('4.7.28', 'retry_sender', 'Too many messages from this sender', 'The sender slows down and goes on by itself.', waits, { httpStatus: 421, delaySeconds: 60 }),
  row('5.7.0', 'fail', 'Refused for reasons of policy', 'The text of the server says more.', refused, { httpStatus: 550, reroute: 'channel' }),
  row('5.7.1', 'fail', 'Refused for reasons of policy', 'Mostly the content looks like spam, or the sending server is on a block list. The text of the server says more.', refused, { httpStatus: 550, reroute: 'channel' }),
  row('5.7.8', 'pause_connection', 'The user name or the password does not work', 'Store the right password on the connection. Some providers want a password made for programs.', accountHalts, { shows: 'answer', httpStatus: 535 }),
  row('5.7.9', 'pause_connection', 'The way to sign in is too weak', 'The server wants another way to sign in. Many providers want a password made for programs.', accountHalts, { shows: 'answer', httpStatus: 534 }),
  row('5.7.23', 'fail', 'The message failed the check of SPF', 'The sending server is not among those that the domain of the sender allows. Mend the SPF record.', refused, { httpStatus: 550, remedy: 'account', pages: true }),
  row('5.7.25', 'fail', 'The sending server has no name', 'Its address has no reverse DNS. Mend it, or send by another server.', refused, { httpStatus: 550, remedy: 'account', pages: true }),
  row('5.7.26', 'fail', 'The message is not authenticated', 'It failed SPF, DKIM or DMARC. Have the sending server sign with DKIM for the domain of the sender.', refused, { httpStatus: 550, remedy: 'account', pages: true }),
  // Reply codes, when there is no finer one.
  row('421', 'retry_sender', 'The server closes the connection', 'The sender rests and goes on by itself.', waits, { shows: 'answer', httpStatus: 421, delaySeconds: 60 }),
  row('450', 'retry', 'The mailbox is not available now', 'It is tried again.', waits, { httpStatus: 450 }),
  row('451', 'retry', 'The server has an error', 'It is tried again.', waits, { httpStatus: 451 }),
  row('452', 'retry', 'The server has no room', 'It is tried again.', waits, { httpStatus: 452 }),
  row('454', 'retry_sender', 'Signing in does not work now', 'The sender rests and goes on by itself.', waits, { shows: 'answer', httpStatus: 454, delaySeconds: 60 }),
  row('530', 'pause_connection', 'The server wants to know who sends', 'Store a user name and a password on the connection, or switch TLS on.', accountHalts, { shows: 'answer', httpStatus: 530 }),
  row('534', 'pause_connection', 'The way to sign in is too weak', 'The server wants another way to sign in. Many providers want a password made for programs.', accountHalts, { shows: 'answer', httpStatus: 534 }),
  row('535', 'pause_connection', 'The user name or the password does not work', 'Store the right password on the connection. Some providers want a password made for programs.', accountHalts, { shows: 'answer', httpStatus: 535 }),
  row('550', 'fail', 'The mailbox is not available', 'A hard bounce unless the text of the server says otherwise.', noMailbox, { httpStatus: 550, reroute: 'channel' }),
  row('551', 'fail', 'The mailbox is not here', 'A hard bounce: the server does not forward to the mailbox.', noMailbox, { httpStatus: 551, reroute: 'channel' }),
  row('552', 'fail', 'There is no room for the message', 'The mailbox is full, or the message is too large.', refused, { httpStatus: 552, reroute: 'channel' }),
  row('553', 'fail', 'The address is not allowed', 'A hard bounce: the server does not take the address.', noMailbox, { httpStatus: 553, reroute: 'channel' }),
  row('554', 'fail', 'The server refused the message', 'The text of the server says more; often the content looks like spam.', refused, { httpStatus: 554, reroute: 'channel' }),
  row('sender_refused', 'pause_sender', 'The server does not let this sender send', 'The account may not send as this address. Check the sender, or allow it at the server.', accountHalts, { shows: 'answer', httpStatus: 550 }),
  row('sign_in_refused', 'pause_connection', 'The server refused to sign us in', 'Check user name and password of the connection.', accountHalts, { shows: 'answer', httpStatus: 535 }),
  row('unlisted_4xx', 'retry', 'The server said not now', 'It is tried again.', waits),
  row('unlisted_5xx', 'fail', 'The server refused the message', 'The text of the server says more.', refused, { reroute: 'channel' }),
];

const rowsByCode = new Map(errorTable.map((entry) => [entry.code, entry]));

/** The row of an error, from the finest to the default: enhanced code, reply code, class. */
export function reactionTo(error: ProviderError): ErrorEntry {
  const isForGood = error.code.startsWith('5');
  return (
    rowsByCode.get(error.code) ??
    (error.subcode === undefined ? undefined : rowsByCode.get(error.subcode)) ??
    namedRow(isForGood ? 'unlisted_5xx' : 'unlisted_4xx')
  );
}

/** A row for what no code says. */
export function namedRow(code: 'sender_refused' | 'sign_in_refused' | 'unlisted_4xx' | 'unlisted_5xx'): ErrorEntry {
  const found = rowsByCode.get(code);
  if (!found) throw new Error(`The error table has no row ${code}.`);
  return found;
}

/** Reads what a server said: `550 5.1.1 No such user`. `replyCode` is told apart where it is known better. The text is for
 *  people and stays short. */
export function readReply(text: string, replyCode?: number): ProviderError {
  const clean = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  const basic = replyCode === undefined ? /^([245]\d\d)\b/.exec(clean)?.[1] : String(replyCode);
  const enhanced = /(?:^|[\s(-])([245]\.\d{1,3}\.\d{1,3})(?=$|[\s:;,.)-])/.exec(clean)?.[1];
  // A server that contradicts itself is taken at the reply code, which SMTP goes by.
  const isUsable = enhanced !== undefined && (basic === undefined || enhanced[0] === basic[0]);
  const code = (isUsable ? enhanced : basic) ?? 'none';
  return {
    code,
    ...(isUsable && basic !== undefined ? { subcode: basic } : undefined),
    title: reactionTo({ code, title: '', ...(basic === undefined ? undefined : { subcode: basic }) }).title,
    ...(clean === '' ? undefined : { details: clean.slice(0, 500).toWellFormed() }),
  };
}
