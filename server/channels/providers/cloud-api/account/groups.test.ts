import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { answerCall, endCall, startCall } from './calling.ts';
import {
  answerJoinRequests,
  changeGroup,
  createGroup,
  deleteGroup,
  getGroup,
  getInviteLink,
  listGroups,
  listJoinRequests,
  removeFromGroup,
} from './groups.ts';
import { startRecordedGraph } from './recorded-graph.fixture.ts';

let graph: Awaited<ReturnType<typeof startRecordedGraph>>;
beforeAll(async () => {
  graph = await startRecordedGraph();
});
afterEach(() => graph.reset());
afterAll(() => graph.close());

const id = 'Y2FwaV9ncm91cDox';

it('a group is asked for, listed, read, changed and deleted', async () => {
  graph.answer('POST 106/groups', { messaging_product: 'whatsapp', request_id: 'r1' });
  expect(await createGroup(graph.account, { subject: 'Bells', joinApprovalMode: 'approval_required' })).toBe('r1');
  expect(graph.last.body).toEqual({
    messaging_product: 'whatsapp',
    subject: 'Bells',
    join_approval_mode: 'approval_required',
  });
  graph.answer('GET 106/groups', {
    data: { groups: [{ id, subject: 'Bells', created_at: '1763820000' }] },
    paging: { cursors: { after: 'c' }, next: 'https://graph.facebook.com/n' },
  });
  expect(await listGroups(graph.account, { limit: 1 })).toMatchObject({
    entries: [{ id, subject: 'Bells' }],
    after: 'c',
  });
  graph.answer(`GET ${id}`, {
    id,
    subject: 'Bells',
    suspended: false,
    creation_timestamp: 1763820000,
    participants: [{ wa_id: '16505551234' }],
    total_participant_count: 1,
    join_approval_mode: 'approval_required',
  });
  expect(await getGroup(graph.account, id)).toMatchObject({
    participants: [{ waId: '16505551234' }],
    totalParticipantCount: 1,
    suspended: false,
  });
  graph.answer(`POST ${id}`, { messaging_product: 'whatsapp', request_id: 'r2' });
  await changeGroup(graph.account, id, { description: 'About bells' });
  expect(graph.last.body).toEqual({ messaging_product: 'whatsapp', description: 'About bells' });
  graph.answer(`DELETE ${id}`, { messaging_product: 'whatsapp', request_id: 'r3' });
  await deleteGroup(graph.account, id);
});

it('people join a group by its link, ask to, and are taken out', async () => {
  graph.answer(`GET ${id}/invite_link`, { invite_link: 'https://chat.whatsapp.com/a' });
  graph.answer(`POST ${id}/invite_link`, { invite_link: 'https://chat.whatsapp.com/b' });
  expect(await getInviteLink(graph.account, id)).toBe('https://chat.whatsapp.com/a');
  expect(await getInviteLink(graph.account, id, true)).toBe('https://chat.whatsapp.com/b');
  graph.answer(`GET ${id}/join_requests`, { data: [{ join_request_id: 'j1', wa_id: '16505551234' }] });
  expect(await listJoinRequests(graph.account, id)).toEqual([{ joinRequestId: 'j1', waId: '16505551234' }]);
  for (const method of ['POST', 'DELETE'])
    graph.answer(`${method} ${id}/join_requests`, { messaging_product: 'whatsapp' });
  await answerJoinRequests(graph.account, id, ['j1'], true);
  expect(graph.last).toMatchObject({ method: 'POST', body: { join_requests: ['j1'] } });
  await answerJoinRequests(graph.account, id, ['j1'], false);
  expect(graph.last.method).toBe('DELETE');
  graph.answer(`DELETE ${id}/participants`, { messaging_product: 'whatsapp', request_id: 'r4' });
  await removeFromGroup(graph.account, id, [{ kind: 'phone', value: '+16505551234' }]);
  expect(graph.last.body).toEqual({ messaging_product: 'whatsapp', participants: [{ user: '+16505551234' }] });
});

it('a person is called, and a call is answered and ended', async () => {
  const session = { sdpType: 'offer', sdp: 'v=0' } as const;
  graph.answer('POST 106/calls', { messaging_product: 'whatsapp', calls: [{ id: 'wacid.A' }] });
  expect(await startCall(graph.account, { kind: 'phone', value: '+16505551234' }, session, 'mine')).toBe('wacid.A');
  expect(graph.last.body).toEqual({
    messaging_product: 'whatsapp',
    to: '+16505551234',
    action: 'connect',
    session: { sdp_type: 'offer', sdp: 'v=0' },
    biz_opaque_callback_data: 'mine',
  });
  graph.answer('POST 106/calls', { calls: [] });
  await expect(startCall(graph.account, { kind: 'provider_user', value: 'US.1' }, session)).rejects.toMatchObject({
    code: 'upstream_failed',
  });
  for (let times = 0; times < 2; times++) graph.answer('POST 106/calls', { success: true });
  await answerCall(graph.account, 'wacid.A', 'accept', { sdpType: 'answer', sdp: 'v=0' });
  expect(graph.last.body).toMatchObject({ call_id: 'wacid.A', action: 'accept', session: { sdp_type: 'answer' } });
  await endCall(graph.account, 'wacid.A', 'terminate');
  expect(graph.last.body).toEqual({ messaging_product: 'whatsapp', call_id: 'wacid.A', action: 'terminate' });
});

it('a person who has not allowed calls is not called, and the refusal says so', async () => {
  graph.answer('POST 106/calls', { error: { message: '(#138006) No approved call permission', code: 138006 } }, 400);
  await expect(
    startCall(graph.account, { kind: 'phone', value: '+1650' }, { sdpType: 'offer', sdp: 'v=0' }),
  ).rejects.toMatchObject({ code: 'provider_refused', extensions: { provider_error: { code: '138006' } } });
});
