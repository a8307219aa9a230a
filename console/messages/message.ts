import type { Message } from '@carillon/sdk';
import type { TickState } from '@carillon/message-view/ticks.tsx';

interface StatusWords {
  label: string;
  /** One sentence for somebody who sees the word for the first time. */
  meaning: string;
  tone: 'wait' | 'good' | 'read' | 'bad' | 'doubt' | 'plain';
  ticks: TickState | undefined;
}

const statuses: Readonly<Record<string, StatusWords>> = {
  queued: { label: 'Queued', meaning: 'Accepted by Carillon; waits for its turn.', tone: 'wait', ticks: 'waiting' },
  scheduled: { label: 'Scheduled', meaning: 'Waits for the time it was given.', tone: 'wait', ticks: 'waiting' },
  held: {
    label: 'Held',
    meaning: 'A rule keeps it back; the decision names the rule.',
    tone: 'doubt',
    ticks: 'waiting',
  },
  dispatching: { label: 'Dispatching', meaning: 'Is being handed to the provider.', tone: 'wait', ticks: 'waiting' },
  unknown: {
    label: 'Unknown',
    meaning: 'The provider gave no clear answer; a receipt or the policy will settle it.',
    tone: 'doubt',
    ticks: 'waiting',
  },
  accepted: { label: 'Accepted', meaning: 'The provider has it.', tone: 'wait', ticks: 'waiting' },
  sent: { label: 'Sent', meaning: 'The provider sent it to the phone.', tone: 'good', ticks: 'sent' },
  delivered: { label: 'Delivered', meaning: 'It is on the phone.', tone: 'good', ticks: 'delivered' },
  read: { label: 'Read', meaning: 'It was read.', tone: 'read', ticks: 'read' },
  played: { label: 'Played', meaning: 'It was listened to.', tone: 'read', ticks: 'played' },
  failed: {
    label: 'Failed',
    meaning: 'The provider refused it or could not deliver it.',
    tone: 'bad',
    ticks: 'failed',
  },
  expired: { label: 'Expired', meaning: 'Its time passed before it could leave.', tone: 'bad', ticks: 'failed' },
  canceled: { label: 'Canceled', meaning: 'Somebody took it back before it left.', tone: 'plain', ticks: 'failed' },
  blocked: {
    label: 'Blocked',
    meaning: 'A rule forbids it; the decision names the rule.',
    tone: 'bad',
    ticks: 'failed',
  },
  unknown_final: {
    label: 'Never settled',
    meaning: 'Nobody ever told what became of it.',
    tone: 'doubt',
    ticks: 'failed',
  },
  received: { label: 'Received', meaning: 'Written by the contact.', tone: 'plain', ticks: undefined },
};

/** The statuses in the order of a message's life. */
export const statusNames = Object.keys(statuses);
export const purposes = ['authentication', 'transactional', 'service', 'marketing'] as const;
export const contentTypes = [
  'text',
  'image',
  'audio',
  'video',
  'document',
  'sticker',
  'location',
  'contacts',
  'reaction',
  'pin',
  'interactive',
  'button',
  'template',
  'order',
  'unsupported',
] as const;

/** What a status is called and means. A status that is not known yet is shown by its own name. */
export function statusWords(status: string): StatusWords {
  return Object.hasOwn(statuses, status)
    ? (statuses[status] as StatusWords)
    : { label: status, meaning: '', tone: 'plain', ticks: undefined };
}

/** Who the message is to or from, in the words that say most. A group has no name here; who wrote in it may have one. */
export function contactWords(
  message: Pick<Message, 'contact' | 'to' | 'to_email' | 'recipient' | 'group_id' | 'participant'>,
): string {
  const { contact, participant } = message;
  if (message.group_id !== null) return participant?.name ? `${participant.name}, in a group` : contact.name || 'Group';
  return contact.name || contact.phone || message.to || message.to_email || message.recipient || 'Unknown contact';
}
