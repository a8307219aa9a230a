/** What a credential can be good for. `*` stands for all of them, also for those of later versions. */
export const scopes = [
  'api_keys:read',
  'api_keys:write',
  'audit:read',
  'connections:read',
  'connections:write',
  'contacts:read',
  'contacts:write',
  'conversations:read',
  'conversations:write',
  'dead_letters:read',
  'dead_letters:redrive',
  'forwarding:read',
  'forwarding:write',
  'lanes:read',
  'lanes:write',
  'media:read',
  'media:write',
  'messages:read',
  'messages:send',
  'routing:read',
  'routing:write',
  'webhooks:read',
  'webhooks:replay',
  'workspace:read',
] as const;

export type Scope = (typeof scopes)[number] | '*';

/** The scopes that `wanted` has and `held` has not: nobody can give away more than they have. */
export function missingScopes(held: ReadonlySet<string>, wanted: readonly string[]): string[] {
  return held.has('*') ? [] : wanted.filter((scope) => !held.has(scope));
}
