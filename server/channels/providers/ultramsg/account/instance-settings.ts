import { type Fields, isFields, textOf } from '#channels/providers/payloads/fields.ts';

/** The settings of an instance under UltraMsg's names; what it did not tell is absent. */
export interface InstanceSettings {
  /** Seconds between two messages while fewer than ten wait, and while ten or more do. */
  sendDelay?: number;
  sendDelayMax?: number;
  webhook_retries?: number;
  webhook_url?: string;
  webhook_message_received?: boolean;
  webhook_message_create?: boolean;
  webhook_message_ack?: boolean;
  webhook_message_download_media?: boolean;
  webhook_message_reaction?: boolean;
}

const numbers = ['sendDelay', 'sendDelayMax', 'webhook_retries'] as const;
const flags = [
  'webhook_message_received',
  'webhook_message_create',
  'webhook_message_ack',
  'webhook_message_download_media',
  'webhook_message_reaction',
] as const;

/** What Carillon needs of an instance: every event that is documented, and the files of messages. */
export const neededFlags: readonly (typeof flags)[number][] = flags.filter(
  (flag) => flag !== 'webhook_message_reaction',
);

/** Reads `instance/settings`. Flags come as "on" and "off" or as true and false, numbers also as texts. */
export function readSettings(fields: Fields): InstanceSettings {
  const told = isFields(fields['settings']) ? fields['settings'] : fields;
  const settings: InstanceSettings = {};
  for (const name of numbers) {
    const number = Number(textOf(told[name], 20) ?? Number.NaN);
    if (Number.isFinite(number)) settings[name] = number;
  }
  for (const name of flags) {
    const flag = readFlag(told[name]);
    if (flag !== undefined) settings[name] = flag;
  }
  const url = told['webhook_url'];
  if (typeof url === 'string') settings.webhook_url = url;
  return settings;
}

function readFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = String(value).toLowerCase();
  if (word === 'on' || word === 'true' || word === '1') return true;
  return word === 'off' || word === 'false' || word === '0' || word === '' ? false : undefined;
}

/** The settings with which every event comes to `url`. An instance that knows reactions tells them too. */
export function subscribedTo(url: string, current: InstanceSettings): InstanceSettings {
  const changed: InstanceSettings = { ...current, webhook_url: url };
  for (const flag of flags) if (neededFlags.includes(flag) || current[flag] !== undefined) changed[flag] = true;
  return changed;
}

/** Settings as a form. All that are known are written, since UltraMsg takes what is left out for switched off. */
export function formOf(settings: InstanceSettings): Record<string, string> {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));
}
