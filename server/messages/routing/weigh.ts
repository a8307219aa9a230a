import { findFacts } from '#messages/accept/accept-store.ts';
import { addressOf, decideOn, factsKey } from '#messages/accept/draft.ts';
import { type MessageRequest, type PreparedMessage, prepareMessage, readRecipient } from '#messages/accept/prepare.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import type { Queryable } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { adaptContent } from './adapt.ts';
import type { Option, SaidAs } from './as-text.ts';
import type { Candidate } from './choose.ts';
import type { SkipReason } from './routing.ts';
import { orderSenders, type Rule } from './rule.ts';

/** A sender of a rule with the message as it would be there. */
export interface Weighed extends Candidate {
  account: SenderAccount | null;
  /** Null when it cannot be sent there. */
  prepared: PreparedMessage | null;
  said: { saidAs: SaidAs; options: Option[] | null } | null;
  fault: Fault | null;
  /** What the account told of the template, when the content is one. */
  templateStatus: string | null;
  suppressions: readonly string[];
}

export interface Wanted {
  workspaceId: string;
  request: MessageRequest;
  rule: Rule;
  /** Null: nobody is known by this address. */
  contactId: string | null;
}

export interface WeighDeps {
  db: Queryable;
  senders: SenderAccount[];
  /** Senders whose provider does not answer at the moment. */
  silent: ReadonlySet<string>;
}

/** Each sender of the rule of each message, in the order of the rule, as it stands now. One read for all of them. */
export async function weigh(deps: WeighDeps, wanted: Wanted[], now: Temporal.Instant): Promise<Weighed[][]> {
  const weighed = wanted.map((one) =>
    orderSenders(one.rule).map(({ sender_id, price }) => {
      const account = deps.senders.find(({ senderId }) => senderId === sender_id) ?? null;
      const isAnswering = !deps.silent.has(sender_id);
      return {
        ...unknown,
        ...prepareAt(one, account, deps.senders, now),
        sender_id,
        price: price ?? null,
        account,
        isAnswering,
        isOfficial: account?.provider.capabilities.official ?? true,
      };
    }),
  );
  const open = weighed.flatMap((own, index) =>
    own.flatMap((candidate) =>
      candidate.prepared ? [{ candidate, workspaceId: wanted[index]?.workspaceId ?? '' }] : [],
    ),
  );
  const keys = open.flatMap(({ candidate: { prepared }, workspaceId }, n) =>
    prepared ? [factsKey(workspaceId, prepared, n)] : [],
  );
  for (const row of keys.length > 0 ? await findFacts(deps.db, keys) : []) {
    const candidate = open[row.n]?.candidate;
    if (!candidate?.prepared) continue;
    candidate.templateStatus = row.templateStatus;
    candidate.suppressions = row.suppressions ?? [];
    const addressed = addressOf(candidate.prepared, row);
    if (addressed instanceof Fault) {
      Object.assign(candidate, refusal('no_address', addressed), { prepared: null });
      continue;
    }
    candidate.decision = decideOn(candidate.prepared, row);
  }
  return weighed;
}

const unknown: Omit<Weighed, 'sender_id' | 'account' | 'price' | 'isAnswering' | 'isOfficial'> = {
  obstacle: null,
  decision: null,
  prepared: null,
  said: null,
  fault: null,
  templateStatus: null,
  suppressions: [],
};

type Prepared = Pick<Weighed, 'obstacle' | 'prepared' | 'said' | 'fault'>;

function prepareAt(
  { request, rule, contactId }: Wanted,
  account: SenderAccount | null,
  senders: SenderAccount[],
  now: Temporal.Instant,
): Prepared {
  if (!account)
    return refusal('sender_gone', new Fault('sender_not_found', { detail: 'The sender does not exist any more.' }));
  const { capabilities } = account.provider;
  const there = addressedFor(request, account, contactId);
  if (!there) {
    const detail = `The recipient has no address on ${capabilities.channel} that is known.`;
    return refusal('no_address', new Fault('recipient_invalid', { detail }));
  }
  const adapted = adaptContent(
    request.content,
    {
      senderId: account.senderId,
      channel: capabilities.channel,
      check: (content) =>
        account.provider.checkContent(content, readRecipient(there, []).recipient, {
          sendAt: now,
          lane: request.purpose,
          marketingMessages: there.marketing_messages !== undefined,
          directSend: there.direct_send?.category,
        }),
    },
    rule.twins,
  );
  if (!adapted.ok) {
    return refusal('cannot_be_said', new Fault('content_unsupported', { detail: adapted.problem }));
  }
  try {
    const prepared = prepareMessage({ ...there, content: adapted.content }, senders, now);
    return { obstacle: null, fault: null, prepared, said: { saidAs: adapted.saidAs, options: adapted.options } };
  } catch (error) {
    if (error instanceof Fault) return refusal('cannot_be_said', error);
    throw error;
  }
}

function refusal(reason: SkipReason, fault: Fault): Prepared {
  const detail = fault.detail ?? fault.title;
  return { obstacle: { reason, detail }, fault, prepared: null, said: null };
}

const kindOf = [
  ['to', 'phone'],
  ['recipient', 'provider_user'],
  ['group_id', 'group'],
  ['to_email', 'email'],
] as const;

/** The request as this sender takes it: to the contact, where the address given is of no use there, and without the options
 *  that its provider does not have. Undefined when nobody can be reached. */
function addressedFor(
  request: MessageRequest,
  { senderId, provider: { capabilities } }: SenderAccount,
  contactId: string | null,
): MessageRequest | undefined {
  const { direct_send: directSend, marketing_messages: marketing, ...rest } = request;
  const there: MessageRequest = {
    ...rest,
    sender_id: senderId,
    ...(directSend && capabilities.directSend ? { direct_send: directSend } : {}),
    ...(marketing && capabilities.marketingMessages ? { marketing_messages: marketing } : {}),
  };
  const given = kindOf.find(([field]) => request[field] !== undefined);
  if (!given || capabilities.recipientKinds.includes(given[1])) return there;
  if (contactId === null) return undefined;
  const { to: _to, recipient: _recipient, group_id: _group, to_email: _email, ...unaddressed } = there;
  return { ...unaddressed, contact_id: contactId };
}
