/** A change that a client asked for and that the audit trail has to know. */
export interface Mutation {
  action: string;
  /** No answer came, or none that tells: it may have been made. */
  isInDoubt: boolean;
}

/** Which requests are audited, and as what. */
const audited: { method: string; path: RegExp; action: (match: RegExpExecArray) => string }[] = [
  { method: 'POST', path: /^\/v1\/connections$/, action: () => 'connection.add' },
  { method: 'DELETE', path: /^\/v1\/connections\/[^/]+$/, action: () => 'connection.remove' },
  { method: 'POST', path: /^\/v1\/connections\/[^/]+\/senders$/, action: () => 'sender.add' },
  {
    method: 'POST',
    path: /^\/v1\/(connection|sender)s\/[^/]+\/(pause|resume)$/,
    action: ([, kind, verb]) => `${kind}.${verb}`,
  },
  { method: 'PUT', path: /^\/v1\/contacts\/[^/]+\/suppressions\/\w+$/, action: () => 'contact.suppress' },
];

/** How a request that was answered with this status, or not at all, shows in the audit trail; undefined when it does not. */
export function mutationOf(method: string, path: string, status: number | null): Mutation | undefined {
  if (status !== null && status >= 400 && status < 500) return undefined;
  for (const one of audited) {
    const match = one.method === method ? one.path.exec(path) : null;
    if (match) return { action: one.action(match), isInDoubt: status === null || status >= 500 };
  }
  return undefined;
}
