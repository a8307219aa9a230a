import type { Recipient } from '#channels/provider.ts';
import { Fault } from '#platform/fault.ts';
import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { list, object, text } from './reading.ts';

/** What the two sides of a call agree on before they hear each other (WebRTC). */
export interface CallSession {
  sdpType: 'offer' | 'answer';
  sdp: string;
}

/** Calls a person who has allowed it, and gives the id of the call. The answer comes as the webhook `calls`. */
export async function startCall(
  account: Account,
  person: Recipient,
  session: CallSession,
  callbackData?: string,
): Promise<string> {
  const body = {
    messaging_product: 'whatsapp',
    ...(person.kind === 'phone' ? { to: person.value } : { recipient: person.value }),
    action: 'connect',
    session: sessionOf(session),
    ...(callbackData === undefined ? {} : { biz_opaque_callback_data: callbackData }),
  };
  const { calls } = await askGraph(account, onCalls(account, body), object({ calls: list(object({ id: text })) }));
  const [call] = calls;
  if (!call) throw new Fault('upstream_failed', { detail: 'Meta did not say which call this is.' });
  return call.id;
}

/** Answers a call of a person, within 30 to 60 seconds: `pre_accept` makes it sound at once when it is accepted. */
export function answerCall(
  account: Account,
  callId: string,
  action: 'pre_accept' | 'accept',
  session: CallSession,
): Promise<void> {
  const body = { messaging_product: 'whatsapp', call_id: callId, action, session: sessionOf(session) };
  return tellGraph(account, onCalls(account, body));
}

/** Refuses a call that rings, or ends one that goes on. */
export function endCall(account: Account, callId: string, action: 'reject' | 'terminate'): Promise<void> {
  return tellGraph(account, onCalls(account, { messaging_product: 'whatsapp', call_id: callId, action }));
}

function sessionOf({ sdpType, sdp }: CallSession) {
  return { sdp_type: sdpType, sdp };
}

function onCalls(account: Account, body: Record<string, unknown>) {
  return { path: pathOf(account.senderExternalId, 'calls'), method: 'POST', body } as const;
}
