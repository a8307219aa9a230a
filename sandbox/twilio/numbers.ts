import type { StateJournal } from '#storage/state.ts';
import { newSid } from './sids.ts';

/** A phone number that belongs to the account. */
export interface IncomingNumber {
  sid: string;
  /** E.164. */
  phone_number: string;
  friendly_name: string;
  /** Whether it is a sender on WhatsApp, too. */
  has_whatsapp: boolean;
  /** As a sender on WhatsApp. */
  sender_sid: string;
  sender_webhook: SenderWebhook;
  sms_url: string;
  sms_method: Method;
  sms_fallback_url: string;
  sms_fallback_method: Method;
  status_callback: string;
  status_callback_method: Method;
  created_at: number;
  updated_at: number;
}

/** Who is told of what happens by WhatsApp; without an address it is the one who is told of SMS. */
export interface SenderWebhook {
  callback_url: string | null;
  callback_method: Method;
  fallback_url: string | null;
  fallback_method: Method;
  status_callback_url: string | null;
  status_callback_method: Method;
}

/** A pool of numbers that are one sender. */
export interface MessagingService {
  sid: string;
  friendly_name: string;
  number_sids: string[];
  inbound_request_url: string | null;
  inbound_method: Method;
  fallback_url: string | null;
  fallback_method: Method;
  status_callback: string | null;
  smart_encoding: boolean;
  validity_period: number;
  use_inbound_webhook_on_number: boolean;
  created_at: number;
  updated_at: number;
}

export type Method = 'GET' | 'POST';

const FIRST_NUMBERS = [
  { phone_number: '+15550784001', friendly_name: 'Carillon Sandbox', has_whatsapp: true },
  { phone_number: '+15550784002', friendly_name: 'Carillon Sandbox 2', has_whatsapp: false },
];

/** The numbers and services of the account. */
export class Numbers {
  readonly #state: StateJournal;
  readonly #numbers = new Map<string, IncomingNumber>();
  readonly #services = new Map<string, MessagingService>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<IncomingNumber>('twilio_number', (number) => this.#numbers.set(number.sid, number));
    state.on<string>('twilio_number_gone', (sid) => this.#numbers.delete(sid));
    state.on<MessagingService>('twilio_service', (service) => this.#services.set(service.sid, service));
    state.on<string>('twilio_service_gone', (sid) => this.#services.delete(sid));
    state.snapshot(() => [
      ...[...this.#numbers.values()].map((number) => ['twilio_number', number] as const),
      ...[...this.#services.values()].map((service) => ['twilio_service', service] as const),
    ]);
  }

  /** The two numbers and the service that are there from the start. */
  addFirst(now: number): void {
    if (this.#numbers.size > 0 || this.#services.size > 0) return;
    const numbers = FIRST_NUMBERS.map((number) => this.addNumber(number, now));
    this.addService('Carillon Sandbox Service', now, numbers);
  }

  get numbers(): IncomingNumber[] {
    return [...this.#numbers.values()];
  }

  get services(): MessagingService[] {
    return [...this.#services.values()];
  }

  find(sid: string): IncomingNumber | undefined {
    return this.#numbers.get(sid);
  }

  findByPhone(phone: string): IncomingNumber | undefined {
    for (const number of this.#numbers.values()) if (number.phone_number === phone) return number;
    return undefined;
  }

  findService(sid: string): MessagingService | undefined {
    return this.#services.get(sid);
  }

  /** The service in whose pool a number is. */
  serviceOf(number: IncomingNumber): MessagingService | undefined {
    for (const service of this.#services.values()) if (service.number_sids.includes(number.sid)) return service;
    return undefined;
  }

  /** The senders of a service that are of the channel. */
  poolOf(service: MessagingService, channel: 'sms' | 'whatsapp'): IncomingNumber[] {
    const pool = service.number_sids.flatMap((sid) => this.#numbers.get(sid) ?? []);
    return channel === 'sms' ? pool : pool.filter((number) => number.has_whatsapp);
  }

  addNumber(
    wanted: Pick<IncomingNumber, 'phone_number' | 'friendly_name' | 'has_whatsapp'>,
    now: number,
  ): IncomingNumber {
    const number: IncomingNumber = {
      sid: newSid('PN'),
      ...wanted,
      sender_sid: newSid('XE'),
      sender_webhook: {
        callback_url: null,
        callback_method: 'POST',
        fallback_url: null,
        fallback_method: 'POST',
        status_callback_url: null,
        status_callback_method: 'POST',
      },
      sms_url: '',
      sms_method: 'POST',
      sms_fallback_url: '',
      sms_fallback_method: 'POST',
      status_callback: '',
      status_callback_method: 'POST',
      created_at: now,
      updated_at: now,
    };
    this.#keepNumber(number);
    return number;
  }

  change(number: IncomingNumber, change: Partial<IncomingNumber>, now: number): void {
    Object.assign(number, change, { updated_at: now });
    this.#keepNumber(number);
  }

  release(number: IncomingNumber): void {
    this.#numbers.delete(number.sid);
    this.#state.record('twilio_number_gone', number.sid);
    const service = this.serviceOf(number);
    if (service) this.removeFromService(service, number);
  }

  addService(friendlyName: string, now: number, numbers: readonly IncomingNumber[] = []): MessagingService {
    const service: MessagingService = {
      sid: newSid('MG'),
      friendly_name: friendlyName,
      number_sids: numbers.map(({ sid }) => sid),
      inbound_request_url: null,
      inbound_method: 'POST',
      fallback_url: null,
      fallback_method: 'POST',
      status_callback: null,
      smart_encoding: true,
      validity_period: 36_000,
      use_inbound_webhook_on_number: true,
      created_at: now,
      updated_at: now,
    };
    this.#keepService(service);
    return service;
  }

  changeService(service: MessagingService, change: Partial<MessagingService>, now: number): void {
    Object.assign(service, change, { updated_at: now });
    this.#keepService(service);
  }

  removeService(service: MessagingService): void {
    this.#services.delete(service.sid);
    this.#state.record('twilio_service_gone', service.sid);
  }

  addToService(service: MessagingService, number: IncomingNumber): void {
    service.number_sids.push(number.sid);
    this.#keepService(service);
  }

  removeFromService(service: MessagingService, number: IncomingNumber): void {
    service.number_sids = service.number_sids.filter((sid) => sid !== number.sid);
    this.#keepService(service);
  }

  #keepNumber(number: IncomingNumber): void {
    this.#numbers.set(number.sid, number);
    this.#state.record('twilio_number', number);
  }

  #keepService(service: MessagingService): void {
    this.#services.set(service.sid, service);
    this.#state.record('twilio_service', service);
  }
}
