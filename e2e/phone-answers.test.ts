import { beforeAll, describe, expect, it } from 'vitest';
import { interactiveMessages } from './phone-messages.fixture.ts';
import { PhoneUnderTest, type Json } from './phone-under-test.ts';

const under = PhoneUnderTest.ofFile();
let imageId = '';

beforeAll(async () => {
  imageId = await under.uploadPicture();
});

/** A phone that was asked something: the message of that name. */
async function ask(name: string) {
  const { page, phone } = await under.openPhone();
  const id = await under.send(phone, interactiveMessages(imageId)[name] ?? {});
  return { page, phone, id, row: page.locator(`[data-message="${id}"]`), dialog: page.getByRole('dialog') };
}

const answersIn = (message: Json): unknown => {
  const { nfm_reply } = message['interactive'] as { nfm_reply: { response_json: string } };
  return JSON.parse(nfm_reply.response_json);
};

describe('the phone answers', () => {
  it('a form with its token and the fields that the person named', async () => {
    const { page, phone, id, row, dialog } = await ask('form');
    await row.getByRole('button', { name: 'Book a table' }).click();
    await dialog.getByRole('button', { name: 'Another field' }).click();
    expect(await dialog.getByLabel('Answer').first().inputValue()).toBe('Friday');
    await dialog.getByLabel('Field').last().fill('seats');
    await dialog.getByLabel('Answer').last().fill('4');
    await dialog.getByRole('button', { name: 'Send' }).click();
    const answer = await under.inbound(phone, 'interactive');
    expect(answer).toMatchObject({ context: { id }, interactive: { nfm_reply: { name: 'flow', body: 'Sent' } } });
    expect(answersIn(answer)).toEqual({ flow_token: 'token-1', day: 'Friday', seats: 4 });
    const sent = page.locator(`[data-message="${String(answer['id'])}"]`);
    await sent.getByText('Answers').click();
    await sent.getByRole('definition').getByText('Friday').waitFor();
  });

  it('an address: a new one, or one that the business has', async () => {
    const { phone, row, dialog } = await ask('address');
    await row.getByRole('button', { name: 'Provide address' }).click();
    await dialog.getByLabel('City').fill('Mumbai');
    await dialog.getByRole('button', { name: 'Send' }).click();
    const answer = await under.inbound(phone, 'interactive');
    expect(answer).toMatchObject({ interactive: { nfm_reply: { name: 'address_message' } } });
    expect(answersIn(answer)).toEqual({ values: { name: 'Ada', city: 'Mumbai' } });
    const other = await ask('address');
    await other.row.getByRole('button', { name: 'Provide address' }).click();
    await other.dialog.getByLabel(/Goa/u).check();
    await other.dialog.getByRole('button', { name: 'Send' }).click();
    expect(answersIn(await under.inbound(other.phone, 'interactive'))).toMatchObject({ saved_address_id: 'home' });
  });

  it('a request for the phone number with a contact and its vCard', async () => {
    const { phone, id, row, dialog } = await ask('contact');
    await row.getByRole('button', { name: 'Share contact' }).click();
    await dialog.getByRole('button', { name: 'Send' }).click();
    expect(await under.inbound(phone, 'contacts')).toMatchObject({
      context: { id },
      origin: 'contact_request',
      contacts: [
        { name: { formatted_name: 'Ada' }, phones: [{ phone }], vcard: expect.stringContaining('FN:Ada') as string },
      ],
    });
  });

  it('a request for the location with a location that names the message', async () => {
    const { phone, id, row, dialog } = await ask('location');
    await row.getByRole('button', { name: 'Send location' }).click();
    await dialog.getByRole('button', { name: 'Send' }).click();
    expect(await under.inbound(phone, 'location')).toMatchObject({
      context: { id },
      location: { name: 'Central Park' },
    });
  });

  it('whether the business may call', async () => {
    const { phone, id, row, dialog } = await ask('calls');
    await row.getByRole('button', { name: 'Choose a preference' }).click();
    await dialog.getByRole('button', { name: 'Allow for 7 days' }).click();
    expect(await under.inbound(phone, 'interactive')).toMatchObject({
      context: { id },
      interactive: { call_permission_reply: { response: 'accept', is_permanent: false } },
    });
  });

  it('a list of products with an order from a cart', async () => {
    const { page, phone, id, row, dialog } = await ask('products');
    await row.getByRole('button', { name: 'View items' }).click();
    await dialog.getByRole('button', { name: 'One more of rye-bread' }).click();
    await dialog.getByRole('button', { name: 'One more of rye-bread' }).click();
    await dialog.getByRole('button', { name: 'One more of plum-cake' }).click();
    await dialog.getByRole('button', { name: 'One less of plum-cake' }).click();
    await dialog.getByText('2 in the cart').waitFor();
    await dialog.getByLabel('Note to the business').fill('Sliced, please');
    await dialog.getByRole('button', { name: 'Send the order' }).click();
    expect(await under.inbound(phone, 'order')).toMatchObject({
      context: { id },
      order: {
        catalog_id: '77',
        text: 'Sliced, please',
        product_items: [
          { product_retailer_id: 'rye-bread', quantity: 2, item_price: expect.any(Number) as number, currency: 'USD' },
        ],
      },
    });
    await page.getByText('2 × rye-bread').waitFor();
  });

  it('a catalog with products by their id, and one product with a question about it', async () => {
    const { phone, row, dialog } = await ask('catalog');
    await row.getByRole('button', { name: 'View catalog' }).click();
    await dialog.getByLabel('Another product, by its id').fill('croissant');
    await dialog.getByLabel('Another product, by its id').press('Enter');
    await dialog.getByRole('button', { name: 'Send the order' }).click();
    expect(await under.inbound(phone, 'order')).toMatchObject({
      order: { product_items: [{ product_retailer_id: 'croissant', quantity: 1 }] },
    });
    const other = await ask('product');
    await other.row.getByRole('button', { name: 'View' }).click();
    await other.dialog.getByRole('button', { name: 'Ask about this product' }).click();
    expect(await under.inbound(other.phone, 'text')).toMatchObject({
      context: { id: other.id, referred_product: { catalog_id: '77', product_retailer_id: 'rye-bread' } },
    });
  });
});

it('an order is paid once: the business is told of the payment, and a second one is refused in words', async () => {
  const { page, id, row, dialog } = await ask('order to pay');
  await row.getByRole('button', { name: 'Review and pay' }).click();
  await dialog.getByRole('button', { name: /^Pay .*210\.00$/u }).click();
  await page.getByText('Paid. The business was told.').waitFor();
  await expect.poll(() => under.toldOf(id), { timeout: 15_000 }).toContain('captured');
  await row.getByRole('button', { name: 'Review and pay' }).click();
  await dialog.getByRole('button', { name: /^Pay .*210\.00$/u }).click();
  await page.getByRole('alert').getByText(/paid/iu).waitFor();
  expect(under.browser.takeComplaints()).toHaveLength(1);
});

describe('the phone sends', () => {
  it.each([
    ['Video', 'video', 'video/mp4', { caption: 'Look' }],
    ['Document', 'document', 'application/pdf', { caption: 'Look', filename: 'file' }],
    ['Sticker', 'sticker', 'image/webp', { animated: false }],
    ['Audio', 'audio', 'audio/ogg', { voice: true }],
  ] as const)('a file as %s', async (label, type, mimeType, expected) => {
    const { page, phone } = await under.openPhone();
    await page.getByLabel('Attach').click();
    await page
      .getByLabel(label, { exact: true })
      .setInputFiles({ name: 'file', mimeType, buffer: Buffer.from('bytes') });
    const dialog = page.getByRole('dialog');
    if ('caption' in expected) await dialog.getByLabel('Caption').fill('Look');
    await dialog.getByRole('button', { name: 'Send' }).click();
    expect(await under.inbound(phone, type)).toMatchObject({ [type]: { mime_type: mimeType, ...expected } });
  });

  it('a contact in answer to a message, and a poll, which comes as unsupported', async () => {
    const { page, phone } = await under.openPhone();
    const id = await under.send(phone, { type: 'text', text: { body: 'Whom shall we call?' } });
    await page.locator(`[data-message="${id}"]`).getByRole('button', { name: 'Reply' }).click();
    await page.getByLabel('Attach').click();
    await page.getByRole('button', { name: 'Contact', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Bo Li');
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click();
    expect(await under.inbound(phone, 'contacts')).toMatchObject({
      context: { id },
      origin: 'other',
      contacts: [{ name: { formatted_name: 'Bo Li', last_name: 'Li' } }],
    });
    await page.getByLabel('Attach').click();
    await page.getByRole('button', { name: 'Poll' }).click();
    expect(await under.inbound(phone, 'unsupported')).toMatchObject({ unsupported: { type: 'poll_creation' } });
  });

  it('a first message after an advertisement, and shows which', async () => {
    const { page, phone } = await under.openPhone();
    await page.getByLabel('Attach').click();
    await page.getByRole('button', { name: 'From an advertisement' }).click();
    expect(await under.inbound(phone, 'text')).toMatchObject({
      referral: { source_type: 'ad', headline: 'Autumn at the bakery', ctwa_clid: expect.any(String) as string },
    });
    await page.getByRole('link', { name: /Advertisement\s*Autumn at the bakery.*fb\.me/u }).waitFor();
  });

  it('other words for a message, and takes a message back', async () => {
    const { page, phone } = await under.openPhone();
    await page.getByLabel('Message', { exact: true }).fill('Helo');
    await page.keyboard.press('Enter');
    const { id } = await under.inbound(phone, 'text');
    const row = page.locator(`[data-message="${String(id)}"]`);
    await row.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('dialog').getByLabel('Message').fill('Hello');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    expect(await under.inbound(phone, 'edit')).toMatchObject({
      edit: { original_message_id: id, message: { type: 'text', text: { body: 'Hello' } } },
    });
    await row
      .getByText(/^Hello/u)
      .first()
      .waitFor();
    await row.getByText('Edited').waitFor();
    await row.focus();
    await page.keyboard.press('Delete');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    expect(await under.inbound(phone, 'revoke')).toMatchObject({ revoke: { original_message_id: id } });
    await row.getByText('This message was deleted').waitFor();
    expect(await row.getByText('Hello').count()).toBe(0);
    expect(await page.getByRole('article').count()).toBe(1);
  });
});
