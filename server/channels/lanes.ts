/** The lanes of every sender, the most urgent first. They follow the purposes of messages. */
export const lanes = ['authentication', 'transactional', 'service', 'marketing'] as const;

export type Lane = (typeof lanes)[number];
