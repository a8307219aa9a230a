import type { FastifyInstance } from 'fastify';
import type { LiveChanges, SandboxEvents } from './events.ts';
import { Refusal } from './refusal.ts';

const KINDS: readonly (keyof SandboxEvents)[] = ['message', 'status', 'chat_read', 'typing', 'call', 'chats', 'person'];
const MAX_STREAMS = 100;
const MAX_WAITING_BYTES = 4_000_000;

/** `GET /_sandbox/events`: live changes as server-sent events. */
export function eventRoutes(app: FastifyInstance, changes: LiveChanges): void {
  const endings = new Set<() => void>();
  app.addHook('preClose', (done) => {
    for (const end of endings) end();
    done();
  });

  app.get('/_sandbox/events', (_request, reply) => {
    if (endings.size >= MAX_STREAMS) throw new Refusal(`At most ${MAX_STREAMS} streams may be open`, null, 503);
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const write = (event: string, payload: unknown) => {
      // A reader that does not keep up is cut off; it reconnects and reads the chats anew.
      if (raw.writableLength > MAX_WAITING_BYTES) raw.destroy();
      else raw.write(`event: ${event}\ndata: ${JSON.stringify(payload)}\n\n`);
    };
    write('ready', { at: new Date().toISOString() });
    const listeners = KINDS.map((kind) => {
      const listener = (payload: unknown) => write(kind, payload);
      changes.on(kind, listener);
      return () => void changes.off(kind, listener);
    });
    const heartbeat = setInterval(() => raw.write(': still here\n\n'), 15_000);
    const end = () => raw.end();
    endings.add(end);
    raw.on('close', () => {
      clearInterval(heartbeat);
      endings.delete(end);
      for (const off of listeners) off();
    });
  });
}
