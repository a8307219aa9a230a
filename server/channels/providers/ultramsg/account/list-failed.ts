import type { AccountAccess, FailedMessage, ProviderCalls } from '#channels/provider-account.ts';
import { isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { rowOf } from '#channels/providers/ultramsg/errors/errors.ts';
import { queuedMessageId } from '#channels/providers/ultramsg/instance.ts';
import { askInstance } from './calls.ts';
import { readStatistics } from './instance-status.ts';

const states = ['unsent', 'invalid', 'expired'] as const;

/**
 * The latest hundred messages of each state that is an end without delivery: no webhook tells them. The lists are asked for
 * only where the statistics count some. Throws Fault `provider_refused` or `upstream_failed`.
 */
export async function listFailed(calls: ProviderCalls, access: AccountAccess): Promise<FailedMessage[]> {
  const counts = readStatistics(await askInstance(calls, access, { path: 'messages/statistics' }));
  const lists = await Promise.all(
    states.filter((state) => counts[state] !== 0).map((state) => listOf(calls, access, state)),
  );
  return lists.flat();
}

async function listOf(
  calls: ProviderCalls,
  access: AccountAccess,
  state: (typeof states)[number],
): Promise<FailedMessage[]> {
  const { messages } = await askInstance(calls, access, {
    path: 'messages',
    parameters: { page: '1', limit: '100', status: state, sort: 'desc' },
  });
  if (!Array.isArray(messages)) return [];
  const row = rowOf(state);
  return (messages as unknown[]).flatMap((message) => {
    if (!isFields(message) || textOf(message['status'], 50)?.toLowerCase() !== state) return [];
    const id = textOf(message['id'], 64);
    const callbackData = textOf(message['referenceId'], 100);
    if (id === undefined || callbackData === undefined) return [];
    const providerMessageId = queuedMessageId(access.senderExternalId, id);
    return [{ providerMessageId, callbackData, error: { code: row.code, title: row.title }, row }];
  });
}
