import type { FastifyInstance } from 'fastify';
import { answerBusinessCall, endCall, rejectBusinessCall, startPersonCall } from '#calls/calling.ts';
import type { CallCheckDeps } from '#calls/call-checks.ts';
import { permissionAt } from '#calls/call-permission.ts';
import { takesCalls } from '#calls/call-settings.ts';
import { viewCall as view } from '#calls/call-view.ts';
import { NO_USER_CALLS } from '#cloud-api/account/account-states.ts';
import { isObject } from '#cloud-api/checks.ts';
import { type BusinessNumber, findNumber } from '#cloud-api/credentials.ts';
import { type InboundDeps, writeAsPerson } from '#people/inbound.ts';
import type { Person } from '#people/people.ts';
import { Refusal, notFound } from './refusal.ts';

type Deps = CallCheckDeps & InboundDeps;
type Who = { Params: { who: string } };

interface NewCall {
  phone_number_id?: string;
  sdp?: string;
  deeplink_payload?: string;
  cta_payload?: string;
}

/** What a person does with calls. The permission to call is given and taken with a message, as on a phone. */
export function callControlRoutes(app: FastifyInstance, deps: Deps): void {
  const { calls, clock, credentials, numbers } = deps;

  app.get<Who>('/_sandbox/people/:who/calls', (request) => {
    const person = getPerson(request.params.who);
    return {
      data: calls
        .list()
        .filter((call) => call.person_id === person.id)
        .map(view),
    };
  });

  app.post<Who & { Body: NewCall }>(
    '/_sandbox/people/:who/calls',
    { schema: { body: CALL_SCHEMA } },
    (request, reply) => {
      const person = getPerson(request.params.who);
      const { phone_number_id: asked, ...wanted } = request.body;
      const number = findNumber(credentials, asked ?? credentials.phone_numbers[0]?.phone_number_id ?? '');
      if (!number)
        throw new Refusal('phone_number_id is not one of the numbers in GET /_sandbox/credentials', 'phone_number_id');
      const calling = numbers.of(number.phone_number_id).settings['calling'];
      checkCanCall(person, number, calling, wanted);
      if (isObject(calling) && calling['callback_permission_status'] === 'ENABLED') allowCallback(person, number);
      return reply.code(201).send(view(startPersonCall(person, number, wanted, deps)));
    },
  );

  for (const action of ['accept', 'reject', 'hang_up'] as const) {
    app.post<{ Params: { id: string }; Body: { sdp?: string } }>(
      `/_sandbox/calls/:id/${action}`,
      { schema: { body: action === 'accept' ? ACCEPT_SCHEMA : EMPTY_SCHEMA } },
      (request) => {
        const call = calls.find(request.params.id);
        if (!call) throw notFound(`The call ${request.params.id.slice(0, 100)}`);
        if (call.state === 'ended') throw new Refusal('The call has ended', null, 409);
        if (action === 'hang_up') return view(endCall(call, deps));
        if (call.direction === 'USER_INITIATED' || call.state !== 'ringing') {
          throw new Refusal(`Only a call of the business that rings can be taken or rejected`, null, 409);
        }
        if (deps.people.find(call.person_id)?.online !== true) {
          throw new Refusal('The phone of the person has no connection', null, 409);
        }
        return view(
          action === 'accept' ? answerBusinessCall(call, request.body.sdp, deps) : rejectBusinessCall(call, deps),
        );
      },
    );
  }

  function checkCanCall(person: Person, number: BusinessNumber, calling: unknown, wanted: NewCall): void {
    const id = number.phone_number_id;
    const isLinked = wanted.cta_payload !== undefined || wanted.deeplink_payload !== undefined;
    const isHidden = isObject(calling) && calling['call_icon_visibility'] === 'DISABLE_ALL' && !isLinked;
    if (!person.online) throw new Refusal('The phone of the person has no connection', null, 409);
    if (!person.on_whatsapp) throw new Refusal('The person is not on WhatsApp', null, 409);
    if (
      isHidden ||
      !takesCalls(calling, clock.now()) ||
      deps.blockLists.has(id, person.id) ||
      deps.accounts.isRestricted(number.waba_id, ...NO_USER_CALLS)
    ) {
      throw new Refusal('The number takes no calls of this person now', null, 409);
    }
    if (calls.between(id, person.id).some((call) => call.state !== 'ended')) {
      throw new Refusal('There is a call between the two already', null, 409);
    }
  }

  // Whoever calls a number that has this switched on may be called back.
  function allowCallback(person: Person, { phone_number_id }: BusinessNumber): void {
    const { status } = permissionAt(calls.permissionOf(phone_number_id, person.id), clock.now());
    if (status !== 'no_permission') return;
    const call_permission_reply = { response: 'accept', response_source: 'automatic' };
    const interactive = { type: 'call_permission_reply', call_permission_reply };
    writeAsPerson(person, { type: 'interactive', interactive, phone_number_id }, deps);
  }

  function getPerson(who: string): Person {
    const person = deps.people.find(who);
    if (!person) throw notFound(`The person ${who.slice(0, 100)}`);
    return person;
  }
}

const text = (most: number) => ({ type: 'string', minLength: 1, maxLength: most }) as const;

const CALL_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    phone_number_id: text(40),
    sdp: text(100_000),
    deeplink_payload: text(512),
    cta_payload: text(512),
  },
} as const;

const ACCEPT_SCHEMA = { type: 'object', additionalProperties: false, properties: { sdp: text(100_000) } } as const;
const EMPTY_SCHEMA = { type: 'object', additionalProperties: false, properties: {} } as const;
