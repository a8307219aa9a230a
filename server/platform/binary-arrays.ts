// Arrays in PostgreSQL's binary form, as `array_recv` reads them: a parameter that is a Buffer travels as it is. For columns
// of which whole batches are written and whose text would have to be escaped on one side and read again on the other.

const oids = { uuid: 2950, text: 25, bool: 16 } as const;
const headerBytes = 20;

/** `uuid[]`; give identifiers of 36 characters. */
export function uuidArray(ids: readonly string[]): Buffer {
  const { array, place } = start('uuid', ids.length, ids.length * 16);
  let at = place;
  for (const id of ids) {
    at = array.writeInt32BE(16, at);
    at += array.write(id.replaceAll('-', ''), at, 'hex');
  }
  return array;
}

/** `text[]` of bytes that are valid UTF-8 without NUL; the server refuses others. */
export function textArray(texts: readonly Uint8Array[]): Buffer {
  let bytes = 0;
  for (const text of texts) bytes += text.length;
  const { array, place } = start('text', texts.length, bytes);
  let at = place;
  for (const text of texts) {
    at = array.writeInt32BE(text.length, at);
    array.set(text, at);
    at += text.length;
  }
  return array;
}

/** `boolean[]` */
export function booleanArray(values: readonly boolean[]): Buffer {
  const { array, place } = start('bool', values.length, values.length);
  let at = place;
  for (const value of values) at = array.writeInt8(value ? 1 : 0, array.writeInt32BE(1, at));
  return array;
}

function start(type: keyof typeof oids, length: number, bytes: number): { array: Buffer; place: number } {
  const array = Buffer.allocUnsafe(headerBytes + 4 * length + bytes);
  // One dimension, no nulls, the type of the elements, how many, and where they begin to count.
  let place = 0;
  for (const field of [1, 0, oids[type], length, 1]) place = array.writeInt32BE(field, place);
  return { array, place };
}
