import type { Decision } from '#messages/message.ts';
import type { Fault } from '#platform/fault.ts';
import type { PreparedMessage } from './prepare.ts';

/** One API call: one message or a batch, under at most one idempotency key. */
export interface AcceptRequest {
  workspaceId: string;
  actor: string;
  /** The step of its caller's trace that made it (W3C); what becomes of the messages goes on from there. */
  traceparent: string | null;
  idempotency: { key: string; route: string; fingerprint: Buffer } | null;
  /** A Fault stands for a message of a batch that was refused before; it takes no part but keeps its place. */
  messages: (PreparedMessage | Fault)[];
  /** Builds the answer that is kept under the key. */
  respond: (results: AcceptResult[]) => { status: number; body: unknown };
}

export type AcceptResult =
  | {
      kind: 'accepted';
      messageId: string;
      status: 'queued' | 'scheduled' | 'held';
      decision: Decision;
      createdAt: Temporal.Instant;
    }
  | {
      kind: 'blocked';
      messageId: string;
      status: 'blocked';
      decision: Decision;
      createdAt: Temporal.Instant;
      fault: Fault;
    }
  | { kind: 'refused'; fault: Fault };
