import { describe, expect, it } from 'vitest';
import { type Json, PhoneUnderTest } from './phone-under-test.ts';
import { expectAccessible, expectFits } from './watched-browser.ts';

const under = PhoneUnderTest.ofFile();

interface Group {
  id: string;
  subject: string;
  invite_link: string;
}

/** The business makes a group; gives its id and its link. */
async function makeGroup(subject: string, more: Json = {}): Promise<Group> {
  await under.graph({ subject, ...more }, `${under.chatId}/groups`);
  const { data } = (await under.call('GET', '/_sandbox/groups')) as { data: Group[] };
  const group = data.find((each) => each.subject === subject);
  if (!group) throw new Error('The group was not made.');
  return group;
}

async function join(phone: string, { invite_link }: Group): Promise<void> {
  await under.call('POST', `/_sandbox/people/${encodeURIComponent(phone)}/groups`, { invite_link });
}

/** Two phones that have the group open, and their people in it. */
async function twoIn(group: Group) {
  const ada = await under.openPhone({ name: 'Ada' });
  const bo = await under.openPhone({ name: 'Bo' });
  for (const { page, phone } of [ada, bo]) {
    await join(phone, group);
    // Who is in it appears among the chats at once.
    await page.getByRole('button', { name: group.subject }).click();
    await page.getByText('No messages yet since you joined.').waitFor();
  }
  return { ada, bo };
}

const say = (group: Group, content: Json) => under.graph({ recipient_type: 'group', to: group.id, ...content });

describe('a group on the phone', () => {
  it('is joined by its link, and shows who is in it', async () => {
    const group = await makeGroup('Bell ringers', { description: 'Who rings on Sunday' });
    const { page, phone } = await under.openPhone({ name: 'Ada' });
    await under.send(phone, { type: 'text', text: { body: `Join us: ${group.invite_link}` } });
    await page.getByRole('article').getByRole('link').click();
    const sheet = page.getByRole('dialog', { name: 'Join a group' });
    await sheet.getByText('Bell ringers').waitFor();
    await sheet.getByText('Who rings on Sunday').waitFor();
    await expectAccessible(page);
    await sheet.getByRole('button', { name: 'Join' }).click();
    await page.getByRole('heading', { name: 'Bell ringers' }).waitFor();
    await page.getByText('Group · Carillon Sandbox, Ada').waitFor();
    expect(page.url()).toContain(group.id);
  });

  it('shows every participant who wrote what, whoever it was', async () => {
    const group = await makeGroup('Who wrote what');
    const { ada, bo } = await twoIn(group);
    await ada.page.getByLabel('Message', { exact: true }).fill('Shall we *ring*?');
    await ada.page.keyboard.press('Enter');
    expect(await under.inbound(ada.phone, 'text')).toMatchObject({
      group_id: group.id,
      text: { body: 'Shall we *ring*?' },
    });
    const heard = bo.page.getByRole('article', { name: /^Ada,/u });
    await heard.getByText('Shall we ring?').waitFor();
    await heard.getByText('Ada', { exact: true }).waitFor();
    await say(group, { type: 'text', text: { body: 'At ten, please' } });
    for (const { page } of [ada, bo]) {
      const said = page.getByRole('article', { name: /^Carillon Sandbox,/u });
      await said.getByText('At ten, please').waitFor();
      await said.getByText('Carillon Sandbox', { exact: true }).waitFor();
    }
    // One's own is at the end of the line, with ticks and no name.
    const own = ada.page.getByRole('article', { name: /^You,/u });
    expect(await own.getByText('Ada', { exact: true }).count()).toBe(0);
    // After the page was opened anew it looks the same.
    await bo.page.reload();
    await bo.page.getByRole('article', { name: /^Ada,/u }).getByText('Shall we ring?').waitFor();
    expect(await bo.page.getByRole('article').count()).toBe(2);
    await bo.page.getByRole('button', { name: 'Who wrote what' }).getByText('Carillon Sandbox: At ten').waitFor();
  });

  it('answers and reacts to another participant, and the business is told whose words were meant', async () => {
    const group = await makeGroup('Answers');
    const { ada, bo } = await twoIn(group);
    await ada.page.getByLabel('Message', { exact: true }).fill('Who comes?');
    await ada.page.keyboard.press('Enter');
    const { id } = await under.inbound(ada.phone, 'text');
    const row = bo.page.locator(`[data-message="${String(id)}"]`);
    await row.focus();
    await bo.page.keyboard.press('e');
    await row.getByRole('button', { name: '👍' }).click();
    expect(await under.inbound(bo.phone, 'reaction')).toMatchObject({ reaction: { message_id: id, emoji: '👍' } });
    await ada.page.getByRole('article', { name: /^You,/u }).getByText('👍').waitFor();
    await row.focus();
    await bo.page.keyboard.press('r');
    await bo.page.getByText('Ada', { exact: true }).last().waitFor();
    await bo.page.keyboard.type('I do');
    await bo.page.keyboard.press('Enter');
    expect(await under.inbound(bo.phone, 'text')).toMatchObject({
      context: { id, from: ada.phone.slice(1) },
      text: { body: 'I do' },
    });
    const answer = ada.page.getByRole('article', { name: /^Bo,/u });
    await answer.getByText('Who comes?').waitFor();
    await answer.getByText('You', { exact: true }).waitFor();
  });

  it('counts what others wrote as unread until it is looked at', async () => {
    const group = await makeGroup('Unread');
    const { page, phone } = await under.openPhone({ name: 'Ada' });
    const bo = await under.openPhone({ name: 'Bo' });
    for (const each of [phone, bo.phone]) await join(each, group);
    const text = { type: 'text', text: { body: 'Hello' }, group_id: group.id };
    await under.call('POST', `/_sandbox/people/${encodeURIComponent(bo.phone)}/messages`, text);
    const row = page.getByRole('button', { name: 'Unread' });
    await row.getByText('1 unread').waitFor();
    await row.getByText('Bo: Hello').waitFor();
    await row.click();
    await page.getByRole('article').getByText('Hello').waitFor();
    await row.getByText('1 unread').waitFor({ state: 'detached' });
  });

  it('says why it cannot be joined or written in, and is left again', async () => {
    const group = await makeGroup('Closed', { join_approval_mode: 'approval_required' });
    const { page, phone } = await under.openPhone({ name: 'Ada' });
    await under.send(phone, { type: 'text', text: { body: `${group.invite_link} or https://chat.whatsapp.com/none` } });
    await page.getByRole('article').getByRole('link').last().click();
    await page.getByText('This link leads to no group.').waitFor();
    await page.keyboard.press('Escape');
    const link = page.getByRole('article').getByRole('link').first();
    await link.click();
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByText('You asked to join.').waitFor();
    await page.keyboard.press('Escape');
    await link.click();
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByText('The person has asked to join already').waitFor();
    // A browser writes down each refusal itself.
    expect(under.browser.takeComplaints()).toEqual([expect.stringContaining('409')]);
    await page.keyboard.press('Escape');
    const { data } = (await under.call('GET', '/_sandbox/groups')) as {
      data: (Group & { join_requests: { id: string }[] })[];
    };
    const requests = data.find(({ id }) => id === group.id)?.join_requests.map(({ id }) => id);
    await under.graph({ join_requests: requests }, `${group.id}/join_requests`);
    await page.getByRole('button', { name: 'Closed' }).click();
    await under.call('PATCH', `/_sandbox/groups/${group.id}`, { suspended: true });
    await page.getByText('This group is suspended: nobody can write in it.').waitFor();
    await under.call('PATCH', `/_sandbox/groups/${group.id}`, { suspended: false });
    await page.getByLabel('Message', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('button', { name: 'Closed' }).waitFor({ state: 'detached' });
  });

  it.each([
    { width: 1280, colorScheme: 'light' },
    { width: 360, colorScheme: 'dark' },
  ] as const)('is accessible and fits at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const group = await makeGroup(`Fits at ${width} with a long subject that goes on`);
    const { page, phone } = await under.openPhone({ name: 'Ada' }, { viewport: { width, height: 700 }, colorScheme });
    const bo = await under.openPhone({ name: 'Bo' });
    for (const each of [phone, bo.phone]) await join(each, group);
    const text = { type: 'text', text: { body: 'Hello' }, group_id: group.id };
    await under.call('POST', `/_sandbox/people/${encodeURIComponent(bo.phone)}/messages`, text);
    await page.goto(page.url().replace(under.chatId, group.id));
    await page.getByRole('article', { name: /^Bo,/u }).waitFor();
    await expectAccessible(page);
    await expectFits(page);
  });
});
