import { createHmac } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually, idOf } from '#testing/sandbox-user.ts';
import { WebhookReceiver, isSignedBy } from '#testing/webhook-receiver.ts';

interface App {
  app_id: string;
  app_secret: string;
  access_token: string;
  verify_token: string;
}

async function addWaba(user: SandboxUser, appIds?: string[]): Promise<{ wabaId: string; numberId: string }> {
  const waba = await user.request('POST', '/_sandbox/wabas', appIds === undefined ? {} : { app_ids: appIds });
  const { waba_id: wabaId } = waba.read<{ waba_id: string }>();
  const number = await user.request('POST', '/_sandbox/phone_numbers', { waba_id: wabaId });
  return { wabaId, numberId: number.read<{ phone_number_id: string }>().phone_number_id };
}

async function addApp(user: SandboxUser, wabaIds?: string[]): Promise<App> {
  return (await user.request('POST', '/_sandbox/apps', wabaIds === undefined ? {} : { waba_ids: wabaIds })).read<App>();
}

const hello = {
  messaging_product: 'whatsapp',
  to: '+15550001111',
  type: 'template',
  template: { name: 'hello_world', language: { code: 'en_US' } },
};

it('keeps the shape of the credentials, and lists every app, account and number beside it', async () => {
  await using user = await SandboxUser.start();
  const { wabaId, numberId } = await addWaba(user);
  const app = await addApp(user, [wabaId]);
  const answer = await user.request('GET', '/_sandbox/credentials');
  const { account } = user;
  expect(answer.json).toMatchObject({
    access_token: account.access_token,
    waba_id: account.waba_id,
    phone_numbers: [
      { phone_number_id: account.phone_number_id, waba_id: account.waba_id },
      { phone_number_id: numberId, waba_id: wabaId },
    ],
    wabas: [{ waba_id: account.waba_id }, { waba_id: wabaId }],
    apps: [
      { app_id: account.app_id, access_token: account.access_token, waba_ids: [account.waba_id, wabaId] },
      { app_id: app.app_id, access_token: app.access_token, waba_ids: [wabaId] },
    ],
    providers: { whatsapp_cloud: { app_id: account.app_id } },
  });
});

it('lets an app see its own accounts only', async () => {
  await using user = await SandboxUser.start();
  const { wabaId, numberId } = await addWaba(user);
  const { access_token: token } = await addApp(user, [wabaId]);
  expect((await user.graph('POST', `/${numberId}/messages`, hello, token)).status).toBe(200);
  expect((await user.graph('GET', `/${wabaId}/phone_numbers`, undefined, token)).json).toMatchObject({
    data: [{ id: numberId }],
  });
  for (const path of [`/${user.account.phone_number_id}`, `/${user.account.waba_id}/message_templates`]) {
    expect(errorOf(await user.graph('GET', path, undefined, token))).toMatchObject({ status: 403, code: 200 });
  }
  const foreign = await user.graph('POST', `/${user.account.phone_number_id}/messages`, hello, token);
  expect(errorOf(foreign).code).toBe(200);
});

it('lists the accounts of the portfolio that the app may use', async () => {
  await using user = await SandboxUser.start();
  const { waba_id: wabaId } = user.account;
  const node = await user.graph('GET', `/${wabaId}?fields=owner_business_info`);
  const { owner_business_info: owner } = node.read<{ owner_business_info: { id: string } }>();
  const owned = await user.graph('GET', `/${owner.id}/owned_whatsapp_business_accounts`);
  expect(owned.json).toMatchObject({ data: [{ id: wabaId, currency: 'EUR' }] });
  expect((await user.graph('GET', `/${owner.id}/client_whatsapp_business_accounts`)).json).toEqual({ data: [] });
  expect(errorOf(await user.graph('GET', '/123/owned_whatsapp_business_accounts')).subcode).toBe(33);
});

it('keeps the templates of accounts apart', async () => {
  await using user = await SandboxUser.start();
  const { wabaId, numberId } = await addWaba(user);
  const { data } = (await user.graph('GET', `/${wabaId}/message_templates?name=hello_world`)).read<{
    data: { id: string }[];
  }>();
  await user.request('PATCH', `/_sandbox/templates/${data[0]?.id}`, { status: 'PAUSED' });
  expect(errorOf(await user.graph('POST', `/${numberId}/messages`, hello)).code).toBe(132015);
  expect((await user.sendHello()).status).toBe(200);
});

it('tells every app that is subscribed, each signed with its own secret', async () => {
  await using user = await SandboxUser.start();
  await using first = await WebhookReceiver.listen(user);
  const app = await addApp(user);
  const verify = { url: `${first.address}?second`, app_id: app.app_id, verify_token: user.account.verify_token };
  expect((await user.request('POST', '/_sandbox/webhook', verify)).status).toBe(200);
  await user.write('+15550001111', { type: 'text', text: { body: 'Hello' } });
  const posts = await eventually(() => (first.posts.length === 2 ? first.posts : undefined));
  const secrets = [user.account.app_secret, app.app_secret];
  expect(secrets.map((secret) => posts.filter((post) => isSignedBy(post, secret)).length)).toEqual([1, 1]);
});

it('prefers the callback of the number to that of the account, and that to the app’s', async () => {
  await using user = await SandboxUser.start();
  await using app = await WebhookReceiver.listen(user);
  const { account } = user;
  const own = (name: string) => ({
    override_callback_uri: `${app.address}?at=${name}`,
    verify_token: account.verify_token,
  });
  const urls = async () => {
    await user.write('+15550001111', { type: 'text', text: { body: 'Hello' } });
    return eventually(async () => {
      const { data } = (await user.request('GET', '/_sandbox/webhooks')).read<{ data: { url: string }[] }>();
      return data.length > seen ? data.slice(seen, (seen = data.length)).map((each) => each.url) : undefined;
    });
  };
  let seen = 0;
  expect(await urls()).toEqual([app.address]);
  await user.graph('POST', `/${account.waba_id}/subscribed_apps`, own('account'));
  expect(await urls()).toEqual([`${app.address}?at=account`]);
  await user.graph('POST', `/${account.phone_number_id}`, { webhook_configuration: own('number') });
  expect(await urls()).toEqual([`${app.address}?at=number`]);
  const shown = await user.graph('GET', `/${account.phone_number_id}?fields=webhook_configuration`);
  expect(shown.json).toMatchObject({
    webhook_configuration: {
      application: app.address,
      whatsapp_business_account: `${app.address}?at=account`,
      phone_number: `${app.address}?at=number`,
    },
  });
  await user.graph('POST', `/${account.phone_number_id}`, { webhook_configuration: { override_callback_uri: '' } });
  expect(await urls()).toEqual([`${app.address}?at=account`]);
});

it('sends only messages to the callback of an account, if it is told to', async () => {
  await using user = await SandboxUser.start({ webhook_override_scope: 'messages' });
  await using app = await WebhookReceiver.listen(user);
  const { account } = user;
  const override = { override_callback_uri: `${app.address}?own`, verify_token: account.verify_token };
  await user.graph('POST', `/${account.waba_id}/subscribed_apps`, override);
  await user.request('PATCH', '/_sandbox/templates/hello_world', { status: 'PAUSED' });
  await user.write('+15550001111', { type: 'text', text: { body: 'Hello' } });
  const deliveries = await eventually(async () => {
    const { data } = (await user.request('GET', '/_sandbox/webhooks')).read<{
      data: { url: string; body: string }[];
    }>();
    return data.length === 2 ? data : undefined;
  });
  const urlOf = (field: string) => deliveries.find((each) => each.body.includes(`"field":"${field}"`))?.url;
  expect(urlOf('messages')).toBe(`${app.address}?own`);
  expect(urlOf('message_template_status_update')).toBe(app.address);
});

it('changes an app: a new secret and new tokens end the old ones, and the proof can be required of it alone', async () => {
  await using user = await SandboxUser.start();
  const { account } = user;
  const path = `/_sandbox/apps/${account.app_id}`;
  const changed = (await user.request('PATCH', path, { new_tokens: true, new_secret: true })).read<App>();
  expect(errorOf(await user.sendHello()).code).toBe(190);
  const { access_token: token, app_secret: secret } = changed;
  const numberPath = `/${account.phone_number_id}?fields=id`;
  expect((await user.graph('GET', numberPath, undefined, token)).status).toBe(200);
  await user.request('PATCH', path, { require_app_secret_proof: true });
  expect(errorOf(await user.graph('GET', numberPath, undefined, token)).code).toBe(100);
  const proof = createHmac('sha256', secret).update(token).digest('hex');
  expect((await user.graph('GET', `${numberPath}&appsecret_proof=${proof}`, undefined, token)).status).toBe(200);
  expect((await user.request('GET', '/_sandbox/credentials')).json).toMatchObject({ access_token: token });
});

it('tells each app in the version of its own: before 24 a status has its conversation', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const app = await addApp(user);
  await user.request('PATCH', `/_sandbox/apps/${app.app_id}`, { webhook_version: 23 });
  const second = { url: receiver.address, app_id: app.app_id, verify: false };
  await user.request('POST', '/_sandbox/webhook', second);
  await user.sendHello();
  const posts = await eventually(() => {
    const sent = receiver.posts.filter((post) => post.body.includes('"status":"sent"'));
    return sent.length === 2 ? sent : undefined;
  });
  const hasConversation = (secret: string) =>
    posts.find((post) => isSignedBy(post, secret))?.body.includes('"conversation"');
  expect([user.account.app_secret, app.app_secret].map(hasConversation)).toEqual([false, true]);
});

it('opens a folder of before there were several apps', async () => {
  const first = await SandboxUser.start();
  await first.stop();
  const path = join(first.folder, 'credentials.json');
  const { apps: _apps, wabas: _wabas, ...kept } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  const numbers = (kept['phone_numbers'] as Record<string, string>[]).map(({ waba_id: _id, ...number }) => number);
  await writeFile(path, JSON.stringify({ ...kept, phone_numbers: numbers }));
  const earlier = [
    [
      'subscription',
      {
        callback_url: null,
        verify_token: null,
        fields: ['messages'],
        override_url: 'http://127.0.0.1:9/',
        is_waba_subscribed: true,
        verified_at: null,
      },
    ],
    [
      'template',
      {
        id: '123456',
        name: 'older',
        language: 'en',
        category: 'UTILITY',
        status: 'APPROVED',
        parameter_format: 'POSITIONAL',
        components: [{ type: 'BODY', text: 'Hello' }],
        rejected_reason: 'NONE',
      },
    ],
  ];
  await appendFile(join(first.folder, 'state.jsonl'), earlier.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await using user = await SandboxUser.start({}, first.folder);
  expect(user.account).toMatchObject({ access_token: first.account.access_token, waba_id: first.account.waba_id });
  expect((await user.sendHello({ template: { name: 'older', language: { code: 'en' } } })).status).toBe(200);
  expect((await user.request('GET', '/_sandbox/webhook')).json).toMatchObject({ url: 'http://127.0.0.1:9/' });
});

it('keeps apps and accounts over a restart', async () => {
  const first = await SandboxUser.start();
  const { wabaId, numberId } = await addWaba(first);
  const app = await addApp(first, [wabaId]);
  await first.stop();
  await using user = await SandboxUser.start({}, first.folder);
  const sent = await user.graph('POST', `/${numberId}/messages`, hello, app.access_token);
  expect(idOf(sent)).toMatch(/^wamid\./);
});

it('takes client credentials for the app token, and a code for the one of the system user', async () => {
  await using user = await SandboxUser.start();
  const { account } = user;
  const exchange = (more: Record<string, string>) =>
    user.request(
      'POST',
      '/v19.0/oauth/access_token',
      new URLSearchParams({ client_id: account.app_id, client_secret: account.app_secret, ...more }).toString(),
      { 'content-type': 'application/x-www-form-urlencoded' },
    );
  const appToken = (await exchange({ grant_type: 'client_credentials' })).read<{ access_token: string }>().access_token;
  expect((await exchange({ code: 'signup' })).json).toMatchObject({ access_token: account.access_token });
  expect((await exchange({ grant_type: 'password' })).status).toBe(400);

  // The way in which n8n listens: subscriptions of the app, read, made and deleted with its own token.
  await using receiver = await WebhookReceiver.listen(user);
  const path = `/v19.0/${account.app_id}/subscriptions`;
  const body = {
    object: 'whatsapp_business_account',
    callback_url: receiver.address,
    verify_token: account.verify_token,
    fields: JSON.stringify(['messages']),
    include_values: true,
  };
  expect((await user.graph('POST', path, body, appToken)).json).toEqual({ success: true });
  expect((await user.graph('GET', path, undefined, appToken)).json).toMatchObject({
    data: [{ object: 'whatsapp_business_account', callback_url: receiver.address, fields: [{ name: 'messages' }] }],
  });
  const removed = await user.graph('DELETE', path, { object: 'whatsapp_business_account' }, appToken);
  expect(removed.json).toEqual({ success: true });
  expect((await user.graph('GET', path, undefined, appToken)).json).toEqual({ data: [] });
});

it('counts the calls of an app to an account, tells the use and refuses what is too much', async () => {
  await using user = await SandboxUser.start({ limits: 'on', management_calls: 2 });
  const path = `/${user.account.waba_id}/message_templates`;
  const one = await user.graph('GET', path);
  expect(JSON.parse(String(one.headers['x-business-use-case-usage']))).toMatchObject({
    [user.account.waba_id]: [{ type: 'whatsapp', call_count: 50, estimated_time_to_regain_access: 0 }],
  });
  await user.graph('GET', path);
  const refused = await user.graph('GET', path);
  expect(errorOf(refused)).toMatchObject({ status: 400, code: 80007 });
  const usage = JSON.parse(String(refused.headers['x-business-use-case-usage'])) as Record<string, unknown>;
  expect(usage).toMatchObject({ [user.account.waba_id]: [{ call_count: 100, estimated_time_to_regain_access: 60 }] });
  const other = await addApp(user);
  expect((await user.graph('GET', path, undefined, other.access_token)).status).toBe(200);
  expect((await user.sendHello()).status).toBe(200);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 3601 });
  expect((await user.graph('GET', path)).status).toBe(200);
});
