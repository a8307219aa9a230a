import type { Json } from '#people/chats.ts';
import type { StateJournal } from '#storage/state.ts';
import { newDigits } from './ids.ts';

export interface TemplateButton {
  type: string;
  text?: string;
  url?: string;
  phone_number?: string;
  example?: unknown;
  otp_type?: string;
  [key: string]: unknown;
}

export interface TemplateComponent {
  type: string;
  format?: string;
  text?: string;
  buttons?: TemplateButton[];
  cards?: { components: TemplateComponent[] }[];
  example?: Json;
  [key: string]: unknown;
}

export interface Template {
  id: string;
  name: string;
  language: string;
  category: 'AUTHENTICATION' | 'MARKETING' | 'UTILITY';
  status: string;
  parameter_format: 'POSITIONAL' | 'NAMED';
  components: TemplateComponent[];
  rejected_reason: string;
  /** How long its messages wait for a phone without a connection; -1 are 30 days. */
  message_send_ttl_seconds?: number;
  created_at?: number;
  /** `holding`: what is sent now waits for the end of an assessment. */
  pacing?: 'none' | 'holding';
  /** The highest price for its marketing, which only the API for marketing keeps to. */
  bid_spec?: Json;
}

/** The templates of the account, found by name and language. */
export class Templates {
  readonly #state: StateJournal;
  readonly #byKey = new Map<string, Template>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Template>('template', (template) => this.#byKey.set(keyOf(template), template));
    state.on<Template>('template_gone', (template) => this.#byKey.delete(keyOf(template)));
    state.snapshot(() => this.list().map((template) => ['template', template] as const));
  }

  addFirstTemplates(): void {
    for (const first of FIRST_TEMPLATES) {
      if (!this.find(first.name, first.language)) {
        this.save({ ...first, id: newDigits(16), status: 'APPROVED', rejected_reason: 'NONE' });
      }
    }
  }

  find(name: string, language: string): Template | undefined {
    return this.#byKey.get(keyOf({ name, language }));
  }

  findById(id: string): Template | undefined {
    return this.list().find((template) => template.id === id);
  }

  hasName(name: string): boolean {
    return this.list().some((template) => template.name === name);
  }

  list(): Template[] {
    return [...this.#byKey.values()];
  }

  save(template: Template): void {
    this.#byKey.set(keyOf(template), template);
    this.#state.record('template', template);
  }

  remove(template: Template): void {
    this.#byKey.delete(keyOf(template));
    this.#state.record('template_gone', template);
  }
}

/** A template, or a card of its carousel. */
export type TemplatePart = Pick<Template, 'components'>;

/** The component of a type, whatever its letters' case. */
export function componentOf(template: TemplatePart, type: string): TemplateComponent | undefined {
  return template.components.find((component) => component.type.toUpperCase() === type);
}

export function buttonsOf(template: TemplatePart): TemplateButton[] {
  return componentOf(template, 'BUTTONS')?.buttons ?? [];
}

function keyOf(template: { name: string; language: string }): string {
  return `${template.name}\n${template.language.replace('-', '_')}`;
}

const FIRST_TEMPLATES: readonly Omit<Template, 'id' | 'status' | 'rejected_reason'>[] = [
  {
    name: 'hello_world',
    language: 'en_US',
    category: 'UTILITY',
    parameter_format: 'POSITIONAL',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      {
        type: 'BODY',
        text: 'Welcome and congratulations!! This message demonstrates your ability to send a WhatsApp message notification from the Cloud API, hosted by Meta. Thank you for taking the time to test with us.',
      },
      { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
    ],
  },
  {
    name: 'order_shipped',
    language: 'en_US',
    category: 'UTILITY',
    parameter_format: 'POSITIONAL',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['A-17'] } },
      {
        type: 'BODY',
        text: 'Hi {{1}}, your order is on its way and arrives on {{2}}. Thank you!',
        example: { body_text: [['Ada', 'Friday']] },
      },
      { type: 'FOOTER', text: 'Reply STOP to unsubscribe' },
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'Track it',
            url: 'https://shop.example.com/track/{{1}}',
            example: ['https://shop.example.com/track/A-17'],
          },
          { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+15550783881' },
        ],
      },
    ],
  },
  {
    name: 'appointment_reminder',
    language: 'en_US',
    category: 'UTILITY',
    parameter_format: 'NAMED',
    components: [
      {
        type: 'BODY',
        text: 'Hello {{first_name}}, we expect you on {{day}} at {{time}}. Does that suit you?',
        example: {
          body_text_named_params: [
            { param_name: 'first_name', example: 'Ada' },
            { param_name: 'day', example: 'Friday' },
            { param_name: 'time', example: '10:00' },
          ],
        },
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Yes' },
          { type: 'QUICK_REPLY', text: 'Another day' },
        ],
      },
    ],
  },
  {
    name: 'autumn_sale',
    language: 'en',
    category: 'MARKETING',
    parameter_format: 'POSITIONAL',
    components: [
      { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::aW1hZ2U='] } },
      {
        type: 'BODY',
        text: 'Hi {{1}}! Everything is {{2}} off until Sunday.',
        example: { body_text: [['Ada', '20 %']] },
      },
      { type: 'FOOTER', text: 'Not interested? Tap Stop' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Stop' },
          { type: 'URL', text: 'Shop', url: 'https://shop.example.com/sale' },
          { type: 'COPY_CODE', example: '20OFF' },
        ],
      },
    ],
  },
  {
    name: 'login_code',
    language: 'en_US',
    category: 'AUTHENTICATION',
    parameter_format: 'POSITIONAL',
    components: [
      {
        type: 'BODY',
        text: '*{{1}}* is your verification code. For your security, do not share this code.',
        add_security_recommendation: true,
        example: { body_text: [['123456']] },
      },
      { type: 'FOOTER', text: 'This code expires in 10 minutes.', code_expiration_minutes: 10 },
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'Copy code',
            url: 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}',
            otp_type: 'COPY_CODE',
            example: ['https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456'],
          },
        ],
      },
    ],
  },
];
