import { isObject } from '#cloud-api/checks.ts';
import type { Json } from '#people/chats.ts';

/** Whether a person may be called. `expires_at`, in milliseconds of the epoch, is that of a temporary permission. */
export interface Permission {
  status: 'no_permission' | 'temporary' | 'permanent';
  expires_at: number | null;
}

const HOUR_MS = 3_600_000;

/** How often a person may be asked for the permission. */
export const REQUEST_LIMITS = [
  { period: 'PT24H', ms: 24 * HOUR_MS, most: 1 },
  { period: 'P7D', ms: 7 * 24 * HOUR_MS, most: 2 },
];

/** What a `call_permission_reply` of a person says. A later reply takes the place of an earlier one. */
export function permissionOfReply(interactive: unknown): Permission | undefined {
  const reply = isObject(interactive) ? interactive['call_permission_reply'] : undefined;
  if (!isObject(reply)) return undefined;
  if (reply['response'] !== 'accept') return { status: 'no_permission', expires_at: null };
  if (reply['is_permanent'] === true) return { status: 'permanent', expires_at: null };
  return { status: 'temporary', expires_at: Number(reply['expiration_timestamp']) * 1000 };
}

/** A temporary permission is none once it has ended. */
export function permissionAt(permission: Permission, now: number): Permission {
  const hasEnded = permission.expires_at !== null && permission.expires_at <= now;
  return hasEnded ? { status: 'no_permission', expires_at: null } : permission;
}

/** One limit as `call_permissions` shows it: how often it was used in the time before, and when there is room again. */
export function limitView(period: string, ms: number, most: number, usedAt: readonly number[], now: number): Json {
  const recent = usedAt.filter((at) => now - at < ms);
  // Room comes when so many are in the past that fewer than `most` remain.
  const next = recent.toSorted((one, other) => one - other)[recent.length - most];
  return {
    time_period: period,
    max_allowed: most,
    current_usage: recent.length,
    ...(next === undefined ? {} : { limit_expiration_time: Math.floor((next + ms) / 1000) }),
  };
}
