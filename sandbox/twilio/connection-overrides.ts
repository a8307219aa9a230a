import type { Settings } from '#control/settings.ts';

/** How a webhook is called and repeated. */
export interface Persistence {
  retries: number;
  /** Whether an answer that is not good is a reason, too, and not only a connection that nobody took. */
  isForAnswers: boolean;
  connectMs: number;
  answerMs: number;
}

/** What an address says behind its `#`: `rc` repetitions, `rp` after what (`ct`, `4xx`, `5xx`, `rt`, `all`), `ct` and `rt`
 *  the milliseconds for the connection and for the answer. */
export function persistenceOf(url: string, settings: Settings): Persistence {
  const overrides = new URLSearchParams(/#(.*)$/s.exec(url)?.[1] ?? '');
  const policy = overrides.get('rp');
  return {
    retries: wholeOf(overrides.get('rc'), 0, 5) ?? settings.twilio_callback_retries,
    isForAnswers: policy === null ? settings.twilio_callback_retry_on === 'all' : policy !== 'ct',
    connectMs: wholeOf(overrides.get('ct'), 100, 10_000) ?? 5000,
    answerMs: wholeOf(overrides.get('rt'), 100, 15_000) ?? settings.webhook_timeout_seconds * 1000,
  };
}

function wholeOf(text: string | null, least: number, most: number): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}
