import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';
import { checkFlowJson } from './flow-json.ts';

const FLOW = JSON.stringify({
  version: '7.2',
  screens: [{ id: 'WELCOME', terminal: true, layout: { type: 'SingleColumnLayout', children: [] } }],
});

async function upload(user: SandboxUser, id: string, json: string) {
  const boundary = 'flow-boundary';
  const field = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const file = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="flow.json"\r\nContent-Type: application/json\r\n\r\n${json}\r\n`;
  const body = `${field('name', 'flow.json')}${field('asset_type', 'FLOW_JSON')}${file}--${boundary}--\r\n`;
  return user.request('POST', `/${id}/assets`, body, {
    authorization: `Bearer ${user.account.access_token}`,
    'content-type': `multipart/form-data; boundary=${boundary}`,
  });
}

it('goes from draft to published to deprecated, and tells each step', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const made = await user.graph('POST', `/${user.account.waba_id}/flows`, { name: 'Sign up', categories: ['SIGN_UP'] });
  const { id } = made.read<{ id: string }>();
  expect(made.json).toEqual({ id, success: true, validation_errors: [] });
  const call = (edge: string) => user.graph('POST', `/${id}/${edge}`);
  expect(errorOf(await call('publish')).code).toBe(139002);
  expect((await upload(user, id, '{"version":')).json).toMatchObject({
    validation_errors: [{ error: 'INVALID_JSON' }],
  });
  expect(errorOf(await call('publish')).code).toBe(139002);
  expect((await upload(user, id, FLOW)).json).toEqual({ success: true, validation_errors: [] });
  expect(errorOf(await call('deprecate')).code).toBe(139003);
  expect((await call('publish')).json).toEqual({ success: true });
  expect(errorOf(await user.graph('DELETE', `/${id}`)).code).toBe(139004);
  expect((await call('deprecate')).json).toEqual({ success: true });
  expect(errorOf(await upload(user, id, FLOW)).code).toBe(139001);
  expect((await user.graph('GET', `/${id}?fields=status,json_version`)).json).toEqual({
    id,
    status: 'DEPRECATED',
    json_version: '7.2',
  });
  const told = await eventually(() => {
    const values = receiver.values<{ new_status: string }>('flows');
    return values.length === 2 ? values : undefined;
  });
  expect(told.map((value) => value.new_status).toSorted()).toEqual(['DEPRECATED', 'PUBLISHED']);
});

it('gives the content back as it came, and makes a published flow a draft when it changes', async () => {
  await using user = await SandboxUser.start();
  const wanted = { name: 'Survey', categories: ['SURVEY'], flow_json: FLOW, publish: true };
  const { id } = (await user.graph('POST', `/${user.account.waba_id}/flows`, wanted)).read<{ id: string }>();
  const status = async () => (await user.graph('GET', `/${id}?fields=status`)).read<{ status: string }>().status;
  expect(await status()).toBe('PUBLISHED');
  const assets = (await user.graph('GET', `/${id}/assets`)).read<{ data: { download_url: string }[] }>();
  const content = await user.graph('GET', new URL(assets.data[0]?.download_url ?? '').pathname);
  expect(content.text).toBe(FLOW);
  await upload(user, id, FLOW);
  expect(await status()).toBe('DRAFT');
  await user.graph('POST', `/${id}`, { name: 'Poll' });
  expect((await user.graph('GET', `/${user.account.waba_id}/flows`)).json).toMatchObject({
    data: [{ id, name: 'Poll' }],
  });
  expect((await user.graph('DELETE', `/${id}`)).json).toEqual({ success: true });
  expect(errorOf(await user.graph('GET', `/${id}`)).subcode).toBe(33);
});

it('sends what is published, ten times an hour what is throttled, and nothing that is blocked', async () => {
  await using user = await SandboxUser.start();
  const wanted = { name: 'Book', categories: ['APPOINTMENT_BOOKING'], flow_json: FLOW };
  const { id } = (await user.graph('POST', `/${user.account.waba_id}/flows`, wanted)).read<{ id: string }>();
  const send = (more: Record<string, unknown> = {}) =>
    user.send({
      type: 'interactive',
      interactive: {
        type: 'flow',
        body: { text: 'Book a table' },
        action: {
          name: 'flow',
          parameters: {
            flow_message_version: '3',
            flow_id: id,
            flow_cta: 'Begin',
            flow_action: 'navigate',
            flow_action_payload: { screen: 'WELCOME' },
            ...more,
          },
        },
      },
    });
  expect(errorOf(await send()).code).toBe(131009);
  expect((await send({ mode: 'draft' })).status).toBe(200);
  await user.graph('POST', `/${id}/publish`);
  expect((await send()).status).toBe(200);
  await user.request('PATCH', `/_sandbox/flows/${id}`, { status: 'THROTTLED' });
  for (let sent = 0; sent < 10; sent++) expect((await send()).status).toBe(200);
  expect(errorOf(await send()).code).toBe(132069);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 3601 });
  expect((await send()).status).toBe(200);
  await user.request('PATCH', `/_sandbox/flows/${id}`, { status: 'BLOCKED' });
  expect(errorOf(await send()).code).toBe(132068);
});

it.each([
  ['no JSON', '{', 'INVALID_JSON'],
  ['no object', '[]', 'INVALID_JSON'],
  ['no screens', '{"version":"7.2"}', 'REQUIRED_PROPERTY_MISSING'],
  ['no version', '{"screens":[{"id":"A","terminal":true,"layout":{}}]}', 'INVALID_PROPERTY_VALUE'],
  ['no end', '{"version":"7.2","screens":[{"id":"A","layout":{}}]}', 'MISSING_TERMINAL_SCREEN'],
  [
    'two of one id',
    '{"version":"7.2","screens":[{"id":"A","terminal":true,"layout":{}},{"id":"A","layout":{}}]}',
    'DUPLICATE_SCREEN_ID',
  ],
])('finds %s in a flow', (_what, json, error) => {
  expect(checkFlowJson(json).map((problem) => problem.error)).toContain(error);
});
