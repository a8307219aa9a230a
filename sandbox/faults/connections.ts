import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Faults } from './faults.ts';

/** Faults of the connection itself: resets before the first byte, and keep-alive that ends earlier than promised. */
export function watchConnections(server: Server, faults: Faults): void {
  server.on('connection', (socket: Socket) => {
    if (faults.forConnection()) socket.resetAndDestroy();
  });
  server.on('request', (request, response) => {
    const closeIdleMs = faults.closeIdleMs;
    if (closeIdleMs === undefined) return;
    // Naming the header ourselves keeps Node from adding `Keep-Alive: timeout=…`, which would warn the client.
    response.setHeader('connection', 'keep-alive');
    const { socket } = request;
    response.on('finish', () => {
      const read = socket.bytesRead;
      setTimeout(() => {
        if (socket.bytesRead === read) socket.destroy();
      }, closeIdleMs).unref();
    });
  });
}
