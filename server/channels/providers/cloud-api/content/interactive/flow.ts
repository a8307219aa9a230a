import { isFields } from '#channels/providers/payloads/fields.ts';
import { checkText, checkWord, fieldsAt, type Problems, refuse } from '#channels/providers/content-checks/checks.ts';
import { namedAction } from './requests.ts';

const known = [
  'flow_message_version',
  'flow_id',
  'flow_name',
  'flow_cta',
  'flow_token',
  'mode',
  'flow_action',
  'flow_action_payload',
];

// Meta tells no limit for the token. It comes back with the answer, so it has to fit where that is kept.
const maxToken = 4096;

/** A button that opens a flow. */
export function checkFlow(problems: Problems, pointer: string, value: unknown): void {
  const action = namedAction(problems, pointer, value, 'flow', ['parameters']);
  const here = `${pointer}/parameters`;
  const flow = action && fieldsAt(problems, here, action['parameters'], known);
  if (!flow) return;
  const { flow_id: id, flow_name: name, flow_cta: label, flow_action_payload: payload } = flow;
  checkWord(problems, `${here}/flow_message_version`, flow['flow_message_version'], ['3']);
  if ((id === undefined) === (name === undefined)) {
    refuse(problems, here, 'It needs either the flow_id or the flow_name, and not both.');
  }
  checkText(problems, `${here}/flow_id`, id, { max: 128, singleLine: true, optional: true });
  checkText(problems, `${here}/flow_name`, name, { max: 200, singleLine: true, optional: true });
  if (checkText(problems, `${here}/flow_cta`, label, { max: 30, singleLine: true })) {
    if (/\p{Extended_Pictographic}/u.test(label)) refuse(problems, `${here}/flow_cta`, 'It must have no emoji.');
  }
  checkText(problems, `${here}/flow_token`, flow['flow_token'], { max: maxToken, optional: true });
  checkWord(problems, `${here}/mode`, flow['mode'], ['draft', 'published'], { optional: true });
  checkWord(problems, `${here}/flow_action`, flow['flow_action'], ['navigate', 'data_exchange'], { optional: true });
  if (payload !== undefined) checkPayload(problems, `${here}/flow_action_payload`, payload);
}

function checkPayload(problems: Problems, pointer: string, value: unknown): void {
  const payload = fieldsAt(problems, pointer, value, ['screen', 'data']);
  if (!payload) return;
  checkText(problems, `${pointer}/screen`, payload['screen'], { max: 200, singleLine: true });
  const { data } = payload;
  if (data !== undefined && !(isFields(data) && Object.keys(data).length > 0)) {
    refuse(
      problems,
      `${pointer}/data`,
      'It must be an object with at least one field; leave it out when there is none.',
    );
  }
}
