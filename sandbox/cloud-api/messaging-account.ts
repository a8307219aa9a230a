import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { invalid, optionalText } from './checks.ts';
import type { BusinessNumber } from './credentials.ts';
import { GraphError } from './graph-error.ts';

const NAME = 'messaging_account_id';
/** The name of before, which is taken until the end of 2026. */
const OLD_NAME = 'paid_messaging_account_id';

/** The messaging account that a message is sent for must be the number's own. Where numbers have several it must be named. */
export function checkMessagingAccount(
  body: Json,
  number: BusinessNumber,
  settings: Pick<Settings, 'messaging_accounts'>,
): void {
  const named = optionalText(body, NAME, NAME, 100);
  const older = optionalText(body, OLD_NAME, OLD_NAME, 100);
  const account = named ?? older;
  if (account === undefined) {
    if (settings.messaging_accounts === 'one') return;
    throw new GraphError(131008, `Required parameter ${NAME} is missing: the number has several messaging accounts.`);
  }
  if (account !== number.waba_id) {
    throw invalid(named === undefined ? OLD_NAME : NAME, 'must be the id of a messaging account of the number.');
  }
}
