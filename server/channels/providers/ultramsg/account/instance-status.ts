import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { chatIdOf, readChatId } from '#channels/providers/ultramsg/chat-id.ts';

/** How the phone behind an instance is. */
export interface InstanceStatus {
  /** In UltraMsg's words, for example `authenticated`, `qr`, `standby`; `unknown` when it did not say. */
  status: string;
  substatus: string | null;
  isAuthenticated: boolean;
  /** In words, with what to do. */
  words: string;
}

/** Reads the answer of `instance/status`, which some give whole and some without what is around it. */
export function readStatus(fields: Fields): InstanceStatus {
  const outer = isFields(fields['status']) ? fields['status'] : fields;
  const account = isFields(outer['accountStatus']) ? outer['accountStatus'] : outer;
  const status = (textOf(account['status'], 100) ?? 'unknown').toLowerCase();
  const isAuthenticated = status === 'authenticated';
  return {
    status,
    substatus: textOf(account['substatus'], 100) ?? null,
    isAuthenticated,
    words: isAuthenticated ? 'The phone is linked.' : (advice[status] ?? `The phone is not linked (status ${status}).`),
  };
}

const scan = 'The phone is not linked: scan the QR code ("carillon connections qr" shows it).';
const starting = 'The instance is starting, which takes a minute.';
const advice: Readonly<Record<string, string>> = {
  qr: scan,
  'got qr code': scan,
  standby: 'The instance stands by, perhaps because WhatsApp is open elsewhere. Restart it.',
  stopped: 'The instance is stopped. Start it on its page at UltraMsg, where the subscription is shown too.',
  expired: 'The instance has expired: extend the subscription at UltraMsg.',
  disconnected: 'The phone is not connected to WhatsApp: look whether it is on and online.',
  retrying: 'The instance tries to reach the phone again: look whether it is on and online.',
  loading: starting,
  initialize: starting,
  booting: starting,
};

export const queueStates = ['queue', 'sent', 'unsent', 'invalid', 'expired'] as const;
export type QueueState = (typeof queueStates)[number];

/** How many messages UltraMsg has in each state; a state that it did not tell is absent. */
export function readStatistics(fields: Fields): Partial<Record<QueueState, number>> {
  const counts = isFields(fields['messages_statistics']) ? fields['messages_statistics'] : fields;
  return Object.fromEntries(
    queueStates.flatMap((state) => {
      const count = Number(textOf(counts[state], 20) ?? Number.NaN);
      return Number.isSafeInteger(count) && count >= 0 ? [[state, count]] : [];
    }),
  );
}

/** Whose phone it is, from `instance/me`. */
export function readOwner(fields: Fields): { phone?: string; displayName?: string } {
  const id = textOf(fields['id'], 300) ?? '';
  const owner = readChatId(/^\d{6,15}$/.test(id) ? chatIdOf({ kind: 'phone', value: id }) : id);
  const displayName = textOf(fields['name'], 200) ?? textOf(fields['pushname'], 200);
  return {
    ...(owner?.kind === 'phone' ? { phone: owner.value } : undefined),
    ...(displayName === undefined ? undefined : { displayName }),
  };
}
