import { newDigits, newWamid } from '#cloud-api/ids.ts';
import type { Json } from '#people/chats.ts';
import type { WebhookField } from '#webhooks/fields.ts';

/** Whom and what the samples name. */
export interface SampleContext {
  /** Seconds of the epoch. */
  now: number;
  waba_id: string;
  phone_number_id: string;
  /** Digits of the business's number. */
  business: string;
  person: { wa_id: string; user_id: string; name: string };
  template: { id: string; name: string; language: string; category: string };
}

interface Sample {
  value: Json;
  /** Keys that a value of this field may have beside those of the sample, each with an example that shows its type. */
  optional?: Json;
}

/** A believable value of every field, in the shapes of the documentation. */
export function sampleOf(field: WebhookField, context: SampleContext): Sample {
  const { now, business, person, template } = context;
  const timestamp = String(now);
  const metadata = { display_phone_number: business, phone_number_id: context.phone_number_id };
  const envelope = { messaging_product: 'whatsapp', metadata };
  const contacts = [{ profile: { name: person.name }, wa_id: person.wa_id, user_id: person.user_id }];
  const templateNames = {
    message_template_id: template.id,
    message_template_name: template.name,
    message_template_language: template.language,
  };
  const text = { type: 'text', text: { body: 'Hello, this is a test.' } };
  const inbound = { from: person.wa_id, id: newWamid('in', person.wa_id), timestamp, ...text };
  const group = { timestamp, group_id: `Y2FwaV9ncm91cDo${newDigits(12)}Z`, request_id: newDigits(16) };
  switch (field) {
    case 'messages':
      return {
        value: { ...envelope, contacts, messages: [{ ...inbound, from_user_id: person.user_id }] },
        optional: { statuses: [], errors: [] },
      };
    case 'account_alerts':
      return {
        value: {
          entity_type: 'BUSINESS',
          entity_id: '100000000000042',
          alert_info: {
            alert_severity: 'INFORMATIONAL',
            alert_status: 'ACTIVE',
            alert_type: 'OBA_APPROVED',
            alert_description: 'Your account has been approved as an official business account.',
          },
        },
      };
    case 'account_review_update':
      return { value: { decision: 'APPROVED' } };
    case 'account_settings_update':
      return {
        value: {
          messaging_product: 'whatsapp',
          timestamp,
          type: 'phone_number_settings',
          phone_number_settings: {
            phone_number_id: context.phone_number_id,
            calling: { status: 'ENABLED', call_icon_visibility: 'DEFAULT', callback_permission_status: 'DISABLED' },
          },
        },
      };
    case 'account_update':
      return {
        value: { event: 'ACCOUNT_VIOLATION', violation_info: { violation_type: 'SCAM' } },
        optional: {
          restriction_info: [],
          ban_info: {},
          waba_info: {},
          disconnection_info: {},
          auth_international_rate_eligibility: {},
          partner_client_certification_info: {},
          volume_tier_info: {},
          country: 'IN',
          phone_number: business,
        },
      };
    case 'automatic_events':
      return {
        value: {
          ...envelope,
          automatic_events: [
            { id: newWamid('in', person.wa_id), event_name: 'LeadSubmitted', timestamp: now, ctwa_clid: 'ARAk-3-test' },
          ],
        },
      };
    case 'business_capability_update':
      return {
        value: { max_daily_conversations_per_business: 2000, max_phone_numbers_per_waba: 25 },
        optional: { max_phone_numbers_per_business: 2, max_daily_conversation_per_phone: 1000 },
      };
    case 'business_status_update':
      return { value: { business_id: '100000000000042', event: 'BUSINESS_VERIFICATION_APPROVED' } };
    case 'business_username_updates':
      return {
        value: {
          messaging_product: 'whatsapp',
          display_phone_number: business,
          username: 'sandbox.shop',
          status: 'approved',
        },
      };
    case 'calls':
      return {
        value: {
          ...envelope,
          contacts,
          calls: [
            {
              id: `wacid.${newDigits(20)}`,
              from: person.wa_id,
              to: business,
              from_user_id: person.user_id,
              event: 'connect',
              timestamp,
              direction: 'USER_INITIATED',
              session: { sdp_type: 'offer', sdp: 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n' },
            },
          ],
        },
        optional: { statuses: [], errors: [] },
      };
    case 'flows':
      return {
        value: {
          event: 'FLOW_STATUS_CHANGE',
          message: 'Flow sign up has been moved from PUBLISHED to THROTTLED.',
          flow_id: newDigits(16),
          old_status: 'PUBLISHED',
          new_status: 'THROTTLED',
        },
        optional: {
          error_rate: 14.28,
          threshold: 10,
          alert_state: 'ACTIVATED',
          errors: [],
          p90_latency: 9000,
          p50_latency: 5000,
          requests_count: 100,
          availability: 75,
          warning: '',
        },
      };
    case 'group_lifecycle_update':
      return {
        value: {
          ...envelope,
          groups: [
            {
              ...group,
              type: 'group_create',
              subject: 'Test group',
              invite_link: 'https://chat.whatsapp.com/TestTestTest',
              join_approval_mode: 'auto_approve',
            },
          ],
        },
      };
    case 'group_participants_update':
      return {
        value: {
          ...envelope,
          groups: [
            {
              ...group,
              type: 'group_participants_add',
              reason: 'invite_link',
              added_participants: [{ wa_id: person.wa_id, user_id: person.user_id }],
            },
          ],
        },
      };
    case 'group_settings_update':
      return {
        value: {
          ...envelope,
          groups: [
            { ...group, type: 'group_settings_update', group_subject: { text: 'New name', update_successful: true } },
          ],
        },
      };
    case 'group_status_update':
      return { value: { ...envelope, groups: [{ ...group, type: 'group_suspend' }] } };
    case 'history':
      return {
        value: {
          ...envelope,
          history: [
            {
              metadata: { phase: 0, chunk_order: 1, progress: 100 },
              threads: [{ id: person.wa_id, messages: [{ ...inbound, history_context: { status: 'READ' } }] }],
            },
          ],
        },
      };
    case 'message_echoes':
    case 'smb_message_echoes':
      return {
        value: {
          ...envelope,
          message_echoes: [{ from: business, to: person.wa_id, id: newWamid('out', person.wa_id), timestamp, ...text }],
        },
        optional: { contacts: [] },
      };
    case 'message_template_components_update':
      return {
        value: { ...templateNames, message_template_element: 'A new body for {{1}}.' },
        optional: { message_template_title: '', message_template_footer: '', message_template_buttons: [] },
      };
    case 'message_template_quality_update':
      return { value: { previous_quality_score: 'GREEN', new_quality_score: 'YELLOW', ...templateNames } };
    case 'message_template_status_update':
      return {
        value: {
          event: 'APPROVED',
          ...templateNames,
          reason: 'NONE',
          message_template_category: template.category,
        },
        optional: { disable_info: {}, other_info: {}, rejection_info: {} },
      };
    case 'messaging_handovers':
      return {
        value: {
          messaging_product: 'whatsapp',
          recipient: metadata,
          sender: { phone_number: person.wa_id },
          timestamp,
          type: 'control_passed',
          previous_owner_role: 'ai_agent',
          new_owner_role: 'customer_service',
          metadata: 'The person asked for somebody.',
        },
        optional: { conversation_context: '', control_passed: {} },
      };
    case 'partner_solutions':
      return { value: { event: 'SOLUTION_CREATED', solution_id: newDigits(15), solution_status: 'INITIATED' } };
    case 'payment_configuration_update':
      return {
        value: {
          configuration_name: 'razorpay-prod',
          provider_name: 'razorpay',
          provider_mid: 'acc_sandbox',
          status: 'Active',
          created_timestamp: now - 86_400,
          updated_timestamp: now,
        },
      };
    case 'phone_number_name_update':
      return {
        value: {
          display_phone_number: business,
          decision: 'APPROVED',
          requested_verified_name: 'Sandbox Shop',
          rejection_reason: null,
        },
      };
    case 'phone_number_quality_update':
      return {
        value: {
          display_phone_number: business,
          event: 'THROUGHPUT_UPGRADE',
          max_daily_conversations_per_business: 'TIER_UNLIMITED',
        },
        optional: { old_limit: 'TIER_2K', current_limit: 'TIER_10K' },
      };
    case 'security':
      return {
        value: { display_phone_number: business, event: 'PIN_RESET_REQUEST', requester: '122100000000000001' },
      };
    case 'smb_app_state_sync':
      return {
        value: {
          ...envelope,
          state_sync: [
            {
              type: 'contact',
              contact: { full_name: `${person.name} Example`, first_name: person.name, phone_number: person.wa_id },
              action: 'add',
              metadata: { timestamp },
            },
          ],
        },
      };
    case 'standby':
      return {
        value: { ...envelope, contacts, messages: [inbound] },
        optional: { message_echoes: [], statuses: [] },
      };
    case 'template_category_update':
      return {
        value: { ...templateNames, previous_category: 'UTILITY', new_category: 'MARKETING' },
        optional: { correct_category: '', category_update_timestamp: 0 },
      };
    case 'template_correct_category_detection':
      return {
        value: { ...templateNames, category: 'UTILITY', correct_category: 'MARKETING' },
        optional: { current_category: '', suggested_category: '' },
      };
    case 'tracking_events':
      return {
        value: {
          ...envelope,
          events: [
            {
              event_name: 'sent',
              timestamp: now,
              tracking_data: { click_id: 'click-1', tracking_token: 'token-1' },
            },
          ],
        },
      };
    case 'user_preferences':
      return {
        value: {
          ...envelope,
          contacts,
          user_preferences: [
            {
              wa_id: person.wa_id,
              user_id: person.user_id,
              detail: 'User requested to stop marketing messages',
              category: 'marketing_messages',
              value: 'stop',
              timestamp: now,
            },
          ],
        },
      };
  }
}

/** The sample with what the caller wants otherwise: a key that the field does not have, or another type, is a problem
 *  in words. `null` leaves a key out. */
export function withChanges(sample: Sample, changes: Json): { value: Json } | { problem: string; key: string } {
  const known: Json = { ...sample.optional, ...sample.value };
  const value: Json = { ...sample.value };
  for (const [key, wanted] of Object.entries(changes)) {
    if (!(key in known)) {
      return { key, problem: `${key} is not a key of this field; it has ${Object.keys(known).join(', ')}` };
    }
    if (wanted === null) {
      delete value[key];
      continue;
    }
    const [given, expected] = [kindOf(wanted), kindOf(known[key])];
    // An id of a template is a number on the wire and a text here; both are taken.
    const id = key === 'message_template_id' && typeof wanted === 'number' ? String(wanted) : wanted;
    const isId = key === 'message_template_id' && typeof id === 'string' && /^\d+$/.test(id);
    if (expected !== 'nothing' && given !== expected && !isId) {
      return { key, problem: `${key} must be ${expected}, not ${given}` };
    }
    value[key] = id;
  }
  return { value };
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : typeof value;
}
