import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';

it('lets a client check each of its credentials', async () => {
  await using user = await SandboxUser.start();
  const { account } = user;
  const number = await user.graph('GET', `/v24.0/${account.phone_number_id}?fields=id,display_phone_number,status`);
  expect(number.json).toEqual({
    id: account.phone_number_id,
    display_phone_number: '+1 555 078 3881',
    status: 'CONNECTED',
  });
  expect((await user.graph('GET', `/${account.waba_id}`)).json).toMatchObject({
    id: account.waba_id,
    account_review_status: 'APPROVED',
  });
  const numbers = await user.graph('GET', `/${account.waba_id}/phone_numbers`);
  expect(numbers.json).toMatchObject({ data: [{ id: account.phone_number_id }] });
  expect(errorOf(await user.graph('GET', '/123456789012345'))).toMatchObject({ code: 100, subcode: 33 });
  expect(errorOf(await user.graph('GET', `/${account.waba_id}`, undefined, 'bad'))).toMatchObject({
    status: 401,
    code: 190,
  });

  const token = await user.graph(
    'GET',
    `/debug_token?input_token=${account.access_token}`,
    undefined,
    `${account.app_id}|${account.app_secret}`,
  );
  expect(token.json).toMatchObject({ data: { app_id: account.app_id, is_valid: true, expires_at: 0 } });
  const unknown = await user.graph('GET', '/debug_token?input_token=EAAx');
  expect(unknown.json).toMatchObject({ data: { is_valid: false } });
});

it('tells a wrong app secret from a right one', async () => {
  await using user = await SandboxUser.start();
  const { account } = user;
  const proof = (secret: string) => createHmac('sha256', secret).update(account.access_token).digest('hex');
  const path = `/${account.phone_number_id}?appsecret_proof=`;
  expect((await user.graph('GET', path + proof(account.app_secret))).status).toBe(200);
  expect(errorOf(await user.graph('GET', path + proof('wrong'))).code).toBe(100);
  const app = await user.graph('GET', `/${account.app_id}/subscriptions`, undefined, `${account.app_id}|wrong`);
  expect(errorOf(app).code).toBe(190);
  const exchange = (secret: string) =>
    user.request(
      'POST',
      '/oauth/access_token',
      `client_id=${account.app_id}&client_secret=${secret}&grant_type=client_credentials`,
      {
        'content-type': 'application/x-www-form-urlencoded',
      },
    );
  expect((await exchange(account.app_secret)).json).toMatchObject({ token_type: 'bearer' });
  expect((await exchange('wrong')).status).toBe(400);
});

it('refuses calls without a proof of the app secret, when it is told to', async () => {
  await using user = await SandboxUser.start({ require_app_secret_proof: true });
  const { account } = user;
  const proof = createHmac('sha256', account.app_secret).update(account.access_token).digest('hex');
  const message = { messaging_product: 'whatsapp', to: '15550001111', type: 'text', text: { body: 'Hi' } };
  const path = `/${account.phone_number_id}/messages`;
  for (const without of [path, `${path}?appsecret_proof=${'0'.repeat(64)}`]) {
    const refusal = await user.graph('POST', without, message);
    expect(errorOf(refusal).code).toBe(100);
    expect(JSON.stringify(refusal.json)).toContain('appsecret_proof');
  }
  const template = { messaging_product: 'whatsapp', to: '15550001111', type: 'template' };
  const hello = { name: 'hello_world', language: { code: 'en_US' } };
  const sent = await user.graph('POST', `${path}?appsecret_proof=${proof}`, { ...template, template: hello });
  expect(sent.status).toBe(200);
});

it('shows and changes the subscribed apps of the WABA', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.waba_id}/subscribed_apps`;
  const appIds = async () =>
    (await user.graph('GET', path))
      .read<{ data: { whatsapp_business_api_data: { id: string } }[] }>()
      .data.map((app) => app.whatsapp_business_api_data.id);
  expect(await appIds()).toEqual([user.account.app_id]);
  await user.graph('DELETE', path);
  expect(await appIds()).toEqual([]);
  await user.graph('POST', path);
  expect(await appIds()).toEqual([user.account.app_id]);
});

it('reviews a new template within seconds, and forgets a deleted one', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.waba_id}/message_templates`;
  const definition = {
    name: 'thanks',
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Thank you, {{1}}, for coming by today.', example: { body_text: [['Ada']] } }],
  };
  expect((await user.graph('POST', path, definition)).json).toMatchObject({ status: 'PENDING', category: 'UTILITY' });
  expect(errorOf(await user.graph('POST', path, definition))).toMatchObject({ code: 100, subcode: 2388024 });
  await eventually(async () =>
    (await user.graph('GET', `${path}?name=thanks&status=APPROVED`)).text.includes('thanks') ? true : undefined,
  );
  const sent = await user.send({
    type: 'template',
    template: {
      name: 'thanks',
      language: { code: 'en_US' },
      components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ada' }] }],
    },
  });
  expect(sent.status).toBe(200);
  expect((await user.graph('DELETE', `${path}?name=thanks`)).json).toEqual({ success: true });
  const dangling = {
    ...definition,
    name: 'dangling',
    components: [{ type: 'BODY', text: '{{1}} is here for you now' }],
  };
  expect(errorOf(await user.graph('POST', path, dangling))).toMatchObject({ code: 100, subcode: 2388299 });
});

it.each([
  ['locked', 403, 131031],
  ['restricted', 403, 368],
  ['maintenance', 500, 131057],
  ['token_expired', 401, 190],
  ['token_invalidated', 401, 0],
  ['access_denied', 403, 131005],
  ['wrong_certificate', 500, 131045],
  ['unregistered', 400, 133010],
] as const)('an account that is %s answers %i with code %i', async (state, status, code) => {
  await using user = await SandboxUser.start({ account_state: state });
  expect(errorOf(await user.sendHello())).toMatchObject({ status, code });
});

it.each([
  ['PAUSED', 132015],
  ['DISABLED', 132016],
  ['REJECTED', 132001],
])('a template that is set to %s is refused with %i', async (status, code) => {
  await using user = await SandboxUser.start();
  await user.request('PATCH', '/_sandbox/templates/hello_world', { status });
  expect(errorOf(await user.sendHello()).code).toBe(code);
});

it('refuses a message to somebody whom the business has blocked', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.phone_number_id}/block_users`;
  const body = { messaging_product: 'whatsapp', block_users: [{ user: '+15550001111' }] };
  await user.write('+15550001111', { type: 'text', text: { body: 'Buy my things' } });
  expect((await user.graph('POST', path, body)).json).toMatchObject({
    block_users: { added_users: [{ wa_id: '15550001111' }] },
  });
  expect(errorOf(await user.sendHello()).code).toBe(130403);
  await user.graph('DELETE', path, body);
  expect((await user.sendHello()).status).toBe(200);
});

it('answers an unknown path in the envelope of Graph', async () => {
  await using user = await SandboxUser.start();
  expect(errorOf(await user.graph('POST', `/v24.0/${user.account.phone_number_id}/nonsense/x`, {}))).toMatchObject({
    code: 2500,
  });
});
