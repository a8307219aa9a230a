import { resolvePeople } from '#contacts/contacts.ts';
import type { Decision } from '#messages/message.ts';
import type { ReadyMessage } from '#messages/outbox/outbox-store.ts';
import { type Database, isBrokenConnection } from '#platform/database.ts';
import { failpoint } from '#platform/failpoints.ts';
import { Fault, problemOf } from '#platform/fault.ts';
import { GroupCommit } from '#queue/group-commit.ts';
import {
  findFacts,
  findKeptResponses,
  insertAccepted,
  type KeptResponse,
  type NewMessage,
  type NewRequest,
} from './accept-store.ts';
import { addressOf, decideOn, draftMessage, factsKey, personOf } from './draft.ts';
import type { PreparedMessage } from './prepare.ts';

/** One API call: one message or a batch, under at most one idempotency key. */
export interface AcceptRequest {
  workspaceId: string;
  actor: string;
  traceId: string | null;
  idempotency: { key: string; route: string; fingerprint: Buffer } | null;
  /** A Fault stands for a message of a batch that was refused before; it takes no part but keeps its place. */
  messages: (PreparedMessage | Fault)[];
  /** Builds the answer that is kept under the key. */
  respond: (results: AcceptResult[]) => { status: number; body: unknown };
}

export type AcceptResult =
  | {
      kind: 'accepted';
      messageId: string;
      status: 'queued' | 'scheduled' | 'held';
      decision: Decision;
      createdAt: Temporal.Instant;
    }
  | {
      kind: 'blocked';
      messageId: string;
      status: 'blocked';
      decision: Decision;
      createdAt: Temporal.Instant;
      fault: Fault;
    }
  | { kind: 'refused'; fault: Fault };

export interface AcceptAnswer {
  status: number;
  body: unknown;
  /** The answer is the one that an earlier request with this key got. */
  replayed: boolean;
}

export interface AcceptDeps {
  db: Database;
  /** Takes what was committed straight to the sender's queue in memory. */
  offer: (messages: (ReadyMessage & { senderId: string })[]) => void;
}

/** Accepts messages: gathers the facts, decides, writes, in batches over all callers that arrive together. */
export class Acceptor {
  readonly #deps: AcceptDeps;
  readonly #commits: GroupCommit<AcceptRequest, AcceptAnswer>;

  constructor(deps: AcceptDeps) {
    this.#deps = deps;
    this.#commits = new GroupCommit<AcceptRequest, AcceptAnswer>({
      maxBatch: 500,
      maxWaiting: 5_000,
      onFull: () => new Fault('overloaded', { detail: 'Too many messages wait to be accepted.', retryAfterSeconds: 1 }),
      // A statement that the server refused wrote nothing, so its requests may be tried one by one to find the bad one.
      mayRetryAlone: (error) => !isBrokenConnection(error),
      flush: (requests) => this.#flush(requests),
    });
  }

  get waiting(): number {
    return this.#commits.waiting;
  }

  /** Resolves after the commit that holds the messages, their places in the outbox and the kept answer. */
  accept(request: AcceptRequest): Promise<AcceptAnswer> {
    return this.#commits.add(request);
  }

  drain(): Promise<void> {
    return this.#commits.drain();
  }

  async #flush(requests: AcceptRequest[]): Promise<AcceptAnswer[]> {
    const { db } = this.#deps;
    const keyed = requests.flatMap((request) =>
      request.idempotency ? [{ workspaceId: request.workspaceId, key: request.idempotency.key }] : [],
    );
    const drafts = requests.flatMap((request, g) =>
      request.messages.flatMap((message, place) => (message instanceof Fault ? [] : [{ g, place, message }])),
    );
    const [kept, facts] = await Promise.all([
      keyed.length > 0 ? findKeptResponses(db, keyed) : [],
      drafts.length > 0
        ? findFacts(
            db,
            drafts.map((draft, n) => factsKey(requests[draft.g]?.workspaceId ?? '', draft.message, n)),
          )
        : [],
    ]);
    const keptByKey = new Map(kept.map((row) => [`${row.workspaceId} ${row.key}`, row]));
    const factsByDraft = new Map(facts.map((row) => [row.n, row]));

    const answers: (AcceptAnswer | Fault | undefined)[] = requests.map(() => undefined);
    const firstWithKey = new Map<string, number>();
    requests.forEach((request, g) => {
      if (!request.idempotency) return;
      const key = `${request.workspaceId} ${request.idempotency.key}`;
      const earlier = keptByKey.get(key);
      if (earlier) answers[g] = replay(request, earlier);
      else if (!firstWithKey.has(key)) firstWithKey.set(key, g);
    });

    const strangers = new Map<number, string>();
    const newcomers = drafts.flatMap((draft, n) => {
      const row = factsByDraft.get(n);
      const twin = isTwin(requests, draft.g, firstWithKey);
      return answers[draft.g] || twin || row?.contactId || !draft.message.recipient
        ? []
        : [{ n, person: personOf(requests[draft.g]?.workspaceId ?? '', draft.message) }];
    });
    const contactIds = await resolvePeople(
      db,
      newcomers.map((newcomer) => newcomer.person),
    );
    newcomers.forEach((newcomer, index) => strangers.set(newcomer.n, contactIds[index] ?? ''));

    const results = new Map<number, AcceptResult[]>();
    const rows: NewMessage[] = [];
    const ready: (ReadyMessage & { senderId: string; g: number })[] = [];
    requests.forEach((request, g) => {
      if (!answers[g] && !isTwin(requests, g, firstWithKey)) {
        results.set(
          g,
          request.messages.map((message) => ({
            kind: 'refused',
            fault: message instanceof Fault ? message : new Fault('internal'),
          })),
        );
      }
    });
    drafts.forEach((draft, n) => {
      const request = requests[draft.g];
      const place = results.get(draft.g);
      const row = factsByDraft.get(n);
      if (!request || !place || !row) return;
      const written = draftMessage(request, draft.g, draft.message, row, strangers.get(n) ?? row.contactId);
      place[draft.place] = written.result;
      if (written.row) rows.push(written.row);
      if (written.ready) ready.push({ ...written.ready, g: draft.g });
    });

    const news: NewRequest[] = [];
    const fresh = new Map<number, AcceptAnswer>();
    for (const [g, place] of results) {
      const request = requests[g];
      if (!request) continue;
      const { status, body } = request.respond(place);
      fresh.set(g, { status, body, replayed: false });
      news.push({
        g,
        workspaceId: request.workspaceId,
        // A request of which nothing was written is not remembered: mended, it may come again under its key.
        key: rows.some((row) => row.g === g) ? (request.idempotency?.key ?? null) : null,
        route: request.idempotency?.route ?? '',
        fingerprint: request.idempotency?.fingerprint.toString('hex') ?? null,
        status,
        response: body,
      });
    }
    await failpoint('accept.beforeCommit');
    const written = new Set(
      rows.length > 0 ? (await insertAccepted(db, news, rows)).map((row) => row.g) : news.map((request) => request.g),
    );
    await failpoint('accept.afterCommit');
    for (const [g, answer] of fresh) if (written.has(g)) answers[g] = answer;
    this.#deps.offer(ready.filter((message) => written.has(message.g)));
    await this.#answerTheRest(requests, answers, firstWithKey);
    return answers.map((answer) => {
      if (answer === undefined) throw new Error('A request was left without an answer.');
      return answer instanceof Fault ? faultAnswer(answer) : answer;
    });
  }

  // Requests with the key of another request of this flush, and those that another process was faster with.
  async #answerTheRest(
    requests: AcceptRequest[],
    answers: (AcceptAnswer | Fault | undefined)[],
    firstWithKey: Map<string, number>,
  ): Promise<void> {
    const open = requests.flatMap((request, g) =>
      answers[g] === undefined && request.idempotency ? [{ request, g, key: request.idempotency.key }] : [],
    );
    if (open.length === 0) return;
    const kept = await findKeptResponses(
      this.#deps.db,
      open.map(({ request, key }) => ({ workspaceId: request.workspaceId, key })),
    );
    const byKey = new Map(kept.map((row) => [`${row.workspaceId} ${row.key}`, row]));
    for (const { request, g, key } of open) {
      const row = byKey.get(`${request.workspaceId} ${key}`);
      const first = firstWithKey.get(`${request.workspaceId} ${key}`);
      if (row) answers[g] = replay(request, row);
      // The first request with this key was refused and not kept: this one shares its fate.
      else
        answers[g] =
          first === undefined ? new Fault('idempotency_in_progress', { retryAfterSeconds: 1 }) : answers[first];
    }
  }
}

/** What would happen to a message now; nothing is written. */
export async function explain(
  db: Database,
  workspaceId: string,
  message: PreparedMessage,
): Promise<{ decision: Decision; contactId: string | null; senderId: string }> {
  const [row] = await findFacts(db, [factsKey(workspaceId, message, 0)]);
  if (!row) throw new Fault('internal');
  const addressed = addressOf(message, row);
  if (addressed instanceof Fault) throw addressed;
  return { decision: decideOn(message, row), contactId: row.contactId, senderId: message.account.senderId };
}

function isTwin(requests: AcceptRequest[], g: number, firstWithKey: Map<string, number>): boolean {
  const request = requests[g];
  if (!request?.idempotency) return false;
  const first = firstWithKey.get(`${request.workspaceId} ${request.idempotency.key}`);
  return first !== undefined && first !== g;
}

function replay(request: AcceptRequest, earlier: KeptResponse): AcceptAnswer | Fault {
  const now = request.idempotency;
  if (now && (earlier.route !== now.route || !earlier.fingerprint.equals(now.fingerprint))) {
    return new Fault('idempotency_key_reused', {
      detail: 'This Idempotency-Key was used for a different request. Use a new key for a new message.',
    });
  }
  return { status: earlier.status, body: earlier.response, replayed: true };
}

// The id of the request is added where the answer is sent: a kept answer goes to many requests.
function faultAnswer(fault: Fault): AcceptAnswer {
  return { status: fault.status, body: problemOf(fault, ''), replayed: false };
}
