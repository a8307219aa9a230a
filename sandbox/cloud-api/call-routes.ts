import type { FastifyInstance } from 'fastify';
import { type CallCheckDeps, DAY_MS, checkCallsOn, checkCanCall, connectedAt } from '#calls/call-checks.ts';
import { REQUEST_LIMITS, limitView, permissionAt } from '#calls/call-permission.ts';
import { connect, endCall, startBusinessCall } from '#calls/calling.ts';
import type { Call } from '#calls/call.ts';
import type { Json } from '#people/chats.ts';
import type { Person } from '#people/people.ts';
import { accessToNumber } from './access.ts';
import { invalid, optionalText, requireObject, requireText, requireWord } from './checks.ts';
import type { BusinessNumber } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import { bodyOf } from './request-body.ts';
import { checkRecipient } from './send-check.ts';
import { permissionRequestsIn } from './sends.ts';

type ById = { Params: { id: string } };

const ACTIONS = ['connect', 'pre_accept', 'accept', 'reject', 'terminate'];
const LOOKUPS_PER_SECOND = 5;

/** The business's side of calls. What a person does is in the control API. */
export function callRoutes(app: FastifyInstance, deps: CallCheckDeps): void {
  const { calls, chats, clock, people, settings } = deps;
  const lookups = new Map<string, number[]>();

  app.post<ById>('/:id/calls', (request) => {
    const number = accessToNumber(request, request.params.id, deps);
    const body = bodyOf(request);
    requireWord(body, 'messaging_product', 'messaging_product', ['whatsapp']);
    const action = requireWord(body, 'action', 'action', ACTIONS);
    if (action === 'connect') {
      checkSession(body, 'offer');
      const callbackData = optionalText(body, 'biz_opaque_callback_data', 'biz_opaque_callback_data', 512) ?? null;
      const person = checkCanCall(personOf(body, number), number, deps);
      const call = startBusinessCall(
        person,
        number,
        { callbackData, isByPhone: checkRecipient(body, number).by === 'phone' },
        deps,
      );
      return { messaging_product: 'whatsapp', calls: [{ id: call.id }] };
    }
    checkCallsOn(number, deps);
    const call = callOf(body, number.phone_number_id);
    act(call, action, body);
    return { messaging_product: 'whatsapp', success: true };
  });

  app.get<ById>('/:id/call_permissions', (request) => {
    const number = accessToNumber(request, request.params.id, deps);
    const { phone_number_id: id } = number;
    countLookup(id);
    const { user_wa_id: waId, recipient } = request.query as Json;
    const person = personOf({ to: waId, recipient }, number);
    const now = clock.now();
    const permission = permissionAt(
      person ? calls.permissionOf(id, person.id) : { status: 'no_permission', expires_at: null },
      now,
    );
    const asked = person ? permissionRequestsIn(chats.chat(person.id, id)) : [];
    const called = person ? connectedAt(calls.between(id, person.id)) : [];
    const requestLimits = REQUEST_LIMITS.map(({ period, ms, most }) => limitView(period, ms, most, asked, now));
    const hasRoom = REQUEST_LIMITS.every(({ ms, most }) => asked.filter((at) => now - at < ms).length < most);
    return {
      messaging_product: 'whatsapp',
      permission: {
        status: permission.status,
        ...(permission.expires_at === null ? {} : { expiration_time: Math.floor(permission.expires_at / 1000) }),
      },
      actions: [
        {
          action_name: 'send_call_permission_request',
          can_perform_action: permission.status !== 'permanent' && (hasRoom || settings.limits === 'off'),
          limits: requestLimits,
        },
        {
          action_name: 'start_call',
          can_perform_action: canCall(person, number),
          limits: [limitView('PT24H', DAY_MS, settings.calls_per_day, called, now)],
        },
      ],
    };
  });

  function act(call: Call, action: string, body: Json): void {
    const isTheirs = call.direction === 'USER_INITIATED';
    if (call.state === 'ended') throw invalid('call_id', 'is a call that has ended.');
    if (action === 'terminate') {
      endCall(call, deps);
      return;
    }
    if (!isTheirs || call.state !== 'ringing') {
      throw invalid('action', `must be terminate: only a person's call that rings can be answered or rejected.`);
    }
    if (action === 'reject') {
      endCall({ ...call, is_rejected: true }, deps);
      return;
    }
    // Whoever has sent the session with pre_accept need not send it again.
    if (action === 'pre_accept' || body['session'] !== undefined) checkSession(body, 'answer');
    if (action === 'accept') connect(call, deps);
  }

  function canCall(person: Person | undefined, number: Parameters<typeof checkCanCall>[1]): boolean {
    try {
      checkCanCall(person, number, deps);
      return true;
    } catch (error) {
      if (error instanceof GraphError) return false;
      throw error;
    }
  }

  function callOf(body: Json, phoneNumberId: string): Call {
    const id = requireText(body, 'call_id', 'call_id', 200);
    const call = calls.find(id);
    if (call?.phone_number_id === phoneNumberId) return call;
    throw new GraphError(131009, 'Param call_id is not the id of a call of this number.');
  }

  function personOf(body: Json, number: BusinessNumber): Person | undefined {
    const recipient = checkRecipient(body, number);
    if (recipient.by === 'phone') return people.findByWaId(recipient.waId);
    const person = people.findByUserId(recipient.input);
    if (!person) throw new GraphError(131009, 'Param recipient is not a user id of this business portfolio.');
    return person;
  }

  function countLookup(phoneNumberId: string): void {
    if (settings.limits === 'off') return;
    const now = clock.now();
    const recent = (lookups.get(phoneNumberId) ?? []).filter((at) => now - at < 1000);
    if (recent.length >= LOOKUPS_PER_SECOND) {
      throw new GraphError(613, `Permissions to call may be asked for ${LOOKUPS_PER_SECOND} times a second.`);
    }
    lookups.set(phoneNumberId, [...recent, now]);
  }
}

function checkSession(body: Json, type: 'offer' | 'answer'): void {
  const session = requireObject(body, 'session', 'session');
  requireWord(session, 'sdp_type', "session['sdp_type']", [type]);
  const sdp = requireText(session, 'sdp', "session['sdp']", 100_000);
  if (!sdp.startsWith('v=0')) throw invalid("session['sdp']", 'must be a session description (RFC 8866).');
}
