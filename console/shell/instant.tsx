import { useSyncExternalStore } from 'react';

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const exactClock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

// One clock for every relative time on the page.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: number | undefined;
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) now = Date.now();
  listeners.add(listener);
  timer ??= window.setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 15_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** An instant in few words (`2 min ago`, `14:03`, `3 Nov`); the whole of it, with the zone, when pointed at. */
export function Ago({ at }: { at: string }) {
  const current = useSyncExternalStore(subscribe, () => now);
  return (
    <time dateTime={at} title={fullInstant(at)}>
      {agoWords(at, current)}
    </time>
  );
}

/** An instant to the millisecond. */
export function ExactTime({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullInstant(at)}>
      {Number.isNaN(Date.parse(at)) ? at : exactClock.format(new Date(at))}
    </time>
  );
}

/** Date, time and zone. */
export function fullInstant(at: string): string {
  return Number.isNaN(Date.parse(at)) ? at : absolute.format(new Date(at));
}

function agoWords(at: string, current: number): string {
  const instant = new Date(at);
  const seconds = (current - instant.getTime()) / 1000;
  if (Number.isNaN(seconds)) return at;
  // The page's clock ticks every quarter of a minute, so what is newer than its last tick is now.
  if (seconds < -60) return `${day.format(instant)}, ${clock.format(instant)}`;
  if (seconds < 45) return 'now';
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  return instant.toDateString() === new Date(current).toDateString() ? clock.format(instant) : day.format(instant);
}
