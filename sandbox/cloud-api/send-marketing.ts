import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { optionalBoolean, optionalObject, optionalWord } from './checks.ts';
import { GraphError } from './graph-error.ts';
import { type CheckedMessage, THIRTY_DAYS_SECONDS } from './send-check.ts';
import { componentOf } from './templates.ts';

export type Endpoint = 'messages' | 'marketing_messages';

/** Which messages an endpoint takes: `marketing_messages` marketing templates only, `messages` all that need not go by
 *  the other. Throws the `GraphError` of a refusal. */
export function checkEndpoint(
  endpoint: Endpoint,
  body: Json,
  checked: CheckedMessage,
  settings: Settings,
  now: number,
): void {
  if (endpoint === 'marketing_messages') checkMarketing(body, checked, settings, now);
  else checkPlain(checked, settings);
}

/** How long a message waits for the phone of its person: only the API for marketing keeps to the time that a marketing
 *  template sets. */
export function lifetimeOf({ template, ttlSeconds }: CheckedMessage, endpoint: Endpoint): number {
  return template?.category === 'MARKETING' && endpoint === 'messages' ? THIRTY_DAYS_SECONDS : ttlSeconds;
}

function checkMarketing(body: Json, { template, type }: CheckedMessage, settings: Settings, now: number): void {
  optionalWord(body, 'product_policy', 'product_policy', ['CLOUD_API_FALLBACK', 'STRICT']);
  optionalBoolean(body, 'message_activity_sharing', 'message_activity_sharing');
  optionalObject(body, 'optimization_spec', 'optimization_spec');
  if (!template) throw new GraphError(131055, `Messages of type ${type} cannot be sent with marketing_messages.`);
  if (settings.marketing_api === 'not_onboarded') {
    throw new GraphError(134102, 'The business has not been onboarded to the Marketing Messages API.');
  }
  if (template.category !== 'MARKETING') {
    throw new GraphError(134100, `The template ${template.name} has the category ${template.category}.`);
  }
  const syncedAt = (template.created_at ?? 0) + settings.marketing_sync_seconds * 1000;
  if (now < syncedAt) {
    throw new GraphError(134101, `The template ${template.name} is new and is still being synchronized.`);
  }
}

function checkPlain({ template }: CheckedMessage, settings: Settings): void {
  if (template?.category !== 'MARKETING') return;
  if (settings.marketing_on_cloud_api === 'off') {
    throw new GraphError(131063, 'The account sends marketing templates with marketing_messages only.');
  }
  if (template.bid_spec) {
    throw new GraphError(131061, `The template ${template.name} has a highest price: send it with marketing_messages.`);
  }
  if (componentOf(template, 'HEADER')?.format?.toUpperCase() === 'GIF') {
    throw new GraphError(131055, `The template ${template.name} has a GIF: send it with marketing_messages.`);
  }
}
