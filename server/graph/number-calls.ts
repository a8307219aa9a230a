import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { Fault } from '#platform/fault.ts';
import { unknownObject } from './graph-error.ts';
import { nextCursor, pageOf, type PageQuery } from './pages.ts';
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

/** A list without an end is a mistake of the provider's, and is not followed for ever. */
const mostPages = 100;

/** A page of the numbers of an account that the workspace has. The provider's own pages have numbers of others among them,
 *  so they are read until all of the workspace's are found, and cut anew. */
export async function listNumbers(
  deps: PassedDeps,
  senders: SenderAccount[],
  businessAccountId: string,
  asked: PageQuery & { fields?: string | undefined },
): Promise<PassedAnswer> {
  const own = new Set(
    senders.filter((one) => one.settings.businessAccountId === businessAccountId).map((one) => one.externalId),
  );
  const sender = senders.find((one) => own.has(one.externalId));
  if (!sender) throw unknownObject(businessAccountId);
  const found = new Map<string, Fields & { id: string }>();
  let after: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const query = { ...fieldsQuery(asked.fields), limit: '100', ...(after === undefined ? {} : { after }) };
    const answer = await pass(deps, sender, { method: 'GET', path: [businessAccountId, 'phone_numbers'], query });
    const { data } = answer.body as { data?: unknown };
    if (answer.status !== 200 || !Array.isArray(data)) return answer;
    for (const number of data as Fields[]) {
      const { id } = number;
      if (typeof id === 'string' && own.has(id)) found.set(id, { ...onlyTold(number), id });
    }
    after = nextCursor(answer.body);
    if (after === undefined || found.size === own.size) {
      const address = new URL(`${deps.origin}/graph/${encodeURIComponent(businessAccountId)}/phone_numbers`);
      for (const name of ['fields', 'limit'] as const) {
        const value = asked[name];
        if (value !== undefined && value !== '') address.searchParams.set(name, value);
      }
      return { status: 200, body: pageOf([...found.values()], asked, address) };
    }
  }
  throw new Fault('upstream_failed', { detail: "The provider's list of numbers has no end." });
}

function fieldsQuery(asked: string | undefined): Record<string, string> {
  if (asked === undefined || asked === '') return {};
  const names = asked.split(',').map((name) => name.trim());
  return { fields: [...new Set(['id', ...names.filter((name) => told.has(name))])].join(',') };
}

function onlyTold(number: Fields): Fields {
  return Object.fromEntries(Object.entries(number).filter(([name]) => told.has(name)));
}
