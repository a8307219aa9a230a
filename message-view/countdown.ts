const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long an offer still stands, in words, and in how many milliseconds the words change; 0 when they change no more.
 *  Two units at most: "2 days 3 h", "3 h 5 min", "4 min 10 s". */
export function countdownWords(endsAtMs: number, nowMs: number): { text: string; changesInMs: number } {
  const left = endsAtMs - nowMs;
  if (!(left > 0)) return { text: 'Offer ended', changesInMs: 0 };
  if (left >= DAY) {
    const days = Math.floor(left / DAY);
    const hours = Math.floor((left % DAY) / HOUR);
    return { text: `Ends in ${days} ${days === 1 ? 'day' : 'days'} ${hours} h`, changesInMs: (left % HOUR) + 1 };
  }
  if (left >= HOUR) {
    const minutes = Math.floor((left % HOUR) / MINUTE);
    return { text: `Ends in ${Math.floor(left / HOUR)} h ${minutes} min`, changesInMs: (left % MINUTE) + 1 };
  }
  const seconds = Math.floor((left % MINUTE) / 1000);
  return {
    text: `Ends in ${Math.floor(left / MINUTE)} min ${seconds} s`,
    changesInMs: Math.min(left, (left % 1000) + 1),
  };
}
