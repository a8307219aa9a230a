import { expect, it } from 'vitest';
import { PhoneUnderTest } from './phone-under-test.ts';
import { expectAccessible, expectFits } from './watched-browser.ts';

const under = PhoneUnderTest.ofFile();

it('an address with a phone number is the phone of that person, who is made if nobody has it', async () => {
  const phone = under.nextPhone();
  const page = await under.browser.openPage(`${under.address}/?phone=${phone}`);
  await page.getByRole('region', { name: /^Phone of/u }).waitFor();
  await page.getByLabel('Message', { exact: true }).fill('Hi');
  await page.keyboard.press('Enter');
  expect(await under.inbound(phone, 'text')).toMatchObject({ from: phone.slice(1) });
});

it('two tabs are two people, and each gets its own messages', async () => {
  const phones = [under.nextPhone(), under.nextPhone()];
  const pages = await Promise.all(phones.map((phone) => under.browser.openPage(`${under.address}/?phone=${phone}`)));
  for (const page of pages) await page.getByRole('log').waitFor();
  for (const phone of phones) await under.send(phone, { type: 'text', text: { body: `For ${phone}` } });
  for (const [index, page] of pages.entries()) {
    await page.getByRole('article').getByText(`For ${phones[index]}`).waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
  }
});

it('a wall shows phones side by side, each of them live, and the address keeps it', async () => {
  const phones = [under.nextPhone(), under.nextPhone(), under.nextPhone()];
  const page = await under.browser.openPage(`${under.address}/?wall=${phones.join(',')}`, {
    viewport: { width: 1400, height: 800 },
  });
  const region = (index: number) => page.locator('.ph-pane').nth(index);
  for (const index of phones.keys()) await region(index).getByRole('log').waitFor();
  await region(1).getByLabel('Message', { exact: true }).fill('From the second');
  await page.keyboard.press('Enter');
  expect(await under.inbound(phones[1] ?? '', 'text')).toMatchObject({ text: { body: 'From the second' } });
  await under.send(phones[2] ?? '', { type: 'text', text: { body: 'To the third' } });
  await region(2).getByRole('article').getByText('To the third').waitFor();
  expect(await region(0).getByRole('article').count()).toBe(0);
  await page.reload();
  await region(2).getByRole('article').getByText('To the third').waitFor();
  await region(1).getByRole('article').getByText('From the second').waitFor();
  await expectAccessible(page);
  await expectFits(page);
});

it('a wall begins beside a phone, takes another person, and ends with one phone', async () => {
  const { page } = await under.openPhone();
  const { id } = (await under.call('POST', '/_sandbox/people', { phone: under.nextPhone(), name: 'Zeno' })) as {
    id: string;
  };
  await page.getByLabel('Settings of this phone').click();
  await page.getByRole('button', { name: 'Another phone beside it' }).click();
  await page.locator('.ph-pane').nth(1).getByRole('button', { name: 'Zeno' }).first().click();
  await page.getByRole('region', { name: 'Phone of Zeno' }).waitFor();
  expect(page.url()).toContain(id);
  await page.getByRole('region', { name: 'Phone of Zeno' }).getByRole('button', { name: 'Back to the chats' }).click();
  await page.getByRole('region', { name: 'Phone of Zeno' }).getByRole('navigation', { name: 'Chats' }).waitFor();
  await page.getByRole('button', { name: 'Remove phone 1' }).click();
  await page.getByRole('region', { name: 'Phone of Zeno' }).waitFor();
  expect(await page.getByRole('region', { name: 'Phone of Ada' }).count()).toBe(0);
  expect(new URL(page.url()).searchParams.has('wall')).toBe(false);
});

it.each([
  { width: 1280, height: 800, colorScheme: 'dark' },
  { width: 360, height: 700, colorScheme: 'light' },
] as const)('a wall of four fits at $width px', async ({ width, height, colorScheme }) => {
  const phones = [under.nextPhone(), under.nextPhone(), under.nextPhone()];
  const page = await under.browser.openPage(`${under.address}/?wall=${phones.join(',')},`, {
    viewport: { width, height },
    colorScheme,
  });
  await page.getByRole('heading', { name: 'Whose phone?' }).waitFor();
  await page.getByRole('log').nth(2).waitFor();
  await expectAccessible(page);
  await expectFits(page);
});

it('a person who changes the number keeps the phone open, and the business hears of both numbers', async () => {
  const phone = under.nextPhone();
  const next = under.nextPhone();
  const page = await under.browser.openPage(`${under.address}/?phone=${phone}`);
  await page.getByLabel('Message', { exact: true }).fill('Hi');
  await page.keyboard.press('Enter');
  await under.inbound(phone, 'text');
  await page.getByLabel('Settings of this phone').click();
  await page.getByLabel('New phone number').fill(next);
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  expect(await under.inbound(phone, 'system')).toMatchObject({
    system: { type: 'user_changed_number', wa_id: next.slice(1) },
  });
  await page.locator('.ph-side').getByText(next).waitFor();
  await page
    .getByText(`changed from ${phone.slice(1)} to ${next.slice(1)}`)
    .last()
    .waitFor();
});
