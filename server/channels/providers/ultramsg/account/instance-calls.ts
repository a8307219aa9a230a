import type { AccountAccess, ProviderCalls } from '#channels/provider-account.ts';
import { textOf } from '#channels/providers/payloads/fields.ts';
import { chatIdOf } from '#channels/providers/ultramsg/chat-id.ts';
import { Fault } from '#platform/fault.ts';
import { askInstance, askPicture, callInstance } from './calls.ts';
import { formOf, type InstanceSettings, readSettings } from './instance-settings.ts';
import { type InstanceStatus, type QueueState, readOwner, readStatistics, readStatus } from './instance-status.ts';

// What is asked of an instance beside sending. Each throws Fault `provider_refused` or `upstream_failed`.

/** The QR code that links a phone, as a PNG. Throws `conflict` when there is none, because the phone is linked. */
export async function readQr(calls: ProviderCalls, access: AccountAccess): Promise<Buffer> {
  const { isAuthenticated } = await readInstanceStatus(calls, access);
  if (isAuthenticated) throw new Fault('conflict', { detail: 'The phone is linked already, so there is no QR code.' });
  return askPicture(calls, access, 'instance/qr');
}

export async function readInstanceStatus(calls: ProviderCalls, access: AccountAccess): Promise<InstanceStatus> {
  return readStatus(await askInstance(calls, access, { path: 'instance/status' }));
}

export async function readQueue(
  calls: ProviderCalls,
  access: AccountAccess,
): Promise<Partial<Record<QueueState, number>>> {
  return readStatistics(await askInstance(calls, access, { path: 'messages/statistics' }));
}

/** Whose phone is linked. Empty when that cannot be read: nothing depends on it. */
export async function readLinkedPhone(
  calls: ProviderCalls,
  access: AccountAccess,
): Promise<{ phone?: string; displayName?: string }> {
  const answer = await callInstance(calls, access, { path: 'instance/me' });
  return answer.ok ? readOwner(answer.fields) : {};
}

export async function restart(calls: ProviderCalls, access: AccountAccess): Promise<void> {
  await askInstance(calls, access, { method: 'POST', path: 'instance/restart' });
}

/** Unlinks the phone. A new QR code has to be scanned afterwards. */
export async function logOut(calls: ProviderCalls, access: AccountAccess): Promise<void> {
  await askInstance(calls, access, { method: 'POST', path: 'instance/logout' });
}

/** Lists of UltraMsg that may be emptied. By that of what was sent unknown outcomes are settled, so it stays. */
export const clearable = ['queue', 'unsent', 'invalid'] as const;

export async function clearMessages(
  calls: ProviderCalls,
  access: AccountAccess,
  status: (typeof clearable)[number],
): Promise<void> {
  await askInstance(calls, access, { method: 'POST', path: 'messages/clear', parameters: { status } });
}

export async function readInstanceSettings(calls: ProviderCalls, access: AccountAccess): Promise<InstanceSettings> {
  return readSettings(await askInstance(calls, access, { path: 'instance/settings' }));
}

/** Changes some settings and keeps the others: UltraMsg writes all of them each time. Returns what holds afterwards. */
export async function changeSettings(
  calls: ProviderCalls,
  access: AccountAccess,
  change: (current: InstanceSettings) => InstanceSettings,
): Promise<InstanceSettings> {
  const parameters = formOf(change(await readInstanceSettings(calls, access)));
  await askInstance(calls, access, { method: 'POST', path: 'instance/settings', parameters });
  return readInstanceSettings(calls, access);
}

/** Whether a number is on WhatsApp. UltraMsg remembers the answer for three days; `isFresh` has it look again. */
export async function checkContact(
  calls: ProviderCalls,
  access: AccountAccess,
  phone: string,
  isFresh: boolean,
): Promise<boolean> {
  const fields = await askInstance(calls, access, {
    path: 'contacts/check',
    parameters: { chatId: chatIdOf({ kind: 'phone', value: phone }), nocache: isFresh ? 'true' : undefined },
  });
  const status = textOf(fields['status'], 100)?.toLowerCase();
  if (status === 'valid') return true;
  if (status === 'invalid') return false;
  throw new Fault('upstream_failed', { detail: 'UltraMsg did not say whether the number is on WhatsApp.' });
}
