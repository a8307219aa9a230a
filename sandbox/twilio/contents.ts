import { isObject } from '#cloud-api/checks.ts';
import type { Rendered } from '#cloud-api/rendered.ts';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import { newSid } from './sids.ts';

export type ApprovalStatus = 'unsubmitted' | 'received' | 'pending' | 'approved' | 'rejected' | 'paused' | 'disabled';

/** A template of the Content API. */
export interface Content {
  sid: string;
  friendly_name: string;
  language: string;
  /** What stands in a place that a message gives no value for. */
  variables: Record<string, string>;
  /** By the type, as `twilio/text`. */
  types: Record<string, Json>;
  /** What WhatsApp says to it. */
  approval: { status: ApprovalStatus; name: string; category: string; rejection_reason: string };
  created_at: number;
  updated_at: number;
}

/** The types of content that the sandbox draws, each with the fields that it cannot do without. */
export const CONTENT_TYPES: Readonly<Record<string, readonly string[]>> = {
  'twilio/text': ['body'],
  'twilio/media': ['media'],
  'twilio/quick-reply': ['body', 'actions'],
  'twilio/call-to-action': ['body', 'actions'],
  'twilio/list-picker': ['body', 'button', 'items'],
  'twilio/card': ['title', 'actions'],
  'whatsapp/card': ['body', 'actions'],
  'whatsapp/authentication': ['actions'],
};

/** The templates of the account. */
export class Contents {
  readonly #clock: SandboxClock;
  readonly #settings: Settings;
  readonly #state: StateJournal;
  readonly #contents = new Map<string, Content>();

  constructor({ clock, settings, state }: { clock: SandboxClock; settings: Settings; state: StateJournal }) {
    this.#clock = clock;
    this.#settings = settings;
    this.#state = state;
    state.on<Content>('twilio_content', (content) => this.#contents.set(content.sid, content));
    state.on<string>('twilio_content_gone', (sid) => this.#contents.delete(sid));
    state.snapshot(() => [...this.#contents.values()].map((content) => ['twilio_content', content] as const));
  }

  /** One template that WhatsApp has approved. */
  addFirst(now: number): void {
    if (this.#contents.size > 0) return;
    const content = this.add(
      {
        friendly_name: 'order_update',
        language: 'en',
        variables: { '1': 'Ada', '2': '1234' },
        types: {
          'twilio/quick-reply': {
            body: 'Hello {{1}}, your order {{2}} is on its way.',
            actions: [
              { title: 'Thanks', id: 'thanks' },
              { title: 'Stop', id: 'stop' },
            ],
          },
          'twilio/text': { body: 'Hello {{1}}, your order {{2}} is on its way.' },
        },
      },
      now,
    );
    this.change(content, {
      approval: { status: 'approved', name: 'order_update', category: 'UTILITY', rejection_reason: '' },
    });
  }

  /** Goes on with the reviews of an earlier run. */
  resume(): void {
    for (const content of this.#contents.values()) if (content.approval.status === 'received') this.#review(content);
  }

  /** Asks WhatsApp, which approves what it gets after a while. */
  submit(content: Content, name: string, category: string): void {
    const approval = { status: 'received' as const, name, category, rejection_reason: '' };
    this.change(content, { approval, updated_at: this.#clock.now() });
    this.#review(content);
  }

  get all(): Content[] {
    return [...this.#contents.values()];
  }

  find(sid: string): Content | undefined {
    return this.#contents.get(sid);
  }

  add(wanted: Pick<Content, 'friendly_name' | 'language' | 'variables' | 'types'>, now: number): Content {
    const approval = { status: 'unsubmitted' as const, name: '', category: '', rejection_reason: '' };
    const content: Content = { sid: newSid('HX'), ...wanted, approval, created_at: now, updated_at: now };
    this.#keep(content);
    return content;
  }

  change(content: Content, change: Partial<Content>): void {
    Object.assign(content, change);
    this.#keep(content);
  }

  remove(content: Content): void {
    this.#contents.delete(content.sid);
    this.#state.record('twilio_content_gone', content.sid);
  }

  #review(content: Content): void {
    const { template_review_seconds: seconds, delay_factor: factor } = this.#settings;
    this.#clock.after(seconds * 1000 * factor, () => {
      if (content.approval.status !== 'received') return;
      this.change(content, { approval: { ...content.approval, status: 'approved' }, updated_at: this.#clock.now() });
    });
  }

  #keep(content: Content): void {
    this.#contents.set(content.sid, content);
    this.#state.record('twilio_content', content);
  }
}

/** A template with its values put in. */
export interface RenderedContent {
  body: string;
  mediaUrls: string[];
  /** What WhatsApp draws; an SMS has the text and the files alone. */
  rendered: Rendered;
  /** Places for which there is no value. */
  missing: string[];
}

/** Puts the values in, and where there is none the template's own. Of several types a channel takes the first that it
 *  can show: an SMS nothing with buttons, if there is another. */
export function renderContent(
  { types, variables }: Pick<Content, 'types' | 'variables'>,
  given: Readonly<Record<string, string>>,
  channel: 'sms' | 'whatsapp',
): RenderedContent {
  const plain = ['twilio/text', 'twilio/media'];
  const names = Object.keys(types);
  const chosen = (channel === 'sms' ? names.find((name) => plain.includes(name)) : undefined) ?? names[0] ?? '';
  const part = types[chosen] ?? {};
  const missing = new Set<string>();
  const fill = (value: unknown): string =>
    typeof value === 'string'
      ? value.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (place, name: string) => {
          const text = given[name] ?? variables[name];
          if (text === undefined) missing.add(name);
          return text ?? place;
        })
      : '';
  const title = fill(part['title']);
  const words = [title, fill(part['body'])].filter((text) => text !== '').join('\n');
  const body = chosen === 'whatsapp/authentication' ? `${fill('{{1}}')} is your verification code.` : words;
  const mediaUrls = listOf(part['media']).map(fill);
  const [link] = mediaUrls;
  const buttons = [...listOf(part['actions']), ...listOf(part['items'])]
    .filter(isObject)
    .map((each) => button(each, fill));
  const header = link === undefined ? null : { type: 'image', image: { link } };
  const footer = fill(part['subtitle']) || fill(part['footer']) || null;
  return { body, mediaUrls, rendered: { header, body, footer, buttons }, missing: [...missing] };
}

function button(action: Json, fill: (value: unknown) => string): Json {
  const text = fill(action['title'] ?? action['item'] ?? action['copy_code_text']);
  const { type } = action;
  switch (typeof type === 'string' ? type.toUpperCase() : 'QUICK_REPLY') {
    case 'URL':
      return { type: 'url', text, url: fill(action['url']) };
    case 'PHONE_NUMBER':
      return { type: 'phone_number', text, phone_number: fill(action['phone']) };
    case 'COPY_CODE':
      return { type: 'copy_code', text: text || 'Copy code', code: fill(action['code']) };
    default:
      return { type: 'quick_reply', text, payload: fill(action['id']) || text };
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
