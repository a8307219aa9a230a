import { createReadStream } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';

/** Looks at a file before anybody can open it. Throws when the scanner does not say yes or no. */
export type VirusScanner = (path: string) => Promise<{ infectedWith: string | null }>;

const timeoutMs = 60_000;
const chunkBytes = 64 * 1024;

/**
 * A scanner that speaks the INSTREAM command of ClamAV's `clamd`: the bytes go over the connection, so that scanner and
 * server need not share a disk. https://docs.clamav.net/manual/Usage/Scanning.html#clamd
 */
export function clamdScanner(target: { host: string; port: number }): VirusScanner {
  return async (path) => {
    const socket = connect(target);
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('The virus scanner did not answer in time.')));
    try {
      await once(socket, 'connect');
      const answer = readAll(socket);
      // Whoever awaits it below sees its failure; until then the writes may fail first.
      answer.catch(() => undefined);
      socket.write('zINSTREAM\0');
      for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
        const length = Buffer.alloc(4);
        length.writeUInt32BE((chunk as Buffer).length);
        socket.write(length);
        if (!socket.write(chunk as Buffer)) await Promise.race([once(socket, 'drain'), answer]);
      }
      socket.write(Buffer.alloc(4));
      return readVerdict(await answer);
    } finally {
      socket.destroy();
    }
  };
}

async function readAll(socket: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of socket) {
    text += chunk.toString('latin1');
    if (text.includes('\0')) break;
  }
  return text.replace(/\0[\s\S]*$/, '').trim();
}

function readVerdict(answer: string): { infectedWith: string | null } {
  if (/\bOK$/.test(answer)) return { infectedWith: null };
  const found = /^stream: (.+) FOUND$/.exec(answer)?.[1];
  if (found !== undefined) return { infectedWith: found.slice(0, 200) };
  throw new Error(`The virus scanner answered: ${answer.slice(0, 200) || 'nothing'}`);
}
