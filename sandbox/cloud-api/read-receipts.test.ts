import { expect, it } from 'vitest';
import { SandboxUser, errorOf, idOf } from '#testing/sandbox-user.ts';

const mark = (user: SandboxUser, id: string) =>
  user.send({ to: undefined, status: 'read', message_id: id, typing_indicator: { type: 'text' } });

it('a message can be marked as read for 30 days', async () => {
  await using user = await SandboxUser.start();
  const first = idOf(await user.write('+15550001111', { type: 'text', text: { body: 'Hi' } }));
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 30 * 86_400 - 60 });
  expect((await mark(user, first)).json).toEqual({ success: true });
  const second = idOf(await user.write('+15550001111', { type: 'text', text: { body: 'Are you there?' } }));
  await user.request('POST', '/_sandbox/clock', { advance_seconds: 120 });
  expect(errorOf(await mark(user, first)).code).toBe(131009);
  expect((await mark(user, second)).json).toEqual({ success: true });
});

it('an unknown message is refused with the code of the setting', async () => {
  await using user = await SandboxUser.start();
  expect(errorOf(await mark(user, 'wamid.unknown'))).toMatchObject({ status: 400, code: 131009 });
  await user.request('POST', '/_sandbox/settings', { unknown_message_code: 100 });
  expect(errorOf(await mark(user, 'wamid.unknown'))).toMatchObject({ status: 400, code: 100 });
});
