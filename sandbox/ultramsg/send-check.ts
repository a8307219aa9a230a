import { characterCount } from '#cloud-api/checks.ts';
import type { UltraMsgSettings } from '#control/ultramsg-settings.ts';
import { type Address, jidOf, readAddress } from './addresses.ts';
import { SEND_KINDS, type SendKind, isLink } from './send-kinds.ts';
import { type UltraMsgError, notSent, wrongParameters } from './ultramsg-error.ts';

/** A send call that can be taken. */
export interface CheckedSend {
  kind: string;
  type: string;
  to: Address;
  jid: string;
  priority: number;
  referenceId: string | null;
  /** The WhatsApp id of the message that it answers. */
  quotedId: string | null;
  /** Without the token. */
  parameters: Readonly<Record<string, string>>;
}

const STANDARD_PRIORITY = 10;
/** Where nothing says how much a file may have. */
const MAX_FILE_BYTES: Readonly<Record<string, number>> = { document: 30_000_000 };

/** Reads the parameters of `messages/{kind}`. What is wrong is an error as UltraMsg words it. */
export function checkSend(
  kind: string,
  parameters: Readonly<Record<string, string>>,
  settings: UltraMsgSettings,
): CheckedSend | UltraMsgError {
  const known = SEND_KINDS[kind];
  if (!known) throw new Error(`There is no messages/${kind}`);
  const wrong = [...wrongFields(known, parameters), ...wrongNumbers(kind, parameters)];
  if (wrong.length > 0) return wrongParameters(wrong);
  const to = readAddress(parameters['to'] ?? '', settings);
  if (!to) return notSent('invalid number');
  const problem = problemOfFile(known, parameters, settings);
  if (problem !== null) return notSent(problem);
  return {
    kind,
    type: known.type,
    to,
    jid: jidOf(to),
    priority: Number(parameters['priority'] || STANDARD_PRIORITY),
    referenceId: parameters['referenceId'] || null,
    quotedId: parameters['msgId'] || null,
    parameters,
  };
}

type Wrong = [name: string, reason: string];

function wrongFields(kind: SendKind, parameters: Readonly<Record<string, string>>): Wrong[] {
  const limits = { to: 100, ...kind.required, ...kind.optional, referenceId: 1000 };
  return Object.entries(limits).flatMap(([name, most]): Wrong[] => {
    const value = parameters[name] ?? '';
    const isRequired = name === 'to' || Object.hasOwn(kind.required, name);
    if (isRequired && value.trim() === '') return [[name, 'is required']];
    // Counted in code points: an emoji is one character to whoever writes it.
    const length = value.length <= most ? value.length : characterCount(value);
    return length > most ? [[name, `must be at most ${most} characters`]] : [];
  });
}

function wrongNumbers(kind: string, parameters: Readonly<Record<string, string>>): Wrong[] {
  const { priority = '', lat = '', lng = '' } = parameters;
  const wrong: Wrong[] = [];
  if (priority !== '' && !/^-?\d{1,9}$/.test(priority)) wrong.push(['priority', 'must be an integer']);
  if (kind !== 'location') return wrong;
  for (const [name, text, most] of [
    ['lat', lat, 90],
    ['lng', lng, 180],
  ] as const) {
    const isNumber = /^-?\d{1,3}(\.\d+)?$/.test(text.trim()) && Math.abs(Number(text)) <= most;
    if (text !== '' && !isNumber) wrong.push([name, 'is invalid']);
  }
  return wrong;
}

/** Why the file cannot be sent, as far as its address or its base64 tells. */
function problemOfFile(
  { type, file }: SendKind,
  parameters: Readonly<Record<string, string>>,
  settings: UltraMsgSettings,
): string | null {
  if (!file) return null;
  const value = parameters[file.name] ?? '';
  if (isLink(value)) {
    const path = URL.canParse(value) ? new URL(value).pathname : undefined;
    if (path === undefined) return 'media not found';
    const [, extension] = /\.([A-Za-z0-9]{1,5})$/.exec(path) ?? [];
    const isKnown = extension === undefined || file.extensions?.includes(extension.toLowerCase()) !== false;
    return isKnown ? null : 'file extension not supported';
  }
  if (value.length > settings.ultramsg_base64_length) return 'file too large';
  const bytes = bytesOf(value);
  if (!bytes) return 'media not found';
  return bytes.length > (MAX_FILE_BYTES[type] ?? 16_000_000) ? 'file too large' : null;
}

/** The bytes of base64, which may come as a data URI and with blanks where a form was not encoded. */
export function bytesOf(value: string): Buffer | undefined {
  const text = value
    .replace(/^data:[^,]{0,200},/, '')
    .replaceAll(' ', '+')
    .replaceAll(/[\r\n]/g, '');
  if (text.length < 4 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}
