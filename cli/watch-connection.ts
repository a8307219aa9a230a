import { type Answer, type CarillonClient, dataOf } from '@carillon/sdk';
import { localTime, mark, type Output, style } from './output.ts';

export type Connection = Answer<'getConnection', 200>;

const pollMs = 1_000;

/** Whether the provider calls once to see that the address of webhooks is right. Of the others only webhooks tell. */
export function hasChallenge({ provider }: Pick<Connection, 'provider'>): boolean {
  return provider === 'whatsapp-cloud';
}

/** Tells when the challenge and the first webhook are seen; ends with the first webhook or when the time is over. */
export async function watchConnection(
  client: CarillonClient,
  out: Output,
  id: string,
  limitMs: number,
): Promise<Connection> {
  const deadline = performance.now() + limitMs;
  let isBegun = false;
  let isChallengeTold = false;
  for (;;) {
    const connection = await dataOf(client.api.GET('/v1/connections/{id}', { params: { path: { id } } }));
    if (!isBegun) {
      isBegun = true;
      isChallengeTold = !hasChallenge(connection);
      const what = isChallengeTold ? 'the first webhook' : 'the challenge and the first webhook';
      out.note(style('dim', `Waiting for ${what}; Ctrl-C ends the wait, not the connection.`));
    }
    if (connection.challenge_seen_at && !isChallengeTold) {
      isChallengeTold = true;
      out.note(mark(true, `The challenge was answered at ${localTime(connection.challenge_seen_at)}.`));
      const phone = connection.senders[0]?.phone;
      if (!connection.first_webhook_at) out.note(`Now write to ${phone ?? 'the number'} from a phone.`);
    }
    if (connection.first_webhook_at) {
      out.note(mark(true, `The first webhook came at ${localTime(connection.first_webhook_at)}.`));
      return connection;
    }
    if (performance.now() > deadline) {
      const what = isChallengeTold ? 'No webhook came' : 'Neither the challenge nor a webhook came';
      out.note(mark(false, `${what} in time. "carillon connections check ${id}" tells what is known.`));
      return connection;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
