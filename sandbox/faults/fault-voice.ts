import { GraphError, errorOfCode } from '#cloud-api/graph-error.ts';
import type { ErrorAction } from './rules.ts';

/** How a provider says what a fault makes of an answer. */
export interface FaultVoice {
  error(action: ErrorAction): { httpStatus: number; envelope: unknown };
  /** What it says while it is out of order, and with a 200 that is an error after all. */
  busy: { code: number; envelope(httpStatus: number): unknown };
  broken: { code: number; envelope: unknown };
  idOf(good: unknown): string | undefined;
  withId(good: unknown, id: string | undefined): unknown;
  withoutId(good: unknown): unknown;
}

/** Meta's. */
export const GRAPH_VOICE: FaultVoice = {
  error(action) {
    const details = action.details ?? 'The sandbox was told to refuse this.';
    const error = errorOfCode(action.code, details, action.http_status);
    return { httpStatus: error.httpStatus, envelope: error.toEnvelope() };
  },
  busy: { code: 2, envelope: () => new GraphError(2, 'Service temporarily unavailable.').toEnvelope() },
  broken: { code: 131000, envelope: new GraphError(131000, 'Something went wrong.').toEnvelope() },
  idOf: (good) => (good as { messages?: { id: string }[] }).messages?.[0]?.id,
  withId: (good, id) => ({ ...(good as object), messages: [{ id }] }),
  withoutId: () => ({ messaging_product: 'whatsapp', contacts: [], messages: [] }),
};
