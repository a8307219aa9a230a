import { afterAll, beforeAll, expect, it } from 'vitest';
import { getCallPermission } from '#server/channels/providers/cloud-api/account/call-permissions.ts';
import { answerCall, endCall, startCall } from '#server/channels/providers/cloud-api/account/calling.ts';
import { changeNumberSettings } from '#server/channels/providers/cloud-api/account/number-settings.ts';
import { removeFromContactBook } from '#server/channels/providers/cloud-api/account/usernames.ts';
import { startSandboxAccount } from './sandbox-account.ts';

// The calls of the adapter against the sandbox, over HTTP: two sides that were written apart from each other.

const ADA = { kind: 'phone', value: '+15550001111' } as const;
const PERSON = '/_sandbox/people/15550001111';
const OFFER = { sdpType: 'offer', sdp: 'v=0' } as const;

let sandbox: Awaited<ReturnType<typeof startSandboxAccount>>;
let account: Awaited<ReturnType<typeof startSandboxAccount>>['account'];

beforeAll(async () => {
  sandbox = await startSandboxAccount();
  ({ account } = sandbox);
  await changeNumberSettings(account, { calling: { status: 'ENABLED' } });
});
afterAll(() => sandbox.close());

it('calls a person who has allowed it, and learns first whether that is so', async () => {
  expect((await getCallPermission(account, ADA)).permission.status).toBe('no_permission');
  await expect(startCall(account, ADA, OFFER)).rejects.toMatchObject({
    extensions: { provider_error: { code: '138006' } },
  });
  await sandbox.control('POST', `${PERSON}/messages`, {
    type: 'interactive',
    interactive: { type: 'call_permission_reply', call_permission_reply: { response: 'accept' } },
  });
  const { permission, actions } = await getCallPermission(account, ADA);
  expect(permission.status).toBe('temporary');
  expect(permission.expirationTime).toBeInstanceOf(Temporal.Instant);
  expect(actions.find(({ actionName }) => actionName === 'start_call')).toMatchObject({ canPerformAction: true });
  const id = await startCall(account, ADA, OFFER, 'mine');
  expect(await sandbox.control('POST', `/_sandbox/calls/${encodeURIComponent(id)}/accept`, {})).toMatchObject({
    state: 'connected',
    callback_data: 'mine',
  });
  await endCall(account, id, 'terminate');
});

it('answers the call of a person, and rejects the next one', async () => {
  const answer = { sdpType: 'answer', sdp: 'v=0' } as const;
  const first = String((await sandbox.control('POST', `${PERSON}/calls`, {}))['id']);
  await answerCall(account, first, 'pre_accept', answer);
  await answerCall(account, first, 'accept', answer);
  await endCall(account, first, 'terminate');
  const second = String((await sandbox.control('POST', `${PERSON}/calls`, {}))['id']);
  await endCall(account, second, 'reject');
  const { data } = await sandbox.control('GET', `${PERSON}/calls`);
  expect(data).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: first, outcome: 'COMPLETED' }),
      expect.objectContaining({ id: second, outcome: 'FAILED' }),
    ]),
  );
});

it('takes a person out of the contact book, and is told when there is no such person', async () => {
  const { user_id: userId } = await sandbox.control('GET', PERSON);
  await removeFromContactBook(account, String(userId));
  await expect(removeFromContactBook(account, 'US.1')).rejects.toMatchObject({
    extensions: { provider_error: { code: '131009' } },
  });
});
