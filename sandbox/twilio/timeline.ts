import { LinkFiles } from '#cloud-api/link-files.ts';
import type { StatusFact } from '#cloud-api/status-timeline.ts';
import type { LiveChanges } from '#control/events.ts';
import type { Settings } from '#control/settings.ts';
import type { People, Person } from '#people/people.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import type { TwilioAccount } from './account.ts';
import type { Callbacks } from './callbacks.ts';
import type { Contents } from './contents.ts';
import { failureOf } from './delivery-failures.ts';
import { type TwilioMessage, type TwilioMessages, bareAddress } from './messages.ts';
import type { Numbers } from './numbers.ts';
import type { OptOuts } from './opt-outs.ts';
import { errorOf, statusOf, viewsOf } from './phone-view.ts';
import { SendQueue } from './send-queue.ts';
import { segmentsOf } from './segments.ts';
import { statusParameters } from './status-parameters.ts';
import { endOf } from './twilio-error.ts';

export interface TimelineDeps {
  clock: SandboxClock;
  settings: Settings;
  random: () => number;
  people: People;
  changes: LiveChanges;
  account: TwilioAccount;
  numbers: Numbers;
  contents: Contents;
  optOuts: OptOuts;
  messages: TwilioMessages;
  callbacks: Callbacks;
  note: (fact: Omit<StatusFact, 'seq'>) => void;
}

/** How long a carrier keeps an SMS for a phone without a connection, and WhatsApp its messages. */
const KEPT_MS = { sms: 72 * 3_600_000, whatsapp: 30 * 86_400_000 };
const PRICE_OF_SEGMENT = 0.0079;

/** Walks the business's messages through their states. What is still to come is told by a message's own state, so that a
 *  restart goes on where the killed process stopped. */
export class TwilioTimeline {
  readonly queue: SendQueue;
  readonly #deps: TimelineDeps;
  readonly #linkFiles: LinkFiles;

  constructor(deps: TimelineDeps) {
    this.#deps = deps;
    this.#linkFiles = new LinkFiles(deps.clock);
    this.queue = new SendQueue(deps, {
      leave: (message) => void this.#send(message),
      expire: (message) => this.move(message, 'failed', 30036),
    });
  }

  /** Sets a message on its way; nothing happens before the caller has returned. */
  start(message: TwilioMessage): void {
    const { clock } = this.#deps;
    switch (message.status) {
      case 'scheduled':
        clock.at(message.send_at ?? 0, () => message.status === 'scheduled' && this.#choose(message));
        return;
      case 'accepted':
        clock.after(this.#delay(50, 200), () => message.status === 'accepted' && this.#choose(message));
        return;
      case 'queued':
      case 'sending':
        this.queue.add(message, this.#delay(100, 900));
        return;
      case 'sent':
        this.#deliverLater(message);
        return;
      case 'delivered':
      case 'undelivered':
      case 'failed':
      case 'canceled':
      case 'read':
      case 'received':
    }
  }

  resume(): void {
    for (const message of this.#deps.messages.unfinished()) this.start(message);
  }

  deliverWaiting(person: Person): void {
    for (const message of this.#deps.messages.ofPerson(person.id)) {
      if (message.status === 'sent') this.#deliverLater(message);
    }
  }

  /** The person looks at what came. WhatsApp tells of it, an SMS does not. */
  read(person: Person, address: string): number {
    let count = 0;
    for (const message of this.#deps.messages.between(person.id, address)) {
      if (message.direction === 'inbound' || message.status !== 'delivered' || message.is_seen) continue;
      this.#deps.messages.change(message, { is_seen: true });
      if (message.channel === 'whatsapp' && person.read_receipts) this.move(message, 'read');
      else this.#show(message);
      count++;
    }
    return count;
  }

  /** Shows a message that is new on the phone. */
  appear(message: TwilioMessage): void {
    if (this.#deps.changes.listenerCount('message') === 0) return;
    for (const view of viewsOf(message)) this.#deps.changes.emit('message', { message: view });
  }

  move(message: TwilioMessage, status: TwilioMessage['status'], errorCode: number | null = null): void {
    const { clock, messages, note } = this.#deps;
    const now = clock.now();
    const isSent = status === 'sent' && message.sent_at === null;
    messages.change(message, {
      status,
      error_code: errorCode,
      updated_at: now,
      ...(isSent ? { sent_at: now, price: priceOf(message) } : {}),
      // What was not to be kept is gone as soon as it is sent.
      ...(isSent && message.discards_body ? { body: '' } : {}),
    });
    note({
      at: isoInstant(now),
      wamid: message.sid,
      status,
      to: message.to,
      callback_data: message.callback_data,
      ...(errorCode === null ? {} : { error_code: errorCode }),
    });
    this.#show(message);
    this.#tell(message, now);
  }

  /** A service chooses the sender: the one that the person knows, else the first. */
  #choose(message: TwilioMessage): void {
    const { messages, numbers } = this.#deps;
    if (message.from === null) {
      const service = message.service_sid === null ? undefined : numbers.findService(message.service_sid);
      const pool = service ? numbers.poolOf(service, message.channel) : [];
      const known = pool.find((number) => this.#isKnown(message, number.phone_number));
      const chosen = known ?? pool[0];
      if (!chosen) {
        this.move(message, 'failed', 30008);
        return;
      }
      const from = message.channel === 'whatsapp' ? `whatsapp:${chosen.phone_number}` : chosen.phone_number;
      messages.change(message, { from });
      this.appear(message);
    }
    messages.change(message, { segments: segmentCount(message) });
    this.move(message, 'queued');
    this.start(message);
  }

  #isKnown(message: TwilioMessage, phone: string): boolean {
    const address = message.channel === 'whatsapp' ? `whatsapp:${phone}` : phone;
    return this.#deps.messages.between(message.person_id, address).length > 0;
  }

  async #send(message: TwilioMessage): Promise<void> {
    const { clock, messages, people, settings } = this.#deps;
    messages.change(message, { status: 'sending', updated_at: clock.now() });
    const files = message.media.flatMap(({ url }) => (url === undefined ? [] : [{ image: { link: url } }]));
    const isFetched = settings.media_links === 'fetched' && files.length > 0;
    const bad = isFetched ? await this.#linkFiles.failureOf({ files }) : null;
    const person = people.find(message.person_id);
    if (message.status !== 'sending' || !person) return;
    const fileFailure = bad === null ? null : message.channel === 'whatsapp' ? 63019 : 30008;
    const code = failureOf(message, person, { ...this.#deps, now: clock.now() }) ?? fileFailure;
    if (code !== null) {
      this.move(message, endOf(code) ?? 'failed', code);
      return;
    }
    this.move(message, 'sent');
    this.#deliverLater(message);
  }

  #deliverLater(message: TwilioMessage): void {
    const { clock, people } = this.#deps;
    clock.after(this.#delay(300, 2700), () => {
      const person = people.find(message.person_id);
      if (!person || message.status !== 'sent') return;
      // Noticed when the phone comes back: whoever waits until nothing is left to happen does not wait for days.
      if (clock.now() - (message.sent_at ?? 0) > KEPT_MS[message.channel]) {
        if (person.online) this.move(message, 'undelivered', message.channel === 'sms' ? 30003 : 63024);
        return;
      }
      if (!person.online) return;
      this.move(message, 'delivered');
      if (person.auto_read && message.from !== null) this.read(person, message.from);
    });
  }

  #show(message: TwilioMessage): void {
    const { changes } = this.#deps;
    for (const { id, person_id, phone_number_id } of viewsOf(message)) {
      changes.emit('status', { id, person_id, phone_number_id, status: statusOf(message), error: errorOf(message) });
    }
  }

  #tell(message: TwilioMessage, now: number): void {
    const { account, callbacks, numbers, settings } = this.#deps;
    const service = message.service_sid === null ? undefined : numbers.findService(message.service_sid);
    const number = message.from === null ? undefined : numbers.findByPhone(bareAddress(message.from));
    const ofSender = message.channel === 'whatsapp' ? (number?.sender_webhook.status_callback_url ?? null) : null;
    const url = message.status_callback ?? service?.status_callback ?? ofSender;
    if (url === null || message.direction !== 'outbound-api') return;
    const { account_sid: accountSid } = account;
    callbacks.tell(
      {
        kind: 'status',
        url,
        method: settings.twilio_callback_method,
        fallback: null,
        message_sid: message.sid,
        parameters: statusParameters(message, { accountSid, senderSid: number?.sender_sid ?? '', now }),
      },
      {
        provider: 'twilio',
        to: bareAddress(message.to),
        sender: message.from ?? message.service_sid ?? '',
        type: '',
        callbackData: message.callback_data,
        field: 'status',
        status: message.status,
      },
    );
  }

  #delay(least: number, more: number): number {
    const { random, settings } = this.#deps;
    return (least + random() * more) * settings.delay_factor;
  }
}

export function segmentCount(message: Pick<TwilioMessage, 'channel' | 'body' | 'media'>): number {
  // WhatsApp has no segments, and an MMS is one.
  return message.channel === 'whatsapp' || message.media.length > 0 ? 1 : segmentsOf(message.body).segments;
}

function priceOf(message: TwilioMessage): string {
  return `-${(PRICE_OF_SEGMENT * Math.max(1, message.segments)).toFixed(5)}`;
}
