import { newWacid } from '#cloud-api/ids.ts';
import type { BusinessNumber, Credentials } from '#cloud-api/credentials.ts';
import { findNumber } from '#cloud-api/credentials.ts';
import type { Settings } from '#control/settings.ts';
import type { Chats, Json } from '#people/chats.ts';
import type { ContactBook } from '#people/contact-book.ts';
import type { People, Person } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { contactOf } from '#webhooks/contents.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { callStatusElement, connectElement, terminateElement } from './call-webhooks.ts';
import type { Call } from './call.ts';
import type { Calls } from './calls.ts';

export interface CallDeps {
  clock: SandboxClock;
  settings: Settings;
  credentials: Credentials;
  people: People;
  chats: Chats;
  calls: Calls;
  webhooks: WebhookQueue;
  contactBook: ContactBook;
}

// There is no audio: the sandbox carries the descriptions of the session between the two sides and makes one up for a
// person who gives none.
const SDP =
  'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 127.0.0.1\r\n';

/** The phone of the person rings, if it has a connection; nobody answers for ever. */
export function startBusinessCall(
  person: Person,
  number: BusinessNumber,
  { callbackData, isByPhone }: { callbackData: string | null; isByPhone: boolean },
  deps: CallDeps,
): Call {
  const call = newCall('BUSINESS_INITIATED', person, number, callbackData, !isByPhone, deps);
  if (person.online) tellStatus(call, 'RINGING', deps);
  return call;
}

/** A person calls the business: that alone opens the service window, answered or not. */
export function startPersonCall(
  person: Person,
  number: BusinessNumber,
  { sdp, ...payloads }: { sdp?: string; deeplink_payload?: string; cta_payload?: string },
  deps: CallDeps,
): Call {
  const isHidden = deps.contactBook.shown(person, number.phone_number_id).wa_id !== person.wa_id;
  const call = newCall('USER_INITIATED', person, number, null, isHidden, deps);
  openWindow(call, deps);
  tellConnect(call, { sdp_type: 'offer', sdp: sdp ?? SDP }, deps, payloads);
  return call;
}

/** The person takes the business's call. */
export function answerBusinessCall(call: Call, sdp: string | undefined, deps: CallDeps): Call {
  const connected = connect(call, deps);
  openWindow(call, deps);
  tellConnect(call, { sdp_type: 'answer', sdp: sdp ?? SDP }, deps, {});
  tellStatus(call, 'ACCEPTED', deps);
  return connected;
}

/** The business takes the person's call. */
export function connect(call: Call, deps: CallDeps): Call {
  const connected: Call = { ...call, state: 'connected', connected_at: deps.clock.now() };
  deps.calls.put(connected);
  return connected;
}

/** The person does not want the business's call. */
export function rejectBusinessCall(call: Call, deps: CallDeps): Call {
  tellStatus(call, 'REJECTED', deps);
  return endCall({ ...call, is_rejected: true }, deps);
}

/** Whoever ends it: completed if the two have talked, else failed. */
export function endCall(call: Call, deps: CallDeps): Call {
  const at = deps.clock.now();
  const ended: Call = {
    ...call,
    state: 'ended',
    outcome: call.connected_at === null ? 'FAILED' : 'COMPLETED',
    ended_at: at,
  };
  deps.calls.put(ended);
  const { person, number } = sidesOf(call, deps);
  if (person && number) tell(ended, 'calls', terminateElement(ended, person, number, at), deps);
  return ended;
}

/** Calls that rang when the sandbox ended ring on, and end in their time. */
export function resumeCalls(deps: CallDeps): void {
  for (const call of deps.calls.list()) if (call.state === 'ringing') ring(call, deps);
}

function newCall(
  direction: Call['direction'],
  person: Person,
  number: BusinessNumber,
  callbackData: string | null,
  isPhoneHidden: boolean,
  deps: CallDeps,
): Call {
  const call: Call = {
    id: newWacid(),
    phone_number_id: number.phone_number_id,
    person_id: person.id,
    direction,
    state: 'ringing',
    outcome: null,
    started_at: deps.clock.now(),
    connected_at: null,
    ended_at: null,
    callback_data: callbackData,
    ...(isPhoneHidden ? { is_phone_hidden: true } : {}),
  };
  deps.calls.put(call);
  ring(call, deps);
  return call;
}

function ring({ id, started_at: startedAt }: Call, deps: CallDeps): void {
  deps.clock.at(startedAt + deps.settings.call_ring_seconds * 1000, () => {
    const call = deps.calls.find(id);
    if (call?.state === 'ringing') endCall(call, deps);
  });
}

function openWindow(call: Call, { chats, clock }: CallDeps): void {
  chats.openWindow(chats.chat(call.person_id, call.phone_number_id), clock.now());
}

function tellConnect(call: Call, session: Json, deps: CallDeps, more: Json): void {
  const { person, number } = sidesOf(call, deps);
  if (person && number) {
    tell(call, 'calls', connectElement(call, person, number, deps.clock.now(), session, more), deps, [
      contactOf(person),
    ]);
  }
}

function tellStatus(call: Call, status: string, deps: CallDeps): void {
  const { person } = sidesOf(call, deps);
  if (person) tell(call, 'statuses', callStatusElement(call, person, status, deps.clock.now()), deps);
}

function tell(call: Call, part: 'calls' | 'statuses', element: Json, deps: CallDeps, contacts: Json[] = []): void {
  deps.webhooks.tell(call.phone_number_id, { field: 'calls', part, contacts, element, inbound_id: null });
}

function sidesOf(
  call: Call,
  { people, credentials, contactBook }: CallDeps,
): { person: Person | undefined; number: BusinessNumber | undefined } {
  const person = people.find(call.person_id);
  return {
    person: person && contactBook.shown(person, call.phone_number_id),
    number: findNumber(credentials, call.phone_number_id),
  };
}
