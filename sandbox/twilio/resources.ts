import type { Json } from '#people/chats.ts';
import type { TwilioAccount } from './account.ts';
import type { Content } from './contents.ts';
import type { TwilioMessage } from './messages.ts';
import type { IncomingNumber, MessagingService } from './numbers.ts';
import { messageOfError } from './twilio-error.ts';

// The JSON of Twilio's resources. Those of 2010 have dates of RFC 2822 and addresses without a host, the later ones dates
// of ISO 8601 and whole addresses.

export const API_VERSION = '2010-04-01';

export function rfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000');
}

export function iso8601(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

export function accountPath(accountSid: string): string {
  return `/${API_VERSION}/Accounts/${accountSid}`;
}

export function messageResource(message: TwilioMessage, accountSid: string): Json {
  const path = `${accountPath(accountSid)}/Messages/${message.sid}`;
  const to = message.hides_address ? hidden(message.to) : message.to;
  return {
    body: message.body,
    num_segments: String(message.segments),
    direction: message.direction,
    from: message.from,
    date_updated: rfc2822(message.updated_at),
    price: message.price,
    error_message: message.error_code === null ? null : messageOfError(message.error_code),
    uri: `${path}.json`,
    account_sid: accountSid,
    num_media: String(message.media.length),
    to,
    date_created: rfc2822(message.created_at),
    status: message.status,
    sid: message.sid,
    date_sent: message.sent_at === null ? null : rfc2822(message.sent_at),
    messaging_service_sid: message.service_sid,
    error_code: message.error_code,
    price_unit: 'USD',
    api_version: API_VERSION,
    subresource_uris: {
      media: `${path}/Media.json`,
      ...(message.feedback === null ? {} : { feedback: `${path}/Feedback.json` }),
    },
  };
}

/** Only the beginning of a number is kept. */
function hidden(address: string): string {
  return address.replace(/.{4}$/, 'XXXX');
}

export function accountResource(account: TwilioAccount, status: string, isTrial: boolean): Json {
  const path = accountPath(account.account_sid);
  return {
    sid: account.account_sid,
    owner_account_sid: account.account_sid,
    friendly_name: 'Carillon Sandbox',
    status,
    type: isTrial ? 'Trial' : 'Full',
    auth_token: account.auth_token,
    date_created: rfc2822(account.created_at),
    date_updated: rfc2822(account.created_at),
    uri: `${path}.json`,
    subresource_uris: {
      messages: `${path}/Messages.json`,
      incoming_phone_numbers: `${path}/IncomingPhoneNumbers.json`,
    },
  };
}

export function numberResource(number: IncomingNumber, accountSid: string): Json {
  return {
    sid: number.sid,
    account_sid: accountSid,
    friendly_name: number.friendly_name,
    phone_number: number.phone_number,
    api_version: API_VERSION,
    beta: false,
    capabilities: { voice: true, sms: true, mms: true, fax: false },
    date_created: rfc2822(number.created_at),
    date_updated: rfc2822(number.updated_at),
    sms_url: number.sms_url,
    sms_method: number.sms_method,
    sms_fallback_url: number.sms_fallback_url,
    sms_fallback_method: number.sms_fallback_method,
    sms_application_sid: '',
    status_callback: number.status_callback,
    status_callback_method: number.status_callback_method,
    voice_url: '',
    voice_method: 'POST',
    voice_fallback_url: '',
    voice_fallback_method: 'POST',
    voice_application_sid: '',
    voice_caller_id_lookup: false,
    voice_receive_mode: 'voice',
    trunk_sid: null,
    address_sid: null,
    address_requirements: 'none',
    identity_sid: null,
    bundle_sid: null,
    emergency_status: 'Inactive',
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    origin: 'twilio',
    status: 'in-use',
    type: 'local',
    uri: `${accountPath(accountSid)}/IncomingPhoneNumbers/${number.sid}.json`,
  };
}

export function serviceResource(service: MessagingService, accountSid: string, address: string): Json {
  const url = `${address}/v1/Services/${service.sid}`;
  return {
    sid: service.sid,
    account_sid: accountSid,
    friendly_name: service.friendly_name,
    date_created: iso8601(service.created_at),
    date_updated: iso8601(service.updated_at),
    inbound_request_url: service.inbound_request_url,
    inbound_method: service.inbound_method,
    fallback_url: service.fallback_url,
    fallback_method: service.fallback_method,
    status_callback: service.status_callback,
    sticky_sender: true,
    mms_converter: true,
    smart_encoding: service.smart_encoding,
    scan_message_content: 'inherit',
    fallback_to_long_code: false,
    area_code_geomatch: true,
    synchronous_validation: false,
    validity_period: service.validity_period,
    usecase: 'undeclared',
    us_app_to_person_registered: true,
    use_inbound_webhook_on_number: service.use_inbound_webhook_on_number,
    url,
    links: { phone_numbers: `${url}/PhoneNumbers`, alpha_senders: `${url}/AlphaSenders` },
  };
}

export function servicePhoneResource(
  number: IncomingNumber,
  service: MessagingService,
  accountSid: string,
  address: string,
): Json {
  return {
    sid: number.sid,
    account_sid: accountSid,
    service_sid: service.sid,
    date_created: iso8601(number.created_at),
    date_updated: iso8601(number.updated_at),
    phone_number: number.phone_number,
    country_code: 'US',
    capabilities: ['Voice', 'SMS', 'MMS'],
    url: `${address}/v1/Services/${service.sid}/PhoneNumbers/${number.sid}`,
  };
}

export function contentResource(content: Content, accountSid: string, address: string): Json {
  const url = `${address}/v1/Content/${content.sid}`;
  return {
    sid: content.sid,
    account_sid: accountSid,
    friendly_name: content.friendly_name,
    language: content.language,
    variables: content.variables,
    types: content.types,
    date_created: iso8601(content.created_at),
    date_updated: iso8601(content.updated_at),
    url,
    links: {
      approval_create: `${url}/ApprovalRequests/whatsapp`,
      approval_fetch: `${url}/ApprovalRequests`,
    },
  };
}

export function approvalResource(content: Content, accountSid: string, address: string): Json {
  return {
    sid: content.sid,
    account_sid: accountSid,
    url: `${address}/v1/Content/${content.sid}/ApprovalRequests`,
    whatsapp: {
      type: 'whatsapp',
      content_type: Object.keys(content.types)[0] ?? '',
      allow_category_change: true,
      ...content.approval,
    },
  };
}

export function mediaResource(message: TwilioMessage, mediaSid: string, contentType: string, accountSid: string): Json {
  return {
    sid: mediaSid,
    account_sid: accountSid,
    parent_sid: message.sid,
    content_type: contentType,
    date_created: rfc2822(message.created_at),
    date_updated: rfc2822(message.created_at),
    uri: `${accountPath(accountSid)}/Messages/${message.sid}/Media/${mediaSid}.json`,
  };
}
