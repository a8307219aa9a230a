import type { AccountAccess, AccountReport, CredentialCheck, ProviderCalls } from '#channels/provider-account.ts';
import { Fault } from '#platform/fault.ts';
import { callInstance, type InstanceAnswer } from './calls.ts';
import { changeSettings, readLinkedPhone } from './instance-calls.ts';
import { neededFlags, readSettings, subscribedTo } from './instance-settings.ts';
import { readStatus } from './instance-status.ts';

/** Tries the token, and says how the phone is and where webhooks go. */
export async function checkCredentials(
  calls: ProviderCalls,
  access: AccountAccess,
  callbackUrl: string | null,
): Promise<AccountReport> {
  const answer = await callInstance(calls, access, { path: 'instance/status' });
  if (!answer.ok) return { checks: [refusedCheck(answer)] };
  const { isAuthenticated, words } = readStatus(answer.fields);
  const [owner, webhooks] = await Promise.all([
    isAuthenticated ? readLinkedPhone(calls, access) : {},
    checkWebhooks(calls, access, callbackUrl),
  ]);
  const token = { name: 'token', ok: true, message: 'The token belongs to the instance.' };
  return { checks: [token, { name: 'phone', ok: isAuthenticated, message: words }, webhooks], ...owner };
}

function refusedCheck({ row, words }: Extract<InstanceAnswer, { ok: false }>): CredentialCheck {
  if (!row) return { name: 'reach', ok: false, message: words };
  return { name: row.code === 'wrong_token' ? 'token' : 'instance_id', ok: false, message: `${words} ${row.advice}` };
}

async function checkWebhooks(
  calls: ProviderCalls,
  access: AccountAccess,
  callbackUrl: string | null,
): Promise<CredentialCheck> {
  const no = (message: string): CredentialCheck => ({ name: 'webhooks', ok: false, message });
  const answer = await callInstance(calls, access, { path: 'instance/settings' });
  if (!answer.ok) return no(`The settings of the instance cannot be read. ${answer.words}`);
  const settings = readSettings(answer.fields);
  const url = settings.webhook_url ?? '';
  if (url === '') return no('No address for webhooks is set. Subscribe them.');
  // Webhooks are known by the last part of their address, so none is told whole.
  if (callbackUrl !== null && url !== callbackUrl)
    return no(
      `Webhooks of this instance go to another address, on ${URL.parse(url)?.host ?? 'no host'}. Subscribe them to have them come here.`,
    );
  const off = neededFlags.filter((flag) => settings[flag] === false);
  if (off.length > 0) return no(`These are switched off: ${off.join(', ')}. Subscribe the webhooks again.`);
  const message = callbackUrl === null ? 'An address for webhooks is set.' : 'Webhooks come here.';
  return { name: 'webhooks', ok: true, message };
}

/** Has webhooks sent to `callbackUrl`, and reads the settings back to see that it is so. */
export async function subscribe(calls: ProviderCalls, access: AccountAccess, callbackUrl: string): Promise<void> {
  const settings = await changeSettings(calls, access, (current) => subscribedTo(callbackUrl, current));
  if (settings.webhook_url !== callbackUrl)
    throw new Fault('upstream_failed', {
      detail:
        'UltraMsg took the address for webhooks, but its settings do not show it. Set it on the page of the instance.',
    });
}
