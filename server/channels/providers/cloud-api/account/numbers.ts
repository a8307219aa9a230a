import { type Account, askGraph, pathOf } from './asking.ts';
import { health } from './health.ts';
import { askPage, type GraphPage, type PageRequest } from './paging.ts';
import { fields, flag, instant, object, optional, type Reader, text, word } from './reading.ts';

// Graph gives an object; a bare word in some recordings.
const throughput: Reader<{ level: string }> = (value, place) =>
  typeof value === 'string' ? { level: value.toUpperCase() } : object({ level: word })(value, place);

/** Where the webhooks of a number go, from the widest to the closest that is set. */
const webhookConfiguration = object({
  application: optional(text),
  whatsappBusinessAccount: optional(text),
  phoneNumber: optional(text),
});

/** A number as Meta has it. Only `id` is certain: what Meta does not know of a number it leaves out. */
export const businessNumber = object({
  id: text,
  displayPhoneNumber: optional(text),
  verifiedName: optional(text),
  status: optional(word),
  qualityRating: optional(word),
  codeVerificationStatus: optional(word),
  nameStatus: optional(word),
  newDisplayName: optional(text),
  newNameStatus: optional(word),
  throughput: optional(throughput),
  platformType: optional(word),
  accountMode: optional(word),
  whatsappBusinessManagerMessagingLimit: optional(word),
  isOfficialBusinessAccount: optional(flag),
  officialBusinessAccount: optional(object({ obaStatus: word })),
  isPinEnabled: optional(flag),
  isOnBizApp: optional(flag),
  lastOnboardedTime: optional(instant),
  searchVisibility: optional(word),
  webhookConfiguration: optional(webhookConfiguration),
  username: optional(text),
  certificate: optional(text),
  conversationalAutomation: optional(fields),
  healthStatus: optional(health),
});
export type BusinessNumber = ReturnType<typeof businessNumber>;

/** Without these names Meta gives five fields only. */
const numberFields = [
  'id',
  'display_phone_number',
  'verified_name',
  'status',
  'quality_rating',
  'code_verification_status',
  'name_status',
  'new_display_name',
  'new_name_status',
  'throughput',
  'platform_type',
  'account_mode',
  'whatsapp_business_manager_messaging_limit',
  'is_official_business_account',
  'official_business_account',
  'is_pin_enabled',
  'is_on_biz_app',
  'last_onboarded_time',
  'search_visibility',
  'webhook_configuration',
  'username',
].join(',');

export interface NumberOrder {
  /** By when they joined the account. */
  sort?: 'oldest' | 'newest';
  accountMode?: 'LIVE' | 'SANDBOX';
}

/** One page of the numbers of the business account. */
export function listNumbers(
  account: Account,
  { sort, accountMode }: NumberOrder = {},
  page: PageRequest = {},
): Promise<GraphPage<BusinessNumber>> {
  const direction = sort === 'newest' ? 'descending' : 'ascending';
  const filter = [{ field: 'account_mode', operator: 'EQUAL', value: accountMode }];
  const query = {
    fields: numberFields,
    sort: sort === undefined ? undefined : `['last_onboarded_time_${direction}']`,
    filtering: accountMode === undefined ? undefined : JSON.stringify(filter),
  };
  return askPage(
    account,
    { path: pathOf(account.settings.businessAccountId, 'phone_numbers'), query },
    businessNumber,
    page,
  );
}

/** The number that the account's sender is, or another one. */
export function getNumber(account: Account, numberId = account.senderExternalId): Promise<BusinessNumber> {
  return askGraph(
    account,
    { path: pathOf(numberId), query: { fields: `${numberFields},health_status` } },
    businessNumber,
  );
}
