import { expect, it } from 'vitest';
import { SandboxUser, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver, isSignedBy } from '#testing/webhook-receiver.ts';
import { WEBHOOK_FIELDS } from '#webhooks/fields.ts';

it('sends any of the 33 fields by a call, signed and with a believable value', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  expect(WEBHOOK_FIELDS).toHaveLength(33);
  for (const field of WEBHOOK_FIELDS) {
    const answer = await user.request('POST', `/_sandbox/webhooks/${field}`, {});
    expect(answer.status, field).toBe(202);
  }
  const fields = await eventually(() => {
    const all = receiver.posts.flatMap((post) => (post.json?.entry ?? []).flatMap((entry) => entry.changes));
    return all.length === WEBHOOK_FIELDS.length ? all.map((change) => change.field) : undefined;
  });
  expect(fields.toSorted()).toEqual([...WEBHOOK_FIELDS].toSorted());
  expect(receiver.posts.every((post) => isSignedBy(post, user.account.app_secret))).toBe(true);
});

it('takes other values of the right type, and names the key that is wrong', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const send = (value: Record<string, unknown>) => user.request('POST', '/_sandbox/webhooks/account_update', { value });
  const restriction = { event: 'ACCOUNT_RESTRICTION', restriction_info: [], violation_info: null };
  expect((await send(restriction)).status).toBe(202);
  expect(await eventually(() => receiver.values('account_update')[0])).toEqual({
    event: 'ACCOUNT_RESTRICTION',
    restriction_info: [],
  });
  const refusals = [await send({ evnet: 'X' }), await send({ event: 7 })];
  expect(refusals.map((answer) => [answer.status, answer.json])).toMatchObject([
    [400, { error: { field: 'value/evnet' } }],
    [400, { error: { field: 'value/event' } }],
  ]);
});

it('says so when nobody listens, or the field does not exist', async () => {
  await using user = await SandboxUser.start();
  expect((await user.request('POST', '/_sandbox/webhooks/security', {})).status).toBe(409);
  expect((await user.request('POST', '/_sandbox/webhooks/weather', {})).status).toBe(404);
});

it('reaches an app that did not ask for the field', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await user.request('POST', '/_sandbox/webhook', { url: receiver.address, fields: ['messages'] });
  expect((await user.request('POST', '/_sandbox/webhooks/flows', {})).json).toMatchObject({ told: 1 });
  await eventually(() => receiver.values('flows')[0]);
});
