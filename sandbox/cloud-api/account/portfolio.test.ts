import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

it('assigns users to an account and takes them off, with their tasks', async () => {
  await using user = await SandboxUser.start();
  const path = `/${user.account.waba_id}/assigned_users`;
  const list = () => user.graph('GET', `${path}?business=100000000000042`);
  expect((await user.graph('POST', `${path}?user=4711&tasks=['MANAGE','DEVELOP']`)).json).toEqual({ success: true });
  expect((await list()).json).toMatchObject({ data: [{ id: '4711', tasks: ['MANAGE', 'DEVELOP'] }] });
  expect(errorOf(await user.graph('POST', `${path}?user=4711&tasks=['RULE']`)).code).toBe(100);
  expect((await user.graph('DELETE', `${path}?user=4711`)).json).toEqual({ success: true });
  expect((await list()).json).toEqual({ data: [] });
  expect(errorOf(await user.graph('DELETE', `${path}?user=4711`)).code).toBe(100);
});

it('copies the good templates of another account, and says of the others why not', async () => {
  await using user = await SandboxUser.start();
  const { waba_id: source } = user.account;
  const { waba_id: target } = (await user.request('POST', '/_sandbox/wabas', {})).read<{ waba_id: string }>();
  const made = await user.graph('POST', `/${source}/message_templates`, {
    name: 'only_here',
    language: 'en_US',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'We are open today.' }],
  });
  const { id } = made.read<{ id: string }>();
  await eventually(async () => ((await user.graph('GET', `/${id}`)).text.includes('APPROVED') ? true : undefined));
  const path = `/${target}/migrate_message_templates?source_waba_id=${source}`;
  const { migrated_templates: migrated, failed_templates: failed } = (await user.graph('POST', path)).read<{
    migrated_templates: Record<string, string>;
    failed_templates: Record<string, string>;
  }>();
  expect(Object.keys(migrated)).toEqual([id]);
  expect(Object.values(failed)).toEqual(Array.from({ length: 5 }, () => 'The name is taken in this language.'));
  expect((await user.graph('GET', `/${migrated[id]}`)).json).toMatchObject({ name: 'only_here', status: 'APPROVED' });
  expect(errorOf(await user.graph('POST', `/${target}/migrate_message_templates?source_waba_id=${target}`)).code).toBe(
    100,
  );
});

it('hands over nothing of a number that came more than a day ago', async () => {
  await using user = await SandboxUser.start();
  const wanted = { cc: '49', phone_number: '15123456789', verified_name: 'Lamps' };
  const made = await user.graph('POST', `/${user.account.waba_id}/phone_numbers`, wanted);
  const path = `/${made.read<{ id: string }>().id}/smb_app_data`;
  const ask = (sync_type: string) => user.graph('POST', path, { messaging_product: 'whatsapp', sync_type });
  expect((await ask('smb_app_state_sync')).status).toBe(200);
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 86_401 });
  expect(errorOf(await ask('history'))).toMatchObject({ status: 400, code: 100, subcode: 2593108 });
});

it('hands over contacts and history of a number that stays in the app, each once', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.write('+15550001111', { type: 'text', text: { body: 'From before' } });
  const ask = (type: string) =>
    user.graph('POST', `/${user.account.phone_number_id}/smb_app_data`, {
      messaging_product: 'whatsapp',
      sync_type: type,
    });
  expect((await ask('smb_app_state_sync')).json).toMatchObject({ request_id: expect.stringMatching(/^\d+$/) });
  expect((await ask('history')).status).toBe(200);
  const contacts = await eventually(() => receiver.values<{ state_sync: unknown[] }>('smb_app_state_sync')[0]);
  expect(contacts.state_sync).toMatchObject([
    { type: 'contact', contact: { full_name: 'Ada', phone_number: '15550001111' }, action: 'add' },
    { type: 'contact', contact: { full_name: 'Grace', username: 'grace.h' }, action: 'add' },
  ]);
  const told = await eventually(() => receiver.values<{ history: unknown[] }>('history')[0]);
  expect(told.history).toMatchObject([
    {
      metadata: { phase: 0, chunk_order: 1, progress: 100 },
      threads: [
        {
          id: '15550001111',
          messages: [{ from: '15550001111', type: 'text', text: { body: 'From before' }, history_context: {} }],
        },
      ],
    },
  ]);
  expect(errorOf(await ask('history')).subcode).toBe(2593107);
  expect(errorOf(await ask('everything')).code).toBe(100);
});
