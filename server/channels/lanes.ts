/** The lanes of every sender, the most urgent first. They follow the purposes of messages. */
export const lanes = ['authentication', 'transactional', 'service', 'marketing'] as const;

export type Lane = (typeof lanes)[number];

/** What can be stopped on all senders of a workspace at once. */
export const stopScopes = ['everything', ...lanes] as const;

export type StopScope = (typeof stopScopes)[number];
