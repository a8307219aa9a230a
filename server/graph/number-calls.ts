import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { unknownObject } from './graph-error.ts';
import { pass, type PassedAnswer, type PassedDeps } from './passed-calls.ts';

type Fields = Record<string, unknown>;

/** What of a number is told. By other names one could follow its edges to anything that the token may see. */
const told = new Set([
  'id',
  'account_mode',
  'code_verification_status',
  'display_phone_number',
  'health_status',
  'is_official_business_account',
  'is_pin_enabled',
  'last_onboarded_time',
  'messaging_limit_tier',
  'name_status',
  'new_name_status',
  'platform_type',
  'quality_rating',
  'quality_score',
  'search_visibility',
  'status',
  'throughput',
  'username',
  'verified_name',
  'whatsapp_business_manager_messaging_limit',
]);

/** A number as the provider describes it; `asked` is what `?fields=` says. */
export async function describeNumber(
  deps: PassedDeps,
  sender: SenderAccount,
  asked: string | undefined,
): Promise<PassedAnswer> {
  const answer = await pass(deps, sender, { method: 'GET', path: [sender.externalId], query: fieldsQuery(asked) });
  return answer.status === 200 ? { status: 200, body: onlyTold(answer.body as Fields) } : answer;
}

/** The numbers of an account that the workspace has. */
export async function listNumbers(
  deps: PassedDeps,
  senders: SenderAccount[],
  businessAccountId: string,
  asked: string | undefined,
): Promise<PassedAnswer> {
  const own = senders.filter((one) => one.settings.businessAccountId === businessAccountId);
  const [sender] = own;
  if (!sender) throw unknownObject(businessAccountId);
  const query = { ...fieldsQuery(asked), limit: '100' };
  const answer = await pass(deps, sender, { method: 'GET', path: [businessAccountId, 'phone_numbers'], query });
  const { data } = answer.body as { data?: unknown };
  if (answer.status !== 200 || !Array.isArray(data)) return answer;
  const numbers = (data as Fields[]).filter(({ id }) => own.some((one) => one.externalId === id));
  return { status: 200, body: { data: numbers.map(onlyTold) } };
}

function fieldsQuery(asked: string | undefined): Record<string, string> {
  if (asked === undefined || asked === '') return {};
  const names = asked.split(',').map((name) => name.trim());
  return { fields: [...new Set(['id', ...names.filter((name) => told.has(name))])].join(',') };
}

function onlyTold(number: Fields): Fields {
  return Object.fromEntries(Object.entries(number).filter(([name]) => told.has(name)));
}
