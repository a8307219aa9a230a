import { resolvePeople } from '#contacts/contacts.ts';
import type { Decision } from '#messages/message.ts';
import type { ReadyMessage } from '#messages/outbox/outbox-store.ts';
import { type Database, isBrokenConnection, isDatabaseUnavailable } from '#platform/database.ts';
import { failpoint } from '#platform/failpoints.ts';
import { Fault, problemOf } from '#platform/fault.ts';
import { GroupCommit } from '#queue/group-commit.ts';
import type { AcceptRequest, AcceptResult } from './accept-request.ts';
import { type FactsRow, findFacts, findKeptResponses, insertAccepted, type KeptResponse } from './accept-store.ts';
import { acceptedResult, addressOf, decideOn, type DraftedRow, draftMessage, factsKey, personOf } from './draft.ts';
import type { PreparedMessage } from './prepare.ts';
import type { QueueDepth } from './queue-depth.ts';

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
  /** Messages may have been committed that were not offered: what is offered next must not overtake them. */
  missed: () => void;
  /** Resolves when every other process reads the table before it sends, and so finds what is written here. */
  whenKnown?: () => Promise<void>;
  /** How much of each workspace waits already; without it there is no bound. */
  depth?: QueueDepth;
}

/** Messages that wait for the statement that accepts them. */
const maxWaiting = 20_000;

/** Accepts messages: gathers the facts, decides, writes, in batches over all callers that arrive together. */
export class Acceptor {
  readonly #deps: AcceptDeps;
  readonly #commits: GroupCommit<AcceptRequest, AcceptAnswer>;

  constructor(deps: AcceptDeps) {
    this.#deps = deps;
    this.#commits = new GroupCommit<AcceptRequest, AcceptAnswer>({
      // Messages, not requests: a thousand batches of a thousand would not fit into one statement.
      maxBatch: 1_000,
      weigh: ({ messages }) => messages.length,
      maxWaiting,
      // A workspace's batches do not stand before another's single message, nor before its own one-time codes.
      lineOf,
      onFull: () => new Fault('overloaded', { detail: 'Too many messages wait to be accepted.', retryAfterSeconds: 1 }),
      // A statement that the server refused wrote nothing, so its requests may be tried one by one to find the bad one. Unless
      // none is: each would wait for the same lock.
      mayRetryAlone: (error) => !isBrokenConnection(error) && !isDatabaseUnavailable(error),
      flush: (requests) =>
        this.#flush(requests).catch((error: unknown) => {
          deps.missed();
          throw error;
        }),
    });
  }

  get waiting(): number {
    return this.#commits.waiting;
  }

  /** Resolves after the commit that holds the messages, their places in the outbox and the kept answer. */
  async accept(request: AcceptRequest): Promise<AcceptAnswer> {
    const refusal = isCode(request)
      ? undefined
      : this.#deps.depth?.refusal(request.workspaceId, request.messages.length);
    if (!refusal) return this.#commits.add(request);
    // Its key may be of a request that was accepted when there was room.
    const answer = await this.#commits.add({ ...request, messages: request.messages.map(() => refusal) });
    if (!answer.replayed) throw refusal;
    return answer;
  }

  drain(): Promise<void> {
    return this.#commits.drain();
  }

  async #flush(requests: AcceptRequest[]): Promise<AcceptAnswer[]> {
    const leaders = leadersOf(requests);
    const drafts = await this.#draft([...leaders.values()]);
    const news = drafts.filter((draft) => draft.rows.length > 0);
    await failpoint('accept.beforeCommit');
    await this.#deps.whenKnown?.();
    const written = await this.#write(news);
    await failpoint('accept.afterCommit');
    this.#deps.offer(news.flatMap((draft) => (written.has(draft) ? draft.ready : [])));

    for (const { request, rows } of written) this.#deps.depth?.add(request.workspaceId, rows.length);
    const answers = new Map<AcceptRequest, AcceptAnswer>();
    for (const draft of written) answers.set(draft.request, { ...draft.answer, replayed: false });
    await this.#answerTheRest(
      drafts.filter((draft) => !written.has(draft)),
      answers,
    );
    return requests.map((request) => answers.get(request) ?? answerOfTwin(request, leaders, answers));
  }

  async #draft(requests: AcceptRequest[]): Promise<Draft[]> {
    const { db } = this.#deps;
    const wanted = requests.flatMap((request) =>
      request.messages.flatMap((message, place) => (message instanceof Fault ? [] : [{ request, place, message }])),
    );
    const facts = new Map<number, FactsRow>();
    if (wanted.length > 0) {
      const keys = wanted.map(({ request, message }, n) => factsKey(request.workspaceId, message, n));
      for (const row of await findFacts(db, keys)) facts.set(row.n, row);
    }
    const newcomers = wanted.flatMap(({ request, message }, n) =>
      facts.get(n)?.contactId || !message.recipient ? [] : [{ n, person: personOf(request.workspaceId, message) }],
    );
    const newIds = await resolvePeople(
      db,
      newcomers.map(({ person }) => person),
    );
    const contactIds = new Map(newcomers.map(({ n }, index) => [n, newIds[index] ?? null]));

    const results = new Map(requests.map((request) => [request, request.messages.map(refusedOrPending)]));
    const parts = new Map(requests.map((request) => [request, emptyParts()]));
    wanted.forEach(({ request, place, message }, n) => {
      const row = facts.get(n);
      const own = results.get(request);
      const { rows, ready } = parts.get(request) ?? emptyParts();
      if (!row || !own) return;
      const made = draftMessage(request, message, row, contactIds.get(n) ?? row.contactId);
      own[place] = made.result;
      if (made.row) rows.push(made.row);
      if (made.ready) ready.push(made.ready);
    });
    return requests.map((request) => {
      const own = results.get(request) ?? [];
      return { request, results: own, answer: request.respond(own), ...(parts.get(request) ?? emptyParts()) };
    });
  }

  /** Those that were written: a request whose key exists already writes nothing. */
  async #write(drafts: Draft[]): Promise<Set<Draft>> {
    if (drafts.length === 0) return new Set();
    const written = await insertAccepted(
      this.#deps.db,
      drafts.map(({ request, results, answer }, g) => ({
        g,
        workspaceId: request.workspaceId,
        key: request.idempotency?.key ?? null,
        route: request.idempotency?.route ?? '',
        fingerprint: request.idempotency?.fingerprint.toString('hex') ?? null,
        status: answer.status,
        ...toKeep(results, answer),
      })),
      drafts.flatMap(({ rows }, g) => rows.map((row) => ({ ...row, g }))),
    );
    return new Set(written.flatMap(({ g }) => drafts[g] ?? []));
  }

  // Requests whose key was used before get the answer of that time, whatever has changed since. Requests of which nothing
  // is to be written are answered and not remembered: mended, they may come again under their key.
  async #answerTheRest(drafts: Draft[], answers: Map<AcceptRequest, AcceptAnswer>): Promise<void> {
    const keyed = drafts.flatMap(({ request }) =>
      request.idempotency ? [{ workspaceId: request.workspaceId, key: request.idempotency.key }] : [],
    );
    const kept = keyed.length > 0 ? await findKeptResponses(this.#deps.db, keyed) : [];
    const byKey = new Map(kept.map((row) => [`${row.workspaceId} ${row.key}`, row]));
    // The first answer may have been lost together with the offer.
    if (kept.length > 0) this.#deps.missed();
    for (const { request, answer, rows } of drafts) {
      const earlier = byKey.get(keyOf(request) ?? '');
      if (earlier) answers.set(request, replay(request, earlier));
      else if (rows.length === 0) answers.set(request, { ...answer, replayed: false });
      else answers.set(request, faultAnswer(new Fault('idempotency_in_progress', { retryAfterSeconds: 1 })));
    }
  }
}

interface Draft {
  request: AcceptRequest;
  results: AcceptResult[];
  answer: { status: number; body: unknown };
  rows: DraftedRow[];
  ready: (ReadyMessage & { senderId: string })[];
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

function isCode({ messages: [first, ...others] }: AcceptRequest): boolean {
  return others.length === 0 && !(first instanceof Fault) && first?.purpose === 'authentication';
}

function lineOf(request: AcceptRequest): string {
  return isCode(request) ? `${request.workspaceId} code` : request.workspaceId;
}

function emptyParts(): Pick<Draft, 'rows' | 'ready'> {
  return { rows: [], ready: [] };
}

// Every place is filled by its draft; one shared Fault stands there until then, since making one for each would cost a
// stack trace a message.
const notDrafted = new Fault('internal', { message: 'A message was left without a decision.' });

function refusedOrPending(message: PreparedMessage | Fault): AcceptResult {
  return { kind: 'refused', fault: message instanceof Fault ? message : notDrafted };
}

function keyOf(request: AcceptRequest): string | undefined {
  return request.idempotency ? `${request.workspaceId} ${request.idempotency.key}` : undefined;
}

/** The requests to work on: of those that share a key, the first. */
function leadersOf(requests: AcceptRequest[]): Map<string | AcceptRequest, AcceptRequest> {
  const leaders = new Map<string | AcceptRequest, AcceptRequest>();
  for (const request of requests) {
    const key = keyOf(request) ?? request;
    if (!leaders.has(key)) leaders.set(key, request);
  }
  return leaders;
}

/** A request with the key of another one of the same flush shares its answer, if it asks for the same. */
function answerOfTwin(
  request: AcceptRequest,
  leaders: Map<string | AcceptRequest, AcceptRequest>,
  answers: Map<AcceptRequest, AcceptAnswer>,
): AcceptAnswer {
  const leader = leaders.get(keyOf(request) ?? request);
  const answer = leader && answers.get(leader);
  if (!answer || !leader?.idempotency || !request.idempotency) throw new Error('A request was left without an answer.');
  if (!isSameRequest(leader.idempotency, request.idempotency)) return faultAnswer(keyReused());
  return { ...answer, replayed: true };
}

function isSameRequest(a: { route: string; fingerprint: Buffer }, b: { route: string; fingerprint: Buffer }): boolean {
  return a.route === b.route && a.fingerprint.equals(b.fingerprint);
}

// Most requests are one message that is accepted: its row says again what was answered.
function toKeep(results: AcceptResult[], answer: { body: unknown }): { response: unknown; messageId: string | null } {
  const [only, ...others] = results;
  if (only?.kind === 'accepted' && others.length === 0) return { response: undefined, messageId: only.messageId };
  return { response: answer.body, messageId: null };
}

function keyReused(): Fault {
  return new Fault('idempotency_key_reused', {
    detail: 'This Idempotency-Key was used for a different request. Use a new key for a new message.',
  });
}

function replay(request: AcceptRequest, earlier: KeptResponse): AcceptAnswer {
  if (request.idempotency && !isSameRequest(earlier, request.idempotency)) return faultAnswer(keyReused());
  if (earlier.message) return { ...request.respond([acceptedResult(earlier.message)]), replayed: true };
  if (earlier.status === null) return faultAnswer(new Fault('idempotency_in_progress', { retryAfterSeconds: 1 }));
  return { status: earlier.status, body: earlier.response, replayed: true };
}

// The id of the request is added where the answer is sent: a kept answer goes to many requests.
function faultAnswer(fault: Fault): AcceptAnswer {
  return { status: fault.status, body: problemOf(fault, ''), replayed: false };
}
