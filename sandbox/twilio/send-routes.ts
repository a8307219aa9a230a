import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { markCommitted } from '#cloud-api/send-routes.ts';
import { answerWithFault, failureOf, isAccepting, outcomeOfFault } from '#faults/fault-answers.ts';
import type { Faults } from '#faults/faults.ts';
import type { SendAction } from '#faults/rules.ts';
import { cutUnreadRequest } from '#faults/unread-requests.ts';
import type { Json } from '#people/chats.ts';
import { isoInstant } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import { checkAccess, checkAccountSid } from './access.ts';
import type { TwilioAccount } from './account.ts';
import type { CallRate } from './call-rate.ts';
import type { Contents } from './contents.ts';
import { TWILIO_VOICE } from './fault-voice.ts';
import { formOf } from './form-body.ts';
import { messageResource } from './resources.ts';
import { type Form, type WantedSend, factsOf, formAsJson, formOfJson, readSend } from './send-parameters.ts';
import { type SendDeps, messageOf, personOf, refuse, sidFor } from './sends.ts';
import { TwilioError } from './twilio-error.ts';

export interface SendRouteDeps extends SendDeps {
  account: TwilioAccount;
  contents: Contents;
  callRate: CallRate;
  ledger: NumberedLog<LedgerEntry>;
  state: StateJournal;
  faults: Faults;
}

type Of = { Params: { account: string } };

interface Verdict {
  httpStatus: number;
  answer: Json;
  outcome: string;
  accepted: { wanted: WantedSend; sid: string } | undefined;
  fault: SendAction | undefined;
}

/** `POST …/Messages.json`. Every request that arrives whole is in the ledger, synced, before it is answered. */
export function sendRoutes(
  app: FastifyInstance,
  deps: SendRouteDeps,
  /** Up to where the accepted requests of the ledger are stored as messages. */
  progress: { committedSeq: number; state: StateJournal },
): void {
  app.post<Of>('/twilio/2010-04-01/Accounts/:account/Messages.json', {
    onRequest: (request, reply, done) => {
      const cut = deps.faults.forUnreadSend('', 'twilio');
      if (cut) cutUnreadRequest(request, reply, cut.bytes);
      else done();
    },
    handler: async (request, reply) => {
      const at = deps.clock.now();
      const form = formOf(request);
      const facts = factsOf(form);
      const verdict = decide(request, form, at, deps);
      const { accepted, fault } = verdict;
      // A cut before the end means that the request was never whole, so the ledger does not know it.
      const isWhole = !(fault?.kind === 'reset_after_bytes' && fault.bytes !== 'all');
      let ledgerSeq = 0;
      if (isWhole) {
        const written = deps.ledger.append({
          at: isoInstant(at),
          provider: 'twilio',
          sender: facts.sender,
          to: facts.to,
          type: facts.type,
          body: formAsJson(form),
          callback_data: facts.callbackData,
          traceparent: headerOf(request, 'traceparent'),
          provider_message_id: accepted?.sid ?? null,
          outcome: verdict.outcome,
        });
        ledgerSeq = deps.ledger.lastSeq;
        await written;
      }
      if (accepted) {
        store(
          accepted.wanted,
          accepted.sid,
          at,
          deps,
          fault?.kind === 'fail_later' ? failureOf(fault).code : undefined,
        );
        markCommitted(ledgerSeq, progress);
        // The provider's own mistake: another message, whose id the answer does not tell.
        if (fault?.kind === 'duplicate_acceptance') store(accepted.wanted, sidFor(accepted.wanted), at, deps);
        await deps.state.flushed();
      }
      return answer(reply, verdict, deps);
    },
  });
}

function answer(reply: FastifyReply, verdict: Verdict, deps: SendRouteDeps): FastifyReply {
  if (verdict.fault) return answerWithFault(reply, verdict.fault, verdict, deps.faults, TWILIO_VOICE);
  if (verdict.httpStatus === 401) reply.header('www-authenticate', 'Basic realm="Twilio API"');
  return reply.code(verdict.httpStatus).send(verdict.answer);
}

function decide(request: FastifyRequest<Of>, form: Form, at: number, deps: SendRouteDeps): Verdict {
  const refused = { accepted: undefined, fault: undefined };
  try {
    checkAccess(request, deps.account, deps.settings);
    checkAccountSid(request, request.params.account, deps.account);
    deps.callRate.take();
    const fault = deps.faults.forSend(subjectOf(form));
    if (fault && !isAccepting(fault)) {
      return { ...refused, httpStatus: 200, answer: {}, outcome: outcomeOfFault(fault, TWILIO_VOICE), fault };
    }
    const wanted = readSend(form, at, deps);
    refuse(wanted, deps);
    const sid = sidFor(wanted);
    const person = deps.people.find(wanted.recipient);
    // The answer shows the message as it will be stored; somebody new has no id yet.
    const message = messageOf(wanted, sid, person?.id ?? '', at);
    const answer = messageResource(message, deps.account.account_sid);
    return { httpStatus: 201, answer, outcome: 'accepted', accepted: { wanted, sid }, fault };
  } catch (error) {
    if (!(error instanceof TwilioError)) throw error;
    const { httpStatus, code } = error;
    return { ...refused, httpStatus, answer: error.toEnvelope(), outcome: `rejected:${code}` };
  }
}

/** What the rules for faults look at: the recipient without the prefix of the channel. */
function subjectOf(form: Form) {
  const { to, ...facts } = factsOf(form);
  return { provider: 'twilio', ...facts, to: to?.replace(/^whatsapp:/i, '') ?? null };
}

function store(wanted: WantedSend, sid: string, at: number, deps: SendDeps, plannedFailure?: number): void {
  const person = personOf(wanted, deps.people);
  const message = messageOf(wanted, sid, person.id, at);
  if (plannedFailure !== undefined) message.planned_failure = plannedFailure;
  deps.messages.add(message);
  deps.timeline.appear(message);
  deps.timeline.start(message);
}

/** Stores the message of a request that the ledger has as accepted, but that a killed run had not stored. Its sender was
 *  told that it was accepted, so no rule can refuse it any more. */
export function restoreSend(entry: LedgerEntry, deps: SendDeps & { contents: Contents }): void {
  const { provider_message_id: sid } = entry;
  if (sid === null || deps.messages.find(sid)) return;
  const at = Date.parse(entry.at);
  const form = formOfJson(entry.body as Json);
  const wanted = readAgain(form, at, deps);
  // Somebody without a phone who is gone from the sandbox has no chat that it could be in.
  if (!wanted || (!wanted.recipient.startsWith('+') && !deps.people.find(wanted.recipient))) return;
  const message = messageOf(wanted, sid, personOf(wanted, deps.people).id, at);
  // The timeline takes it up with all the others.
  deps.messages.add(message);
}

/** What the sender's service or the template was may be gone meanwhile: then the words alone are stored. */
function readAgain(form: Form, at: number, deps: { contents: Contents } & SendDeps): WantedSend | undefined {
  const without = (...names: string[]) => {
    const rest = new URLSearchParams(form);
    for (const name of names) rest.delete(name);
    if (!rest.has('Body')) rest.set('Body', ' ');
    return rest;
  };
  for (const attempt of [form, without('ContentSid', 'ContentVariables'), without('MessagingServiceSid')]) {
    try {
      return readSend(attempt, at, deps);
    } catch (error) {
      if (!(error instanceof TwilioError)) throw error;
    }
  }
  return undefined;
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}
