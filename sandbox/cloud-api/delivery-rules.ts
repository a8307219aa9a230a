import type { Settings } from '#control/settings.ts';
import type { Json, Message } from '#people/chats.ts';
import { type Person, identityHashOf } from '#people/people.ts';
import { isObject } from './checks.ts';
import { countryOf } from './phone-numbers.ts';

export type Failure = { code: number; details: string };

/** What decides whether an accepted message reaches its person. */
export interface DeliveryFacts {
  message: Message;
  person: Person;
  settings: Settings;
  /** The person wrote to this number in the 24 hours before. */
  isWindowOpen: boolean;
  /** Why a file that the message names by its address could not be had. */
  mediaFailure: Failure | null;
  /** Of a reaction: the message that it is for, if it is known. */
  target: Message | undefined;
}

const THIRTY_DAYS_MS = 2_592_000_000;

/** Why a message that was accepted fails, or null. What depends on other messages (limits, orders) is asked elsewhere. */
export function failureOf(facts: DeliveryFacts): Failure | null {
  const { message, person, settings } = facts;
  if (message.planned_failure) return message.planned_failure;
  const suffix = settings.magic_numbers && person.wa_id !== null ? person.wa_id.slice(-4) : '';
  if (!person.on_whatsapp || person.blocked || suffix === '0026') {
    return { code: 131026, details: 'Message Undeliverable.' };
  }
  if (person.old_client && isModern(message)) {
    return {
      code: 131026,
      details: 'The version of WhatsApp on the phone of the recipient is too old for this message.',
    };
  }
  if (message.identity_hash !== undefined && message.identity_hash !== identityHashOf(person)) {
    return { code: 137000, details: 'The identity key hash is not the current one of the recipient.' };
  }
  const needsWindow = message.type !== 'template' && message.is_direct_send !== true;
  if (needsWindow && (suffix === '0047' || !facts.isWindowOpen)) {
    return {
      code: 131047,
      details:
        'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
    };
  }
  if (message.type === 'reaction' && !isReactable(facts)) {
    return { code: 131009, details: 'The message to react to is unknown, deleted, a reaction, or older than 30 days.' };
  }
  if (kindOf(message) === 'address_message' && settings.address_messages === 'india' && !isIndian(person)) {
    return { code: 1026, details: 'Address messages are for recipients with a number of India.' };
  }
  if (suffix === '0053') return { code: 131053, details: 'Media upload error: the file could not be fetched.' };
  return facts.mediaFailure ?? marketingFailureOf(facts, suffix);
}

function marketingFailureOf({ message, person, settings }: DeliveryFacts, suffix: string): Failure | null {
  const isMarketing = isMarketingCategory(message.category);
  if (suffix === '0050' || (isMarketing && person.marketing_opted_out)) {
    return { code: 131050, details: 'Recipient has stopped marketing messages from this business.' };
  }
  if (isMarketing && person.in_experiment) {
    return { code: 130472, details: "The user's number is part of an experiment." };
  }
  const isPaused = person.us_number_rule || (settings.us_marketing === 'paused' && isAmerican(person));
  if (suffix === '0049' || (isMarketing && isPaused)) return WITHHELD;
  return null;
}

/** Withheld for the good of all: too much marketing for one person, or a country without it. */
export const WITHHELD: Failure = {
  code: 131049,
  details: 'In order to maintain a healthy ecosystem engagement, the message failed to be delivered.',
};

export function isMarketingCategory(category: string | null): boolean {
  return category === 'marketing' || category === 'marketing_lite';
}

/** The kind of an interactive message. */
export function kindOf(message: Pick<Message, 'content'>): string | null {
  const interactive = message.content['interactive'];
  return isObject(interactive) && typeof interactive['type'] === 'string' ? interactive['type'] : null;
}

function isReactable({ message, target }: DeliveryFacts): boolean {
  if (!target || target.type === 'reaction' || target.deleted_at !== undefined) return false;
  return message.at - target.at <= THIRTY_DAYS_MS;
}

// Old apps know buttons and lists, but not what came after them.
const OLD_KINDS = new Set([null, 'button', 'list']);
const OLD_BUTTONS = new Set(['quick_reply', 'url', 'phone_number', 'copy_code']);

function isModern(message: Message): boolean {
  if (!OLD_KINDS.has(kindOf(message))) return true;
  const { rendered } = message;
  if (!rendered) return false;
  const isNewButton = (button: Json) => !OLD_BUTTONS.has(String(button['type']));
  return (
    rendered.cards !== undefined || rendered.limited_time_offer !== undefined || rendered.buttons.some(isNewButton)
  );
}

function isIndian(person: Person): boolean {
  return (person.wa_id === null ? person.user_id.slice(0, 2) : countryOf(person.wa_id)) === 'IN';
}

// The numbers of Canada and the Caribbean begin with 1 as well; the pause is for the United States alone.
const OTHER_AREAS =
  /^1(204|226|236|249|250|263|289|306|343|354|365|367|368|382|403|416|418|428|431|437|438|450|468|474|506|514|519|548|579|581|584|587|600|604|613|639|647|672|683|705|709|742|753|778|780|782|807|819|825|867|873|879|902|905|242|246|264|268|284|345|441|473|649|658|664|721|758|767|784|809|829|849|868|869|876)/;

function isAmerican(person: Person): boolean {
  return person.wa_id !== null && /^1\d{10}$/.test(person.wa_id) && !OTHER_AREAS.test(person.wa_id);
}
