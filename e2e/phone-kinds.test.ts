import { beforeAll, describe, expect, it } from 'vitest';
import { interactiveMessages, manyButtons } from './phone-messages.fixture.ts';
import { PhoneUnderTest } from './phone-under-test.ts';
import { expectAccessible, expectFits } from './watched-browser.ts';

const under = PhoneUnderTest.ofFile();
let imageId = '';

beforeAll(async () => {
  imageId = await under.uploadPicture();
  await under.addTemplate(manyButtons);
});

describe('the phone draws', () => {
  it('each kind with its words and its button', async () => {
    const { page, phone } = await under.openPhone();
    for (const [name, message] of Object.entries(interactiveMessages(imageId))) {
      const id = await under.send(phone, message);
      const row = page.locator(`[data-message="${id}"]`);
      await row.getByText('please', { exact: true }).waitFor();
      expect(await row.locator('strong, .mv-emoji').count(), name).toBeGreaterThan(0);
      expect(await row.locator('.mv-action:not(:disabled)').count(), name).toBeGreaterThan(0);
      expect(await row.getByText('cannot be shown').count(), name).toBe(0);
    }
  });

  it('the cards of a carousel: the next one by its button, all by keyboard, and where a link leads', async () => {
    const { page, phone } = await under.openPhone({}, { viewport: { width: 400, height: 800 } });
    await under.send(phone, interactiveMessages(imageId)['cards with links'] ?? {});
    const track = page.getByRole('list', { name: 'Cards' });
    await track.getByRole('link', { name: /Buy Rye\s*shop\.example/u }).waitFor();
    const scrolled = () => track.evaluate((element) => (element as unknown as { scrollLeft: number }).scrollLeft);
    expect(await scrolled()).toBe(0);
    await page.getByRole('button', { name: 'Next card' }).click();
    await expect.poll(scrolled).toBeGreaterThan(100);
    await page.getByRole('button', { name: 'Previous card' }).click();
    await expect.poll(scrolled).toBe(0);
    await track.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(scrolled).toBeGreaterThan(0);
  });

  it('an order with every line of its bill', async () => {
    const { page, phone } = await under.openPhone();
    await under.send(phone, interactiveMessages(imageId)['order to pay'] ?? {});
    await page.getByRole('button', { name: 'Review and pay' }).click();
    const bill = page.getByRole('dialog').getByRole('table');
    await bill.getByRole('row', { name: /Rye bread × 2.*100\.00/u }).waitFor();
    await bill.getByRole('row', { name: /Tax \(GST\).*10\.00/u }).waitFor();
    await bill.getByRole('row', { name: /Total.*210\.00/u }).waitFor();
  });

  it('a template with five buttons: two, and all of them behind "See all options"', async () => {
    const { page, phone } = await under.openPhone();
    const id = await under.send(phone, manyButtons.sent);
    const row = page.locator(`[data-message="${id}"]`);
    await row.getByText('Hello Ada, autumn is here.').waitFor();
    expect(await row.locator('.mv-action').allTextContents()).toEqual([
      'See itshop.example',
      'Call us',
      'See all options',
    ]);
    expect(await row.getByRole('link', { name: 'Call us' }).getAttribute('href')).toBe('tel:+15550001234');
    await row.getByRole('button', { name: 'See all options' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
    expect(await under.inbound(phone, 'button')).toMatchObject({
      context: { id },
      button: { payload: 'STOP', text: 'Stop' },
    });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('a shared contact with all that its card says', async () => {
    const { page, phone } = await under.openPhone();
    const contact = {
      name: { formatted_name: 'Bo Li', first_name: 'Bo' },
      org: { company: 'Bakery', title: 'Baker' },
      phones: [{ phone: '+15550002222', type: 'WORK' }],
      addresses: [{ street: '1 Quay', city: 'Hamburg', type: 'WORK' }],
      urls: [{ url: 'https://bo.example/' }],
      birthday: '1990-05-01',
    };
    await under.send(phone, { type: 'contacts', contacts: [contact] });
    await page.getByRole('button', { name: 'View contact' }).click();
    const card = page.getByRole('dialog', { name: 'Contact' });
    for (const words of ['Baker, Bakery', '+15550002222', '1 Quay, Hamburg', '1990-05-01']) {
      await card.getByText(words).waitFor();
    }
    expect(await card.getByRole('link', { name: 'https://bo.example/' }).getAttribute('rel')).toContain('noopener');
  });

  it('where the first address of a text leads, when the business asks for a preview', async () => {
    const { page, phone } = await under.openPhone();
    await under.send(phone, { type: 'text', text: { body: 'See https://shop.example/a', preview_url: true } });
    await page.getByRole('link', { name: 'shop.example https://shop.example/a' }).waitFor();
  });

  it('the beginning of a long text, and the rest when it is asked for', async () => {
    const { page, phone } = await under.openPhone();
    await under.send(phone, { type: 'text', text: { body: `${'word '.repeat(400)}the end` } });
    const bubble = page.getByRole('article');
    await bubble.getByRole('button', { name: 'Read more' }).waitFor();
    expect(await bubble.getByText('the end').count()).toBe(0);
    await bubble.getByRole('button', { name: 'Read more' }).click();
    await bubble.getByText('the end').waitFor();
  });

  it('a number from left to right, also on a page that goes from right to left', async () => {
    const { page } = await under.openPhone();
    await page.evaluate("document.documentElement.dir = 'rtl'");
    const numbers = page.locator('.ph-row-detail bdi').filter({ hasText: /^\+1/u });
    expect(await numbers.count()).toBe(2);
    const directions = await numbers.evaluateAll((all) => all.map((each) => each.getAttribute('dir')));
    expect(directions).toEqual(['ltr', 'ltr']);
    await expectFits(page);
  });

  it('words of both directions, each in its own', async () => {
    const { page, phone } = await under.openPhone();
    const body = 'שלום *עולם* 123\nHello (world)';
    await under.send(phone, { type: 'text', text: { body } });
    const lines = page.locator('.mv-lines');
    await lines.getByText('Hello (world)').waitFor();
    expect(await lines.getAttribute('dir')).toBe('auto');
    const direction = await page.evaluate("getComputedStyle(document.querySelector('.mv-lines')).unicodeBidi");
    expect(direction).toBe('plaintext');
  });
});

describe('every kind at once is accessible and fits', () => {
  it.each([
    { width: 1280, height: 900, colorScheme: 'light' },
    { width: 1280, height: 900, colorScheme: 'dark' },
    { width: 360, height: 700, colorScheme: 'light' },
    { width: 360, height: 700, colorScheme: 'dark' },
  ] as const)('at $width px, $colorScheme', async ({ width, height, colorScheme }) => {
    const { page, phone } = await under.openPhone({}, { viewport: { width, height }, colorScheme });
    for (const message of Object.values(interactiveMessages(imageId))) await under.send(phone, message);
    await under.send(phone, manyButtons.sent);
    await page.getByText('autumn is here.').last().waitFor();
    await expectAccessible(page);
    await expectFits(page);
    await page.getByRole('button', { name: 'View items' }).click();
    await page.getByRole('dialog').getByText('The cart is empty.').waitFor();
    await expectAccessible(page);
    await expectFits(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Provide address' }).click();
    await page.getByRole('dialog').getByText('We do not deliver there').waitFor();
    await expectAccessible(page);
    await expectFits(page);
  });
});
