import { expect, it } from 'vitest';
import { SandboxUser, errorOf } from '#testing/sandbox-user.ts';

const ADA = '+15550001111';
const SDP = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

it.each([
  ['RESTRICTED_USER_INITIATED_CALLING', false, true],
  ['RESTRICTED_USER_INITIATED_CALLING_CALL_BUTTON_HIDDEN', false, true],
  ['RESTRICTED_BUSINESS_INITIATED_CALLING', true, false],
  ['RESTRICTED_BIZ_INITIATED_AND_USER_INITIATED_CALLING', true, true],
])('%s stops calls of the business: %s, and of people: %s', async (type, stopsBusiness, stopsPeople) => {
  await using user = await SandboxUser.start({ messaging_limit: 100_000 });
  const { phone_number_id: id, waba_id: waba } = user.account;
  await user.graph('POST', `/${id}/settings`, { calling: { status: 'ENABLED' } });
  const call = () =>
    user.graph('POST', `/${id}/calls`, {
      messaging_product: 'whatsapp',
      to: ADA,
      action: 'connect',
      session: { sdp_type: 'offer', sdp: SDP },
    });
  // Nobody has allowed calls, which is looked at last.
  expect(errorOf(await call()).code).toBe(138006);
  const path = `/_sandbox/wabas/${waba}`;
  expect((await user.request('PATCH', path, { restrictions: [{ type }] })).status).toBe(200);
  expect(errorOf(await call()).code).toBe(stopsBusiness ? 138014 : 138006);
  const ring = await user.request('POST', `/_sandbox/people/${encodeURIComponent(ADA)}/calls`, {});
  expect(ring.status, ring.text).toBe(stopsPeople ? 409 : 201);
});
