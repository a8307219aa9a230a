import { expect, it } from 'vitest';
import { PhoneUnderTest } from './phone-under-test.ts';
import { expectAccessible, expectFits } from './watched-browser.ts';

const under = PhoneUnderTest.ofFile();

interface Twilio {
  base_url: string;
  account_sid: string;
  auth_token: string;
  phone_numbers: { phone_number: string }[];
}

async function twilioOf(): Promise<Twilio> {
  const answer = await fetch(`${under.address}/_sandbox/credentials`);
  return ((await answer.json()) as { twilio: Twilio }).twilio;
}

async function messages(twilio: Twilio, method: 'GET' | 'POST', fields: Record<string, string>) {
  const authorization = `Basic ${btoa(`${twilio.account_sid}:${twilio.auth_token}`)}`;
  const form = new URLSearchParams(fields);
  const path = `${twilio.base_url}/2010-04-01/Accounts/${twilio.account_sid}/Messages.json`;
  const answer = await fetch(method === 'GET' ? `${path}?${form.toString()}` : path, {
    method,
    headers: { authorization },
    ...(method === 'GET' ? {} : { body: form }),
  });
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return (await answer.json()) as { messages?: { body: string; direction: string }[] };
}

it('an SMS comes to a chat that says so, and the answer goes by SMS', async () => {
  const twilio = await twilioOf();
  const From = twilio.phone_numbers[0]?.phone_number ?? '';
  const { page, phone } = await under.openPhone();
  await messages(twilio, 'POST', { To: phone, From, Body: 'Your code is 1234' });
  const row = page
    .getByRole('navigation', { name: 'Chats' })
    .getByRole('button')
    .filter({ hasText: 'Your code is 1234' });
  await row.getByText('SMS', { exact: true }).waitFor();
  await expectAccessible(page);
  await row.click();
  await page.getByRole('article').getByText('Your code is 1234').waitFor();
  await page.getByText(`SMS · ${From}`).waitFor();
  // There is nobody to call, and nothing to react to.
  expect(await page.getByRole('button', { name: 'Call the business' }).count()).toBe(0);
  await page.getByLabel('Message', { exact: true }).fill('Thanks');
  await page.keyboard.press('Enter');
  await page.getByRole('article').getByText('Thanks').waitFor();
  await expect
    .poll(async () => (await messages(twilio, 'GET', { From: phone })).messages)
    .toMatchObject([{ body: 'Thanks', direction: 'inbound' }]);
  await page.getByLabel('Attach', { exact: true }).click();
  const entries = await page.locator('.ph-menu-entry').allTextContents();
  expect(entries).toEqual(['Photo', 'Video', 'Audio', 'Document']);
  await expectAccessible(page);
  await expectFits(page);
});
