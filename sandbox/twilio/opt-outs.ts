import type { Settings } from '#control/settings.ts';
import type { StateJournal } from '#storage/state.ts';
import type { IncomingNumber, Numbers } from './numbers.ts';

export type OptOutType = 'STOP' | 'START' | 'HELP';

const WORDS: Readonly<Record<string, OptOutType>> = {
  STOP: 'STOP',
  STOPALL: 'STOP',
  UNSUBSCRIBE: 'STOP',
  CANCEL: 'STOP',
  END: 'STOP',
  QUIT: 'STOP',
  REVOKE: 'STOP',
  OPTOUT: 'STOP',
  START: 'START',
  YES: 'START',
  UNSTOP: 'START',
  HELP: 'HELP',
  INFO: 'HELP',
};

/** What Twilio writes to the person by itself. */
export const OPT_OUT_ANSWERS: Readonly<Record<OptOutType, string>> = {
  STOP: 'You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.',
  START:
    'You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe.',
  HELP: 'Reply STOP to unsubscribe. Msg&Data Rates May Apply.',
};

/** Who must not be written to by SMS: Twilio keeps that itself, for a number or for the whole service it is in. */
export class OptOuts {
  readonly #state: StateJournal;
  readonly #settings: Settings;
  readonly #numbers: Numbers;
  readonly #stopped = new Set<string>();

  constructor(deps: { state: StateJournal; settings: Settings; numbers: Numbers }) {
    this.#state = deps.state;
    this.#settings = deps.settings;
    this.#numbers = deps.numbers;
    deps.state.on<[key: string, isStopped: boolean]>('twilio_opt_out', ([key, isStopped]) => this.#set(key, isStopped));
    deps.state.snapshot(() => [...this.#stopped].map((key) => ['twilio_opt_out', [key, true]] as const));
  }

  /** Takes notice of what a person wrote; gives what it means and whether Twilio answers, if it cares. */
  hear(phone: string, number: IncomingNumber, text: string): { type: OptOutType; isAnswered: boolean } | undefined {
    const word = text.trim().toUpperCase();
    const type = this.#settings.twilio_opt_out === 'off' ? undefined : WORDS[word];
    if (type === undefined) return undefined;
    if (type === 'HELP') return { type, isAnswered: true };
    const key = this.#keyOf(phone, number);
    const isStopped = type === 'STOP';
    const isNew = this.#stopped.has(key) !== isStopped;
    // Whoever gets messages says yes to something else.
    if (word === 'YES' && !isNew) return undefined;
    if (isNew) {
      this.#set(key, isStopped);
      this.#state.record('twilio_opt_out', [key, isStopped]);
    }
    return { type, isAnswered: isNew };
  }

  isStopped(phone: string, number: IncomingNumber): boolean {
    return this.#settings.twilio_opt_out !== 'off' && this.#stopped.has(this.#keyOf(phone, number));
  }

  #keyOf(phone: string, number: IncomingNumber): string {
    return `${this.#numbers.serviceOf(number)?.sid ?? number.sid} ${phone}`;
  }

  #set(key: string, isStopped: boolean): void {
    if (isStopped) this.#stopped.add(key);
    else this.#stopped.delete(key);
  }
}
