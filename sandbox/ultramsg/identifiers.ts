import { randomBytes } from 'node:crypto';

/** The id of a message of the instance, `true_…`, or of another, `false_…`. */
export function newMessageId(from: 'business' | 'person', jid: string, author?: string): string {
  const hex = (bytes: number) => randomBytes(bytes).toString('hex').toUpperCase();
  // In a group, who wrote it stands behind.
  if (author !== undefined) return `${from === 'business' ? 'true' : 'false'}_${jid}_3EB0${hex(14)}_${author}`;
  if (from === 'person') return `false_${jid}_${hex(10)}`;
  // To a hidden id, an instance's own message has one more word.
  return `true_${jid}_3EB0${hex(8)}${jid.endsWith('@lid') ? '_out' : ''}`;
}

/** What stands behind the address. */
export function shortIdOf(id: string): string {
  return id.replace(/^(?:true|false)_[^_]*_/, '').replace(/_[^_]*@.*$/, '');
}
