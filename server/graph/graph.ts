import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderAccount } from '#channels/provider-account.ts';
import type { AcceptResult } from '#messages/accept/accept-request.ts';
import type { Acceptor } from '#messages/accept/accept.ts';
import { type PreparedMessage, prepareMessage } from '#messages/accept/prepare.ts';
import type { Purpose } from '#messages/message.ts';
import { findReceived, findSent } from '#messages/messages.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { type Database, withWorkspace } from '#platform/database.ts';
import { Fault, type FaultCode, type FieldProblem, invalidField } from '#platform/fault.ts';
import { fingerprint } from '#platform/idempotency.ts';
import { formatTraceparent, type TraceContext } from '#platform/trace-context.ts';
import { answerOfCode, graphAnswerOf, GraphRefusal, unknownObject } from './graph-error.ts';
import { purposeOf, purposeOfDirectSend } from './purpose.ts';
import { readSendRequest, type SendAddress, type SendRequest } from './send-request.ts';
import { wamidOf } from './wamid.ts';

/** What tells that a message came in the words of the Cloud API: its `metadata` has these names. */
export const sentByName = 'graph_api';
export const callbackDataName = 'biz_opaque_callback_data';

const targetWaitMs = 5_000;
const targetPollMs = 50;

export interface GraphDeps {
  /** The pool whose role row level security binds. */
  db: Database;
  acceptor: Acceptor;
  senders: (workspaceId: string) => SenderAccount[];
  /** The side of the adapter that talks with the sender's account. */
  accountOf: (sender: SenderAccount) => ProviderAccount | undefined;
  /** Puts the provider's ids in the place of files that were given to us; see the messages of our own API. */
  placeUploads: (messages: (PreparedMessage | Fault)[]) => Promise<(PreparedMessage | Fault)[]>;
  /** Marks a received message as read at the provider; throws a Fault when the provider refuses. */
  markAsRead: (workspaceId: string, messageId: string, typing: boolean, trace: TraceContext) => Promise<void>;
  /** The category of a template, as far as the provider tells it. */
  templateCategory: (sender: SenderAccount, name: string, language: string) => Promise<string | undefined>;
}

export interface GraphSend {
  workspaceId: string;
  actor: string;
  trace: TraceContext;
  phoneNumberId: string;
  address: SendAddress;
  /** As in the address, e.g. `v23.0`. */
  version: string | undefined;
  body: unknown;
  /** Instead of the one that is derived. */
  purpose: Purpose | undefined;
  idempotencyKey: string | undefined;
}

export interface GraphAnswer {
  status: number;
  body: object;
  replayed?: boolean;
}

/** The workspace's senders that Meta's words are for. Others may have the same id at their provider. */
export function graphSenders(deps: Pick<GraphDeps, 'senders' | 'accountOf'>, workspaceId: string): SenderAccount[] {
  return deps.senders(workspaceId).filter((sender) => deps.accountOf(sender)?.passThrough !== undefined);
}

/** The workspace's sender with this phone number id. Throws what Meta answers for a number that there is not. */
export function senderOf(
  deps: Pick<GraphDeps, 'senders' | 'accountOf'>,
  workspaceId: string,
  phoneNumberId: string,
): SenderAccount {
  const sender = graphSenders(deps, workspaceId).find((one) => one.externalId === phoneNumberId);
  if (!sender) throw unknownObject(phoneNumberId);
  return sender;
}

/**
 * Takes a message or a read receipt in Meta's words. A message goes the way of every other: prepared, decided on by policy,
 * written with its place in the outbox, and answered by the commit. Throws a Fault or a GraphRefusal.
 */
export async function sendInGraphWords(deps: GraphDeps, call: GraphSend): Promise<GraphAnswer> {
  const sender = senderOf(deps, call.workspaceId, call.phoneNumberId);
  const request = readSendRequest(call.body, call.address);
  if (request.kind === 'read') return markRead(deps, call, sender, request);

  const prepared = await prepare(deps, call, sender, request);
  if (!(prepared instanceof Fault)) await untilKnown(deps.db, call.workspaceId, prepared);
  const answer = await deps.acceptor.accept({
    workspaceId: call.workspaceId,
    actor: call.actor,
    traceparent: formatTraceparent(call.trace),
    idempotency:
      call.idempotencyKey === undefined
        ? null
        : {
            key: call.idempotencyKey,
            route: `POST /graph/{phone-number-id}/${call.address}`,
            fingerprint: fingerprint([call.phoneNumberId, call.body, call.purpose ?? null]),
          },
    // A Fault goes along: the key may be of a request that was accepted when it was still right.
    messages: await deps.placeUploads([prepared]),
    respond: ([result]) => respond(result, request, call.body),
  });
  return { ...inGraphWords(answer.status, answer.body), replayed: answer.replayed };
}

async function markRead(
  deps: GraphDeps,
  call: GraphSend,
  sender: SenderAccount,
  request: Extract<SendRequest, { kind: 'read' }>,
): Promise<GraphAnswer> {
  const messageId = await findReceived(deps.db, call.workspaceId, sender.senderId, request.messageId);
  if (messageId === undefined)
    throw new GraphRefusal(131009, 'Param message_id is not the id of a message that this number received.');
  await deps.markAsRead(call.workspaceId, messageId, request.typing, call.trace);
  return { status: 200, body: { success: true } };
}

/** With Meta a message can be answered as soon as its id was told. One of ours may still be on its way to the provider, so
 *  its id there is waited for a moment; what is accepted behind that says so when it is not known. */
async function untilKnown(db: Database, workspaceId: string, message: PreparedMessage): Promise<void> {
  const target = message.replyTo && 'messageId' in message.replyTo ? message.replyTo.messageId : message.contentTarget;
  if (target === null) return;
  const giveUpAt = performance.now() + targetWaitMs;
  while (performance.now() < giveUpAt) {
    const [sent] = await withWorkspace(db, workspaceId, (tx) =>
      findSent(tx, workspaceId, { providerIds: [], messageIds: [target] }),
    );
    if (!sent || sent.providerMessageId !== null) return;
    await sleep(targetPollMs);
  }
}

async function prepare(
  deps: GraphDeps,
  call: GraphSend,
  sender: SenderAccount,
  request: Extract<SendRequest, { kind: 'message' }>,
): Promise<PreparedMessage | Fault> {
  const { content, replyTo, callbackData, identityKeyHash, marketing, directSend } = request;
  const draft = {
    ...request.to,
    sender_id: sender.senderId,
    purpose: marketing ? 'marketing' : (call.purpose ?? purposeOfDirectSend(directSend) ?? 'transactional'),
    content,
    ...(marketing === undefined ? {} : { marketing_messages: marketing }),
    ...(directSend === undefined ? {} : { direct_send: directSend }),
    ...(replyTo === undefined ? {} : { reply_to: replyTo }),
    ...(identityKeyHash === undefined ? {} : { recipient_identity_key_hash: identityKeyHash }),
    metadata: {
      [sentByName]: call.version ?? 'unversioned',
      ...(callbackData === undefined ? {} : { [callbackDataName]: callbackData }),
    },
  } as const;
  try {
    checkMessagingAccount(request.messagingAccount, sender);
    const senders = deps.senders(call.workspaceId);
    const now = Temporal.Now.instant();
    const prepared = prepareMessage(draft, senders, now);
    if ((call.purpose !== undefined || directSend) && !marketing) return prepared;
    const category = await categoryOf(deps, sender, content);
    if (marketing) {
      if (call.purpose !== undefined && call.purpose !== 'marketing')
        throw new GraphRefusal(134100, 'What is sent by marketing_messages has the purpose marketing.');
      if (category !== undefined && category.toUpperCase() !== 'MARKETING')
        throw new GraphRefusal(134100, `The template is of the category ${category}. Send it by messages.`);
      return prepared;
    }
    const purpose = purposeOf(prepared.needsWindow, category);
    // What depends on the purpose, such as how long it is worth sending, is worked out anew.
    return purpose === draft.purpose ? prepared : prepareMessage({ ...draft, purpose }, senders, now);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

/** A message leaves for the account that its connection names. One for another account would be another message. */
function checkMessagingAccount(asked: { field: string; id: string } | undefined, { settings }: SenderAccount): void {
  const own = settings.messagingAccountId ?? settings.businessAccountId;
  if (asked && asked.id !== own)
    throw invalidField(`/${asked.field}`, `It must be ${own}, the messaging account of the connection.`);
}

async function categoryOf(
  deps: GraphDeps,
  sender: SenderAccount,
  content: Extract<SendRequest, { kind: 'message' }>['content'],
): Promise<string | undefined> {
  if (content.type !== 'template') return undefined;
  const { name, language } = content['template'] as { name?: unknown; language?: { code?: unknown } | null };
  const code = language?.code;
  if (typeof name !== 'string' || typeof code !== 'string') return undefined;
  return deps.templateCategory(sender, name, code);
}

function respond(
  result: AcceptResult | undefined,
  request: Extract<SendRequest, { kind: 'message' }>,
  body: unknown,
): { status: number; body: unknown } {
  if (result?.kind !== 'accepted') return graphAnswerOf(result?.fault ?? new Fault('internal'), body);
  const contact =
    'group_id' in request.to
      ? { input: request.input }
      : 'to' in request.to
        ? { input: request.input, wa_id: request.to.to.replaceAll(/\D/g, '') }
        : { input: request.input, user_id: request.input };
  const group = 'group_id' in request.to ? request.to : {};
  const status = request.content.type === 'template' ? { message_status: 'accepted' } : {};
  return {
    status: 200,
    body: {
      messaging_product: 'whatsapp',
      contacts: [contact],
      messages: [{ id: wamidOf(result.messageId), ...status, ...group }],
    },
  };
}

// The answers that the acceptor itself gives, e.g. for a key of another request, are problems.
function inGraphWords(status: number, body: unknown): GraphAnswer {
  const problem = body as { type?: string; code?: FaultCode; title?: string; detail?: string; errors?: FieldProblem[] };
  if (!problem.type?.startsWith('/problems/') || problem.code === undefined) return { status, body: body as object };
  return answerOfCode(problem.code, problem.detail ?? problem.title ?? '', problem.errors);
}
