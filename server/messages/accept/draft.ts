import type { Recipient } from '#channels/provider.ts';
import type { KnownAs } from '#contacts/contacts.ts';
import type { Decision } from '#messages/message.ts';
import { directSendFacts } from '#messages/outbox/dispatch-decision.ts';
import type { ReadyMessage } from '#messages/outbox/outbox-store.ts';
import { decide, heldUntil } from '#messages/policy.ts';
import { templateOf } from '#messages/template-of.ts';
import { Fault, type FaultCode, invalidField } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import type { AcceptRequest, AcceptResult } from './accept-request.ts';
import type { FactsKey, FactsRow, NewMessage } from './accept-store.ts';
import type { PreparedMessage } from './prepare.ts';

/** A message to be written, before its request has its number in the batch. */
export type DraftedRow = Omit<NewMessage, 'g'>;

/** What has to be known about a message before it can be decided on. */
export function factsKey(workspaceId: string, message: PreparedMessage, n: number): FactsKey {
  const target = message.replyTo && 'messageId' in message.replyTo ? message.replyTo.messageId : message.contentTarget;
  const template = templateOf(message.content);
  return {
    n,
    workspaceId,
    senderId: message.account.senderId,
    channel: message.channel,
    takesPhones: message.account.provider.capabilities.recipientKinds.includes('phone'),
    kind: message.recipient?.kind ?? null,
    matchKey: message.matchKey,
    contactId: message.contactId,
    targetMessageId: target,
    businessAccountId: template ? message.account.settings.businessAccountId : null,
    templateName: template?.name ?? null,
    templateLanguage: template?.language ?? null,
  };
}

/** The recipient of a message as somebody to make a contact of. */
export function personOf(
  workspaceId: string,
  message: PreparedMessage,
): { workspaceId: string; identities: KnownAs[]; name: null } {
  const recipient = message.recipient ?? { kind: 'phone', value: '' };
  return {
    workspaceId,
    name: null,
    identities: [{ workspaceId, channel: message.channel, kind: recipient.kind, value: recipient.value }],
  };
}

/** The address that the message goes to, or a Fault when the contact has none. */
export function addressOf(
  message: PreparedMessage,
  row: FactsRow,
): { address: string; addressKind: Recipient['kind'] } | Fault {
  // What the provider told of the template says more than the form of the content.
  const isForPhones = message.needsPhone || row.templateCategory === 'AUTHENTICATION';
  if (message.recipient) {
    const { kind, value } = message.recipient;
    if (isForPhones && kind !== 'phone') return needsPhone(kind === 'group' ? '/group_id' : '/recipient');
    return misplaced(message, kind) ?? { address: value, addressKind: kind };
  }
  if (!row.contactId) return invalidField('/contact_id', 'There is no contact with this id.');
  if (!row.address || !row.addressKind)
    return invalidField('/contact_id', `The contact has no address on ${message.channel}.`);
  if (isForPhones && row.addressKind !== 'phone') return needsPhone('/contact_id');
  return (
    misplaced(message, row.addressKind) ??
    strange(message, row) ?? { address: row.address, addressKind: row.addressKind }
  );
}

/** Providers of one channel know people and groups by ids of their own, and one's id says nothing to the other. */
function strange(message: PreparedMessage, row: FactsRow): Fault | undefined {
  const { account, content, directSend } = message;
  const { address, addressKind, decidedAt } = row;
  if (address === null || addressKind === null || addressKind === 'phone') return undefined;
  const occasion = {
    sendAt: message.sendAt ?? decidedAt,
    lane: message.purpose,
    marketingMessages: message.marketingMessages !== null,
    directSend: directSend?.category,
  };
  const verdict = account.provider.checkContent(content, { kind: addressKind, value: address }, occasion);
  if (verdict.ok) return undefined;
  const [problem] = verdict.problems;
  return invalidField('/contact_id', `This sender cannot write to the contact. ${problem?.message ?? ''}`.trim());
}

function needsPhone(pointer: string): Fault {
  return invalidField(
    pointer,
    'A one-time code goes to phone numbers only, and here none is known. Give the number in "to".',
    'recipient_invalid',
  );
}

/** What is wrong with sending this to an address of this kind. For a contact it is known only here. */
function misplaced(message: PreparedMessage, kind: Recipient['kind']): Fault | undefined {
  if (kind !== 'group') {
    if (message.audience !== 'groups') return undefined;
    const detail = 'Content of this kind goes to groups only.';
    return new Fault('content_unsupported', { detail, fields: [{ pointer: '/content/type', message: detail }] });
  }
  if (message.identityKeyHash !== null)
    return invalidField('/recipient_identity_key_hash', 'A group has no phone whose key could be compared.');
  if (message.marketingMessages)
    return invalidField('/marketing_messages', 'Messages to groups do not go by the product for marketing.');
  if (message.directSend) return invalidField('/direct_send', 'Messages to groups do not go by Direct Send.');
  return undefined;
}

// Whether it is over is asked of the database's clock later on. This process's may be wrong by more than a code lives.
function endOf({ sendAt, expiresAt, expiresAfterSeconds }: PreparedMessage, { decidedAt }: FactsRow): Temporal.Instant {
  return expiresAfterSeconds === null ? expiresAt : (sendAt ?? decidedAt).add({ seconds: expiresAfterSeconds });
}

/** Policy on a message that is about to be accepted. */
export function decideOn(message: PreparedMessage, row: FactsRow): Decision {
  const template = templateOf(message.content);
  return decide(
    {
      purpose: message.purpose,
      contentType: message.content.type,
      needsWindow: message.needsWindow,
      directSend: directSendFacts(message.account, message.directSend),
      windowExpiresAt: row.windowExpiresAt,
      suppressions: row.suppressions ?? [],
      sendAt: message.sendAt,
      expiresAt: endOf(message, row),
      stopped: message.account.stopped,
      laneStopped: message.account.stoppedLanes.get(message.purpose) ?? null,
      senderPaused: message.account.paused,
      template: template && {
        ...template,
        status: row.templateStatus,
        reason: row.templateReason,
        until: row.templateUntil,
        category: row.templateCategory,
      },
      restrictions: message.account.restrictions,
    },
    row.decidedAt,
  );
}

/** Everything that is written for one message, what its caller is told, and what the sender's queue is handed. Pure. */
export function draftMessage(
  request: Pick<AcceptRequest, 'workspaceId' | 'actor' | 'traceparent'>,
  message: PreparedMessage,
  row: FactsRow,
  contactId: string | null,
): { result: AcceptResult; row?: DraftedRow; ready?: ReadyMessage & { senderId: string } } {
  const addressed = addressOf(message, row);
  if (addressed instanceof Fault) return { result: { kind: 'refused', fault: addressed } };
  if (!contactId) return { result: { kind: 'refused', fault: new Fault('internal') } };
  const replyTo =
    message.replyTo && 'providerId' in message.replyTo
      ? message.replyTo.providerId
      : message.replyTo
        ? row.targetProviderId
        : null;
  if (message.replyTo && !replyTo) {
    return {
      result: {
        kind: 'refused',
        fault: invalidField('/reply_to', 'There is no message with this id that the provider knows.'),
      },
    };
  }
  let content = message.content;
  if (message.contentTarget) {
    if (!row.targetProviderId) {
      return {
        result: {
          kind: 'refused',
          fault: invalidField(
            `/content/${content.type}/message_id`,
            'There is no message with this id that the provider knows.',
          ),
        },
      };
    }
    const { type } = content;
    content = { type, [type]: { ...(content[type] as object), message_id: row.targetProviderId } };
  }
  const decision = decideOn(message, row);
  const id = newId();
  const createdAt = row.decidedAt.toString();
  const sendAt = message.sendAt?.toString() ?? null;
  const newRow: DraftedRow = {
    workspaceId: request.workspaceId,
    id,
    senderId: message.account.senderId,
    contactId,
    purpose: message.purpose,
    type: content.type,
    content,
    ...addressed,
    replyTo,
    identityKeyHash: message.identityKeyHash,
    marketingMessages: message.marketingMessages,
    directSend: message.directSend,
    tags: message.tags,
    metadata: message.metadata,
    routing: message.routing,
    createdAt,
    sendAt,
    expiresAt: endOf(message, row).toString(),
    dueAt: dueAtOf(decision, sendAt, row.decidedAt),
    decision,
    outcome: decision.outcome,
    hold: decision.outcome === 'hold' && decision.rule !== 'scheduled' ? decision : null,
    needsWindow: message.needsWindow,
    actor: request.actor,
    traceparent: request.traceparent,
  };
  if (decision.outcome === 'block') {
    return {
      row: newRow,
      result: {
        kind: 'blocked',
        messageId: id,
        status: 'blocked',
        decision,
        createdAt: row.decidedAt,
        fault: blockFault(decision, id),
      },
    };
  }
  return {
    row: newRow,
    result: acceptedResult({ id, createdAt: row.decidedAt, decision }),
    ...(decision.outcome === 'send' ? { ready: readyMessage(newRow) } : {}),
  };
}

function dueAtOf(decision: Decision, sendAt: string | null, now: Temporal.Instant): string {
  if (decision.outcome !== 'hold' || decision.rule === 'scheduled') return sendAt ?? now.toString();
  return heldUntil(decision, now)?.toString() ?? 'infinity';
}

/** What the caller of an accepted message is told, now or when the same request comes again. */
export function acceptedResult(message: {
  id: string;
  createdAt: Temporal.Instant;
  decision: Decision;
}): Extract<AcceptResult, { kind: 'accepted' }> {
  const { id, createdAt, decision } = message;
  const status = decision.outcome === 'send' ? 'queued' : decision.rule === 'scheduled' ? 'scheduled' : 'held';
  return { kind: 'accepted', messageId: id, status, decision, createdAt };
}

function readyMessage(row: DraftedRow): ReadyMessage & { senderId: string } {
  return {
    workspaceId: row.workspaceId,
    messageId: row.id,
    senderId: row.senderId,
    contactId: row.contactId,
    lane: row.purpose as ReadyMessage['lane'],
    tries: 0,
    type: row.type,
    content: row.content as ReadyMessage['content'],
    address: row.address,
    addressKind: row.addressKind as ReadyMessage['addressKind'],
    replyTo: row.replyTo,
    identityKeyHash: row.identityKeyHash,
    marketingMessages: row.marketingMessages,
    directSend: row.directSend,
    traceparent: row.traceparent,
  };
}

const blockCodes: Record<string, { code: FaultCode; detail: string }> = {
  expired: { code: 'message_expired', detail: 'The message expired before it could be sent.' },
  recipient_blocked: { code: 'recipient_blocked', detail: 'The contact is on the block list.' },
  recipient_opted_out: {
    code: 'recipient_opted_out',
    detail: 'The contact asked to get no more messages on this channel.',
  },
  recipient_opted_out_of_marketing: {
    code: 'recipient_opted_out',
    detail: 'The contact asked to get no more marketing on this channel.',
  },
  service_window_closed: {
    code: 'service_window_closed',
    detail: 'The contact has not written in the last 24 hours, so only a template can be sent.',
  },
};

function blockFault(decision: Decision, messageId: string): Fault {
  const known = blockCodes[decision.rule] ?? {
    code: 'conflict' as const,
    detail: `Policy blocks the message: ${decision.rule}.`,
  };
  return new Fault(known.code, { detail: known.detail, extensions: { message_id: messageId, decision } });
}
