import { isObject } from '#cloud-api/checks.ts';
import { Refusal } from '#control/refusal.ts';
import type { Json } from './chats.ts';

const KINDS = ['button_reply', 'list_reply', 'nfm_reply', 'call_permission_reply'];

/** The answer to an interactive message, in the shape of its kind. */
export function checkInteractiveReply(interactive: Json): void {
  const type = interactive['type'];
  if (typeof type !== 'string' || !KINDS.includes(type)) {
    throw new Refusal(`interactive.type must be one of ${KINDS.join(', ')}`, 'interactive.type');
  }
  const path = `interactive.${type}`;
  const reply = interactive[type];
  if (!isObject(reply)) throw new Refusal(`${path} must be an object`, path);
  if (type === 'nfm_reply') checkForm(reply, path);
  else if (type === 'call_permission_reply') checkPermission(reply, path);
  else {
    for (const key of ['id', 'title']) requireText(reply, key, path);
    if (reply['description'] !== undefined) requireText(reply, 'description', path);
  }
}

function requireText(parent: Json, key: string, path: string): string {
  const value = parent[key];
  if (typeof value !== 'string' || value === '') throw new Refusal(`${path}.${key} must be a text`, `${path}.${key}`);
  return value;
}

function checkForm(reply: Json, path: string): void {
  const name = requireText(reply, 'name', path);
  if (name !== 'flow' && name !== 'address_message') {
    throw new Refusal(`${path}.name must be flow or address_message`, `${path}.name`);
  }
  requireText(reply, 'body', path);
  const json = requireText(reply, 'response_json', path);
  let answers: unknown;
  try {
    answers = JSON.parse(json);
  } catch {
    answers = undefined;
  }
  if (!isObject(answers)) {
    throw new Refusal(`${path}.response_json must be a JSON object written as a text`, `${path}.response_json`);
  }
  if (name === 'address_message' && !isObject(answers['values']) && typeof answers['saved_address_id'] !== 'string') {
    throw new Refusal(`${path}.response_json must have values or saved_address_id`, `${path}.response_json`);
  }
}

function checkPermission(reply: Json, path: string): void {
  if (reply['response'] !== 'accept' && reply['response'] !== 'reject') {
    throw new Refusal(`${path}.response must be accept or reject`, `${path}.response`);
  }
  if (reply['is_permanent'] !== undefined && typeof reply['is_permanent'] !== 'boolean') {
    throw new Refusal(`${path}.is_permanent must be true or false`, `${path}.is_permanent`);
  }
  const source = reply['response_source'];
  if (source !== undefined && source !== 'user_action' && source !== 'automatic') {
    throw new Refusal(`${path}.response_source must be user_action or automatic`, `${path}.response_source`);
  }
  const ends = reply['expiration_timestamp'];
  if (
    ends !== undefined &&
    !/^\d{1,11}$/.test(typeof ends === 'number' ? String(ends) : typeof ends === 'string' ? ends : '')
  ) {
    throw new Refusal(`${path}.expiration_timestamp must be seconds of the epoch`, `${path}.expiration_timestamp`);
  }
}
