import { endOf, isKnownError } from './twilio-error.ts';

// The numbers that Twilio itself keeps for tests.
const RECIPIENTS: Readonly<Record<string, number>> = {
  '+15005550001': 21211,
  '+15005550002': 21612,
  '+15005550003': 21408,
  '+15005550004': 21610,
  '+15005550009': 21614,
};
const SENDERS: Readonly<Record<string, number>> = {
  '+15005550000': 21606,
  '+15005550001': 21212,
  '+15005550007': 21606,
  '+15005550008': 21611,
};

/** The code that a recipient with this number meets: one of Twilio's test numbers, or the five digits at its end. */
export function codeOfRecipient(phone: string): { code: number; isLater: boolean } | undefined {
  const code = RECIPIENTS[phone] ?? Number(phone.slice(-5));
  if (!isKnownError(code)) return undefined;
  // What Twilio tells in the answer or later is told in the answer.
  return { code, isLater: code !== 21610 && endOf(code) !== undefined };
}

export function codeOfSender(phone: string): number | undefined {
  return SENDERS[phone];
}
