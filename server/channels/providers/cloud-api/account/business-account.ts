import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { health } from './health.ts';
import { askPage, type GraphPage, type PageRequest } from './paging.ts';
import { fields, flag, listOrNone, object, optional, text, word } from './reading.ts';

/** A business account as Meta has it. What the token may not see is left out. */
export const businessAccount = object({
  id: text,
  name: optional(text),
  currency: optional(text),
  timezoneId: optional(text),
  messageTemplateNamespace: optional(text),
  accountReviewStatus: optional(word),
  businessVerificationStatus: optional(word),
  country: optional(text),
  ownershipType: optional(word),
  ownerBusinessInfo: optional(object({ id: text, name: optional(text) })),
  primaryBusinessLocation: optional(text),
  status: optional(word),
  isEnabledForInsights: optional(flag),
  authInternationalRateEligibility: optional(fields),
  marketingMessagesOnboardingStatus: optional(word),
  healthStatus: optional(health),
});
export type BusinessAccount = ReturnType<typeof businessAccount>;

const accountFields = [
  'id',
  'name',
  'currency',
  'timezone_id',
  'message_template_namespace',
  'account_review_status',
  'business_verification_status',
  'country',
  'ownership_type',
  'owner_business_info',
  'primary_business_location',
  'status',
  'is_enabled_for_insights',
  'auth_international_rate_eligibility',
  'marketing_messages_onboarding_status',
].join(',');

export function getBusinessAccount(account: Account): Promise<BusinessAccount> {
  const query = { fields: `${accountFields},health_status` };
  return askGraph(account, { path: pathOf(account.settings.businessAccountId), query }, businessAccount);
}

/** The business accounts of a portfolio: its own, or those that clients share with it. */
export function listBusinessAccounts(
  account: Account,
  portfolioId: string,
  whose: 'owned' | 'client' = 'owned',
  page: PageRequest = {},
): Promise<GraphPage<BusinessAccount>> {
  const path = pathOf(portfolioId, `${whose}_whatsapp_business_accounts`);
  return askPage(account, { path, query: { fields: accountFields } }, businessAccount, page);
}

const assignedUser = object({ id: text, name: optional(text), tasks: listOrNone(word) });
export type AssignedUser = ReturnType<typeof assignedUser>;

/** The users of the portfolio who may work with the account. */
export function listAssignedUsers(
  account: Account,
  portfolioId: string,
  page: PageRequest = {},
): Promise<GraphPage<AssignedUser>> {
  const call = { path: users(account), query: { business: portfolioId } };
  return askPage(account, call, assignedUser, page);
}

export function assignUser(account: Account, userId: string, tasks: readonly string[]): Promise<void> {
  const query = { user: userId, tasks: `[${tasks.map((task) => `'${task}'`).join(',')}]` };
  return tellGraph(account, { path: users(account), method: 'POST', query });
}

export function unassignUser(account: Account, userId: string): Promise<void> {
  return tellGraph(account, { path: users(account), method: 'DELETE', query: { user: userId } });
}

function users(account: Account): string {
  return pathOf(account.settings.businessAccountId, 'assigned_users');
}
