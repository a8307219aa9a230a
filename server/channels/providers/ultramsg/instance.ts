/** The id of an instance as its address has it, `instance1150`. Webhooks leave the word out, and people copy either. */
export function instanceId(text: string): string {
  return `instance${text.trim().replace(/^instance/i, '')}`;
}

/** What the answer to a send calls a message, until WhatsApp's own id is known. UltraMsg counts in each instance anew, so the
 *  number alone would be that of another message as soon as a workspace has two instances. */
export function queuedMessageId(instance: string, number: string): string {
  return `${instanceId(instance)}:${number}`;
}
