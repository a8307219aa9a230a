export interface FaultWords {
  /** What goes wrong. */
  fault: string;
  /** How it is brought about, where a scenario does so. */
  how?: string;
  /** What the scenario leaves out of the fault. */
  short?: string;
  /** Why no scenario brings it about. */
  reason?: string;
}

const noCampaigns = 'There are no campaigns yet.';

/** The catalogue of faults in its order, whether something brings them about or not. */
export const faultWords: Readonly<Record<string, FaultWords>> = {
  F01: { fault: 'a server dies at each step', how: 'SIGKILL at each place that has a name, in the middle of the load' },
  F02: { fault: 'a server dies after the commit, before the answer', how: 'SIGKILL between the two' },
  F03: { fault: 'a server dies before the commit', how: 'SIGKILL right before it' },
  F04: {
    fault: 'a server stands still past its lease, then goes on',
    how: 'SIGSTOP with messages in its hands, before and after the commit of `dispatching`; another server takes over; SIGCONT',
  },
  F05: {
    fault: 'the event loop is blocked',
    how: 'a handler that is busy, with a second server beside it',
    short: '7.5 s instead of a minute, which is longer than a lease',
  },
  F06: {
    fault: 'the heap is full',
    reason: `${noCampaigns} What one request may bring is bounded far below the heap.`,
  },
  F07: {
    fault: 'SIGTERM under load, and a rolling restart',
    how: 'SIGTERM; two servers one after the other',
    short: 'old and new version are the same code',
  },
  F08: { fault: 'an error that nobody catches', how: 'an exception in the middle of a request' },
  F09: { fault: 'something that kills the server each time', how: 'a webhook at which SIGKILL comes each time' },
  F10: {
    fault: 'two servers that both think they are the one',
    how: 'three servers; SIGSTOP to the one that does the chores until another does them; SIGCONT',
  },
  F11: { fault: 'PostgreSQL is restarted', how: 'SIGINT (fast shutdown) and a start' },
  F12: { fault: 'PostgreSQL is killed', how: 'SIGKILL to it, and a start', short: 'the page cache survives' },
  F13: { fault: 'one backend of PostgreSQL is killed', how: 'SIGKILL to a backend of the message path' },
  F14: { fault: 'the disk of the database is full', how: 'a file fills the file system, and is removed later' },
  F15: {
    fault: 'the answer to a COMMIT is lost',
    how: 'the proxy lets statements through and cuts the connection before their answer',
  },
  F16: { fault: 'connections to the database swallow everything', how: 'the proxy reads and passes nothing on' },
  F17: {
    fault: 'a slow database',
    how: '250 ms on each packet, and a storm of webhooks',
    short: '250 ms instead of 500',
  },
  F18: {
    fault: 'a long lock on the messages',
    how: '`LOCK TABLE message` in another session, for two minutes',
  },
  F19: {
    fault: 'deadlocks and serialization failures',
    how: 'triggers that raise 40P01 and 40001 at a fifth of all writes of the message path',
  },
  F20: {
    fault: 'PgBouncer between server and database',
    reason: 'It is no supported way: servers connect to PostgreSQL themselves.',
  },
  F21: {
    fault: 'the database is taken back in time',
    how: 'a copy, brought forward from the archive to a moment',
    short:
      'what was accepted after that moment is lost with it: that is what whoever restores decides. Every connection is paused by the next start, which is in the audit trail',
  },
  F22: {
    fault: 'a migration under traffic',
    reason: 'Tried apart: a migration steps back from a table that is in use (`platform/migrate.db.test.ts`).',
  },
  F23: { fault: 'the provider takes a message and answers nothing', how: 'the sandbox holds its answer' },
  F24: { fault: 'the provider takes nothing and answers nothing', how: 'the sandbox drops the call' },
  F25: {
    fault: 'errors of the provider’s server',
    how: '500, 502, 503 and 504, with a body and without, before and after the message was taken',
  },
  F26: { fault: 'the provider wants us slower', how: '130429 with every kind of Retry-After' },
  F26b: { fault: 'a pair of sender and recipient is too fast', how: '131056' },
  F27: { fault: 'an answer that trickles', how: 'a byte at a time' },
  F28: { fault: 'a peer that is gone without a word', how: 'the proxy swallows all that the provider says' },
  F29: { fault: 'a reset in the middle of the request', how: 'after a byte, the half, and the whole of it' },
  F29b: { fault: 'a connection that is refused', how: 'the proxy refuses' },
  F30: {
    fault: 'an answer that is no answer',
    how: 'HTML, nothing, half a JSON, no id, the id of another message, too much of it, an error with the status 200',
  },
  F31: { fault: 'a connection that ends while it is idle', how: 'the sandbox closes after 30 ms' },
  F32: { fault: 'a redirect', how: '301, 302, 307 and 308' },
  F33: {
    fault: 'no address, or the certificate of somebody else',
    how: 'a name that does not resolve, and an impostor',
  },
  F34: {
    fault: 'an account that may not send',
    how: 'an expired token',
    short: 'blocked and locked accounts are tried one by one (`messages/outbox/reaction.test.ts`)',
  },
  F35: { fault: 'a provider that fails every other time', how: '503 with a chance of one half' },
  F36: { fault: 'a provider that sends one request twice', how: 'the sandbox delivers it twice' },
  F37: {
    fault: 'a long outage of the provider, and the herd after it',
    how: 'the proxy refuses while messages come in, some of which expire',
    short: '15 s instead of two hours, which is long enough for the slow start',
  },
  F38: {
    fault: 'rerouting with outcomes in doubt',
    how: 'refusals, 503 with and without the message taken, and a proxy that refuses, with a second account that can be reached',
  },
  F39: {
    fault: 'a storm of webhooks',
    how: 'signed webhooks at a hundred times the usual rate, and heaps of them at once, beside the load',
    short: '1,000 a second, each with one message',
  },
  F40: { fault: 'webhooks that come repeatedly and shuffled', how: 'the sandbox repeats, shuffles and batches anew' },
  F41: { fault: 'webhooks that come six days late', how: 'receipts with old timestamps' },
  F42: { fault: 'a receipt that comes before the answer', how: 'the sandbox holds its answer back' },
  F43: { fault: 'receipts of messages that nobody sent', how: 'signed receipts with unknown ids' },
  F44: { fault: 'one element that cannot be applied', how: 'a batch of a thousand with it in the middle' },
  F45: { fault: 'webhooks of numbers that are not ours', how: 'a batch that mixes them with ours' },
  F46: { fault: 'forged webhooks', how: 'a wrong, a missing and an old signature, and bodies that are cut' },
  F47: {
    fault: 'slow bodies and idle connections',
    how: 'bodies that trickle in, and connections that say nothing',
    short: 'dozens of connections instead of thousands',
  },
  F48: {
    fault: 'the wall clock of a server jumps',
    how: 'a preload shifts it by an hour, forward and back, while messages are sent and scheduled ones become due',
  },
  F49: {
    fault: 'the clock of the database jumps',
    reason: 'It takes libfaketime under PostgreSQL, which no package of the project brings.',
  },
  F50: {
    fault: 'daylight saving, leap days and odd zones',
    reason: 'There are no schedules in local time yet: `send_at` is an instant.',
  },
  F51: {
    fault: 'much that was scheduled is due at once',
    how: 'a month of scheduled messages, and nobody there until all are due',
  },
  F52: { fault: 'the message broker dies', reason: 'There is no broker: what has to be done stands in PostgreSQL.' },
  F53: { fault: 'the cache is emptied or wrong', reason: 'There is no cache outside of the processes.' },
  F54: { fault: 'the disk for media is full', how: 'a small file system, filled up, and freed later' },
  F55: { fault: 'no file descriptors left', how: 'a limit of 90, and 120 connections' },
  F56: {
    fault: 'no processor time',
    how: 'two servers of the lowest priority beside processes that use everything',
  },
  F57: { fault: 'a log that nobody reads', how: 'a pipe without a reader' },
  F58: {
    fault: 'a partition between server and database',
    how: 'the proxy swallows everything of one of two servers for 30 s',
  },
  F59: {
    fault: 'a receiver of webhooks that refuses',
    how: 'five times 500 from the one to whom the provider’s webhooks are sent on, and SIGKILL in the middle',
    short:
      'forwarding alone, since webhooks of our own events are not built; the quarter of an hour after which a killed server’s jobs are taken back is let pass in the database',
  },
  F60: {
    fault: 'a customer’s webhook address that is down for days',
    reason: 'Webhooks of our own events are not built; what is sent on is tried for a week.',
  },
  F61: {
    fault: 'an address that turns to an inner one',
    reason: 'Tried apart: addresses are looked at when the connection is made (`platform/outgoing.test.ts`).',
  },
  F62: { fault: 'a language model that fails', reason: 'No language model is connected.' },
  F63: { fault: 'a customer database that fails', reason: 'No customer database is connected.' },
  F64: {
    fault: 'a file of the provider that is gone, slow or harmful',
    reason: 'Tried apart, one by one (`e2e/media.test.ts`); F54 has the full disk.',
  },
  F65: {
    fault: 'a secret key that is missing, wrong or changed',
    reason: 'Tried apart and not under load (`e2e/secret-key.test.ts`, `accounts/key-rotation.db.test.ts`).',
  },
  F66: {
    fault: 'many writers of the audit trail, and SIGKILL',
    how: '50 clients that make API keys, and SIGKILL in the middle',
  },
  F67: {
    fault: 'an opt-out in the middle of sending',
    how: 'a marketing opt-out on the phone, and a stop by the API',
    short: 'single messages, since there are no campaigns yet',
  },
  F68: { fault: 'a contact is erased while messages to it wait', reason: 'Contacts cannot be erased yet.' },
  F69: { fault: 'a workspace is deleted under load', reason: 'Workspaces cannot be deleted yet.' },
  lanes: { fault: 'a long queue of marketing', how: 'a thousand messages at 80 a second' },
  I14: { fault: 'nothing but load', how: 'a look at what the process holds' },
  skipDispatchingCommit: {
    fault: 'no commit of `dispatching` before the call',
    how: 'SIGKILL after the write',
  },
  skipFence: {
    fault: 'the lease is not looked at before the call',
    how: 'SIGSTOP with a batch in its hands, another server takes over, SIGCONT',
  },
  overwriteStatus: { fault: 'the newest receipt wins', how: 'a late “sent” after “delivered”' },
  answerWebhookBeforeCommit: { fault: 'a webhook is answered before it is kept', how: 'a commit that fails' },
};
