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

export type QualityScore = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN';

/** What the business writes down: everything else is decided by WhatsApp. */
export interface TemplateDefinition {
  name: string;
  language: string;
  category: 'AUTHENTICATION' | 'MARKETING' | 'UTILITY';
  parameter_format: 'POSITIONAL' | 'NAMED';
  components: TemplateComponent[];
}

/** Instants are milliseconds of the epoch. */
export interface Template extends TemplateDefinition {
  id: string;
  waba_id: string;
  /** 0 for those that are there from the start. */
  created_at: number;
  status: string;
  rejected_reason: string;
  sub_category: string | null;
  previous_category: string | null;
  /** The category into which it will be moved. */
  correct_category: string | null;
  category_changes_at: number | null;
  message_send_ttl_seconds: number | null;
  cta_url_link_tracking_opted_out: boolean;
  library_template_name: string | null;
  quality: { score: QualityScore; at: number };
  /** How often it was paused for its quality; the third time it is disabled. */
  pauses: number;
  paused_until: number | null;
  review_ends_at: number | null;
  archived_at: number | null;
  /** When it was edited while it was approved. */
  edited_at: number[];
  /** `holding`: sends are answered with `held_for_quality_assessment` and wait for the end of the assessment. */
  pacing: 'none' | 'holding';
  /** The highest price for its marketing, which only the API for marketing keeps to. */
  bid_spec: Json | null;
}

/** A template as it is before anything happened to it. */
export function newTemplate(definition: TemplateDefinition, id: string, wabaId: string): Template {
  return {
    ...definition,
    id,
    waba_id: wabaId,
    created_at: 0,
    status: 'PENDING',
    rejected_reason: 'NONE',
    sub_category: null,
    previous_category: null,
    correct_category: null,
    category_changes_at: null,
    message_send_ttl_seconds: null,
    cta_url_link_tracking_opted_out: false,
    library_template_name: null,
    quality: { score: 'UNKNOWN', at: 0 },
    pauses: 0,
    paused_until: null,
    review_ends_at: null,
    archived_at: null,
    edited_at: [],
    pacing: 'none',
    bid_spec: null,
  };
}

/** The templates of all accounts, found by account, name and language. */
export class Templates {
  readonly #state: StateJournal;
  readonly #firstWabaId: string;
  readonly #byKey = new Map<string, Template>();
  readonly #byId = new Map<string, Template>();
  /** Until when the name and language of a deleted template may not be used again. */
  readonly #resting = new Map<string, number>();

  constructor(state: StateJournal, firstWabaId: string) {
    this.#state = state;
    this.#firstWabaId = firstWabaId;
    // A folder of an earlier version has templates without the newer fields.
    state.on<Template>('template', (kept) => this.#keep({ ...newTemplate(kept, kept.id, firstWabaId), ...kept }));
    state.on<Template>('template_gone', (gone) => this.#forget({ ...gone, waba_id: gone.waba_id ?? firstWabaId }));
    state.on<{ key: string; until: number }>('template_rest', ({ key, until }) => this.#resting.set(key, until));
    state.snapshot(() => [
      ...this.list().map((template) => ['template', template] as const),
      ...[...this.#resting].map(([key, until]) => ['template_rest', { key, until }] as const),
    ]);
  }

  addFirstTemplates(): void {
    this.addFirstTemplatesTo(this.#firstWabaId);
  }

  addFirstTemplatesTo(wabaId: string): void {
    for (const first of FIRST_TEMPLATES) {
      if (this.find(first.name, first.language, wabaId)) continue;
      this.save({ ...newTemplate(first, newDigits(16), wabaId), status: 'APPROVED' });
    }
  }

  /** Of the first account unless another is named. */
  find(name: string, language: string, wabaId = this.#firstWabaId): Template | undefined {
    return this.#byKey.get(keyOf({ name, language, waba_id: wabaId }));
  }

  findById(id: string): Template | undefined {
    return this.#byId.get(id);
  }

  list(wabaId?: string): Template[] {
    const all = [...this.#byKey.values()];
    return wabaId === undefined ? all : all.filter((template) => template.waba_id === wabaId);
  }

  save(template: Template): void {
    this.#keep(template);
    this.#state.record('template', template);
  }

  /** With `restUntil`, the name and language may not be used again before. */
  remove(template: Template, restUntil?: number): void {
    this.#forget(template);
    const { id, name, language, waba_id } = template;
    this.#state.record('template_gone', { id, name, language, waba_id });
    if (restUntil === undefined) return;
    this.#resting.set(keyOf(template), restUntil);
    this.#state.record('template_rest', { key: keyOf(template), until: restUntil });
  }

  isResting(wabaId: string, name: string, language: string, now: number): boolean {
    return (this.#resting.get(keyOf({ name, language, waba_id: wabaId })) ?? 0) > now;
  }

  #keep(template: Template): void {
    this.#byKey.set(keyOf(template), template);
    this.#byId.set(template.id, template);
  }

  #forget(template: Template): void {
    this.#byKey.delete(keyOf(template));
    this.#byId.delete(template.id);
  }
}

/** A template, or a card of its carousel. */
export type TemplatePart = Pick<TemplateDefinition, 'components'>;

/** The component of a type, whatever its letters' case. */
export function componentOf(template: TemplatePart, type: string): TemplateComponent | undefined {
  return template.components.find((component) => component.type.toUpperCase() === type);
}

export function buttonsOf(template: TemplatePart): TemplateButton[] {
  return componentOf(template, 'BUTTONS')?.buttons ?? [];
}

function keyOf(template: { name: string; language: string; waba_id: string }): string {
  return `${template.waba_id}\n${template.name}\n${template.language.replace('-', '_')}`;
}

const FIRST_TEMPLATES: readonly TemplateDefinition[] = [
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
