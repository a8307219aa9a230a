import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { object, text } from './reading.ts';

export interface NewNumber {
  /** The country code without "+". */
  countryCode: string;
  /** Without the country code. */
  phoneNumber: string;
  /** The display name, which Meta reviews. */
  verifiedName: string;
}

/** Adds a number to the business account and gives its id. It must be verified and registered next. */
export async function createNumber(
  account: Account,
  { countryCode, phoneNumber, verifiedName }: NewNumber,
): Promise<string> {
  const call = {
    path: pathOf(account.settings.businessAccountId, 'phone_numbers'),
    method: 'POST',
    body: { cc: countryCode, phone_number: phoneNumber, verified_name: verifiedName },
  } as const;
  return (await askGraph(account, call, object({ id: text }))).id;
}

/** Has a code of six digits sent to the number. Asked for too often, Meta refuses with 136024. */
export function requestCode(account: Account, codeMethod: 'SMS' | 'VOICE', language: string): Promise<void> {
  return tellGraph(account, ofNumber(account, 'request_code', { code_method: codeMethod, language }));
}

export function verifyCode(account: Account, code: string): Promise<void> {
  return tellGraph(account, ofNumber(account, 'verify_code', { code }));
}

/**
 * Registers the number, so that it can send. `pin` becomes its two-step PIN when it has none, and must be the one it has
 * otherwise (133005). `region` keeps its messages in a country. Ten times in 72 hours, deregistering included (133016).
 */
export function registerNumber(account: Account, pin: string, region?: string): Promise<void> {
  const localization = region === undefined ? undefined : { data_localization_region: region };
  return tellGraph(account, ofNumber(account, 'register', { messaging_product: 'whatsapp', pin, ...localization }));
}

/** Takes the number off the Cloud API. Nothing can be sent from it until it is registered again. */
export function deregisterNumber(account: Account): Promise<void> {
  return tellGraph(account, ofNumber(account, 'deregister', {}));
}

/** Sets the two-step PIN of six digits. Nothing of the API can switch it off. */
export function changePin(account: Account, pin: string): Promise<void> {
  return tellGraph(account, { path: pathOf(account.senderExternalId), method: 'POST', body: { pin } });
}

function ofNumber(account: Account, edge: string, body: Record<string, string>) {
  return { path: pathOf(account.senderExternalId, edge), method: 'POST', body } as const;
}
