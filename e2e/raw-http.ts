import { once } from 'node:events';
import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
  /** The server ended the connection. */
  closed: boolean;
}

/** Writes these bytes to the server as they are, which no HTTP library would, and reads answers until there are
 *  `answers` of them, the server hangs up, or it is silent for `limitMs`. */
export async function sendRaw(
  address: string,
  bytes: string | Buffer,
  options: { answers?: number; limitMs?: number } = {},
): Promise<RawAnswer[]> {
  const { answers = 1, limitMs = 10_000 } = options;
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.setTimeout(limitMs, () => socket.destroy());
  // The server may hang up before it has read everything.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  let received = Buffer.alloc(0);
  let closed = false;
  const read: RawAnswer[] = [];
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let next = parse(received); next; next = parse(received)) {
      read.push(next.answer);
      received = received.subarray(next.length);
    }
    if (read.length >= answers) socket.end();
  });
  socket.on('end', () => (closed = true));
  await once(socket, 'close');
  for (const answer of read) answer.closed = closed && answer.headers.get('connection') === 'close';
  return read;
}

function parse(bytes: Buffer): { answer: RawAnswer; length: number } | undefined {
  const head = bytes.indexOf('\r\n\r\n');
  if (head < 0) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, head).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const length = head + 4 + Number(headers.get('content-length') ?? 0);
  if (bytes.length < length) return undefined;
  const body = bytes.subarray(head + 4, length).toString('utf8');
  return { answer: { status: Number(statusLine.split(' ')[1]), headers, body, closed: false }, length };
}
