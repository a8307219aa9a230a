import type { TemplateComponent, TemplateDefinition } from '#cloud-api/templates.ts';

/** A template that WhatsApp wrote itself: whoever takes it over needs no review. */
export interface LibraryTemplate {
  id: string;
  name: string;
  language: string;
  category: TemplateDefinition['category'];
  topic: string;
  usecase: string;
  industry: readonly string[];
  body: string;
  body_params: readonly string[];
  header?: string;
  buttons: readonly { type: 'URL' | 'PHONE_NUMBER' | 'QUICK_REPLY'; text: string }[];
}

export const LIBRARY: readonly LibraryTemplate[] = [
  {
    id: '7148467351860001',
    name: 'order_confirmation_1',
    language: 'en_US',
    category: 'UTILITY',
    topic: 'ORDER_MANAGEMENT',
    usecase: 'ORDER_CONFIRMATION',
    industry: ['E_COMMERCE'],
    header: 'Order confirmed',
    body: 'Hi {{1}}, thank you for your order. Its number is {{2}}, and we will tell you when it ships.',
    body_params: ['Ada', '#A-17'],
    buttons: [{ type: 'URL', text: 'View order' }],
  },
  {
    id: '7148467351860002',
    name: 'delivery_update_1',
    language: 'en_US',
    category: 'UTILITY',
    topic: 'ORDER_MANAGEMENT',
    usecase: 'DELIVERY_UPDATE',
    industry: ['E_COMMERCE'],
    body: 'Hi {{1}}, your order {{2}} is out for delivery and arrives on {{3}}. Please be at home.',
    body_params: ['Ada', '#A-17', 'Friday'],
    buttons: [
      { type: 'URL', text: 'Track delivery' },
      { type: 'PHONE_NUMBER', text: 'Call us' },
    ],
  },
  {
    id: '7148467351860003',
    name: 'payment_overdue_1',
    language: 'en_US',
    category: 'UTILITY',
    topic: 'PAYMENTS',
    usecase: 'PAYMENT_OVERDUE',
    industry: ['FINANCIAL_SERVICES'],
    body: 'Hello {{1}}, your payment of {{2}} was due on {{3}}. Please pay it soon.',
    body_params: ['Ada', '$25', '1 November'],
    buttons: [{ type: 'URL', text: 'Pay' }],
  },
  {
    id: '7148467351860004',
    name: 'appointment_reminder_1',
    language: 'en_US',
    category: 'UTILITY',
    topic: 'EVENT_REMINDER',
    usecase: 'APPOINTMENT_REMINDER',
    industry: ['HEALTH'],
    body: 'Hello {{1}}, this is a reminder of your appointment on {{2}} at {{3}} with us.',
    body_params: ['Ada', 'Friday', '10:00'],
    buttons: [
      { type: 'QUICK_REPLY', text: 'Confirm' },
      { type: 'QUICK_REPLY', text: 'Change' },
    ],
  },
  {
    id: '7148467351860005',
    name: 'customer_feedback_1',
    language: 'en_US',
    category: 'UTILITY',
    topic: 'CUSTOMER_FEEDBACK',
    usecase: 'FEEDBACK_SURVEY',
    industry: ['E_COMMERCE', 'HEALTH', 'FINANCIAL_SERVICES'],
    body: 'Hi {{1}}, you were with us on {{2}}. How did you like it? It takes a minute to tell us.',
    body_params: ['Ada', 'Friday'],
    buttons: [{ type: 'URL', text: 'Answer' }],
  },
];

/** Those that fit all of the given filters; each may be absent. */
export function searchLibrary(filters: {
  search?: string | undefined;
  topic?: string | undefined;
  usecase?: string | undefined;
  industry?: string | undefined;
  language?: string | undefined;
  name?: string | undefined;
}): LibraryTemplate[] {
  const isSame = (wanted: string | undefined, value: string) => wanted === undefined || sameWord(wanted, value);
  return LIBRARY.filter(
    (each) =>
      isSame(filters.topic, each.topic) &&
      isSame(filters.usecase, each.usecase) &&
      isSame(filters.language, each.language) &&
      isSame(filters.name, each.name) &&
      (filters.industry === undefined ||
        each.industry.some((industry) => sameWord(filters.industry ?? '', industry))) &&
      (filters.search === undefined ||
        `${each.name} ${each.body} ${each.header ?? ''}`.toLowerCase().includes(filters.search.toLowerCase())),
  );
}

function sameWord(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The components of the template that somebody makes of it, with the addresses and numbers of its buttons. */
export function componentsFrom(template: LibraryTemplate, buttonInputs: readonly ButtonInput[]): TemplateComponent[] {
  const inputs = [...buttonInputs];
  const buttons = template.buttons.map((button) => {
    if (button.type === 'QUICK_REPLY') return { ...button };
    const index = inputs.findIndex((each) => each.type === button.type);
    const [input] = index === -1 ? [] : inputs.splice(index, 1);
    if (button.type === 'PHONE_NUMBER') return { ...button, phone_number: input?.phone_number ?? '' };
    return {
      ...button,
      url: input?.url?.base_url ?? '',
      ...(input?.url?.url_suffix_example === undefined ? {} : { example: [input.url.url_suffix_example] }),
    };
  });
  return [
    ...(template.header === undefined ? [] : [{ type: 'HEADER', format: 'TEXT', text: template.header }]),
    { type: 'BODY', text: template.body, example: { body_text: [[...template.body_params]] } },
    ...(buttons.length === 0 ? [] : [{ type: 'BUTTONS', buttons }]),
  ];
}

export interface ButtonInput {
  type: string;
  url?: { base_url?: string; url_suffix_example?: string };
  phone_number?: string;
}
