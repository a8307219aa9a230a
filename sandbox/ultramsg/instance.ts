/** The states of the session that an instance tells. */
export const INSTANCE_STATES = [
  'authenticated',
  'qr',
  'standby',
  'initialize',
  'booting',
  'loading',
  'retrying',
  'disconnected',
  'stopped',
  'expired',
] as const;

export type InstanceState = (typeof INSTANCE_STATES)[number];

/** What `instance/settings` reads and writes. */
export interface InstanceSettings {
  sendDelay: number;
  sendDelayMax: number;
  webhook_url: string;
  webhook_message_received: boolean;
  webhook_message_create: boolean;
  webhook_message_ack: boolean;
  webhook_message_reaction: boolean;
  webhook_message_download_media: boolean;
  /** How often a webhook is posted until a 2xx. */
  webhook_retries: number;
}

export const FLAGS = [
  'webhook_message_received',
  'webhook_message_create',
  'webhook_message_ack',
  'webhook_message_reaction',
  'webhook_message_download_media',
] as const;

export const STANDARD_SETTINGS: Readonly<InstanceSettings> = {
  sendDelay: 1,
  sendDelayMax: 15,
  webhook_url: '',
  webhook_message_received: false,
  webhook_message_create: false,
  webhook_message_ack: false,
  webhook_message_reaction: false,
  webhook_message_download_media: false,
  webhook_retries: 3,
};

/** One phone number that is linked. */
export interface Instance {
  /** `instance` and digits. */
  id: string;
  token: string;
  /** Digits of the number. */
  phone: string;
  name: string;
  state: InstanceState;
  /** The phone has lost its connection: what is sent waits, and the state is `standby` to whoever asks. */
  is_offline: boolean;
  is_paid: boolean;
  /** Somebody has called it with its token: it appears on the phones. */
  is_used: boolean;
  settings: InstanceSettings;
  next_message_id: number;
  last_sent_at: number | null;
  blocked_people: string[];
  archived_chats: string[];
}

export function newInstance(id: string, token: string, phone: string, name: string): Instance {
  return {
    id,
    token,
    phone,
    name,
    state: 'authenticated',
    is_offline: false,
    is_paid: true,
    is_used: false,
    settings: { ...STANDARD_SETTINGS },
    next_message_id: 1,
    last_sent_at: null,
    blocked_people: [],
    archived_chats: [],
  };
}

/** What `instance/status` says. */
export function statusOf({ state, is_offline }: Instance): { status: string; substatus: string } {
  if (state === 'authenticated' && !is_offline) return { status: 'authenticated', substatus: 'connected' };
  return { status: state === 'authenticated' ? 'standby' : state, substatus: 'normal' };
}

/** Whether messages can leave. */
export function isConnected({ state, is_offline, is_paid }: Instance): boolean {
  return state === 'authenticated' && !is_offline && is_paid;
}

/** The id without its word, as webhooks write it. */
export function bareId({ id }: Pick<Instance, 'id'>): string {
  return id.replace(/^instance/, '');
}
