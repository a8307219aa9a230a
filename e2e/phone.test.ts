import { describe, expect, it } from 'vitest';
import { pixel, PhoneUnderTest } from './phone-under-test.ts';
import { expectAccessible, expectFits } from './watched-browser.ts';

const under = PhoneUnderTest.ofFile();

describe('the phone of the sandbox', () => {
  it('makes a person, and shows what the business sends the moment it is delivered', async () => {
    const page = await under.browser.openPage(`${under.address}/`);
    const phone = under.nextPhone();
    await page.getByLabel('Phone number').fill(phone);
    await page.getByLabel('Name').fill('Ada');
    await page.getByRole('button', { name: 'Open the phone' }).click();
    await page.getByRole('log').waitFor();
    await under.send(phone, { type: 'text', text: { body: 'Hello *Ada*, see https://example.com/a.' } });
    await page.getByRole('article').getByText('Hello Ada, see').waitFor();
    expect(await page.getByRole('article').locator('strong').textContent()).toBe('Ada');
    const link = page.getByRole('link', { name: 'https://example.com/a' });
    expect(await link.getAttribute('rel')).toContain('noopener');
    // The address holds the state: the same page comes back.
    await page.reload();
    await page.getByRole('article').getByText('Hello Ada, see').waitFor();
    expect(await page.title()).toContain('Carillon');
  });

  it('answers with Enter, and the ticks follow the business', async () => {
    const { page, phone } = await under.openPhone();
    await page.getByLabel('Message', { exact: true }).fill('First line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second');
    await page.keyboard.press('Enter');
    const message = await under.inbound(phone, 'text');
    expect(message).toMatchObject({ type: 'text', text: { body: 'First line\nsecond' } });
    await page.getByRole('article').getByRole('img', { name: 'Delivered' }).waitFor();
    await under.graph({ status: 'read', message_id: message['id'], typing_indicator: { type: 'text' } });
    await page.getByRole('article').getByRole('img', { name: 'Read', exact: true }).waitFor();
    await page.getByText('typing …').waitFor();
  });

  it('taps a reply button, and the answer names the message and the button', async () => {
    const { page, phone } = await under.openPhone();
    const id = await under.send(phone, {
      type: 'interactive',
      interactive: {
        type: 'button',
        body: { text: 'When?' },
        action: { buttons: [{ type: 'reply', reply: { id: 'b1', title: 'Morning' } }] },
      },
    });
    await page.getByRole('button', { name: 'Morning' }).click();
    const answer = await under.inbound(phone, 'interactive');
    expect(answer).toMatchObject({
      context: { id },
      interactive: { type: 'button_reply', button_reply: { id: 'b1', title: 'Morning' } },
    });
  });

  it('chooses from a list by keyboard', async () => {
    const { page, phone } = await under.openPhone();
    await under.send(phone, {
      type: 'interactive',
      interactive: {
        type: 'list',
        body: { text: 'Where?' },
        action: {
          button: 'Shops',
          sections: [
            {
              rows: [
                { id: 'r1', title: 'Harbour', description: 'By the sea' },
                { id: 'r2', title: 'Hill' },
              ],
            },
          ],
        },
      },
    });
    await page.getByRole('button', { name: 'Shops' }).press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Hill' }).press('Enter');
    const answer = await under.inbound(phone, 'interactive');
    expect(answer).toMatchObject({ interactive: { type: 'list_reply', list_reply: { id: 'r2', title: 'Hill' } } });
  });

  it('draws a template with its values, and answers with its quick reply', async () => {
    const { page, phone } = await under.openPhone();
    const values = { first_name: 'Ada', day: 'Friday', time: '10:00' };
    const parameters = Object.entries(values).map(([parameter_name, text]) => ({ type: 'text', parameter_name, text }));
    const id = await under.send(phone, {
      type: 'template',
      template: {
        name: 'appointment_reminder',
        language: { code: 'en_US' },
        components: [{ type: 'body', parameters }],
      },
    });
    await page.getByRole('article').getByText('Friday').waitFor();
    const quickReply = page.locator(`[data-message="${id}"] .mv-action`).first();
    const text = (await quickReply.textContent()) ?? '';
    await quickReply.click();
    const answer = await under.inbound(phone, 'button');
    expect(answer).toMatchObject({ context: { id }, button: { text } });
  });

  it('keeps messages waiting while it is offline, and shows them when it is back', async () => {
    const { page, phone } = await under.openPhone();
    await page.getByLabel('Settings of this phone').click();
    await page.getByRole('switch', { name: 'Offline' }).check();
    await page.keyboard.press('Escape');
    await page.getByText('This phone is offline.').waitFor();
    await under.send(phone, { type: 'text', text: { body: 'Are you there?' } });
    await page.getByText('1 message waits.').waitFor();
    expect(await page.getByRole('article').count()).toBe(0);
    await page.getByRole('button', { name: 'Go online' }).click();
    await page.getByRole('article').getByText('Are you there?').waitFor();
  });

  it('never reports "read" while read receipts are off, and does so when they are on', async () => {
    const { page, phone } = await under.openPhone({ read_receipts: false });
    const quiet = await under.send(phone, { type: 'text', text: { body: 'Quiet' } });
    await page.getByRole('article').getByText('Quiet').waitFor();
    await expect.poll(() => unreadOf(phone)).toBe(0);
    await page.getByLabel('Settings of this phone').click();
    await page.getByRole('switch', { name: 'No read receipts' }).uncheck();
    await page.keyboard.press('Escape');
    const open = await under.send(phone, { type: 'text', text: { body: 'Open' } });
    await expect.poll(() => under.toldOf(open), { timeout: 10_000 }).toContain('read');
    expect(under.toldOf(quiet)).toEqual(['sent', 'delivered']);
  });

  it('says that the business is blocked, and lets the person unblock it', async () => {
    const { page } = await under.openPhone({ blocked: true });
    await page.getByText('You blocked this business.').waitFor();
    await page.getByRole('button', { name: 'Unblock' }).click();
    await page.getByLabel('Message', { exact: true }).waitFor();
  });

  it('sends a photo with a caption, and a location', async () => {
    const { page, phone } = await under.openPhone();
    await page.getByLabel('Attach').click();
    await page.getByLabel('Photo').setInputFiles({ name: 'red.png', mimeType: 'image/png', buffer: pixel });
    await page.getByLabel('Caption').fill('My red pixel');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    const photo = await under.inbound(phone, 'image');
    expect(photo).toMatchObject({ image: { mime_type: 'image/png', caption: 'My red pixel' } });
    await page.getByRole('button', { name: 'Open Photo: My red pixel' }).click();
    await expect
      .poll(() =>
        page
          .getByRole('dialog')
          .locator('img')
          // The types of the browser are not those of this project.
          .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      )
      .toBe(1);
    await page.keyboard.press('Escape');
    await page.getByLabel('Attach').click();
    await page.getByRole('button', { name: 'Location' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    const place = await under.inbound(phone, 'location');
    expect(place).toMatchObject({ location: { name: 'Central Park' } });
  });

  it('quotes a message and reacts to it', async () => {
    const { page, phone } = await under.openPhone();
    const id = await under.send(phone, { type: 'text', text: { body: 'How was it?' } });
    const row = page.locator(`[data-message="${id}"]`);
    await row.focus();
    await page.keyboard.press('r');
    await page.keyboard.type('Good');
    await page.keyboard.press('Enter');
    expect(await under.inbound(phone, 'text')).toMatchObject({
      context: { id },
      text: { body: 'Good' },
    });
    await row.getByRole('button', { name: 'React' }).click();
    await page.getByRole('button', { name: '❤️' }).click();
    expect(await under.inbound(phone, 'reaction')).toMatchObject({
      reaction: { message_id: id, emoji: '❤️' },
    });
    await row.getByRole('img', { name: 'Reactions: ❤️ by You' }).waitFor();
  });

  it('shows hostile text as text: no element, no address but http, no turned direction', async () => {
    const { page, phone } = await under.openPhone({ name: '<img src=x onerror=alert(1)>\u202Etxt.exe' });
    await under.send(phone, {
      type: 'text',
      text: {
        body: '<img src=x onerror=alert(1)> <svg/onload=alert(2)> javascript:alert(3) https://bank.example@evil.example/x',
      },
    });
    await under.send(phone, {
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: 'Your bank' },
        action: { name: 'cta_url', parameters: { display_text: 'https://bank', url: 'https://evil.example/' } },
      },
    });
    await page.getByRole('article').getByText('<svg/onload=alert(2)>').waitFor();
    await page.getByText('(evil.example)').waitFor();
    expect(await page.locator('.mv-bubble img, .mv-bubble a[href^="javascript"]').count()).toBe(0);
    await page.getByRole('link', { name: /https:\/\/bank\s*evil\.example/u }).waitFor();
    expect(await page.locator('.ph-side').textContent()).not.toContain('\u202E');
  });

  it.each([
    { width: 1280, height: 800, colorScheme: 'light' },
    { width: 360, height: 640, colorScheme: 'dark' },
  ] as const)('is accessible and fits at $width px, $colorScheme', async ({ width, height, colorScheme }) => {
    const { page, phone } = await under.openPhone({}, { viewport: { width, height }, colorScheme });
    for (const body of ['Hello', `https://example.com/${'long'.repeat(60)}`, 'שלום *עולם* 123']) {
      await under.send(phone, { type: 'text', text: { body } });
    }
    // The list of chats shows the same words beside the bubble.
    await page.getByRole('article').getByText('שלום').first().waitFor();
    await page.getByLabel('Message', { exact: true }).fill('Hi');
    await page.keyboard.press('Enter');
    await page.getByRole('article').getByRole('img', { name: 'Delivered' }).waitFor();
    await expectAccessible(page);
    await expectFits(page);
    await page.goto(`${under.address}/`);
    await page.getByRole('heading', { name: 'Whose phone?' }).waitFor();
    await expectAccessible(page);
    await expectFits(page);
  });
});

async function unreadOf(phone: string): Promise<number | undefined> {
  const { data } = (await under.call('GET', `/_sandbox/people/${phone}/chats`)) as { data: { unread: number }[] };
  return data[0]?.unread;
}
