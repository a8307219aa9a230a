import { sql } from '#server/platform/database.ts';
import type { ClientEntry } from './client-ledger.ts';
import type { LedgerEntry, ProviderStatus } from './sandbox-client.ts';
import { gatherSurroundings, type Surroundings } from './surroundings.ts';
import type { World } from './world.ts';

/** A send that reached the provider, with the attempt that its callback data names. */
export interface Receipt extends LedgerEntry {
  messageId: string;
  attemptNo: number;
}

export interface MessageFact {
  id: string;
  direction: string;
  senderId: string;
  contactId: string;
  purpose: string;
  name: string | null;
  providerMessageId: string | null;
  /** Its place in the outbox, or null. */
  place: string | null;
  hold: boolean;
  dispatchingSeconds: number | null;
  /** Its settled state, or null. */
  status: string | null;
  rank: number | null;
  failed: boolean | null;
}

export interface AttemptFact {
  messageId: string;
  attemptNo: number;
  outcome: string;
  providerMessageIds: string[] | null;
  nextAction: string | null;
  /** What ended a doubt, or null. */
  resolvedBy: string | null;
  reason: string | null;
}

export interface EventFact {
  messageId: string;
  kind: string;
  detail: Record<string, unknown>;
}

/** One status or received message in a webhook that was answered with 200. */
export interface ToldStatus {
  wamid: string;
  status: string;
  timestamp: string;
  callbackData: string | null;
  phoneNumberId: string;
}

/** Everything that the checker compares, read at one moment of quiet. Each source is independent of the others. */
export interface Facts {
  client: ClientEntry[];
  /** Sends only, without marks as read. */
  receipts: Receipt[];
  /** Entries without callback data of ours; there should be none. */
  strangers: LedgerEntry[];
  statuses: ProviderStatus[];
  deliveredBodies: string[];
  told: ToldStatus[];
  toldInbound: { wamid: string; phoneNumberId: string }[];
  /** The provider's numbers that are ours. */
  numbers: Set<string>;
  messages: Map<string, MessageFact>;
  attempts: Map<string, AttemptFact>;
  events: EventFact[];
  /** Messages that had no known outcome at some time, also if one was found later. */
  doubted: Set<string>;
  keys: Set<string>;
  rawBodies: string[];
  pendingTasks: number;
  orphans: { wamid: string }[];
  notices: { kind: string; value: unknown }[];
  deadLetters: Map<string, { class: string; state: string }>;
  apiStatuses: Map<string, string>;
  logs: string;
  secrets: string[];
  /** Part of every text that was sent. */
  canary: string;
  around: Surroundings;
}

export function attemptKey(messageId: string, attemptNo: number): string {
  return `${messageId} ${attemptNo}`;
}

/** Reads the attempt out of the callback data. The checker trusts no code of the server for that. */
export function readCallback(text: string | null): { messageId: string; attemptNo: number } | undefined {
  const [, id = '', attemptNo = ''] = /^a1:([\w-]{22}):(\d+):[\w-]+$/.exec(text ?? '') ?? [];
  if (id === '') return undefined;
  const hex = Buffer.from(id, 'base64url').toString('hex');
  const messageId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { messageId, attemptNo: Number(attemptNo) };
}

export async function gatherFacts(world: World): Promise<Facts> {
  const { owner, sandbox } = world;
  const sends = (await sandbox.ledger()).filter((entry) => entry.type !== 'read');
  const receipts: Receipt[] = [];
  const strangers: LedgerEntry[] = [];
  for (const entry of sends) {
    const reference = readCallback(entry.callback_data);
    if (reference) receipts.push({ ...entry, ...reference });
    else strangers.push(entry);
  }
  const deliveredBodies = (await world.deliveries()).filter(({ delivered }) => delivered).map(({ body }) => body);
  const messages = await owner.query<MessageFact>(
    sql`select m.id, m.direction, m.sender_id as "senderId", m.contact_id as "contactId", m.purpose, m.metadata ->> 'name' as name,
               m.provider_message_id as "providerMessageId", o.state as place, o.hold is not null as hold,
               extract(epoch from now() - o.dispatching_at)::float8 as "dispatchingSeconds", s.status, s.rank, s.failed
        from message m
        left join outbox o on o.workspace_id = m.workspace_id and o.message_id = m.id
        left join message_state s on s.workspace_id = m.workspace_id and s.message_id = m.id`,
  );
  const attempts = await owner.query<AttemptFact>(
    sql`select message_id as "messageId", attempt_no as "attemptNo", outcome, provider_message_ids as "providerMessageIds",
               next_action as "nextAction", resolved_by as "resolvedBy", reason from attempt`,
  );
  const events = await owner.query<EventFact>(sql`select message_id as "messageId", kind, detail from message_event`);
  const doubted = await owner.query<{ id: string }>(
    sql`select distinct told ->> 'messageId' as id from log_event, jsonb_array_elements(events::jsonb) as told
        where topic = 'message.state' and told ->> 'type' = 'message.unknown'`,
  );
  const keys = await owner.query<{ key: string }>(sql`select key from idempotency_key`);
  const raw = await owner.query<{ body: string }>(sql`select body from raw_webhook`);
  const [tasks] = await owner.query<{ pending: number }>(
    sql`select count(*)::int as pending from ingress_task where state = 'pending'`,
  );
  const orphans = await owner.query<{ wamid: string }>(sql`select provider_message_id as wamid from orphan_status`);
  const notices = await owner.query<{ kind: string; value: unknown }>(sql`select kind, value from provider_notice`);
  const letters = await owner.query<{ messageId: string; class: string; state: string }>(
    sql`select message_id as "messageId", class, state from dead_letter`,
  );
  const { access_token, app_secret } = world.credentials;
  return {
    client: world.ledger.read(),
    receipts,
    strangers,
    statuses: await sandbox.statuses(),
    deliveredBodies,
    ...readBodies(deliveredBodies),
    numbers: new Set(world.senders.map(({ externalId }) => externalId)),
    messages: new Map(messages.map((row) => [row.id, row])),
    attempts: new Map(attempts.map((row) => [attemptKey(row.messageId, row.attemptNo), row])),
    events,
    doubted: new Set(doubted.map(({ id }) => id)),
    keys: new Set(keys.map(({ key }) => key)),
    rawBodies: raw.map(({ body }) => body),
    pendingTasks: tasks?.pending ?? 0,
    orphans,
    notices,
    deadLetters: new Map(letters.map((row) => [row.messageId, row])),
    apiStatuses: await readStatuses(world),
    logs: await world.logs(),
    secrets: [
      world.canary,
      world.apiKey,
      access_token,
      app_secret,
      ...[...world.phones].map((phone) => phone.slice(1)),
    ],
    canary: world.canary,
    around: await gatherSurroundings(world),
  };
}

interface WebhookBody {
  entry?: {
    changes?: {
      value?: {
        metadata?: { phone_number_id?: string };
        messages?: { id?: string }[];
        statuses?: { id?: string; status?: string; timestamp?: string; biz_opaque_callback_data?: string }[];
      };
    }[];
  }[];
}

function readBodies(bodies: string[]): Pick<Facts, 'told' | 'toldInbound'> {
  const told: ToldStatus[] = [];
  const toldInbound: Facts['toldInbound'] = [];
  for (const body of bodies) {
    const parsed = JSON.parse(body) as WebhookBody;
    for (const { value } of parsed.entry?.flatMap((entry) => entry.changes ?? []) ?? []) {
      const phoneNumberId = value?.metadata?.phone_number_id ?? '';
      // Elements that are broken on purpose have no id; that they are kept is looked at elsewhere.
      for (const { id } of value?.messages ?? [])
        if (typeof id === 'string') toldInbound.push({ wamid: id, phoneNumberId });
      for (const { id, status, timestamp, biz_opaque_callback_data } of value?.statuses ?? []) {
        if (typeof id !== 'string' || typeof status !== 'string' || !timestamp) continue;
        told.push({ wamid: id, status, timestamp, callbackData: biz_opaque_callback_data ?? null, phoneNumberId });
      }
    }
  }
  return { told, toldInbound };
}

/** What the API says of each outbound message. */
async function readStatuses(world: World): Promise<Map<string, string>> {
  const statuses = new Map<string, string>();
  for (let after = ''; ; ) {
    const page = await world.api<{ data: { id: string; status: string }[]; next_cursor: string | null }>(
      'GET',
      `/v1/messages?direction=outbound&limit=200${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`,
    );
    for (const { id, status } of page.data) statuses.set(id, status);
    if (page.next_cursor === null) return statuses;
    after = page.next_cursor;
  }
}
