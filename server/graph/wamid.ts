/**
 * The id by which a client of the Cloud API knows a message of ours: the shape of Meta's ids, around our own id. It is there
 * as soon as the message is accepted, long before the provider has given it one, and can be read back without a table. Where
 * Meta has the digits of the person stands a word of ours, so that neither is ever taken for the other.
 */
const head = Buffer.concat([
  Buffer.from([0x1c, 0x18, 8]),
  Buffer.from('carillon'),
  Buffer.from([0x15, 0x02, 0x00, 0x11, 0x18, 32]),
]);

export function wamidOf(messageId: string): string {
  const id = Buffer.from(messageId.replaceAll('-', '').toUpperCase());
  return `wamid.${Buffer.concat([head, id, Buffer.from([0])]).toString('base64')}`;
}

/** Our id of the message, or null for an id of Meta's. Never throws. */
export function readWamid(text: string): string | null {
  if (!text.startsWith('wamid.') || text.length > 100) return null;
  const bytes = Buffer.from(text.slice(6), 'base64');
  const hex = bytes
    .subarray(head.length, head.length + 32)
    .toString('latin1')
    .toLowerCase();
  if (!bytes.subarray(0, head.length).equals(head) || !/^[0-9a-f]{32}$/.test(hex)) return null;
  const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return wamidOf(id) === text ? id : null;
}
