import { REQUEST_LIMITS, permissionAt } from '#calls/call-permission.ts';
import type { Calls } from '#calls/calls.ts';
import type { LiveChanges } from '#control/events.ts';
import type { Settings } from '#control/settings.ts';
import { type Chat, type Chats, type Json, type Message, chatIdOf } from '#people/chats.ts';
import { showMessage, viewersOf } from '#people/group-thread.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { BlockLists } from './account/block-lists.ts';
import { type Flows, flowUseOf } from './account/flows.ts';
import type { Group, Groups } from './account/groups.ts';
import { isObject } from './checks.ts';
import type { BusinessNumber } from './credentials.ts';
import type { AccountStates } from './account/account-states.ts';
import type { NumberStates } from './account/number-states.ts';
import { type Failure, kindOf } from './delivery-rules.ts';
import { GraphError } from './graph-error.ts';
import { newWamid } from './ids.ts';
import { countryOf, toWaId } from './phone-numbers.ts';
import type { SendLimits } from './limits.ts';
import type { MediaStore } from './media.ts';
import { checkMessagingAccount } from './messaging-account.ts';
import {
  type CheckedMessage,
  type Recipient,
  THIRTY_DAYS_SECONDS,
  checkEnvelope,
  checkMessage,
  checkReadReceipt,
  checkRecipient,
} from './send-check.ts';
import { checkGroup, checkPin, isForGroup, pinEnd, refuseForGroup } from './send-groups.ts';
import { type Endpoint, checkEndpoint, lifetimeOf } from './send-marketing.ts';
import { refuseRestricted } from './send-restrictions.ts';
import type { TemplateLookups } from './send-template.ts';
import type { StatusTimeline } from './status-timeline.ts';
import { type Templates, buttonsOf } from './templates.ts';

export interface SendDeps {
  clock: SandboxClock;
  settings: Settings;
  people: People;
  chats: Chats;
  calls: Calls;
  media: MediaStore;
  templates: Templates;
  limits: SendLimits;
  blockLists: BlockLists;
  flows: Flows;
  groups: Groups;
  accounts: AccountStates;
  numbers: NumberStates;
  timeline: StatusTimeline;
  changes: LiveChanges;
}

/** How long a message can be marked as read. */
const READABLE_MS = 30 * 86_400_000;

/** A request that was taken: what to answer, and what to do once the ledger has it. */
export interface Acceptance {
  answer: Json;
  wamid: string | null;
  /** With a failure the message comes to nothing, whatever would have become of it. */
  commit(plannedFailure?: Failure): void;
}

/** Decides on the body of a send call. No message exists yet when it returns; throws the `GraphError` of a refusal. */
export function accept(body: Json, number: BusinessNumber, deps: SendDeps, endpoint: Endpoint): Acceptance {
  checkEnvelope(body);
  checkAccount(deps.settings);
  if (body['status'] !== undefined) return acceptReadReceipt(body, number, deps);
  checkMessagingAccount(body, number, deps.settings);
  if (isForGroup(body)) return acceptForGroup(body, number, deps, endpoint);
  const recipient = checkRecipient(body, number);
  const waId = recipient.by === 'phone' ? recipient.waId : null;
  if (waId !== null && waId === number.display_phone_number.replaceAll(/\D/g, '')) {
    throw new GraphError(131021, 'Recipient phone number cannot be the sender phone number.');
  }
  refusePeople(waId, recipient, deps.settings);
  refuseMagicNumber(waId, deps.settings);
  const checked = checkMessage(body, recipient, lookupsOf(number, deps));
  checkEndpoint(endpoint, body, checked, deps.settings, deps.clock.now());
  const known = waId === null ? deps.people.findByUserId(recipient.input) : deps.people.findByWaId(waId);
  if (waId === null && !known) {
    throw new GraphError(131009, 'Param recipient is not a user id of this business portfolio.');
  }
  if (known && deps.blockLists.has(number.phone_number_id, known.id)) {
    throw new GraphError(130403, 'The recipient is on the block list of the business.');
  }
  // The limits are looked at last, because they count what is accepted; a refused message costs nothing.
  const refusal = deps.timeline.refusalOf(known, checked.type === 'template', number.phone_number_id);
  if (refusal) throw refusal;
  refuseRestricted(checked, number, deps);
  if (known) refuseCallPermission(checked, known, number, deps);
  takeFlow(checked, number, deps);
  deps.limits.take(number.phone_number_id, waId ?? recipient.input);
  const wamid = newWamid('out', waId ?? recipient.input);
  return {
    answer: answerOf(recipient, wamid, checked),
    wamid,
    commit(plannedFailure) {
      const person = known ?? deps.people.findByWaId(waId ?? '') ?? deps.people.add({ phone: `+${waId}` });
      store(wamid, checked, recipient, person, number, deps, endpoint, { plannedFailure });
    },
  };
}

/** Counts the send of a flow. Throws for one that is blocked, or throttled and sent too often. */
function takeFlow({ content, template }: CheckedMessage, number: BusinessNumber, { flows }: SendDeps): void {
  const flow = flowUseOf(content, template ? buttonsOf(template) : []);
  if (flow) flows.takeSend(number.waba_id, flow);
}

function lookupsOf(number: BusinessNumber, { clock, media, settings, templates }: SendDeps): TemplateLookups {
  return {
    phoneNumberId: number.phone_number_id,
    settings,
    now: clock.now(),
    findMedia: (id) => media.find(id),
    findTemplate: (name, language) => templates.find(name, language, number.waba_id),
  };
}

/** A message to a group: each participant gets a copy, and each copy has its own way. */
function acceptForGroup(body: Json, number: BusinessNumber, deps: SendDeps, endpoint: Endpoint): Acceptance {
  const { chats, clock, groups } = deps;
  const { group, members } = checkGroup(body, number.phone_number_id, deps);
  const wamid = newWamid('out', group.id);
  const answer = (checked: CheckedMessage | null): Json => ({
    messaging_product: 'whatsapp',
    contacts: [{ input: group.id, wa_id: group.id }],
    messages: [{ id: wamid, group_id: group.id, ...(checked ? statusAnswered(checked) : {}) }],
  });
  if (body['type'] === 'pin') {
    const { messageId, days } = checkPin(body, group, chats);
    deps.limits.take(number.phone_number_id, group.id);
    return {
      answer: answer(null),
      wamid,
      commit: () => groups.pin(group, messageId, pinEnd(days, clock.now())),
    };
  }
  const recipient: Recipient = { by: 'phone', input: group.id, waId: group.id };
  const checked = checkMessage(body, recipient, lookupsOf(number, deps));
  refuseForGroup(checked, deps.settings);
  checkEndpoint(endpoint, body, checked, deps.settings, clock.now());
  refuseRestricted(checked, number, deps);
  takeFlow(checked, number, deps);
  deps.limits.take(number.phone_number_id, group.id);
  return {
    answer: answer(checked),
    wamid,
    commit: (plannedFailure) =>
      storeInGroup(wamid, checked, { group, members }, number, deps, endpoint, plannedFailure),
  };
}

/** Gives each participant a copy. */
export function storeInGroup(
  wamid: string,
  checked: CheckedMessage,
  { group, members }: { group: Group; members: readonly Person[] },
  number: BusinessNumber,
  deps: SendDeps,
  endpoint: Endpoint,
  plannedFailure: Failure | undefined,
): void {
  const { chats } = deps;
  const recipient: Recipient = { by: 'phone', input: group.id, waId: group.id };
  const having = new Set(chats.copiesOf(wamid).map((copy) => copy.person_id));
  for (const person of members) {
    // A run that was killed may have stored some of them.
    if (having.has(person.id)) continue;
    // The window of a group is open for everybody in it, also for those who came later.
    if (group.last_inbound_at !== null) chats.openWindow(chats.chat(person.id, group.id), group.last_inbound_at);
    const placed = { plannedFailure, group, groupWamid: wamid };
    store(`${wamid}:${person.id}`, checked, recipient, person, number, deps, endpoint, placed);
  }
}

/** The provider's own mistake: the same request taken a second time, with another id that the answer does not tell. */
export function acceptAgain(body: Json, number: BusinessNumber, deps: SendDeps, endpoint: Endpoint): void {
  accept(body, number, deps, endpoint).commit();
}

/** Makes a message of a request that was accepted. */
export function store(
  wamid: string,
  checked: CheckedMessage,
  recipient: Recipient,
  person: Person,
  number: BusinessNumber,
  deps: SendDeps,
  endpoint: Endpoint,
  placed: { plannedFailure: Failure | undefined; group?: Group; groupWamid?: string },
): void {
  const { plannedFailure, group, groupWamid } = placed;
  const ttlSeconds = lifetimeOf(checked, endpoint);
  const message: Message = {
    id: wamid,
    from: 'business',
    person_id: person.id,
    phone_number_id: number.phone_number_id,
    at: deps.clock.now(),
    type: checked.type,
    content: checked.content,
    context_id: checked.contextId,
    status: 'accepted',
    error: null,
    reactions: [],
    rendered: checked.rendered,
    media_id: checked.mediaId,
    to: recipient.input,
    callback_data: checked.callbackData,
    category: endpoint === 'marketing_messages' ? 'marketing_lite' : checked.category,
    ...(ttlSeconds === THIRTY_DAYS_SECONDS ? {} : { ttl_seconds: ttlSeconds }),
    ...(checked.identityHash === null ? {} : { identity_hash: checked.identityHash }),
    ...(group && groupWamid !== undefined ? { group_id: group.id, group_wamid: groupWamid } : {}),
    ...(plannedFailure ? { planned_failure: plannedFailure } : {}),
    ...(checked.isDirectSend ? { is_direct_send: true } : {}),
    ...(checked.template?.pacing === 'holding' ? { is_held: true } : {}),
  };
  deps.chats.add(message);
  if (!message.is_held) deps.timeline.start(message);
  const target = checked.reaction && reactedTo(checked.reaction.messageId, deps.chats);
  if (checked.reaction && target) deps.chats.react(target, 'business', checked.reaction.emoji);
  const shown = checked.reaction ? target : message;
  if (shown) showMessage(shown, deps);
}

/** The message that is reacted to. Each participant of a group has a copy of what the business wrote, and the reactions to
 *  all of them are shown together: the first copy keeps that of the business. */
function reactedTo(messageId: string, chats: Chats): Message | undefined {
  return chats.find(messageId) ?? chats.copiesOf(messageId)[0];
}

function acceptReadReceipt(body: Json, number: BusinessNumber, deps: SendDeps): Acceptance {
  const { messageId, isTyping } = checkReadReceipt(body);
  const message = deps.chats.find(messageId);
  if (message?.from !== 'person' || message.phone_number_id !== number.phone_number_id) {
    throw new GraphError(
      deps.settings.unknown_message_code,
      'Param message_id is not the id of a message that was received.',
    );
  }
  if (deps.clock.now() - message.at > READABLE_MS) {
    throw new GraphError(deps.settings.unknown_message_code, 'Param message_id is that of a message of 30 days ago.');
  }
  return { answer: { success: true }, wamid: null, commit: () => markRead(message, isTyping, deps) };
}

/** Marks the message and all earlier ones of its chat; in a group the message alone. */
function markRead(message: Message, isTyping: boolean, deps: SendDeps): void {
  const { person_id } = message;
  const chatId = chatIdOf(message);
  const { messages } = deps.chats.chat(person_id, chatId);
  for (const earlier of message.group_id === undefined ? messages : [message]) {
    if (earlier.from !== 'person' || earlier.at > message.at || earlier.status === 'read') continue;
    deps.chats.setStatus(earlier, 'read');
    deps.changes.emit('status', { id: earlier.id, person_id, phone_number_id: chatId, status: 'read', error: null });
  }
  if (!isTyping) return;
  for (const viewer of viewersOf(message, deps)) {
    deps.changes.emit('typing', { person_id: viewer, phone_number_id: chatId, seconds: 25 });
  }
}

/** When the person of the chat was asked for calls. */
export function permissionRequestsIn({ messages }: Chat): number[] {
  return messages.filter((message) => kindOf(message) === 'call_permission_request').map((message) => message.at);
}

/** A person may be asked for calls once a day and twice in seven days. */
function refuseCallPermission(checked: CheckedMessage, person: Person, number: BusinessNumber, deps: SendDeps): void {
  if (kindOf(checked) !== 'call_permission_request') return;
  const now = deps.clock.now();
  if (permissionAt(deps.calls.permissionOf(number.phone_number_id, person.id), now).status === 'permanent') {
    throw new GraphError(138017, 'The person has allowed calls for ever.');
  }
  if (deps.settings.limits === 'off') return;
  const asked = permissionRequestsIn(deps.chats.chat(person.id, number.phone_number_id));
  for (const { ms, most } of REQUEST_LIMITS) {
    if (asked.filter((at) => now - at < ms).length < most) continue;
    throw new GraphError(
      138009,
      `A person may be asked for the permission to call ${most} time(s) in ${ms / 3_600_000} hours.`,
    );
  }
}

function checkAccount(settings: Settings): void {
  switch (settings.account_state) {
    case 'unregistered':
      throw new GraphError(133010, 'The phone number is not registered on the WhatsApp Business Platform.');
    case 'locked':
      throw new GraphError(131031, 'The WhatsApp Business Account has been locked.');
    case 'restricted':
      throw new GraphError(368, 'The WhatsApp Business Account is restricted for violating a platform policy.');
    case 'maintenance':
      throw new GraphError(131057, 'The business account is in maintenance mode.');
    case 'access_denied':
      throw new GraphError(131005, 'The system user may not use the phone number.');
    case 'wrong_certificate':
      throw new GraphError(131045, 'The phone number was not registered with the right certificate.');
    case 'ok':
    case 'token_expired':
    case 'token_invalidated':
  }
}

/** Whom the business may not write to at all: a test number has a list of people, and some countries are closed. */
function refusePeople(waId: string | null, recipient: Recipient, settings: Settings): void {
  const { closed_countries: closed, test_recipients: allowed } = settings;
  if (allowed.length > 0 && !(waId !== null && allowed.some((phone) => toWaId(phone) === waId))) {
    throw new GraphError(131030, 'The recipient phone number is not in the list of allowed numbers.');
  }
  const country = waId === null ? recipient.input.slice(0, 2) : countryOf(waId);
  if (closed.includes(country)) {
    throw new GraphError(130497, `The business account may not message users in ${country}.`);
  }
}

function refuseMagicNumber(waId: string | null, settings: Settings): void {
  if (waId === null || !settings.magic_numbers) return;
  if (waId.endsWith('0029')) throw new GraphError(130429, 'Cloud API message throughput has been reached.');
  if (waId.endsWith('0056')) {
    throw new GraphError(131056, 'Too many messages were sent to the same phone number in a short period of time.');
  }
}

/** What is said of a template's message at once, and of no other. */
function statusAnswered({ template }: CheckedMessage): { message_status?: string } {
  if (!template) return {};
  return { message_status: template.pacing === 'holding' ? 'held_for_quality_assessment' : 'accepted' };
}

function answerOf(recipient: Recipient, wamid: string, checked: CheckedMessage): Json {
  const contact =
    recipient.by === 'phone'
      ? { input: recipient.input, wa_id: recipient.waId }
      : { input: recipient.input, user_id: recipient.input };
  return {
    messaging_product: 'whatsapp',
    contacts: [contact],
    messages: [{ id: wamid, ...statusAnswered(checked) }],
  };
}

/** What the ledger and the faults want to know of a body, however broken it is. */
export function factsOf(body: unknown): { to: string | null; type: string; callbackData: string | null } {
  if (!isObject(body)) return { to: null, type: 'unknown', callbackData: null };
  const to = body['to'] ?? body['recipient'];
  const type = body['status'] === undefined ? (body['type'] ?? 'text') : 'read';
  const callbackData = body['biz_opaque_callback_data'];
  return {
    to: typeof to === 'string' ? to : typeof to === 'number' ? String(to) : null,
    type: typeof type === 'string' ? type : 'unknown',
    callbackData: typeof callbackData === 'string' ? callbackData : null,
  };
}
