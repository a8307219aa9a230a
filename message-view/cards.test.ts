import { describe, expect, it } from 'vitest';
import { readContent } from './content.ts';
import type { Action, Drawing, Request } from './drawing.ts';
import { previewOf } from './preview.ts';
import { renderTemplate } from './template.ts';

const card = { header: { type: 'text', text: 'H' }, body: { text: 'B' }, footer: { text: 'F' } };

function read(interactive: Record<string, unknown>): Drawing & { kind: 'card' } {
  return cardOf(readContent({ type: 'interactive', interactive }));
}

function cardOf(drawing: Drawing): Drawing & { kind: 'card' } {
  if (drawing.kind !== 'card') throw new Error(`It is drawn as ${drawing.kind}.`);
  return drawing;
}

function requestOf(actions: readonly Action[]): Request | undefined {
  const [action] = actions;
  return action?.kind === 'request' ? action.request : undefined;
}

describe('an interactive message is drawn with its card and what its button does', () => {
  it('reply buttons', () => {
    const action = { buttons: [{ type: 'reply', reply: { id: 'b1', title: 'Yes' } }] };
    expect(read({ ...card, type: 'button', action })).toEqual({
      kind: 'card',
      what: 'Question',
      card: { header: { kind: 'text', text: 'H' }, body: 'B', footer: 'F' },
      actions: [
        {
          kind: 'answer',
          text: 'Yes',
          answer: {
            type: 'interactive',
            interactive: { type: 'button_reply', button_reply: { id: 'b1', title: 'Yes' } },
          },
        },
      ],
      slides: [],
    });
  });

  it('a list', () => {
    const rows = [{ id: 'r', title: 'R', description: 'D' }];
    const action = { button: 'Menu', sections: [{ title: 'S', rows }] };
    expect(read({ ...card, type: 'list', action }).actions).toEqual([
      { kind: 'list', text: 'Menu', sections: [{ title: 'S', rows }] },
    ]);
  });

  it('a link', () => {
    const action = { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://a.example' } };
    expect(read({ ...card, type: 'cta_url', action }).actions).toEqual([
      { kind: 'link', text: 'Open', url: 'https://a.example' },
    ]);
  });

  it.each([
    ['location_request_message', { name: 'send_location' }, { kind: 'location' }],
    ['request_contact_info', { name: 'request_contact_info' }, { kind: 'contact' }],
    ['contact_request', { name: 'contact_request' }, { kind: 'contact' }],
    ['call_permission_request', { name: 'call_permission_request' }, { kind: 'call_permission' }],
    [
      'address_message',
      {
        parameters: {
          country: 'IN',
          values: { city: 'Pune', floor_number: 3 },
          saved_addresses: [{ id: 'a1', value: { city: 'Goa' } }],
          validation_errors: { in_pin_code: 'We do not deliver there' },
        },
      },
      {
        kind: 'address',
        country: 'IN',
        values: { city: 'Pune', floor_number: '3' },
        problems: { in_pin_code: 'We do not deliver there' },
        saved: [{ id: 'a1', values: { city: 'Goa' } }],
      },
    ],
    [
      'flow',
      {
        parameters: { flow_cta: 'Book', flow_token: 't1', flow_action_payload: { screen: 'A', data: { day: 'Fri' } } },
      },
      { kind: 'flow', title: 'Book', token: 't1', values: { day: 'Fri' } },
    ],
    ['flow', { parameters: {} }, { kind: 'flow', title: '', token: 'unused', values: {} }],
    [
      'product',
      { catalog_id: 'c', product_retailer_id: 'p' },
      { kind: 'products', title: '', catalogId: 'c', sections: [{ title: '', productIds: ['p'] }] },
    ],
    [
      'product_list',
      { catalog_id: 'c', sections: [{ title: 'S', product_items: [{ product_retailer_id: 'p' }, {}] }, {}] },
      { kind: 'products', title: 'H', catalogId: 'c', sections: [{ title: 'S', productIds: ['p'] }] },
    ],
    [
      'catalog_message',
      { parameters: { thumbnail_product_retailer_id: 'p' } },
      { kind: 'products', title: 'Catalog', catalogId: '', sections: [{ title: '', productIds: ['p'] }] },
    ],
  ])('%s asks with %j', (type, action, request) => {
    const drawing = read({ ...card, type, action });
    expect(requestOf(drawing.actions)).toEqual(request);
    expect(drawing.actions[0]?.text).not.toBe('');
    // Also without words of its own it is called something in a list of chats.
    expect(previewOf({ type: 'interactive', interactive: { type, action } })).toMatch(/\w{4}/u);
  });

  it('a carousel of files, of products and of quick replies', () => {
    const image = { type: 'image', image: { id: '5' } };
    const link = { name: 'cta_url', parameters: { display_text: 'Buy', url: 'https://a.example' } };
    const quick = { buttons: [{ type: 'quick_reply', quick_reply: { id: 'q', title: 'Q' } }] };
    const { slides } = read({
      type: 'carousel',
      body: { text: 'B' },
      action: {
        cards: [
          { card_index: 0, type: 'cta_url', header: image, body: { text: 'One' }, action: link },
          { card_index: 1, type: 'product', action: { catalog_id: 'c', product_retailer_id: 'p' } },
          { card_index: 2, header: image, action: quick },
        ],
      },
    });
    expect(slides).toMatchObject([
      { header: { kind: 'media', media: { id: '5' } }, body: 'One', actions: [{ kind: 'link', text: 'Buy' }] },
      { header: { kind: 'product', productId: 'p' }, actions: [{ kind: 'request' }] },
      { actions: [{ kind: 'answer', text: 'Q', answer: { interactive: { button_reply: { id: 'q', title: 'Q' } } } }] },
    ]);
  });

  it('an order to pay, with its amounts in words, and how far an order has come', () => {
    const amount = (value: number) => ({ value, offset: 100 });
    const order = {
      status: 'pending',
      items: [{ name: 'Bread', quantity: 2, amount: amount(5000), sale_amount: amount(4500) }],
      subtotal: amount(9000),
      tax: { ...amount(450), description: 'GST' },
      discount: { ...amount(1000), discount_program_name: 'Club' },
    };
    const details = read({
      type: 'order_details',
      body: { text: 'B' },
      action: { parameters: { reference_id: 'O-1', currency: 'INR', total_amount: amount(8450), order } },
    });
    expect(details.card.bill).toMatchObject({
      reference: 'O-1',
      status: 'Pending',
      items: [{ name: 'Bread', quantity: 2, amount: expect.stringContaining('45.00') as string }],
      lines: [{ label: 'Subtotal' }, { label: 'Tax (GST)' }, { label: 'Discount (Club)' }],
      total: expect.stringContaining('84.50') as string,
    });
    expect(details.actions).toMatchObject([{ kind: 'bill', text: 'Review and pay', isPayable: true }]);
    const status = read({
      type: 'order_status',
      body: { text: 'B' },
      action: { parameters: { reference_id: 'O-1', order: { status: 'partially-shipped', description: 'Soon' } } },
    });
    expect(status.card.bill).toMatchObject({ status: 'Partially shipped', description: 'Soon' });
    expect(status.actions).toMatchObject([{ kind: 'bill', isPayable: false }]);
  });
});

it('the answers of a form and of an address are drawn with their names, without the token', () => {
  const reply = (name: string, json: unknown) =>
    readContent({
      type: 'interactive',
      interactive: { type: 'nfm_reply', nfm_reply: { name, response_json: JSON.stringify(json) } },
    });
  expect(reply('flow', { flow_token: 't', day: 'Fri', sizes: ['a', 'b'], agreed: true })).toEqual({
    kind: 'form',
    title: 'Answered a form',
    answers: [
      { name: 'day', text: 'Fri' },
      { name: 'sizes', text: 'a, b' },
      { name: 'agreed', text: 'yes' },
    ],
  });
  expect(reply('address_message', { values: { city: 'Pune' } })).toEqual({
    kind: 'form',
    title: 'Sent an address',
    answers: [{ name: 'city', text: 'Pune' }],
  });
});

it('an order has a total when all of it is priced in one currency', () => {
  const order = (...product_items: unknown[]) => readContent({ type: 'order', order: { product_items } });
  const bread = { product_retailer_id: 'b', quantity: 2, item_price: 1.5, currency: 'EUR' };
  expect(order(bread, bread)).toMatchObject({ total: expect.stringContaining('6.00') as string });
  expect(order(bread, { ...bread, currency: 'USD' })).not.toHaveProperty('total');
  expect(order({ product_retailer_id: 'b', quantity: 2 })).not.toHaveProperty('total');
});

it('the first address of a text is previewed when the sender asks for it', () => {
  const text = (body: string, preview_url: boolean) => readContent({ type: 'text', text: { body, preview_url } });
  const body = 'xhttp://no.example, (https://a.example/b). https://c.example';
  expect(text(body, true)).toMatchObject({ link: 'https://a.example/b' });
  expect(text(body, false)).not.toHaveProperty('link');
  expect(text('javascript:alert(1)', true)).not.toHaveProperty('link');
});

describe('a template is drawn as the customer sees it', () => {
  const draw = (components: Record<string, unknown>[], sent: Record<string, unknown>[]) =>
    cardOf(
      readContent(
        { type: 'template', template: { name: 't', language: { code: 'en' }, components: sent } },
        renderTemplate(components, sent),
      ),
    );
  const body = { type: 'BODY', text: 'Body' };

  it('with a file above it', () => {
    const sent = [{ type: 'header', parameters: [{ type: 'image', image: { id: '5' } }] }];
    expect(draw([{ type: 'HEADER', format: 'IMAGE' }, body], sent).card).toEqual({
      header: { kind: 'media', media: { kind: 'image', id: '5', voice: false } },
      body: 'Body',
    });
  });

  it('with each kind of button', () => {
    const sections = [{ title: 'S', product_items: [{ product_retailer_id: 'p' }] }];
    const button = (index: number, sub_type: string, parameter: Record<string, unknown>) => ({
      type: 'button',
      sub_type,
      index: String(index),
      parameters: [parameter],
    });
    const { actions, card: drawn } = draw(
      [
        body,
        {
          type: 'BUTTONS',
          buttons: [
            { type: 'QUICK_REPLY', text: 'Stop' },
            { type: 'URL', text: 'Track', url: 'https://a.example/{{1}}' },
            { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+1555' },
            { type: 'COPY_CODE' },
            { type: 'MPM', text: 'View items' },
            { type: 'CATALOG', text: 'View catalog' },
            { type: 'FLOW', text: 'Book' },
            { type: 'OTP', otp_type: 'COPY_CODE' },
            { type: 'VOICE_CALL', text: 'Ring' },
            { type: 'REQUEST_CONTACT_INFO' },
            { type: 'APP', text: 'Open the app' },
          ],
        },
      ],
      [
        button(0, 'quick_reply', { type: 'payload', payload: 'STOP' }),
        button(1, 'url', { type: 'text', text: 'x' }),
        button(3, 'copy_code', { type: 'coupon_code', coupon_code: '25OFF' }),
        button(4, 'mpm', { type: 'action', action: { thumbnail_product_retailer_id: 'p', sections } }),
        button(5, 'catalog', { type: 'action', action: { thumbnail_product_retailer_id: 'p2' } }),
        button(6, 'flow', { type: 'action', action: { flow_token: 't9', flow_action_data: { day: 'Fri' } } }),
        button(7, 'url', { type: 'text', text: '123456' }),
      ],
    );
    expect(actions).toMatchObject([
      { kind: 'answer', answer: { type: 'button', button: { payload: 'STOP', text: 'Stop' } } },
      { kind: 'link', url: 'https://a.example/x' },
      { kind: 'phone', phone: '+1555' },
      { kind: 'copy', code: '25OFF' },
      { kind: 'request', request: { kind: 'products', sections: [{ title: 'S', productIds: ['p'] }] } },
      { kind: 'request', request: { kind: 'products', sections: [{ productIds: ['p2'] }] } },
      { kind: 'request', request: { kind: 'flow', token: 't9', values: { day: 'Fri' } } },
      { kind: 'copy', code: '123456' },
      { kind: 'request', text: 'Ring', request: { kind: 'call' } },
      { kind: 'request', request: { kind: 'contact' } },
      { kind: 'other', text: 'Open the app' },
    ]);
    expect(drawn.about).toBe('1 product');
  });

  it('with an offer that ends', () => {
    const offer = { expiration_time_ms: 1_800_000_000_000 };
    const { card: drawn } = draw(
      [
        body,
        { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Only today', has_expiration: true } },
        { type: 'BUTTONS', buttons: [{ type: 'COPY_CODE', text: 'Copy' }] },
      ],
      [
        { type: 'limited_time_offer', parameters: [{ type: 'limited_time_offer', limited_time_offer: offer }] },
        { type: 'button', sub_type: 'copy_code', index: 0, parameters: [{ type: 'coupon_code', coupon_code: 'A' }] },
      ],
    );
    expect(drawn.offer).toEqual({ text: 'Only today', endsAtMs: 1_800_000_000_000, code: 'A' });
  });

  it('with the cards of a carousel, each with its own values', () => {
    const components = [
      { type: 'HEADER', format: 'IMAGE' },
      { type: 'BODY', text: 'Card for {{1}}' },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Want it' }] },
    ];
    const given = (index: number, name: string) => ({
      card_index: index,
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { id: `file-${name}` } }] },
        { type: 'body', parameters: [{ type: 'text', text: name }] },
        {
          type: 'button',
          sub_type: 'quick_reply',
          index: '0',
          parameters: [{ type: 'payload', payload: `want-${name}` }],
        },
      ],
    });
    const { slides } = draw(
      [body, { type: 'CAROUSEL', cards: [{ components }, { components }] }],
      [{ type: 'carousel', cards: [given(1, 'Bo'), given(0, 'Ada')] }],
    );
    expect(slides).toMatchObject(
      ['Ada', 'Bo'].map((name) => ({
        header: { media: { id: `file-${name}` } },
        body: `Card for ${name}`,
        actions: [{ answer: { button: { payload: `want-${name}` } } }],
      })),
    );
  });

  it('by its name and values when what it renders to is not known', () => {
    const components = [
      { type: 'body', parameters: [{ type: 'text', text: 'Ada' }] },
      {
        type: 'carousel',
        cards: [{ components: [{ type: 'body', parameters: [{ type: 'text', text: 'Bread' }] }] }],
      },
    ];
    const template = { name: 't', language: { code: 'en' }, components };
    expect(readContent({ type: 'template', template })).toEqual({
      kind: 'template',
      name: 't',
      language: 'en',
      values: ['Ada', 'Bread'],
    });
  });
});
