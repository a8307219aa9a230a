import { fastifySSE } from '@fastify/sse';
import { callerOf, type HttpServer } from '#platform/http.ts';
import type { LogTail } from '#queue/log-tail.ts';

/** What may lie before a page that does not read: some thousand events. */
const maxUnreadBytes = 256 * 1024;

/** The newest changes of messages as server-sent events, for open pages. */
export function liveRoutes(server: HttpServer, deps: { tail: LogTail }): void {
  void server.register(async (scope) => {
    await scope.register(fastifySSE, { heartbeatInterval: 15_000 });
    scope.get(
      '/v1/messages/live',
      {
        sse: 'only',
        config: { access: { scope: 'messages:read' }, kind: 'stream', shed: 'ui' },
        schema: {
          operationId: 'watchMessages',
          summary: 'Changes of messages as they happen (server-sent events)',
          tags: ['messages'],
        },
      },
      async (request, reply) => {
        const { workspaceId } = callerOf(request);
        // The stream must send something before it is kept open, or it ends at once.
        await reply.sse.send({ event: 'ready', data: {} });
        reply.sse.keepAlive();
        const stop = deps.tail.watch(workspaceId, (topic, events) => {
          if (!topic.startsWith('message.')) return;
          for (const event of events) {
            // It is cut off rather than remembered for: it connects again, and reads the list.
            if (reply.raw.writableLength > maxUnreadBytes) {
              stop();
              reply.raw.destroy();
              return;
            }
            reply.sse
              .send({
                event: 'message',
                data: { id: event['messageId'], type: event.type, status: event['status'] ?? null },
              })
              .catch(() => stop());
          }
        });
        reply.sse.onClose(stop);
      },
    );
  });
}
