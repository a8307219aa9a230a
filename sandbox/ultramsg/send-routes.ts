import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { markCommitted } from '#cloud-api/send-routes.ts';
import { answerWithFault, isAccepting, outcomeOfFault } from '#faults/fault-answers.ts';
import type { SendAction } from '#faults/rules.ts';
import { cutUnreadRequest } from '#faults/unread-requests.ts';
import { isoInstant } from '#storage/clock.ts';
import { openInstance, withoutToken } from './access.ts';
import { readAddress } from './addresses.ts';
import { mimeTypeOf } from './files.ts';
import { type Instance, isConnected } from './instance.ts';
import { parametersOf } from './parameters.ts';
import { type CheckedSend, bytesOf, checkSend } from './send-check.ts';
import { SEND_KINDS, isLink } from './send-kinds.ts';
import type { UltraMsgRouteDeps } from './answering.ts';
import { ULTRAMSG_VOICE, UltraMsgError, notSent, wrongParameters } from './ultramsg-error.ts';

/** How long an answer waits for the webhook that is told before it. */
const ECHO_MS = 1000;

interface Verdict {
  httpStatus: number;
  answer: object;
  outcome: string;
  taken: { checked: CheckedSend; instance: Instance; id: number } | undefined;
  fault: SendAction | undefined;
}

/** `POST /{instance}/messages/{kind}`. Every request that arrives whole is in the ledger, synced, before it is
 *  answered. */
export function sendRoutes(app: FastifyInstance, deps: UltraMsgRouteDeps): void {
  for (const kind of [...Object.keys(SEND_KINDS), 'reaction']) {
    app.post<{ Params: { instance: string } }>(`/:instance/messages/${kind}`, {
      onRequest: (request, reply, done) => {
        const cut = deps.faults.forUnreadSend(instanceIdOf(request.params.instance), 'ultramsg');
        if (cut) cutUnreadRequest(request, reply, cut.bytes);
        else done();
      },
      handler: (request, reply) => receive(request, reply, kind, deps),
    });
  }
}

async function receive(
  request: FastifyRequest<{ Params: { instance: string } }>,
  reply: FastifyReply,
  kind: string,
  deps: UltraMsgRouteDeps,
): Promise<FastifyReply> {
  const { clock, ledger, settings, state, ultramsg } = deps;
  const at = clock.now();
  const sender = instanceIdOf(request.params.instance);
  const parameters = parametersOf(request);
  const verdict = decide(sender, kind, parameters, deps);
  const { taken, fault } = verdict;
  // A cut before the end means that the request was never whole, so the ledger does not know it.
  if (!(fault?.kind === 'reset_after_bytes' && fault.bytes !== 'all')) {
    const written = ledger.append({
      at: isoInstant(at),
      provider: 'ultramsg',
      sender,
      to: parameters['to'] ?? null,
      type: kind,
      body: withoutToken(parameters),
      callback_data: parameters['referenceId'] || null,
      traceparent: headerOf(request, 'traceparent'),
      provider_message_id: taken ? String(taken.id) : null,
      outcome: verdict.outcome,
    });
    const seq = ledger.lastSeq;
    await written;
    if (taken) {
      const told = take(taken, await keepFile(taken, deps), fault, deps);
      markCommitted(seq, deps.committed);
      await state.flushed();
      // Bounded in the machine's time: a receiver that hangs must not hold the answer for ever.
      if (settings.ultramsg_echo === 'before_answer') {
        await Promise.race([told, sleep(ECHO_MS, undefined, { ref: false })]);
      }
      await state.flushed();
    }
    if (fault?.kind === 'duplicate_acceptance' && taken) {
      void ultramsg.take(taken.checked, taken.instance, { id: ultramsg.nextId(taken.instance), media_id: null });
    }
  }
  if (fault) return answerWithFault(reply, fault, verdict, deps.faults, ULTRAMSG_VOICE);
  return reply.code(verdict.httpStatus).send(verdict.answer);
}

/** A file that came as base64 is kept, so that the phone can show it. Gives its id. */
async function keepFile(
  { checked, instance }: NonNullable<Verdict['taken']>,
  { ultramsg }: UltraMsgRouteDeps,
): Promise<string | null> {
  const file = SEND_KINDS[checked.kind]?.file;
  const value = file ? (checked.parameters[file.name] ?? '') : '';
  const bytes = file && !isLink(value) ? bytesOf(value) : undefined;
  const filename = checked.parameters['filename'] ?? null;
  const media = bytes && (await ultramsg.files.store(bytes, instance, mimeTypeOf(bytes, checked.kind), filename));
  return media?.id ?? null;
}

/** Stores the message before it returns; resolves when what left at once was told. */
function take(
  { checked, instance, id }: NonNullable<Verdict['taken']>,
  mediaId: string | null,
  fault: SendAction | undefined,
  { ultramsg }: UltraMsgRouteDeps,
): Promise<void> {
  const failure = fault?.kind === 'fail_later' ? { planned_failure: true as const } : {};
  return ultramsg.take(checked, instance, { id, media_id: mediaId, ...failure });
}

function decide(
  sender: string,
  kind: string,
  parameters: Readonly<Record<string, string>>,
  deps: UltraMsgRouteDeps,
): Verdict {
  const { faults, settings, ultramsg } = deps;
  try {
    const instance = openInstance(sender, parameters, ultramsg.instances);
    const callbackData = parameters['referenceId'] || null;
    const subject = { provider: 'ultramsg', sender, to: parameters['to'] ?? null, type: kind, callbackData };
    const fault = faults.forSend(subject);
    if (fault && !isAccepting(fault)) {
      const outcome = outcomeOfFault(fault, ULTRAMSG_VOICE);
      return { httpStatus: 200, answer: {}, outcome, taken: undefined, fault };
    }
    const checked = kind === 'reaction' ? checkReaction(parameters, deps) : checkSend(kind, parameters, settings);
    if (checked instanceof UltraMsgError) throw checked;
    if (settings.ultramsg_offline_sends === 'refused' && !isConnected(instance))
      throw notSent('WhatsApp not connected');
    const earlier = earlierOf(callbackData, instance, deps);
    if (earlier !== undefined) {
      return {
        httpStatus: 200,
        answer: sentAnswer(earlier, settings),
        outcome: 'dropped:known_reference',
        taken: undefined,
        fault,
      };
    }
    const id = ultramsg.nextId(instance);
    const taken = { checked: { ...checked, parameters: withoutToken(checked.parameters) }, instance, id };
    return { httpStatus: 200, answer: sentAnswer(id, settings), outcome: 'accepted', taken, fault };
  } catch (error) {
    if (!(error instanceof UltraMsgError)) throw error;
    return {
      httpStatus: error.httpStatus ?? settings.ultramsg_error_status,
      answer: error.answer,
      outcome: `rejected:${error.code}`,
      taken: undefined,
      fault: undefined,
    };
  }
}

function sentAnswer(id: number, { ultramsg_sent_word: word }: UltraMsgRouteDeps['settings']): object {
  return { sent: word, message: 'ok', id };
}

/** A reaction names no recipient: it goes where its message is. */
function checkReaction(
  parameters: Readonly<Record<string, string>>,
  { settings, ultramsg }: UltraMsgRouteDeps,
): CheckedSend | UltraMsgError {
  const { msgId = '', emoji } = parameters;
  if (msgId === '') return wrongParameters([['msgId', 'is required']]);
  if (emoji === undefined) return wrongParameters([['emoji', 'is required']]);
  const target = ultramsg.conversations.find(msgId);
  const to = target && readAddress(target.jid, settings);
  if (!target || !to) return notSent('message not found');
  const referenceId = parameters['referenceId'] || null;
  return {
    kind: 'reaction',
    type: 'reaction',
    to,
    jid: target.jid,
    priority: 10,
    referenceId,
    quotedId: msgId,
    parameters,
  };
}

function earlierOf(
  referenceId: string | null,
  instance: Instance,
  { settings, ultramsg }: UltraMsgRouteDeps,
): number | undefined {
  if (settings.ultramsg_references === 'repeatable' || referenceId === null) return undefined;
  return ultramsg.outgoing.list(instance.id).find((each) => each.reference_id === referenceId)?.id;
}

function headerOf(request: FastifyRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

/** The id as the ledger and the rules for faults write it. */
function instanceIdOf(written: string): string {
  return /^\d+$/.test(written) ? `instance${written}` : written;
}
