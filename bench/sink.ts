import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from './child.ts';
import { machineMs } from './clock.ts';
import type { Handed } from './samples.ts';

// The provider of the measurements: takes a POST, answers as the Cloud API would, with an id that no other answer has,
// and counts. It does as little as it can, so that the figures are those of the sender.

let posts = 0;
let firstAt = 0;
let lastAt = 0;
let keepsHanded = false;
const handed: Handed[] = [];
let arrivals: Map<string, number> | null = null;
const idHead = `wamid.HBgLMTU1NTAwMDAwMDAVAgARGBI${randomBytes(6).toString('hex').toUpperCase()}`;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
    if (request.method !== 'POST') {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"Unsupported get request","type":"GraphMethodException","code":100}}');
      return;
    }
    lastAt = machineMs();
    if (posts++ === 0) firstAt = lastAt;
    const to = textAt(body, '"to":"');
    const id = `${idHead}${posts.toString(16).toUpperCase().padStart(8, '0')}`;
    if (arrivals !== null && !arrivals.has(to)) arrivals.set(to, lastAt);
    if (keepsHanded) {
      handed.push({ providerMessageId: id, to, callbackData: textAt(body, '"biz_opaque_callback_data":"') });
    }
    const answer = `{"messaging_product":"whatsapp","contacts":[{"input":"${to}","wa_id":"${to.slice(1)}"}],"messages":[{"id":"${id}"}]}`;
    response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': answer.length });
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;

function textAt(body: Buffer, head: string): string {
  const start = body.indexOf(head, 0, 'latin1');
  if (start < 0) return '';
  return body.toString('latin1', start + head.length, body.indexOf('"', start + head.length, 'latin1'));
}

serve({
  listen: () =>
    new Promise<number>((resolve) => {
      server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    }),
  reset: (options: { keepHanded?: boolean; keepArrivals?: boolean }) => {
    posts = 0;
    firstAt = lastAt = 0;
    handed.length = 0;
    keepsHanded = options.keepHanded ?? false;
    arrivals = options.keepArrivals ? new Map() : null;
  },
  stats: () => ({ posts, firstAt, lastAt }),
  handed: () => handed,
  arrivals: () => arrivals,
});
