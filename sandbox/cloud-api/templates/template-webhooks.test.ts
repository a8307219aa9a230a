import { expect, it } from 'vitest';
import { SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const LONG_DATE =
  /^(January|February|March|April|May|June|July|August|September|October|November|December) \d+, \d{4}$/;

async function told(user: SandboxUser, receiver: WebhookReceiver, change: Record<string, unknown>) {
  const before = receiver.values('message_template_status_update').length;
  const answer = await user.request('PATCH', '/_sandbox/templates/hello_world', change);
  expect(answer.status, answer.text).toBe(200);
  return eventually(() => receiver.values('message_template_status_update')[before]);
}

it.each(['FLAGGED', 'DISABLED'])('%s tells the day of the end, in words as Meta does', async (status) => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  expect(await told(user, receiver, { status })).toMatchObject({
    event: status,
    disable_info: { disable_date: expect.stringMatching(LONG_DATE) },
  });
  expect(errorOf(await user.sendHello()).code).toBe(status === 'DISABLED' ? 132016 : 132001);
});

it.each([
  ['LIMIT_EXCEEDED', 404],
  ['PENDING_DELETION', 404],
  ['REINSTATED', 200],
])('after the event %s a send is answered %i', async (status, httpStatus) => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await told(user, receiver, { status: 'LOCKED' });
  expect(await told(user, receiver, { status })).toMatchObject({ event: status });
  expect((await user.sendHello()).status).toBe(httpStatus);
});

it('writes the language of a template as the setting says', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const status = { status: 'PAUSED' };
  expect(await told(user, receiver, status)).toMatchObject({ message_template_language: 'en_US' });
  await user.request('POST', '/_sandbox/settings', { template_language_form: 'hyphen' });
  expect(await told(user, receiver, status)).toMatchObject({ message_template_language: 'en-US' });
});
