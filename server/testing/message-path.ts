import { randomBytes } from 'node:crypto';
import { afterAll } from 'vitest';
import { addWorkspace } from '#accounts/accounts.ts';
import { AccountBreaker } from '#channels/breaker.ts';
import type { Provider } from '#channels/provider-port.ts';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { ProviderHttp } from '#channels/provider-http.ts';
import type { AcceptRequest } from '#messages/accept/accept-request.ts';
import { type AcceptAnswer, Acceptor } from '#messages/accept/accept.ts';
import { type MessageRequest, prepareMessage } from '#messages/accept/prepare.ts';
import { encodeCallbackData } from '#messages/callback-data.ts';
import { Ingress } from '#messages/ingress/ingress.ts';
import type { IngressConnection } from '#messages/ingress/placed.ts';
import { type MarkedMessage, markDispatching, type Settlement } from '#messages/outbox/outbox-store.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { type Database, sql } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { fingerprint } from '#platform/idempotency.ts';
import { newId } from '#platform/ids.ts';
import { createLog } from '#platform/telemetry.ts';
import { Tracing } from '#platform/tracing.ts';
import { acquireLeases } from '#queue/lease.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';

export const aTemplate = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
export const aText = (body = 'Hello') => ({ type: 'text', text: { body } });

/** A message as a caller asks for it: valid, and good without a service window. */
export function aMessageRequest(changes: Partial<MessageRequest> = {}): MessageRequest {
  return { to: '+15550001111', purpose: 'transactional', content: aTemplate, ...changes };
}

export interface Shown {
  id?: string;
  status?: string;
  code?: string;
  detail?: string;
}

/**
 * One workspace with a connection and senders on a real database, and the parts of the message path that work on it. There
 * is no provider behind it: tests play its side with `receipt`, `inbound` and `settlement`.
 */
export class MessagePath {
  readonly worker: Database;
  readonly request: Database;
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly accounts: SenderAccount[];
  readonly callbackKey = Buffer.alloc(32, 7);
  tracing = new Tracing();
  readonly #holder = newId();
  readonly #database: TestDatabase;

  private constructor(database: TestDatabase, workspaceId: string, connectionId: string, accounts: SenderAccount[]) {
    this.#database = database;
    const pools = poolsOf(database);
    this.worker = pools.worker;
    this.request = pools.request;
    this.workspaceId = workspaceId;
    this.connectionId = connectionId;
    this.accounts = accounts;
  }

  /** For all tests of a file, with a database of its own that is closed behind them. */
  static async ofFile(): Promise<{ database: TestDatabase; path: MessagePath }> {
    const database = await createTestDatabase();
    afterAll(() => database.close());
    return { database, path: await MessagePath.open(database) };
  }

  /** `numbers` are the provider's ids of the senders. */
  static async open(
    database: TestDatabase,
    numbers: string[] = ['106'],
    businessAccountId = '102',
    provider: Provider = cloudApi,
  ): Promise<MessagePath> {
    const workspaceId = await database.db.transaction((tx) => addWorkspace(tx, 'Shop', randomBytes(32)));
    const connectionId = newId();
    await database.db.query(
      sql`insert into connection (workspace_id, id, provider, name, base_url, api_version, business_account_id, secrets)
          values (${workspaceId}, ${connectionId}, ${provider.name}, 'Shop', 'http://127.0.0.1:9', 'v26.0', ${businessAccountId}, 'sealed')`,
    );
    const accounts = numbers.map(
      (externalId): SenderAccount => aSender({ workspaceId, connectionId, externalId, businessAccountId, provider }),
    );
    for (const { senderId, externalId } of accounts) {
      await database.db.query(
        sql`insert into sender (workspace_id, id, connection_id, external_id, throughput_per_second)
            values (${workspaceId}, ${senderId}, ${connectionId}, ${externalId}, 80)`,
      );
    }
    return new MessagePath(database, workspaceId, connectionId, accounts);
  }

  get account(): SenderAccount {
    const [first] = this.accounts;
    if (!first) throw new Error('There is no sender.');
    return first;
  }

  get senderId(): string {
    return this.account.senderId;
  }

  /** An acceptor as one process has it. */
  acceptor(db: Database = this.worker): Acceptor {
    return new Acceptor({ db, offer: () => undefined, missed: () => undefined });
  }

  /** Asks for one message or a batch. The answer's body is a list of what became of each. */
  accept(
    requests: MessageRequest | MessageRequest[],
    options: { key?: string; route?: string; acceptor?: Acceptor } = {},
  ): Promise<AcceptAnswer & { body: Shown[] }> {
    const list = Array.isArray(requests) ? requests : [requests];
    const request: AcceptRequest = {
      workspaceId: this.workspaceId,
      actor: 'test',
      traceparent: null,
      idempotency:
        options.key === undefined
          ? null
          : { key: options.key, route: options.route ?? 'POST /v1/messages', fingerprint: fingerprint(requests) },
      messages: list.map((one) => this.#prepare(one)),
      respond: (results) => ({
        status: 202,
        body: results.map((result) =>
          result.kind === 'refused'
            ? { code: result.fault.code, detail: result.fault.detail }
            : { id: result.messageId, status: result.status },
        ),
      }),
    };
    return (options.acceptor ?? this.acceptor()).accept(request) as Promise<AcceptAnswer & { body: Shown[] }>;
  }

  /** Accepts one message and gives its id. */
  async send(changes: Partial<MessageRequest> = {}): Promise<string> {
    const { body } = await this.accept(aMessageRequest(changes));
    const id = Array.isArray(body) ? body[0]?.id : undefined;
    if (id === undefined) throw new Error(`The message was not accepted: ${JSON.stringify(body)}`);
    return id;
  }

  #prepare(request: MessageRequest) {
    try {
      return prepareMessage({ sender_id: this.senderId, ...request }, this.accounts, Temporal.Now.instant());
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }

  /** Commits the point of no return, as the process that holds the sender's lease. */
  async mark(
    messageIds: string[],
    lease: { holder?: string; seconds?: number; fence?: number } = {},
    template: { name: string; language: string } = { name: 'hello_world', language: 'en_US' },
  ): Promise<MarkedMessage[]> {
    return markDispatching(
      this.worker,
      {
        workspaceId: this.workspaceId,
        senderId: this.senderId,
        lease: `sender:${this.senderId}`,
        fence: lease.fence ?? (await this.lease(lease.holder, lease.seconds)),
        channel: 'whatsapp',
      },
      messageIds,
      {
        businessAccountId: this.account.settings.businessAccountId,
        names: [template.name],
        languages: [template.language],
      },
    );
  }

  /** Takes or keeps the sender's lease and gives its fence; throws when somebody else has it. */
  async lease(holder: string = this.#holder, seconds = 30): Promise<number> {
    const [lease] = await acquireLeases(this.worker, holder, [`sender:${this.senderId}`], seconds);
    if (!lease) throw new Error('Somebody else has the lease.');
    return lease.fence;
  }

  /** The outcome of an attempt: taken by the provider under `wamid`, unless told otherwise. */
  async settlement(messageId: string, changes: Partial<Settlement> & { wamid?: string } = {}): Promise<Settlement> {
    const { wamid = `wamid.${messageId}`, ...rest } = changes;
    const [row] = await this.#database.db.query<{ contactId: string; dispatchingAt: Temporal.Instant | null }>(
      sql`select m.contact_id as "contactId", o.dispatching_at as "dispatchingAt"
          from message m left join outbox o on o.message_id = m.id where m.id = ${messageId}::uuid`,
    );
    const isTaken = (rest.next ?? 'done') === 'done';
    return {
      workspaceId: this.workspaceId,
      messageId,
      senderId: this.senderId,
      contactId: row?.contactId ?? '',
      attemptNo: 1,
      dispatchingAt: row?.dispatchingAt?.toString() ?? null,
      next: 'done',
      delayMs: null,
      countsAsTry: false,
      hold: null,
      attempt: {
        outcome: isTaken ? 'accepted' : rest.next === 'fail' ? 'rejected' : 'unknown',
        httpStatus: null,
        providerMessageIds: isTaken ? [wamid] : null,
        reason: null,
        error: null,
        errorRow: null,
      },
      deadLetter: null,
      error: null,
      event: null,
      ...rest,
    };
  }

  /** The provider's word that comes back with every receipt of an attempt. */
  callbackData(messageId: string, attemptNo = 1): string {
    return encodeCallbackData(this.callbackKey, { messageId, attemptNo });
  }

  /** What applying a webhook knows about this connection. */
  get connection(): IngressConnection {
    const senders = new Map(this.accounts.map((account) => [account.externalId, account.senderId]));
    return {
      connectionId: this.connectionId,
      provider: this.account.provider,
      settings: this.account.settings,
      senderId: (externalId) => senders.get(externalId),
    };
  }

  /** Takes webhooks in, one after the other as the provider would send them, and resolves when all had their effect. */
  deliver(...bodies: (Buffer | object)[]): Promise<void> {
    return deliverAll(
      this.#database,
      bodies.map((body) => ({ path: this, body })),
    );
  }

  /** The message as tables have it: in the outbox, settled, and its receipts. */
  async state(messageId: string): Promise<MessageState> {
    const [row] = await this.#database.db.query<MessageState>(
      sql`select o.state as place, o.attempt_no as "attemptNo", s.status, s.rank, s.failed, s.provider_message_id as "providerMessageId",
                 (select array_agg(a.outcome order by a.attempt_no) from attempt a where a.message_id = m.id) as outcomes,
                 (select array_agg(e.kind order by e.id) from message_event e where e.message_id = m.id) as events,
                 (select d.state from dead_letter d where d.message_id = m.id) as letter
          from message m left join outbox o on o.message_id = m.id left join message_state s on s.message_id = m.id
          where m.id = ${messageId}::uuid`,
    );
    if (!row) throw new Error(`There is no message ${messageId}.`);
    return { ...row, outcomes: row.outcomes ?? [], events: row.events ?? [] };
  }
}

const pools = new WeakMap<TestDatabase, { worker: Database; request: Database }>();

function poolsOf(database: TestDatabase): { worker: Database; request: Database } {
  const known = pools.get(database) ?? {
    worker: database.connect({ role: 'carillon_worker', maxConnections: 8 }),
    request: database.connect({ role: 'carillon_request' }),
  };
  pools.set(database, known);
  return known;
}

/** Takes the webhooks of several connections in, in this order, and resolves when all had their effect. */
export async function deliverAll(
  database: TestDatabase,
  webhooks: { path: MessagePath; body: Buffer | object }[],
): Promise<void> {
  const [first] = webhooks;
  if (!first) return;
  const connections = new Map(webhooks.map(({ path }) => [path.connectionId, path.connection]));
  const problems: string[] = [];
  const ingress = new Ingress({
    db: first.path.worker,
    intake: first.path.worker,
    log: createLog({ level: 'warn', sink: { write: (line) => void problems.push(line) } }),
    tracing: first.path.tracing,
    callbackKey: first.path.callbackKey,
    connection: (id) => connections.get(id),
    forward: async () => undefined,
    onApplied: () => undefined,
  });
  for (const { path, body } of webhooks) {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    await ingress.append(path.workspaceId, path.connectionId, bytes);
  }
  const giveUpAt = performance.now() + 20_000;
  for (;;) {
    const [left] = await database.db.query<{ n: number }>(
      sql`select count(*) as n from ingress_task where state = 'pending'`,
    );
    if (left?.n === 0) break;
    if (performance.now() > giveUpAt) throw new Error(`Webhooks were not applied:\n${problems.join('\n')}`);
    ingress.wake();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await ingress.stop();
}

export interface MessageState {
  /** Null when it has left the outbox. */
  place: string | null;
  attemptNo: number | null;
  status: string | null;
  rank: number | null;
  failed: boolean | null;
  providerMessageId: string | null;
  outcomes: string[];
  events: string[];
  letter: string | null;
}

function aSender(ids: {
  workspaceId: string;
  connectionId: string;
  externalId: string;
  businessAccountId: string;
  provider: Provider;
}): SenderAccount {
  const { businessAccountId, ...known } = ids;
  return {
    ...known,
    senderId: newId(),
    phone: null,
    settings: { baseUrl: 'http://127.0.0.1:9', apiVersion: 'v26.0', businessAccountId, options: {}, webhookUrl: null },
    secrets: { accessToken: 'token', appSecrets: ['secret'], verifyToken: 'verify' },
    http: new ProviderHttp('http://127.0.0.1:9'),
    breaker: new AccountBreaker(),
    throughputPerSecond: 80,
    pairLimit: null,
    paused: null,
    stopped: null,
    stoppedLanes: new Map(),
    restrictions: [],
  };
}

/** A webhook of the Cloud API about one number. */
export function aWebhook(value: Record<string, unknown>, number = '106') {
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '102',
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550783881', phone_number_id: number },
              ...value,
            },
          },
        ],
      },
    ],
  };
}

export function nowSeconds(offset = 0): string {
  return String(Math.floor(Date.now() / 1000) + offset);
}

let written = 0;

/** A person writes a text. */
export function anInboundText(body: string, changes: Record<string, unknown> = {}) {
  written += 1;
  const message = {
    from: '15550001111',
    id: `wamid.in.${written}`,
    timestamp: nowSeconds(),
    type: 'text',
    text: { body },
    ...changes,
  };
  return aWebhook({ contacts: [{ profile: { name: 'Ada' }, wa_id: message.from }], messages: [message] });
}

/** A receipt for one of our messages. */
export function aReceipt(wamid: string, status: string, changes: Record<string, unknown> = {}) {
  return aWebhook({
    statuses: [{ id: wamid, status, timestamp: nowSeconds(), recipient_id: '15550001111', ...changes }],
  });
}
