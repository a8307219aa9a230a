import { expect, it } from 'vitest';
import { SandboxUser, errorOf } from '#testing/sandbox-user.ts';

it('sends no utility messages for an account that was restricted for wrong categories', async () => {
  await using user = await SandboxUser.start({ service_window: 'off' });
  const restrict = (...types: string[]) =>
    user.request('PATCH', `/_sandbox/wabas/${user.account.waba_id}`, { restrictions: types.map((type) => ({ type })) });
  const direct = () => user.send({ type: 'text', text: { body: 'x' }, category: 'utility' });
  await restrict('RESTRICTED_UTILITY_TEMPLATES');
  expect(errorOf(await user.sendHello()).code).toBe(131064);
  expect((await direct()).status).toBe(200);
  await restrict('RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES');
  expect(errorOf(await direct()).code).toBe(131064);
  expect((await user.sendHello()).status).toBe(200);
});

it('sends from a number that WhatsApp gave only under an approved name', async () => {
  await using user = await SandboxUser.start();
  const name = (name_status: string) =>
    user.request('PATCH', `/_sandbox/phone_numbers/${user.account.phone_number_id}`, { name_status });
  await name('DECLINED');
  expect(errorOf(await user.sendHello()).code).toBe(131037);
  await name('APPROVED');
  expect((await user.sendHello()).status).toBe(200);
});
