import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { createHttpServer } from '#platform/http.ts';
import type { Log } from '#platform/telemetry.ts';
import type { DomainEvent } from '#queue/log.ts';
import { LogTail } from '#queue/log-tail.ts';
import { liveRoutes } from './live-routes.ts';

/** A tail that is told by hand what happened. */
class ToldTail extends LogTail {
  readonly listeners = new Set<(topic: string, events: DomainEvent[]) => void>();

  constructor() {
    super({} as ConstructorParameters<typeof LogTail>[0], {} as Log);
  }

  override watch(_workspaceId: string, listener: (topic: string, events: DomainEvent[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

it('a page that does not read what it watches is cut off instead of filling the memory', async () => {
  const tail = new ToldTail();
  const caller = { workspaceId: 'w', keyId: 'k', scopes: new Set(['*']) };
  const server = await createHttpServer({ authenticate: () => caller });
  liveRoutes(server, { tail });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write('GET /v1/messages/live HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n');
  await once(socket, 'data');
  socket.pause();
  await expect.poll(() => tail.listeners.size).toBe(1);
  const events = Array.from({ length: 1_000 }, (_, n) => ({ type: 'message.state', messageId: `m${n}`, status: 'x' }));
  // The kernel takes some megabytes on both sides before anything waits here.
  for (let n = 0; n < 1_000 && tail.listeners.size > 0; n += 1) {
    for (const listener of tail.listeners) listener('message.state', events);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(tail.listeners.size).toBe(0);
  socket.destroy();
  await server.close();
});
