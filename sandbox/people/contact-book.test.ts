import { expect, it } from 'vitest';
import { type Answer, SandboxUser, errorOf, eventually } from '#testing/sandbox-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const PHONE = '+15550007777';
const MONTH_SECONDS = 30 * 86_400 + 1;

type Told = Record<string, unknown>;

async function addPerson(user: SandboxUser, more: Told = {}): Promise<string> {
  const answer = await user.request('POST', '/_sandbox/people', { phone: PHONE, username: 'grace.m', ...more });
  expect(answer.status).toBe(201);
  return answer.read<{ user_id: string }>().user_id;
}

/** What the business is told of the phone when the person writes: in the message and in the contact. */
async function phonesTold(user: SandboxUser, receiver: WebhookReceiver): Promise<unknown[]> {
  const answer = await user.write(PHONE, { type: 'text', text: { body: 'Hi' } });
  const id = answer.read<{ messages: { id: string }[] }>().messages[0]?.id;
  const value = await eventually(() =>
    receiver
      .values<{ contacts?: Told[]; messages?: Told[] }>('messages')
      .find((each) => each.messages?.some((message) => message['id'] === id)),
  );
  const message = value.messages?.find((each) => each['id'] === id);
  return [message?.['from'], value.contacts?.[0]?.['wa_id']];
}

const HIDDEN = [undefined, undefined];
const SHOWN = ['15550007777', '15550007777'];

function advance(user: SandboxUser): Promise<Answer> {
  return user.request('POST', '/_sandbox/clock', { advance_seconds: MONTH_SECONDS });
}

function forget(user: SandboxUser, userId: string): Promise<Answer> {
  return user.graph('DELETE', `/${user.account.phone_number_id}/contact_book?bsuid=${userId}`);
}

it('a person with a username hides the phone until the business uses it, and then for good', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const userId = await addPerson(user);
  expect(await phonesTold(user, receiver)).toEqual(HIDDEN);
  // An answer to the user id does not need the phone, and its statuses do not tell it.
  const answer = await user.send({ to: undefined, recipient: userId, type: 'text', text: { body: 'Hello' } });
  const id = answer.read<{ messages: { id: string }[] }>().messages[0]?.id;
  const status = await eventually(() =>
    receiver.elements<Told>('statuses').find((each) => each['id'] === id && each['status'] === 'delivered'),
  );
  expect(status).not.toHaveProperty('recipient_id');
  expect(status).toMatchObject({ recipient_user_id: userId });
  expect(await phonesTold(user, receiver)).toEqual(HIDDEN);

  await user.sendHello({ to: PHONE });
  expect(await phonesTold(user, receiver)).toEqual(SHOWN);
  await advance(user);
  expect(await phonesTold(user, receiver)).toEqual(SHOWN);
});

it('who is taken out of the contact book hides the phone again, once thirty days are over', async () => {
  await using user = await SandboxUser.start();
  const userId = await addPerson(user);
  await user.sendHello({ to: PHONE });
  expect((await forget(user, userId)).json).toEqual({ success: true });
  await user.stop();
  await using again = await SandboxUser.start({}, user.folder);
  await using receiver = await WebhookReceiver.listen(again);
  // A message of the last thirty days went to the phone.
  expect(await phonesTold(again, receiver)).toEqual(SHOWN);
  expect((await forget(again, userId)).json).toEqual({ success: true });
  await advance(again);
  expect(await phonesTold(again, receiver)).toEqual(HIDDEN);
  expect(errorOf(await forget(again, 'US.1')).code).toBe(131009);
  expect(errorOf(await forget(again, '')).code).toBe(131008);
});

it('without a contact book the phone is known for thirty days', async () => {
  await using user = await SandboxUser.start({ contact_book: 'off' });
  await using receiver = await WebhookReceiver.listen(user);
  await addPerson(user);
  await user.sendHello({ to: PHONE });
  expect(await phonesTold(user, receiver)).toEqual(SHOWN);
  await advance(user);
  expect(await phonesTold(user, receiver)).toEqual(HIDDEN);
});

it.each([
  ['has no username', { username: undefined }],
  ['has the business among their contacts', { saved_business: true }],
])('who %s shows the phone', async (_why, more) => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  await addPerson(user, more);
  expect(await phonesTold(user, receiver)).toEqual(SHOWN);
});

it('a call to the phone makes it known, and one by user id does not', async () => {
  await using user = await SandboxUser.start();
  await using receiver = await WebhookReceiver.listen(user);
  const userId = await addPerson(user);
  const number = user.account.phone_number_id;
  await user.graph('POST', `/${number}/settings`, { calling: { status: 'ENABLED' } });
  const call_permission_reply = { response: 'accept', is_permanent: true };
  await user.write(PHONE, {
    type: 'interactive',
    interactive: { type: 'call_permission_reply', call_permission_reply },
  });
  for (const [to, expected] of [
    [{ recipient: userId }, HIDDEN],
    [{ to: PHONE }, SHOWN],
  ] as const) {
    const session = { sdp_type: 'offer', sdp: 'v=0' };
    const body = { messaging_product: 'whatsapp', action: 'connect', session, ...to };
    const { calls } = (await user.graph('POST', `/${number}/calls`, body)).read<{ calls: { id: string }[] }>();
    await user.request('POST', `/_sandbox/calls/${encodeURIComponent(calls[0]?.id ?? '')}/hang_up`, {});
    expect(await phonesTold(user, receiver)).toEqual(expected);
  }
});
