import type { ConnectionError } from 'fastify';
import type { Socket } from 'node:net';
import { Fault, type FaultCode, problemOf } from './fault.ts';
import { newId } from './ids.ts';

const codes: Record<string, FaultCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** Answers bytes that are not a request (bad framing, two lengths, endless headers) on the bare socket, and closes it,
 *  since nobody knows where the next request would begin. */
export function answerMalformed(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const fault = new Fault(codes[error.code] ?? 'malformed_request');
  const body = JSON.stringify(problemOf(fault, newId()));
  socket.end(
    `HTTP/1.1 ${fault.status} ${fault.title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
