import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerWithFault, failureOf, isAccepting, outcomeOfFault } from '#faults/fault-answers.ts';
import type { Faults } from '#faults/faults.ts';
import type { SendAction } from '#faults/rules.ts';
import { cutUnreadRequest } from '#faults/unread-requests.ts';
import type { Json } from '#people/chats.ts';
import { isoInstant } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import type { OtherProvider } from '#other-provider.ts';
import { checkToken, checkVisible, unknownObject } from './access.ts';
import type { AccountStates } from './account/account-states.ts';
import type { BusinessNumber, Credentials } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { messageOf } from './request-body.ts';
import { restoreAccepted } from './restored-sends.ts';
import type { Endpoint } from './send-marketing.ts';
import { type Acceptance, type SendDeps, accept, acceptAgain, factsOf } from './sends.ts';

export interface SendRouteDeps extends SendDeps {
  credentials: Credentials;
  ledger: NumberedLog<LedgerEntry>;
  state: StateJournal;
  faults: Faults;
  accounts: AccountStates;
  /** Up to here the accepted requests of the ledger are stored as messages. */
  committedSeq: number;
}

/** `POST /{PHONE}/messages` and `/{PHONE}/marketing_messages`. Every request that arrives whole is in the ledger, synced, before it is answered. */
export function sendRoutes(app: FastifyInstance, deps: SendRouteDeps): void {
  for (const endpoint of ['messages', 'marketing_messages'] as const) {
    app.post<{ Params: { id: string } }>(`/:id/${endpoint}`, {
      onRequest: (request, reply, done) => {
        const cut = deps.faults.forUnreadSend(request.params.id);
        if (cut) cutUnreadRequest(request, reply, cut.bytes);
        else done();
      },
      handler: (request, reply) => receive(request, reply, request.params.id, endpoint, deps),
    });
  }
}

/** Stores the messages of requests that the ledger has as accepted, but that a killed run had not stored. */
export async function recoverAcceptances(deps: SendRouteDeps & { others: readonly OtherProvider[] }): Promise<void> {
  for (let after = deps.committedSeq; ; ) {
    const entries = await deps.ledger.read(after, 1000);
    if (entries.length === 0) return;
    for (const entry of entries) {
      after = entry.seq;
      if (entry.provider === 'whatsapp_cloud') restore(entry, deps);
      else deps.others.find(({ name }) => name === entry.provider)?.restore(entry);
      markCommitted(entry.seq, deps);
    }
  }
}

function restore(entry: LedgerEntry, deps: SendRouteDeps): void {
  const number = numberOf(entry.sender, deps.credentials);
  const wamid = entry.provider_message_id;
  if (wamid === null || !number || deps.chats.find(wamid)) return;
  restoreAccepted(entry.body as Json, number, deps, entry.endpoint ?? 'messages', wamid);
}

/** Notes that the accepted request with this number in the ledger is stored as a message. */
export function markCommitted(seq: number, deps: Pick<SendRouteDeps, 'committedSeq' | 'state'>): void {
  deps.committedSeq = Math.max(deps.committedSeq, seq);
  deps.state.record('committed', seq);
}

interface Verdict {
  httpStatus: number;
  answer: Json;
  outcome: string;
  acceptance: Acceptance | undefined;
  fault: SendAction | undefined;
}

async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  sender: string,
  endpoint: Endpoint,
  deps: SendRouteDeps,
): Promise<FastifyReply> {
  const at = deps.clock.now();
  const received = readBody(request);
  const body = received instanceof GraphError ? undefined : received;
  const facts = factsOf(body);
  const verdict = decide(request, sender, endpoint, received, facts, deps);
  const { acceptance, fault } = verdict;
  // A cut before the end means that the request was never whole, so the ledger does not know it.
  const isWhole = !(fault?.kind === 'reset_after_bytes' && fault.bytes !== 'all');
  let ledgerSeq = 0;
  if (isWhole) {
    const written = deps.ledger.append({
      at: isoInstant(at),
      provider: 'whatsapp_cloud',
      sender,
      to: facts.to,
      type: facts.type,
      body: body ?? textOf(request),
      callback_data: facts.callbackData,
      traceparent: headerOf(request, 'traceparent'),
      provider_message_id: acceptance?.wamid ?? null,
      outcome: verdict.outcome,
      ...(endpoint === 'messages' ? {} : { endpoint }),
    });
    ledgerSeq = deps.ledger.lastSeq;
    await written;
  }
  if (acceptance) {
    acceptance.commit(fault?.kind === 'fail_later' ? failureOf(fault) : undefined);
    markCommitted(ledgerSeq, deps);
    const number = numberOf(sender, deps.credentials);
    if (fault?.kind === 'duplicate_acceptance' && body && number) acceptAgain(body, number, deps, endpoint);
    await deps.state.flushed();
  }
  if (fault) return answerWithFault(reply, fault, verdict, deps.faults);
  return reply.code(verdict.httpStatus).send(verdict.answer);
}

function decide(
  request: FastifyRequest,
  sender: string,
  endpoint: Endpoint,
  received: Json | GraphError,
  facts: { to: string | null; type: string; callbackData: string | null },
  deps: SendRouteDeps,
): Verdict {
  let fault: SendAction | undefined;
  try {
    const access = checkToken(request, deps.credentials, deps.settings);
    checkVisible(sender, access, deps.credentials);
    const number = numberOf(sender, deps.credentials);
    if (!number) throw unknownObject(sender);
    if (access.caller !== 'user') {
      throw new GraphError(10, 'Application does not have permission for this action (whatsapp_business_messaging).');
    }
    if (received instanceof GraphError) throw received;
    deps.accounts.checkCanSend(number, facts.type);
    fault = deps.faults.forSend({ sender, ...facts });
    if (fault && !isAccepting(fault)) {
      return { httpStatus: 200, answer: {}, outcome: outcomeOfFault(fault), acceptance: undefined, fault };
    }
    const acceptance = accept(received, number, deps, endpoint);
    return { httpStatus: 200, answer: acceptance.answer, outcome: 'accepted', acceptance, fault };
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return {
      httpStatus: error.httpStatus,
      answer: error.toEnvelope(),
      outcome: `rejected:${error.code}`,
      acceptance: undefined,
      fault: undefined,
    };
  }
}

function readBody(request: FastifyRequest): Json | GraphError {
  try {
    return messageOf(request);
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function textOf(request: FastifyRequest): string {
  return Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';
}

function numberOf(id: string, credentials: Credentials): BusinessNumber | undefined {
  return credentials.phone_numbers.find((number) => number.phone_number_id === id);
}
