import { beforeAll, describe, expect, it } from 'vitest';
import { PhoneUnderTest } from './phone-under-test.ts';
import { expectAccessible, expectFits } from './watched-browser.ts';

const under = PhoneUnderTest.ofFile();
const sdp = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

interface Call {
  id: string;
  state: string;
  outcome: string | null;
}

beforeAll(() => under.graph({ calling: { status: 'ENABLED' } }, `${under.chatId}/settings`));

/** The person lets the business call, and it does; gives the id of the call. */
async function ring(phone: string): Promise<string> {
  const call_permission_reply = { response: 'accept', is_permanent: true };
  await under.call('POST', `/_sandbox/people/${encodeURIComponent(phone)}/messages`, {
    type: 'interactive',
    interactive: { type: 'call_permission_reply', call_permission_reply },
  });
  const body = { to: phone, action: 'connect', session: { sdp_type: 'offer', sdp } };
  const answer = (await under.graph(body, `${under.chatId}/calls`)) as { calls: { id: string }[] };
  return answer.calls[0]?.id ?? '';
}

async function newestCall(phone: string): Promise<Call> {
  const answer = await under.call('GET', `/_sandbox/people/${encodeURIComponent(phone)}/calls`);
  const call = (answer as { data: Call[] }).data.at(-1);
  if (!call) throw new Error('There is no call.');
  return call;
}

const act = (action: string, call_id: string) =>
  under.graph({ action, call_id, session: { sdp_type: 'answer', sdp } }, `${under.chatId}/calls`);

describe('a call of the business', () => {
  it('rings as a card, is accepted and hung up, and says that there is no sound', async () => {
    const { page, phone } = await under.openPhone();
    const id = await ring(phone);
    const card = page.getByRole('region', { name: 'Incoming voice call, Carillon Sandbox' });
    await card.getByText('Ringing …').waitFor();
    await card.getByText('There is no sound').waitFor();
    await expectAccessible(page);
    await card.getByRole('button', { name: 'Accept' }).press('Enter');
    await card.getByText('Connected').waitFor();
    expect(await newestCall(phone)).toMatchObject({ id, state: 'connected' });
    await card.getByRole('button', { name: 'Hang up' }).click();
    await card.getByText('Ended after').waitFor();
    expect(await newestCall(phone)).toMatchObject({ id, state: 'ended', outcome: 'COMPLETED' });
    expect(await card.getByRole('button').count()).toBe(0);
    await page.reload();
    await card.getByText('Ended after').waitFor();
  });

  it('is declined', async () => {
    const { page, phone } = await under.openPhone();
    await ring(phone);
    await page.getByRole('button', { name: 'Decline' }).click();
    await page.getByText('You declined').waitFor();
    expect(await newestCall(phone)).toMatchObject({ state: 'ended', outcome: 'FAILED' });
  });

  it('is missed when the business gives up, and by a phone without a connection', async () => {
    const { page, phone } = await under.openPhone();
    await act('terminate', await ring(phone));
    await page.getByRole('region', { name: 'Missed voice call, Carillon Sandbox' }).waitFor();
    await under.call('PATCH', `/_sandbox/people/${encodeURIComponent(phone)}`, { online: false });
    await page.getByText('This phone is offline.').waitFor();
    const id = await ring(phone);
    // What was told later is on the page, and the call is not.
    await under.call('PATCH', `/_sandbox/people/${encodeURIComponent(phone)}`, { name: 'Ada the second' });
    await page.getByRole('heading', { name: 'Phone of Ada the second' }).waitFor();
    expect(await page.getByRole('region', { name: 'Incoming voice call' }).count()).toBe(0);
    await act('terminate', id);
    await expect.poll(() => page.getByRole('region', { name: 'Missed voice call' }).count()).toBe(2);
  });

  it('is heard while no chat is open, on a small screen, too', async () => {
    const { page, phone } = await under.openPhone({}, { viewport: { width: 360, height: 700 } });
    await page.getByRole('button', { name: 'Back to the chats' }).click();
    await ring(phone);
    await page.getByRole('alert').getByText('Carillon Sandbox is calling.').waitFor();
    await expectAccessible(page);
    await expectFits(page);
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByRole('button', { name: 'Accept' }).waitFor();
    await expectFits(page);
  });
});

describe('a call to the business', () => {
  it('rings there until it is taken', async () => {
    const { page, phone } = await under.openPhone();
    await page.getByRole('button', { name: 'Call the business' }).click();
    const card = page.getByRole('region', { name: 'Outgoing voice call, Carillon Sandbox' });
    await card.getByText('Ringing …').waitFor();
    await act('accept', (await newestCall(phone)).id);
    await card.getByText('Connected').waitFor();
    await card.getByRole('button', { name: 'Hang up' }).click();
    await card.getByText('Ended after').waitFor();
  });

  it('begins at the button of a message, and may be declined', async () => {
    const { page, phone } = await under.openPhone();
    const parameters = { display_text: 'Call the bakery', payload: 'bakery' };
    await under.send(phone, {
      type: 'interactive',
      interactive: { type: 'voice_call', body: { text: 'Call us' }, action: { name: 'voice_call', parameters } },
    });
    await page.getByRole('button', { name: 'Call the bakery' }).click();
    await page.getByText('Ringing …').waitFor();
    await act('reject', (await newestCall(phone)).id);
    await page.getByText('The business declined').waitFor();
  });

  it('that cannot be made is refused in words', async () => {
    const { page } = await under.openPhone();
    const call = page.getByRole('button', { name: 'Call the business' });
    await call.click();
    await page.getByText('Ringing …').waitFor();
    await call.click();
    await page.getByRole('alert').getByText('There is a call between the two already').waitFor();
    expect(under.browser.takeComplaints()).toEqual([expect.stringContaining('409')]);
  });
});
