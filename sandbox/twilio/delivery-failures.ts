import type { Settings } from '#control/settings.ts';
import type { Person } from '#people/people.ts';
import type { Contents } from './contents.ts';
import { codeOfRecipient } from './magic-numbers.ts';
import { type TwilioMessage, type TwilioMessages, bareAddress } from './messages.ts';
import type { Numbers } from './numbers.ts';
import type { OptOuts } from './opt-outs.ts';

interface Deps {
  settings: Settings;
  contents: Contents;
  numbers: Numbers;
  optOuts: OptOuts;
  messages: TwilioMessages;
  now: number;
}

const WINDOW_MS = 24 * 3_600_000;

/** The code with which a message that was accepted ends, or null. */
export function failureOf(message: TwilioMessage, person: Person, deps: Deps): number | null {
  const { settings } = deps;
  if (message.planned_failure !== undefined) return message.planned_failure;
  if (settings.twilio_account === 'suspended') return 30002;
  const magic = settings.magic_numbers ? codeOfRecipient(bareAddress(message.to)) : undefined;
  if (magic?.isLater) return magic.code;
  return message.channel === 'sms' ? failureOfSms(message, deps) : failureOfWhatsApp(message, person, deps);
}

/** The person may have said STOP while the message waited. */
function failureOfSms(message: TwilioMessage, { numbers, optOuts }: Deps): number | null {
  const number = message.from === null ? undefined : numbers.findByPhone(message.from);
  const isStopped = number !== undefined && optOuts.isStopped(message.to, number);
  return isStopped && message.direction === 'outbound-api' ? 21610 : null;
}

function failureOfWhatsApp(message: TwilioMessage, person: Person, deps: Deps): number | null {
  const { settings, contents } = deps;
  if (!person.on_whatsapp) return 63024;
  if (person.blocked) return 63014;
  const content = message.content_sid === null ? undefined : contents.find(message.content_sid);
  const isApproved = content?.approval.status === 'approved';
  const isOpen = settings.service_window === 'off' || isWindowOpen(message, deps);
  // Within the window a template needs no approval.
  if (content && !isOpen) {
    if (content.approval.status === 'paused') return 63041;
    if (!isApproved) return content.approval.status === 'unsubmitted' ? 63016 : 63027;
  }
  if (content && message.has_gaps) return 63028;
  if (!content && !isOpen) return 63016;
  const isMarketing = isApproved && content.approval.category === 'MARKETING';
  const isWithheld = person.marketing_opted_out || person.in_experiment || person.us_number_rule;
  return isMarketing && isWithheld ? 63049 : null;
}

export function isWindowOpen(message: TwilioMessage, { messages, now }: Pick<Deps, 'messages' | 'now'>): boolean {
  const last = message.from === null ? undefined : lastInboundAt(message.person_id, message.from, messages);
  return last !== undefined && now - last < WINDOW_MS;
}

/** When the person last wrote to an address of the business. */
export function lastInboundAt(personId: string, address: string, messages: TwilioMessages): number | undefined {
  return messages.between(personId, address).findLast(({ direction }) => direction === 'inbound')?.created_at;
}
