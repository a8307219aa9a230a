import { expect, it } from 'vitest';
import { LinkedNumber } from '#testing/linked-number.ts';
import { SandboxUser } from '#testing/sandbox-user.ts';

it('an instance is linked, logged out, and linked again by its QR code', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const status = async () => (await number.get('instance/status')).json as unknown;
  const stated = (word: string, substatus: string) => ({ status: { accountStatus: { status: word, substatus } } });
  expect(await status()).toEqual(stated('authenticated', 'connected'));
  expect((await number.get('instance/me')).json).toMatchObject({
    id: `${number.phone}@c.us`,
    name: 'Carillon Instance',
  });
  expect((await number.get('instance/qr')).json).toHaveProperty('error');
  expect((await number.post('instance/logout')).json).toEqual({ success: 'done' });
  expect(await status()).toEqual(stated('qr', 'normal'));
  const picture = await number.get('instance/qr');
  expect(picture.headers['content-type']).toBe('image/png');
  expect(picture.text).toContain('PNG');
  expect((await number.get('instance/qrCode')).json).toEqual({ qrCode: expect.stringMatching(/^2@/) as string });
  expect((await number.get('instance/me')).json).toHaveProperty('error');
  const scan = () => user.request('POST', `/_sandbox/ultramsg/instances/${number.id}/scan`);
  expect((await scan()).json).toMatchObject({ state: 'authenticated' });
  expect((await scan()).status).toBe(409);
  expect(await status()).toEqual(stated('authenticated', 'connected'));
  // Some clients ask by GET.
  expect((await number.get('instance/restart')).json).toEqual({ success: 'done' });
  await number.change({ state: 'retrying' });
  expect(await status()).toEqual(stated('retrying', 'normal'));
});

it('a change of the settings is a full write: what it leaves out goes back to its standard', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const read = async () => (await number.get('instance/settings')).json as unknown;
  const url = 'https://example.com/hook?key=secret';
  await number.post('instance/settings', { sendDelay: '5', webhook_url: url, webhook_message_ack: 'true' });
  expect(await read()).toEqual({
    sendDelay: 5,
    sendDelayMax: 15,
    webhook_url: url,
    webhook_message_received: 'off',
    webhook_message_create: 'off',
    webhook_message_ack: 'on',
    webhook_message_reaction: 'off',
    webhook_message_download_media: 'off',
    webhook_retries: 3,
  });
  await user.request('POST', '/_sandbox/settings', { ultramsg_flags: 'booleans' });
  await number.post('instance/settings', { sendDelayMax: '25', webhook_message_received: 'on' });
  expect(await read()).toMatchObject({
    sendDelay: 1,
    sendDelayMax: 25,
    webhook_url: '',
    webhook_message_received: true,
    webhook_message_ack: false,
  });
  await user.request('POST', '/_sandbox/settings', { ultramsg_settings_write: 'partial' });
  await number.post('instance/settings', { webhook_message_ack: '1' });
  expect(await read()).toMatchObject({ sendDelayMax: 25, webhook_message_received: true, webhook_message_ack: true });
});

it('settings that make no sense are refused and change nothing', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  const before = (await number.get('instance/settings')).text;
  expect((await number.post('instance/settings', { webhook_url: 'nowhere', sendDelay: '9' })).json).toEqual({
    error: [{ webhook_url: 'is invalid' }],
  });
  expect((await number.post('instance/settings', { sendDelay: 'soon' })).json).toEqual({
    error: [{ sendDelay: 'must be an integer' }],
  });
  expect((await number.get('instance/settings')).text).toBe(before);
});

it('what is said of it is kept over a restart', async () => {
  const first = await SandboxUser.start();
  const number = await LinkedNumber.of(first);
  await number.post('instance/settings', { sendDelay: '7' });
  const added = await first.request('POST', '/_sandbox/ultramsg/instances', { phone: '+1 555 999 0000', name: 'Shop' });
  expect([added.status, added.json]).toMatchObject([201, { id: 'instance1151', phone: '+15559990000' }]);
  await first.stop();
  await using user = await SandboxUser.start({}, first.folder);
  const again = await LinkedNumber.of(user);
  expect((await again.get('instance/settings')).json).toMatchObject({ sendDelay: 7 });
  const instances = await user.request('GET', '/_sandbox/ultramsg/instances');
  expect(instances.json).toMatchObject({ data: [{ id: 'instance1150' }, { id: 'instance1151', name: 'Shop' }] });
});

it('control calls that are wrong are refused with the field', async () => {
  await using user = await SandboxUser.start();
  const number = await LinkedNumber.of(user);
  expect((await number.change({ state: 'asleep' })).status).toBe(400);
  expect((await number.change({ offlin: true })).json).toMatchObject({ error: { field: 'offlin' } });
  expect((await user.request('GET', '/_sandbox/ultramsg/instances/instance9')).status).toBe(404);
  const path = `/_sandbox/ultramsg/instances/${number.id}/messages`;
  expect((await user.request('POST', path, { to: 'nobody', body: 'x' })).json).toMatchObject({
    error: { field: 'to' },
  });
});
