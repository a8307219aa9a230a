import { expect, it } from 'vitest';
import { PhoneUnderTest } from './phone-under-test.ts';
import { expectAccessible } from './watched-browser.ts';

const under = PhoneUnderTest.ofFile();

interface Instance {
  base_url: string;
  instance_id: string;
  token: string;
  phone: string;
}

it('a message of a linked number comes to a chat without a service window, and the answer goes back', async () => {
  const credentials = await fetch(`${under.address}/_sandbox/credentials`);
  const { ultramsg } = (await credentials.json()) as { ultramsg: Instance };
  const { base_url: base, instance_id: id, token } = ultramsg;
  const { page, phone } = await under.openPhone();
  const form = new URLSearchParams({ token, to: phone, body: 'Your table is ready' });
  const sent = await fetch(`${base}/${id}/messages/chat`, { method: 'POST', body: form });
  expect(await sent.json()).toMatchObject({ sent: 'true' });
  const chats = page.getByRole('navigation', { name: 'Chats' });
  await chats.getByRole('button').filter({ hasText: 'Your table is ready' }).click();
  await page.getByRole('article').getByText('Your table is ready').waitFor();
  const header = page.getByRole('region', { name: 'Chat with Carillon Instance' }).locator('header');
  expect(await header.innerText()).toContain(ultramsg.phone);
  expect(await header.innerText()).not.toContain('service window');
  await page.getByLabel('Message', { exact: true }).fill('On my way');
  await page.keyboard.press('Enter');
  await page.getByRole('article').getByText('On my way').waitFor();
  const chatId = `${phone.replace('+', '')}@c.us`;
  const asked = new URLSearchParams({ token, chatId });
  await expect
    .poll(async () => (await (await fetch(`${base}/${id}/chats/messages?${asked.toString()}`)).json()) as unknown)
    .toMatchObject([
      { body: 'Your table is ready', fromMe: true },
      { body: 'On my way', fromMe: false },
    ]);
  await expectAccessible(page);
});
