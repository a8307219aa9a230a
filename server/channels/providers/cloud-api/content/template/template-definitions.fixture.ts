const body = (text: string, ...examples: string[]) => ({
  type: 'BODY',
  text,
  ...(examples.length > 0 ? { example: { body_text: [examples] } } : {}),
});
const header = (format: string) => ({
  type: 'HEADER',
  format,
  // A location and a product have no example; the handle stands for a file that was uploaded before.
  ...(format === 'LOCATION' || format === 'PRODUCT' ? {} : { example: { header_handle: ['4::aW1hZ2U='] } }),
});
const buttons = (...list: object[]) => ({ type: 'BUTTONS', buttons: list });
const quickReply = { type: 'QUICK_REPLY', text: 'Take it' };
const link = {
  type: 'URL',
  text: 'See it',
  url: 'https://example.com/{{1}}',
  example: ['https://example.com/order/5'],
};

const hello = body('Hello {{1}}, this is for you and for nobody else in the world.', 'Ada');
const nothing = body('Here is something for you.');

type Category = 'AUTHENTICATION' | 'MARKETING' | 'UTILITY';

// Meta rejects a template that says the same as another one, so each body ends with the name.
function definition(
  name: string,
  category: Category,
  ...components: { type: string; text?: string; [field: string]: unknown }[]
) {
  return {
    name,
    language: 'en_US',
    category,
    components: components.map((component) =>
      component.type === 'BODY' && component.text !== undefined
        ? { ...component, text: `${component.text} This is ${name}.` }
        : component,
    ),
  };
}

/** The requests that create the templates which generated contents and samples are sends of: bodies of
 *  `POST /{WABA}/message_templates`. */
export const templateDefinitions = [
  definition('any_plain', 'UTILITY', nothing),
  definition(
    'any_positional',
    'UTILITY',
    { type: 'HEADER', format: 'TEXT', text: 'For {{1}}', example: { header_text: ['Ada'] } },
    body('Hello {{1}}, you have paid us {{2}} on the day of {{3}}, and we thank you for it.', 'Ada', '$1', 'May 1'),
  ),
  {
    ...definition(
      'any_named',
      'UTILITY',
      {
        type: 'HEADER',
        format: 'TEXT',
        text: '{{greeting}} there',
        example: { header_text_named_params: [{ param_name: 'greeting', example: 'Hi' }] },
      },
      {
        type: 'BODY',
        text: 'Hello {{first_name}}, your order {{order_no}} is on its way to you.',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Ada' },
            { param_name: 'order_no', example: '5' },
          ],
        },
      },
    ),
    parameter_format: 'NAMED',
  },
  definition('any_image', 'MARKETING', header('IMAGE'), nothing, buttons(quickReply, link)),
  definition('any_video', 'MARKETING', header('VIDEO'), nothing),
  definition('any_document', 'UTILITY', header('DOCUMENT'), nothing),
  definition('any_location', 'UTILITY', header('LOCATION'), nothing),
  definition('any_product', 'MARKETING', header('PRODUCT'), nothing, buttons({ type: 'SPM', text: 'View' })),
  definition('any_coupon', 'MARKETING', hello, buttons({ type: 'COPY_CODE', example: '25OFF' })),
  definition(
    'any_offer',
    'MARKETING',
    header('IMAGE'),
    { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon!', has_expiration: true } },
    hello,
    buttons({ type: 'COPY_CODE', example: '25OFF' }, link),
  ),
  definition('any_catalog', 'MARKETING', hello, buttons({ type: 'CATALOG', text: 'View catalog' })),
  definition('any_products', 'MARKETING', hello, buttons({ type: 'MPM', text: 'View items' })),
  definition(
    'any_flow',
    'MARKETING',
    nothing,
    buttons({ type: 'FLOW', text: 'Book', flow_id: '1201', flow_action: 'navigate', navigate_screen: 'DAY' }),
  ),
  definition('any_call', 'UTILITY', nothing, buttons({ type: 'VOICE_CALL', text: 'Call us', ttl_minutes: 1440 })),
  definition('any_order', 'UTILITY', nothing, buttons({ type: 'ORDER_DETAILS', text: 'Review and Pay' })),
  ...[2, 3, 10].map((count) =>
    definition(count === 2 ? 'any_cards' : `any_${count}_cards`, 'MARKETING', hello, {
      type: 'CAROUSEL',
      cards: Array.from({ length: count }, () => ({
        components: [header('IMAGE'), hello, buttons(quickReply, link)],
      })),
    }),
  ),
  definition('any_product_cards', 'MARKETING', nothing, {
    type: 'CAROUSEL',
    cards: Array.from({ length: 2 }, () => ({
      components: [header('PRODUCT'), buttons({ type: 'SPM', text: 'View' })],
    })),
  }),
  definition(
    'any_code',
    'AUTHENTICATION',
    { type: 'BODY', add_security_recommendation: true },
    { type: 'FOOTER', code_expiration_minutes: 10 },
    buttons({ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy code' }),
  ),
  definition('any_tap_target', 'MARKETING', nothing, buttons({ ...link, url: 'https://example.com/sale' })),
  definition('any_group', 'UTILITY', body('Join our group by {{1}} if you like.', 'https://chat.whatsapp.com/A')),
];
