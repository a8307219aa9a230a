import type { Call } from './api.ts';

/** Who calls, and how far it is: for a card in the chat. */
export function callWords(call: Call): { title: string; detail: string } {
  const isIncoming = call.direction === 'BUSINESS_INITIATED';
  const title = isIncoming ? 'Incoming voice call' : 'Outgoing voice call';
  if (call.state === 'ringing') return { title, detail: 'Ringing …' };
  if (call.state === 'connected') return { title, detail: 'Connected' };
  if (call.connected_at !== null && call.ended_at !== null) {
    return { title, detail: `Ended after ${spanWords(Date.parse(call.ended_at) - Date.parse(call.connected_at))}` };
  }
  if (call.is_rejected) return { title, detail: isIncoming ? 'You declined' : 'The business declined' };
  return isIncoming ? { title: 'Missed voice call', detail: 'Nobody answered' } : { title, detail: 'No answer' };
}

function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Whether a phone shows it: one without a connection does not ring, and hears of it afterwards. */
export function isCallOnPhone({ direction, state }: Call, isOnline: boolean): boolean {
  return isOnline || direction === 'USER_INITIATED' || state !== 'ringing';
}
