import { expect, it } from 'vitest';
import { Fault, type FaultCode, faultCatalogue, invalidField } from '#platform/fault.ts';
import { graphAnswerOf, GraphRefusal, unknownObject } from './graph-error.ts';

const codes = Object.keys(faultCatalogue) as FaultCode[];

it.each(codes)('%s is told as Meta would, with a code, words and a fitting status', (code) => {
  const { status, body } = graphAnswerOf(new Fault(code, { detail: 'What was wrong.' }));
  expect(body.error).toMatchObject({
    message: expect.stringMatching(/^\(#\d+\) \w/),
    type: expect.stringMatching(/Exception$/),
    code: expect.any(Number),
    error_data: { messaging_product: 'whatsapp', details: 'What was wrong.' },
  });
  expect(body.error.message).toContain(`(#${body.error.code})`);
  // Nobody may take a refusal for a fault of the server, or the other way round.
  expect(status >= 500).toBe(
    faultCatalogue[code].status >= 500 ||
      ['lane_stopped', 'sender_not_ready', 'idempotency_in_progress', 'request_timeout'].includes(code),
  );
});

it.each([
  ['service_window_closed', 400, 131047],
  ['recipient_opted_out', 400, 131050],
  ['recipient_blocked', 400, 130403],
  ['unauthorized', 401, 190],
  ['forbidden', 403, 10],
  ['too_many_requests', 400, 130429],
  ['content_unsupported', 400, 131051],
] as const)('%s is HTTP %i with the code %i', (code, status, graphCode) => {
  expect(graphAnswerOf(new Fault(code))).toMatchObject({ status, body: { error: { code: graphCode } } });
});

it('an unknown object has the subcode by which clients know it', () => {
  for (const refusal of [unknownObject('123'), new Fault('sender_not_found')])
    expect(graphAnswerOf(refusal)).toMatchObject({
      status: 400,
      body: { error: { code: 100, error_subcode: 33, type: 'GraphMethodException' } },
    });
});

it('a missing parameter is told from a bad one, by the name that Meta gives it', () => {
  const fault = invalidField('/content/text/body', 'It must have 1 to 4096 characters.');
  const told = (body: unknown) => graphAnswerOf(fault, body).body.error;
  expect(told({ type: 'text', text: {} })).toMatchObject({
    code: 131008,
    error_data: { details: "Param text['body'] is missing: It must have 1 to 4096 characters." },
  });
  expect(told({ type: 'text', text: { body: 1 } })).toMatchObject({
    code: 131009,
    error_data: { details: "Param text['body']: It must have 1 to 4096 characters." },
  });
  const reply = invalidField('/reply_to', 'There is no message with this id.');
  expect(graphAnswerOf(reply, { context: { message_id: 'x' } }).body.error.error_data.details).toBe(
    "Param context['message_id']: There is no message with this id.",
  );
});

it.each([
  ['/direct_send', 'category'],
  ['/direct_send/ttl_seconds', 'ttl_seconds'],
  ['/direct_send/template_name', 'direct_send_template_name'],
])('%s is the parameter %s', (pointer, name) => {
  const answer = graphAnswerOf(invalidField(pointer, 'No.'), { [name]: 1 });
  expect(answer.body.error).toMatchObject({ code: 131009, error_data: { details: `Param ${name}: No.` } });
});

it('a refusal in the words of Meta stays as it is', () => {
  expect(graphAnswerOf(new GraphRefusal(131021, 'No.'))).toMatchObject({
    status: 400,
    body: { error: { code: 131021 } },
  });
});
