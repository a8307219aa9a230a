import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** The harmless text that every scanner calls a virus. Put together here, so that none finds it in this file. */
export const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!', '$H+H*'].join('');

export interface FakeClamd extends AsyncDisposable {
  target: { host: string; port: number };
  /** The sizes of what was scanned so far. */
  scanned: number[];
}

/** Speaks INSTREAM as clamd does: it finds the test virus, or answers with `answer` whatever comes. */
export async function startFakeClamd(answer?: string): Promise<FakeClamd> {
  const scanned: number[] = [];
  const server: Server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk as Buffer]);
      const file = readStream(bytes);
      if (file === undefined) return;
      scanned.push(file.length);
      const verdict = file.includes(eicar) ? 'stream: Eicar-Test-Signature FOUND' : 'stream: OK';
      socket.end(`${answer ?? verdict}\0`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    target: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    scanned,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}

/** The whole file, once its last chunk (of length zero) is here. */
function readStream(bytes: Buffer): Buffer | undefined {
  const command = 'zINSTREAM\0';
  if (bytes.length < command.length) return undefined;
  const chunks: Buffer[] = [];
  for (let at = command.length; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
