import type { AccountStates } from './account/account-states.ts';
import type { NumberStates } from './account/number-states.ts';
import type { BusinessNumber } from './credentials.ts';
import { GraphError } from './graph-error.ts';
import type { CheckedMessage } from './send-check.ts';

interface Deps {
  accounts: AccountStates;
  numbers: NumberStates;
}

/** Throws what a good message is refused with for the name of the number or the state of the account. */
export function refuseRestricted(checked: CheckedMessage, number: BusinessNumber, deps: Deps): void {
  const digits = number.display_phone_number.replaceAll(/\D/g, '');
  if (digits.startsWith('1555') && deps.numbers.of(number.phone_number_id).name_status !== 'APPROVED') {
    throw new GraphError(131037, 'A number that WhatsApp gave needs an approved display name.');
  }
  const type = checked.isDirectSend ? 'RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES' : 'RESTRICTED_UTILITY_TEMPLATES';
  if (checked.category === 'utility' && deps.accounts.isRestricted(number.waba_id, type)) {
    throw new GraphError(131064, `The account may send no utility messages for some time: ${type}.`);
  }
}
