import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { MediaStore } from '#cloud-api/media.ts';
import type { StatusFact } from '#cloud-api/status-timeline.ts';
import type { LiveChanges } from '#control/events.ts';
import { Refusal } from '#control/refusal.ts';
import type { Settings } from '#control/settings.ts';
import type { Faults } from '#faults/faults.ts';
import type { OtherChat, OtherChats, OtherProvider } from '#other-provider.ts';
import type { Json } from '#people/chats.ts';
import type { People, Person } from '#people/people.ts';
import { type SandboxClock, isoInstant } from '#storage/clock.ts';
import type { LedgerEntry } from '#storage/ledger.ts';
import type { NumberedLog } from '#storage/numbered-log.ts';
import type { StateJournal } from '#storage/state.ts';
import { AccountFile } from './account.ts';
import { CallRate } from './call-rate.ts';
import { Callbacks } from './callbacks.ts';
import { Contents } from './contents.ts';
import { twilioControlRoutes } from './control-routes.ts';
import { lastInboundAt } from './delivery-failures.ts';
import { type Place, replyTo, writeToNumber } from './inbound.ts';
import { type TwilioMessage, TwilioMessages } from './messages.ts';
import { type IncomingNumber, Numbers } from './numbers.ts';
import { OptOuts } from './opt-outs.ts';
import { viewsOf } from './phone-view.ts';
import { restoreSend } from './send-routes.ts';
import { TwilioTimeline } from './timeline.ts';
import { twilioRoutes } from './twilio-routes.ts';
import { messagesIn } from './twiml.ts';

export interface TwilioDeps {
  dataFolder: string;
  clock: SandboxClock;
  settings: Settings;
  random: () => number;
  state: StateJournal;
  ledger: NumberedLog<LedgerEntry>;
  faults: Faults;
  people: People;
  media: MediaStore;
  changes: LiveChanges;
  note: (fact: Omit<StatusFact, 'seq'>) => void;
}

const WINDOW_MS = 24 * 3_600_000;

/** The simulated Twilio: an account with numbers, its messages by SMS and WhatsApp, and what the business is told. */
export class Twilio implements OtherProvider {
  readonly name = 'twilio';
  readonly chats: OtherChats;
  readonly #deps: TwilioDeps;
  readonly #file: AccountFile;
  readonly #numbers: Numbers;
  readonly #contents: Contents;
  readonly #optOuts: OptOuts;
  readonly #messages: TwilioMessages;
  readonly #callbacks: Callbacks;
  readonly #timeline: TwilioTimeline;
  readonly #callRate: CallRate;
  /** The sandbox's own, once it is served. */
  #sandboxAddress: () => string = () => '';

  private constructor(deps: TwilioDeps, file: AccountFile) {
    const { state, settings } = deps;
    this.#deps = deps;
    this.#file = file;
    this.#numbers = new Numbers(state);
    this.#contents = new Contents(deps);
    this.#optOuts = new OptOuts({ state, settings, numbers: this.#numbers });
    this.#messages = new TwilioMessages(state);
    this.#callbacks = new Callbacks({ ...deps, account: file.account });
    this.#callRate = new CallRate(deps);
    this.#timeline = new TwilioTimeline({ ...deps, ...this.#parts });
    this.#callbacks.onTold = (callback, answer) => {
      if (callback.kind === 'inbound') this.#hearAnswer(callback.message_sid, answer);
    };
    this.chats = {
      of: (person) => this.#chatsOf(person),
      has: (chatId) => this.#placeOf(chatId) !== undefined,
      messages: (person, chatId) =>
        this.#messages.between(person.id, addressIn(chatId)).filter(isOnPhone).flatMap(viewsOf),
      read: (person, chatId) => this.#timeline.read(person, addressIn(chatId)),
      write: (person, body) => this.#write(person, body),
      deliverWaiting: (person) => this.#timeline.deliverWaiting(person),
    };
  }

  /** Before the state is read: the parts say what of it is theirs. */
  static async open(deps: TwilioDeps): Promise<Twilio> {
    return new Twilio(deps, await AccountFile.open(join(deps.dataFolder, 'twilio-account.json'), deps.clock.now()));
  }

  /** The numbers and the template that are there from the start; after the state was read. */
  addFirst(): void {
    const now = this.#deps.clock.now();
    this.#numbers.addFirst(now);
    this.#contents.addFirst(now);
  }

  /** What can be done to the account by hand. */
  controlRoutes(app: FastifyInstance): void {
    twilioControlRoutes(app, { ...this.#deps, ...this.#parts, file: this.#file });
  }

  /** Serves the API of Twilio; `address` is the sandbox's own. */
  routes(app: FastifyInstance, progress: { committedSeq: number; state: StateJournal }, address: () => string): void {
    this.#sandboxAddress = address;
    const file = this.#file;
    twilioRoutes(app, { ...this.#deps, ...this.#parts, file, address: () => `${address()}/twilio`, progress });
  }

  get pendingWebhooks(): number {
    return this.#callbacks.pending;
  }

  describe(address: string): Json {
    const { account_sid, auth_token, secondary_auth_token, api_key_sid, api_key_secret } = this.#file.account;
    return {
      base_url: `${address}/twilio`,
      account_sid,
      auth_token,
      secondary_auth_token,
      api_key_sid,
      api_key_secret,
      phone_numbers: this.#numbers.numbers.map(({ sid, phone_number, friendly_name, has_whatsapp }) => ({
        sid,
        phone_number,
        friendly_name,
        channels: has_whatsapp ? ['sms', 'whatsapp'] : ['sms'],
      })),
      messaging_services: this.#numbers.services.map(({ sid, friendly_name, number_sids }) => ({
        sid,
        friendly_name,
        phone_number_sids: number_sids,
      })),
      contents: this.#contents.all.map(({ sid, friendly_name, approval }) => ({
        sid,
        friendly_name,
        status: approval.status,
      })),
    };
  }

  restore(entry: LedgerEntry): void {
    restoreSend(entry, { ...this.#deps, ...this.#parts, timeline: this.#timeline });
  }

  resume(): void {
    this.#contents.resume();
    this.#timeline.resume();
    this.#callbacks.resume();
  }

  adapt(): void {
    this.#timeline.queue.adapt();
  }

  async close(): Promise<void> {
    await this.#callbacks.close();
  }

  get #parts() {
    return {
      account: this.#file.account,
      numbers: this.#numbers,
      contents: this.#contents,
      optOuts: this.#optOuts,
      messages: this.#messages,
      callbacks: this.#callbacks,
      timeline: this.#timeline,
      callRate: this.#callRate,
    };
  }

  #chatsOf(person: Person): OtherChat[] {
    return this.#numbers.numbers.flatMap((number) => {
      const places: Place[] = [{ channel: 'sms', number }];
      if (number.has_whatsapp) places.push({ channel: 'whatsapp', number });
      return places
        .filter(({ channel }) => channel === 'whatsapp' || person.phone !== null)
        .map((place) => this.#chatOf(person, place));
    });
  }

  #chatOf(person: Person, { channel, number }: Place): OtherChat {
    const chatId = `${channel}:${number.phone_number}`;
    const shown = this.#messages.between(person.id, addressIn(chatId)).filter(isOnPhone);
    const last = shown.findLast((message) => message.shown.length > 0);
    const unread = shown.filter((message) => message.status === 'delivered' && !message.is_seen).length;
    const lastInbound = channel === 'sms' ? undefined : lastInboundAt(person.id, addressIn(chatId), this.#messages);
    return {
      phone_number_id: chatId,
      display_phone_number: number.phone_number,
      verified_name: number.friendly_name,
      channel,
      unread,
      last_message: last ? (viewsOf(last).at(-1) ?? null) : null,
      window_closes_at: lastInbound === undefined ? null : isoInstant(lastInbound + WINDOW_MS),
    };
  }

  #write(person: Person, body: Json): string {
    const place = this.#placeOf(String(body['phone_number_id']));
    if (!place) throw new Refusal('phone_number_id is not a number of the Twilio account', 'phone_number_id');
    return writeToNumber(person, body, place, {
      ...this.#deps,
      ...this.#parts,
      address: () => `${this.#sandboxAddress()}/twilio`,
    });
  }

  #placeOf(chatId: string): Place | undefined {
    const [, channel, phone = ''] = /^(sms|whatsapp):(\+\d+)$/.exec(chatId) ?? [];
    const number: IncomingNumber | undefined = this.#numbers.findByPhone(phone);
    if (!number || (channel === 'whatsapp' && !number.has_whatsapp)) return undefined;
    return { channel: channel === 'whatsapp' ? 'whatsapp' : 'sms', number };
  }

  /** The business has taken what a person wrote: its second tick, and what the answer asks for. */
  #hearAnswer(sid: string, answer: { contentType: string; body: string }): void {
    const message = this.#messages.find(sid);
    if (!message || message.is_seen) return;
    this.#messages.change(message, { is_seen: true });
    for (const view of viewsOf(message)) {
      const { id, person_id, phone_number_id } = view;
      this.#deps.changes.emit('status', { id, person_id, phone_number_id, status: 'delivered', error: null });
    }
    const number = this.#placeOf(message.channel === 'sms' ? `sms:${message.to}` : message.to)?.number;
    const isStopped = message.channel === 'sms' && number && this.#optOuts.isStopped(message.from ?? '', number);
    if (isStopped) return;
    for (const reply of messagesIn(answer.contentType, answer.body)) {
      replyTo(message, reply, { ...this.#deps, ...this.#parts });
    }
  }
}

/** The address in the id of a chat. */
function addressIn(chatId: string): string {
  return chatId.replace(/^sms:/, '');
}

function isOnPhone(message: TwilioMessage): boolean {
  return message.from !== null;
}
