// Values of every field as the API documents them, with the domain events that each becomes. `id` is the business account.

const metadata = { display_phone_number: '15550783881', phone_number_id: '106' };
const contacts = [{ profile: { name: 'Ada' }, wa_id: '16505551234', user_id: 'US.1349' }];
const envelope = { messaging_product: 'whatsapp', metadata };
const template = {
  message_template_id: 1689556908129832,
  message_template_name: 'order_ready',
  message_template_language: 'en-US',
};
const group = { timestamp: '1750030073', group_id: 'Y2FwaV9ncm91cA', request_id: 'r1' };
const textMessage = {
  from: '16505551234',
  id: 'wamid.in',
  timestamp: '1750030073',
  type: 'text',
  text: { body: 'Hi' },
};

export interface FieldSample {
  field: string;
  value: Record<string, unknown>;
  /** Domain events, or the kinds of those that are more than news. */
  becomes: string[];
}

export const fieldSamples: readonly FieldSample[] = [
  { field: 'messages', value: { ...envelope, contacts, messages: [textMessage] }, becomes: ['message'] },
  {
    field: 'messages',
    value: { ...envelope, statuses: [{ id: 'wamid.OUT', status: 'sent', timestamp: '1750030073' }] },
    becomes: ['status'],
  },
  {
    field: 'messages',
    value: {
      ...envelope,
      statuses: [
        {
          id: 'wamid.OUT',
          type: 'payment',
          status: 'captured',
          timestamp: '1750030073',
          payment: { reference_id: 'o-1' },
        },
      ],
    },
    becomes: ['status', 'payment.status_changed'],
  },
  {
    field: 'messages',
    value: { ...envelope, errors: [{ code: 130429, title: 'Rate limit hit', error_data: { details: 'Slow down.' } }] },
    becomes: ['account.error'],
  },
  {
    field: 'messages',
    value: {
      ...envelope,
      user_actions: [
        {
          action_type: 'marketing_messages_link_click',
          timestamp: '1750030073',
          marketing_messages_link_click_data: { click_component: 'cta', click_id: 'c1', tracking_token: 't1' },
        },
      ],
    },
    becomes: ['advertising.link_clicked'],
  },
  {
    field: 'account_alerts',
    value: {
      entity_type: 'PHONE_NUMBER',
      entity_id: '106',
      alert_info: { alert_severity: 'WARNING', alert_status: 'ACTIVE', alert_type: 'PROFILE_PICTURE_LOST' },
    },
    becomes: ['account.alerted'],
  },
  { field: 'account_review_update', value: { decision: 'APPROVED' }, becomes: ['account.reviewed'] },
  {
    field: 'account_settings_update',
    value: {
      messaging_product: 'whatsapp',
      timestamp: '1671644824',
      type: 'phone_number_settings',
      phone_number_settings: { phone_number_id: '106', calling: { status: 'ENABLED' } },
    },
    becomes: ['number.settings_changed'],
  },
  {
    field: 'account_update',
    value: {
      event: 'ACCOUNT_RESTRICTION',
      restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 4070908800 }],
    },
    becomes: ['account.restricted'],
  },
  {
    field: 'account_update',
    value: { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE', waba_ban_date: 'April 17, 2025' } },
    becomes: ['account.ban_changed'],
  },
  {
    field: 'account_update',
    value: { event: 'ACCOUNT_VIOLATION', violation_info: { violation_type: 'SCAM' } },
    becomes: ['account.violated'],
  },
  { field: 'account_update', value: { event: 'ACCOUNT_DELETED' }, becomes: ['account.deleted'] },
  {
    field: 'account_update',
    value: { event: 'PARTNER_REMOVED', waba_info: { waba_id: '102', owner_business_id: '9' } },
    becomes: ['account.partner_changed'],
  },
  {
    field: 'account_update',
    value: {
      event: 'VOLUME_BASED_PRICING_TIER_UPDATE',
      volume_tier_info: { tier: '25000001:50000000', pricing_category: 'UTILITY', region: 'India' },
    },
    becomes: ['account.pricing_changed'],
  },
  {
    field: 'automatic_events',
    value: {
      ...envelope,
      automatic_events: [
        {
          id: 'wamid.in',
          event_name: 'Purchase',
          timestamp: 1750030073,
          custom_data: { currency: 'USD', value: 30 },
        },
      ],
    },
    becomes: ['advertising.event_detected'],
  },
  {
    field: 'business_capability_update',
    value: { max_daily_conversations_per_business: 'TIER_2K', max_phone_numbers_per_waba: 25 },
    becomes: ['account.capability_changed'],
  },
  {
    field: 'business_status_update',
    value: { event: 'VERIFICATION_APPROVED' },
    becomes: ['account.business_status_changed'],
  },
  {
    field: 'business_username_updates',
    value: { display_phone_number: '15550783881', username: 'shop', status: 'approved' },
    becomes: ['number.username_changed'],
  },
  {
    field: 'calls',
    value: {
      ...envelope,
      contacts,
      calls: [
        {
          id: 'wacid.1',
          from: '16505551234',
          to: '15550783881',
          event: 'connect',
          timestamp: '1750030073',
          direction: 'USER_INITIATED',
          session: { sdp_type: 'offer', sdp: 'v=0' },
        },
        { id: 'wacid.1', event: 'terminate', timestamp: '1750030099', status: 'COMPLETED', duration: 20 },
      ],
      statuses: [{ id: 'wacid.2', type: 'call', status: 'RINGING', timestamp: '1750030073' }],
    },
    becomes: ['call.connected', 'call.ended', 'call.status_changed'],
  },
  {
    field: 'flows',
    value: { event: 'FLOW_STATUS_CHANGE', flow_id: 'f1', old_status: 'DRAFT', new_status: 'PUBLISHED', message: 'm' },
    becomes: ['flow.status_changed'],
  },
  {
    field: 'flows',
    value: { event: 'ENDPOINT_LATENCY', flow_id: 'f1', p90_latency: 7000, threshold: 5000, alert_state: 'ACTIVATED' },
    becomes: ['flow.alerted'],
  },
  {
    field: 'group_lifecycle_update',
    value: { ...envelope, groups: [{ ...group, type: 'group_create', subject: 'Friends' }] },
    becomes: ['group.created'],
  },
  {
    field: 'group_participants_update',
    value: {
      ...envelope,
      groups: [{ ...group, type: 'group_participants_add', added_participants: [{ wa_id: '1650' }] }],
    },
    becomes: ['group.participants_added'],
  },
  {
    field: 'group_settings_update',
    value: { ...envelope, groups: [{ ...group, type: 'group_settings_update', group_subject: { text: 'New' } }] },
    becomes: ['group.settings_changed'],
  },
  {
    field: 'group_status_update',
    value: { ...envelope, groups: [{ ...group, type: 'group_suspend' }] },
    becomes: ['group.suspended'],
  },
  {
    field: 'history',
    value: {
      ...envelope,
      history: [
        {
          metadata: { phase: 0, chunk_order: 1, progress: 55 },
          threads: [{ id: '16505551234', messages: [textMessage] }],
        },
      ],
    },
    becomes: ['history.received'],
  },
  {
    field: 'history',
    value: { ...envelope, history: [{ errors: [{ code: 2593109, title: 'Declined' }] }] },
    becomes: ['history.declined'],
  },
  {
    field: 'message_echoes',
    value: { ...envelope, message_echoes: [{ ...textMessage, from: '15550783881', to: '16505551234' }] },
    becomes: ['message.echoed'],
  },
  {
    field: 'message_template_components_update',
    value: { ...template, message_template_element: 'Your order {{1}} is ready.', message_template_footer: 'The shop' },
    becomes: ['template.components_changed'],
  },
  {
    field: 'message_template_quality_update',
    value: { ...template, previous_quality_score: 'GREEN', new_quality_score: 'YELLOW' },
    becomes: ['template.quality_changed'],
  },
  {
    field: 'message_template_status_update',
    value: {
      ...template,
      event: 'PAUSED',
      reason: 'NONE',
      message_template_category: 'UTILITY',
      other_info: { title: 'FIRST_PAUSE', description: 'Low quality' },
    },
    becomes: ['template.status_changed'],
  },
  {
    field: 'messaging_handovers',
    value: {
      messaging_product: 'whatsapp',
      recipient: metadata,
      sender: { phone_number: '16505551234' },
      timestamp: '1750030073',
      type: 'control_taken',
      previous_owner_role: 'ai_agent',
      new_owner_role: 'customer_service',
    },
    becomes: ['conversation.control_taken'],
  },
  {
    field: 'messaging_handovers',
    value: { messaging_product: 'whatsapp', recipient: metadata, control_passed: { metadata: 'why' } },
    becomes: ['conversation.control_passed'],
  },
  {
    field: 'partner_solutions',
    value: { event: 'SOLUTION_UPDATED', solution_id: 's1', solution_status: 'ACTIVE' },
    becomes: ['account.partner_solution_changed'],
  },
  {
    field: 'payment_configuration_update',
    value: {
      configuration_name: 'razorpay-prod',
      provider_name: 'razorpay',
      status: 'Active',
      updated_timestamp: 1749320300,
    },
    becomes: ['account.payment_configuration_changed'],
  },
  {
    field: 'phone_number_name_update',
    value: {
      display_phone_number: '15550783881',
      decision: 'APPROVED',
      requested_verified_name: 'Lucky Shrub',
      rejection_reason: null,
    },
    becomes: ['number.name_reviewed'],
  },
  {
    field: 'phone_number_quality_update',
    value: {
      display_phone_number: '15550783881',
      event: 'THROUGHPUT_UPGRADE',
      max_daily_conversations_per_business: 'TIER_UNLIMITED',
    },
    becomes: ['number.throughput_changed'],
  },
  {
    field: 'phone_number_quality_update',
    value: { display_phone_number: '15550783881', event: 'FLAGGED', current_limit: 'TIER_10K' },
    becomes: ['number.quality_changed'],
  },
  {
    field: 'security',
    value: { display_phone_number: '15550783881', event: 'PIN_CHANGED', requester: '61' },
    becomes: ['number.security_changed'],
  },
  {
    field: 'smb_app_state_sync',
    value: {
      ...envelope,
      state_sync: [
        {
          type: 'contact',
          contact: { full_name: 'Ada Lovelace', first_name: 'Ada', phone_number: '16505551234' },
          action: 'add',
          metadata: { timestamp: '1750030073' },
        },
      ],
    },
    becomes: ['contact.synchronized'],
  },
  {
    field: 'smb_message_echoes',
    value: {
      ...envelope,
      message_echoes: [
        { ...textMessage, from: '15550783881', to: '16505551234' },
        { from: '15550783881', id: 'wamid.e2', timestamp: '1750030073', type: 'revoke', revoke: {} },
      ],
    },
    becomes: ['message.echoed', 'message.echo_revoked'],
  },
  {
    field: 'standby',
    value: { ...envelope, contacts, messages: [textMessage] },
    becomes: ['conversation.overheard'],
  },
  {
    field: 'template_category_update',
    value: {
      ...template,
      new_category: 'UTILITY',
      correct_category: 'MARKETING',
      category_update_timestamp: 1746169200,
    },
    becomes: ['template.category_change_announced'],
  },
  {
    field: 'template_category_update',
    value: { ...template, previous_category: 'UTILITY', new_category: 'MARKETING' },
    becomes: ['template.category_changed'],
  },
  {
    field: 'template_correct_category_detection',
    value: { ...template, category: 'UTILITY', correct_category: 'MARKETING' },
    becomes: ['template.category_detected'],
  },
  {
    field: 'tracking_events',
    value: {
      ...envelope,
      events: [{ event_name: 'sent', timestamp: 1504902988, tracking_data: { click_id: 'c', tracking_token: 't' } }],
    },
    becomes: ['advertising.tracked'],
  },
  {
    field: 'user_id_update',
    value: {
      ...envelope,
      user_id_update: [
        { wa_id: '16505551234', user_id: { previous: 'US.1', current: 'US.2' }, timestamp: '1750030073' },
      ],
    },
    becomes: ['identity'],
  },
  {
    field: 'user_preferences',
    value: {
      ...envelope,
      contacts,
      user_preferences: [
        { wa_id: '16505551234', category: 'marketing_messages', value: 'stop', timestamp: 1731705721 },
      ],
    },
    becomes: ['preference'],
  },
];

/** A webhook with one change. */
export function aChange(field: string, value: Record<string, unknown>, time: number | undefined = 1739321024) {
  return {
    object: 'whatsapp_business_account',
    entry: [{ id: '102', ...(time === undefined ? undefined : { time }), changes: [{ field, value }] }],
  };
}
