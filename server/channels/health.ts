import type { ConnectionDirectory } from './connection-directory.ts';
import { type DirectoryConnection, forcedOf } from './directory-connection.ts';
import type { TripFacts } from './round-trips.ts';

/** How a connection or a sender is, with a sentence for people that says what to do. */
export interface ChannelHealth {
  state: 'ok' | 'degraded' | 'down';
  detail: string;
}

const quietHours = 24;
/** So many calls must have gone before their share says something. */
const fewestCalls = 10;
const worstShare = 0.9;
/** Receipts of accepted messages that stay away for longer say that webhooks do not come any more. */
const receiptMinutes = 5;
/** Receipts come within seconds; a provider that is slow gets a minute. */
const receiptSeconds = 60;

/** The health of a connection, from what was seen and not from a flag: the challenge, the webhooks, pauses, the
 *  calls that this process made. */
export function connectionHealth(connection: DirectoryConnection, now: Temporal.Instant): ChannelHealth {
  if (connection.paused)
    return {
      state: 'down',
      detail: `Nothing is sent. ${sentence(connection.paused.reason)} Resume the connection when it is mended.`,
    };
  const trips = connection.trips.facts(now);
  const silent = breakerHealth(connection, trips);
  if (silent) return silent;
  const failed = connection.checks.find((check) => !check.ok && check.name !== 'webhooks');
  if (failed) return { state: 'degraded', detail: failed.message };
  const paused = connection.senders.filter((sender) => sender.paused !== null);
  if (connection.senders.length > 0 && paused.length === connection.senders.length) {
    return { state: 'down', detail: `All of its senders are paused. ${sentence(paused[0]?.paused?.reason ?? '')}` };
  }
  const unanswered = callsHealth(trips);
  if (unanswered) return unanswered;
  // Without a handshake only webhooks themselves show that they come, and they come only after something has happened.
  const hasHandshake = connection.provider.answerHandshake !== undefined;
  if (hasHandshake && connection.challengeSeenAt === null && connection.lastWebhookAt === null) {
    const where = connection.callbackUrl ?? 'its callback URL (set CARILLON_PUBLIC_URL to learn it)';
    return {
      state: 'degraded',
      detail: `The provider has not called ${where} yet, so neither receipts nor answers arrive. Subscribe the webhooks.`,
    };
  }
  if (connection.lastWebhookAt === null) return beforeFirstWebhook(connection, now);
  if (paused.length > 0)
    return { state: 'degraded', detail: `${paused.length} of its ${connection.senders.length} senders are paused.` };
  const missing = receiptsHealth(connection, now);
  if (missing) return missing;
  const hours = Math.floor(connection.lastWebhookAt.until(now).total('hours'));
  const calls = callsInWords(trips);
  return hours >= quietHours
    ? { state: 'ok', detail: `It is in use; the last webhook came ${hours} hours ago.${calls}` }
    : { state: 'ok', detail: `It is in use and webhooks arrive.${calls}` };
}

/** While the breaker lets nothing through, or one message at a time; null otherwise. */
function breakerHealth(connection: DirectoryConnection, trips: TripFacts): ChannelHealth | null {
  const forced = forcedOf(connection);
  if (forced) {
    const end = forced.until
      ? `It is automatic again at ${forced.until.toString({ smallestUnit: 'second' })}.`
      : 'Set it to automatic when that is over.';
    const [state, what] =
      forced.state === 'open'
        ? (['down', 'Messages wait: the breaker is forced open.'] as const)
        : (['degraded', 'The breaker is forced closed: messages leave although calls may fail.'] as const);
    return { state, detail: `${what} ${sentence(forced.reason)} ${end}` };
  }
  const state = connection.breaker.state(performance.now());
  if (state === 'closed') return null;
  const failure = trips.lastFailure ? ` The last failure: ${sentence(trips.lastFailure.reason)}` : '';
  return state === 'open'
    ? { state: 'down', detail: `The provider does not answer. Messages wait, and one is tried soon.${failure}` }
    : { state: 'degraded', detail: `Messages are tried one at a time until the provider answers.${failure}` };
}

/** Too many calls that nobody answered; null otherwise. */
function callsHealth({ calls, answered, lastFailure }: TripFacts): ChannelHealth | null {
  if (calls < fewestCalls || answered >= calls * worstShare) return null;
  return {
    state: 'degraded',
    detail: `${calls - answered} of the last ${calls} calls had no answer. The last failure: ${sentence(lastFailure?.reason ?? 'not known')}`,
  };
}

/** Once webhooks have come: receipts that stay away for what was accepted since; null otherwise. */
function receiptsHealth(connection: DirectoryConnection, now: Temporal.Instant): ChannelHealth | null {
  // Mail that arrives is told of by nobody.
  if (connection.provider.capabilities.channel === 'email') return null;
  const since = connection.trips.receiptDueSince(connection.lastWebhookAt);
  const minutes = since ? Math.floor(since.until(now).total('minutes')) : 0;
  return minutes < receiptMinutes
    ? null
    : {
        state: 'degraded',
        detail: `The provider has accepted messages for ${minutes} minutes, and no webhook has come since: receipts and answers are missing. See whether it still has the address of this connection.`,
      };
}

function callsInWords({ calls, answered, medianMs }: TripFacts): string {
  if (calls === 0 || medianMs === null) return '';
  return ` ${answered} of the last ${calls} calls were answered, in ${Math.round(medianMs)} ms.`;
}

/** A new connection has no webhooks because nothing happened yet. Only what was sent should have brought some. */
function beforeFirstWebhook({ http, provider }: DirectoryConnection, now: Temporal.Instant): ChannelHealth {
  const sentAt = http.firstUsedAt;
  const verified = provider.answerHandshake ? 'The callback URL was verified. ' : '';
  if (sentAt === null)
    return {
      state: 'ok',
      detail: `${verified}Nothing was sent since the server started, and no webhook has come yet.`,
    };
  // Mail that arrives is told of by nobody.
  if (provider.capabilities.channel === 'email')
    return { state: 'ok', detail: 'It is in use. Bounces and answers come by webhook; none has come yet.' };
  if (sentAt.until(now).total('seconds') < receiptSeconds)
    return { state: 'ok', detail: 'The first message was sent just now; its receipt is to come.' };
  return {
    state: 'degraded',
    detail: provider.answerHandshake
      ? 'The callback URL was verified and messages were sent, but no webhook has come: subscribe the app to the account and to its field "messages".'
      : 'Messages were sent, but no webhook has come: see whether the provider has the address of this connection. Subscribe it again.',
  };
}

/** The health of one sender, its connection's pause included. Pure. */
export function senderHealth(sender: DirectoryConnection['senders'][number]): ChannelHealth {
  const { paused, stopped, stoppedLanes } = sender;
  if (paused) {
    const end =
      paused.until === null
        ? 'Resume it when it is mended.'
        : `It goes on by itself at ${paused.until.toString({ smallestUnit: 'second' })}.`;
    return { state: 'down', detail: `Nothing is sent. ${sentence(paused.reason)} ${end}` };
  }
  if (stopped) return { state: 'down', detail: `Everything is stopped by hand. ${sentence(stopped.reason)}` };
  if (stoppedLanes.size > 0)
    return { state: 'degraded', detail: `Stopped by hand: ${[...stoppedLanes.keys()].join(', ')}.` };
  return { state: 'ok', detail: 'It sends.' };
}

/** All connections as one part of the server's health. A provider's outage degrades it and never makes it not ready. */
export function channelsHealth(
  directory: Pick<ConnectionDirectory, 'connections'>,
  now = Temporal.Now.instant(),
): ChannelHealth {
  const all = directory
    .connections()
    .map((connection) => ({ name: connection.name, ...connectionHealth(connection, now) }));
  const troubled = all.filter(({ state }) => state !== 'ok');
  if (all.length === 0) return { state: 'ok', detail: 'There are no connections yet.' };
  if (troubled.length === 0) return { state: 'ok', detail: `${all.length} in use.` };
  // The page is public: how many, and not whose or why.
  return {
    state: 'degraded',
    detail: `${troubled.length} of ${all.length} need attention; GET /v1/connections says which and why.`,
  };
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
