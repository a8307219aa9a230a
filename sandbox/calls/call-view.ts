import { isoInstant } from '#storage/clock.ts';
import type { Call } from './call.ts';

/** A call as the control API and the phone have it: instants as ISO 8601. */
export type CallView = ReturnType<typeof viewCall>;

export function viewCall(call: Call) {
  const instant = (at: number | null) => (at === null ? null : isoInstant(at));
  return {
    ...call,
    started_at: isoInstant(call.started_at),
    connected_at: instant(call.connected_at),
    ended_at: instant(call.ended_at),
  };
}
