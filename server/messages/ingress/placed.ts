import type { DecodedEvent, ProviderPerson } from '#channels/events.ts';
import type { Provider } from '#channels/provider-port.ts';
import type { KnownAs } from '#contacts/contacts.ts';
import type { IngressTask } from './ingress-store.ts';

/** What applying needs to know about the connection that a webhook came in by. */
export interface IngressConnection {
  connectionId: string;
  provider: Provider;
  settings: { businessAccountId: string };
  /** The workspace's sender with this id of the provider, when it belongs to this connection. */
  senderId: (externalId: string) => string | undefined;
}

export interface ApplyDeps {
  callbackKey: Buffer;
  connection: (connectionId: string) => IngressConnection | undefined;
}

/** An event of a sender that is ours. */
export interface Placed<Kind extends DecodedEvent['kind']> {
  task: IngressTask;
  connection: IngressConnection;
  senderId: string;
  event: Extract<DecodedEvent, { kind: Kind }>;
}

export type AnyPlaced = Placed<'message'> | Placed<'status'> | Placed<'preference'> | Placed<'identity'>;

/** News of a connection, and of one of its senders if it is about one. */
export interface News {
  task: IngressTask;
  connection: IngressConnection;
  senderId: string | null;
  event: Extract<DecodedEvent, { kind: 'account' }>;
}

/** A message this old is history: it is kept and shown, but opens no window and changes no consent. */
export const staleAfterSeconds = 30 * 86_400;

/** Everything that a provider calls a person, the most reliable first. */
export function identitiesOf(workspaceId: string, channel: string, person: ProviderPerson): KnownAs[] {
  const identities: KnownAs[] = [];
  if (person.providerUserId)
    identities.push({ workspaceId, channel, kind: 'provider_user', value: person.providerUserId });
  if (person.waId) identities.push({ workspaceId, channel, kind: 'phone', value: `+${person.waId}` });
  if (person.email) identities.push({ workspaceId, channel, kind: 'email', value: person.email });
  if (person.parentProviderUserId)
    identities.push({ workspaceId, channel, kind: 'parent_provider_user', value: person.parentProviderUserId });
  return identities;
}

/** What a provider calls a group. */
export function identityOfGroup(workspaceId: string, channel: string, groupId: string): KnownAs {
  return { workspaceId, channel, kind: 'group', value: groupId };
}

interface ToldInstant {
  epochSeconds: number | null;
  suspicious: boolean;
}

/** Clocks differ by minutes. What is told of a later time than this has not happened yet, so the clock is wrong. */
const clockDifferenceMs = 3_600_000;

/** When it happened, in epoch milliseconds: by the provider's clock, or by ours when the provider's word is absurd. */
export function instantMs(at: ToldInstant, heard: { receivedAt: Temporal.Instant }): number {
  return isAbsurd(at, heard) ? heard.receivedAt.epochMilliseconds : (at.epochSeconds ?? 0) * 1000;
}

export function isAbsurd(at: ToldInstant, { receivedAt }: { receivedAt: Temporal.Instant }): boolean {
  return (
    at.epochSeconds === null ||
    at.suspicious ||
    at.epochSeconds * 1000 > receivedAt.epochMilliseconds + clockDifferenceMs
  );
}

export function isoOf(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
