import type { Fact } from '#channels/lessons.ts';
import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';
import { factsOf } from '#channels/providers/payloads/facts.ts';
import { type FieldDecoder, type FieldDecoders, type Told } from './told.ts';

/**
 * Fields that tell what happens beside messages: calls, groups, flows, the business' phone, other apps, advertising. Each
 * of their entries is an event of its own.
 */
export const activityFields: FieldDecoders = {
  history: { isLike: (value) => Array.isArray(value['history']), decode: decodeHistory },
  smb_app_state_sync: each('state_sync', (entry) => ({
    name: 'contact.synchronized',
    facts: {
      ...factsOf(entry, ['type', 'action']),
      ...factsOf(partOf(entry, 'contact'), ['full_name', 'first_name', 'phone_number', 'user_id', 'username']),
    },
    at: partOf(entry, 'metadata')['timestamp'],
  })),
  smb_message_echoes: each('message_echoes', (entry) => echo(entry, 'business_app')),
  // The two are told apart by their names only.
  message_echoes: each('message_echoes', (entry) => echo(entry, 'other_app')),
  calls: { isLike: isCall, decode: decodeCalls },
  flows: { isLike: (value) => isText(value['flow_id']) && isText(value['event']), decode: decodeFlow },
  group_lifecycle_update: groups(/^group_(create|delete)$/),
  group_participants_update: groups(/^group_(participants|join_request)_/),
  group_settings_update: groups(/^group_settings_update$/),
  group_status_update: groups(/^group_suspend/),
  messaging_handovers: {
    isLike: (value) => isFields(value['control_passed']) || textOf(value['type'], 100)?.startsWith('control_') === true,
    decode: decodeHandover,
  },
  standby: {
    isLike: () => true,
    // It looks as messages do.
    isUnmistakable: () => false,
    decode: (value) => [
      {
        name: 'conversation.overheard',
        facts: {
          messages: count(value, 'messages'),
          echoes: count(value, 'message_echoes'),
          statuses: count(value, 'statuses'),
        },
      },
    ],
  },
  tracking_events: each('events', (entry) => ({
    name: 'advertising.tracked',
    facts: {
      ...factsOf(entry, ['event_name']),
      ...factsOf(partOf(entry, 'tracking_data'), ['click_id', 'tracking_token']),
    },
    at: entry['timestamp'],
  })),
  automatic_events: each('automatic_events', (entry) => ({
    name: 'advertising.event_detected',
    facts: {
      ...factsOf(entry, ['id', 'event_name', 'ctwa_clid']),
      ...factsOf(partOf(entry, 'custom_data'), ['currency', 'value']),
    },
    at: entry['timestamp'],
  })),
};

function each(list: string, tell: (entry: Fields) => Told): FieldDecoder {
  return {
    isLike: (value) => entriesOf(value, list).length > 0,
    decode: (value) => entriesOf(value, list).map((entry) => ({ ...tell(entry), value: entry })),
  };
}

function decodeHistory(value: Fields): Told[] {
  const told = entriesOf(value, 'history').map((chunk): Told => {
    const [error] = entriesOf(chunk, 'errors');
    if (error) return { name: 'history.declined', facts: factsOf(error, ['code', 'title', 'message']), value: chunk };
    const threads = entriesOf(chunk, 'threads');
    const messages = threads.reduce((sum, thread) => sum + count(thread, 'messages'), 0);
    const facts = factsOf(partOf(chunk, 'metadata'), ['phase', 'chunk_order', 'progress']);
    return { name: 'history.received', facts: { ...facts, threads: threads.length, messages }, value: chunk };
  });
  const files = count(value, 'messages');
  if (files > 0) told.push({ name: 'history.media_received', facts: { messages: files } });
  return told;
}

function echo(entry: Fields, by: string): Told {
  const type = textOf(entry['type'], 100);
  const name = type === 'edit' ? 'message.echo_edited' : type === 'revoke' ? 'message.echo_revoked' : 'message.echoed';
  const facts = factsOf(entry, ['id', 'from', 'to', 'to_user_id', 'type']);
  return { name, facts: { ...facts, by }, at: entry['timestamp'], value: entry };
}

function isCall(value: Fields): boolean {
  return (
    entriesOf(value, 'calls').length > 0 || entriesOf(value, 'statuses').some((status) => status['type'] === 'call')
  );
}

function decodeCalls(value: Fields): Told[] {
  const who = ['id', 'from', 'to', 'from_user_id', 'to_user_id', 'direction', 'biz_opaque_callback_data'];
  const calls = entriesOf(value, 'calls').map((call): Told => {
    const event = textOf(call['event'], 100)?.toLowerCase() ?? '';
    return {
      name: callNames.get(event) ?? 'call.updated',
      facts: factsOf(call, [...who, 'event', 'status', 'duration', 'start_time', 'end_time']),
      at: call['timestamp'],
      value: call,
    };
  });
  const statuses = entriesOf(value, 'statuses').map((status): Told => {
    const facts = factsOf(status, ['id', 'status', 'recipient_id', 'recipient_user_id', 'biz_opaque_callback_data']);
    return { name: 'call.status_changed', facts, at: status['timestamp'], value: status };
  });
  return [...calls, ...statuses];
}

const callNames: ReadonlyMap<string, string> = new Map([
  ['connect', 'call.connected'],
  ['terminate', 'call.ended'],
  ['call_recording_available', 'call.recorded'],
  ['call_transcription_available', 'call.transcribed'],
]);

function decodeFlow(value: Fields): Told[] {
  const event = textOf(value['event'], 100)?.toUpperCase() ?? '';
  const name =
    event === 'FLOW_STATUS_CHANGE'
      ? 'flow.status_changed'
      : event === 'FLOW_VERSION_EXPIRY_WARNING'
        ? 'flow.version_expiring'
        : 'flow.alerted';
  const names = ['flow_id', 'event', 'old_status', 'new_status', 'warning', 'message', 'alert_state', 'threshold'];
  return [
    {
      name,
      facts: factsOf(value, [...names, 'error_rate', 'p50_latency', 'p90_latency', 'requests_count', 'availability']),
    },
  ];
}

function groups(types: RegExp): FieldDecoder {
  const typeOf = (group: Fields): string => textOf(group['type'], 100) ?? '';
  return {
    isLike: (value) => entriesOf(value, 'groups').length > 0,
    isUnmistakable: (value) => entriesOf(value, 'groups').some((group) => types.test(typeOf(group))),
    decode: (value) =>
      entriesOf(value, 'groups').map((group) => {
        const [error] = entriesOf(group, 'errors');
        return {
          name: groupNames.get(typeOf(group)) ?? 'group.updated',
          facts: {
            ...factsOf(group, [
              'group_id',
              'type',
              'request_id',
              'subject',
              'reason',
              'initiated_by',
              'join_request_id',
            ]),
            ...participants(group),
            ...(error ? { error: textOf(error['code'], 100) ?? null } : {}),
          },
          at: group['timestamp'],
          value: group,
        };
      }),
  };
}

const groupNames: ReadonlyMap<string, string> = new Map([
  ['group_create', 'group.created'],
  ['group_delete', 'group.deleted'],
  ['group_participants_add', 'group.participants_added'],
  ['group_participants_remove', 'group.participants_removed'],
  ['group_join_request_created', 'group.join_requested'],
  ['group_join_request_revoked', 'group.join_request_revoked'],
  ['group_settings_update', 'group.settings_changed'],
  ['group_suspend', 'group.suspended'],
  ['group_suspend_cleared', 'group.suspension_cleared'],
]);

function participants(group: Fields): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const list of ['added_participants', 'removed_participants', 'failed_participants']) {
    if (Array.isArray(group[list])) facts[list] = count(group, list);
  }
  return facts;
}

// The newer form says so in `type`; the older one, of the test panel, by the name of an object.
function decodeHandover(value: Fields): Told[] {
  const type = textOf(value['type'], 100) ?? (isFields(value['control_passed']) ? 'control_passed' : 'control_taken');
  const senderExternalId = textOf(partOf(value, 'recipient')['phone_number_id'], 100);
  const phone = textOf(partOf(value, 'sender')['phone_number'], 100);
  return [
    {
      name: type === 'control_taken' ? 'conversation.control_taken' : 'conversation.control_passed',
      facts: {
        ...factsOf(value, ['type', 'previous_owner_role', 'new_owner_role', 'metadata']),
        ...factsOf(partOf(value, 'control_passed'), ['metadata']),
        ...(phone === undefined ? {} : { phone_number: phone }),
      },
      at: value['timestamp'],
      ...(senderExternalId === undefined ? undefined : { senderExternalId }),
    },
  ];
}

function count(value: Fields, list: string): number {
  const entries = value[list];
  return Array.isArray(entries) ? entries.length : 0;
}

function entriesOf(value: Fields, list: string): Fields[] {
  const entries = value[list];
  return Array.isArray(entries) ? entries.filter(isFields) : [];
}

function partOf(value: Fields, part: string): Fields {
  const fields = value[part];
  return isFields(fields) ? fields : {};
}

function isText(value: unknown): boolean {
  return textOf(value, 1000) !== undefined;
}
