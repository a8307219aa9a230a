/** What decides about calls, and whose phones are known. */
export interface CallSettings {
  /** How long a call rings before it ends by itself. */
  call_ring_seconds: number;
  /** Connected calls of a number to one person in 24 hours. */
  calls_per_day: number;
  /** Calls of a number at the same time. */
  concurrent_calls: number;
  /** Calls that a number starts in a second. */
  calls_per_second: number;
  /** Countries whose people no business may call. */
  call_closed_countries: string[];
  /** Whether phones by which there were messages or calls stay known to the portfolio. */
  contact_book: 'on' | 'off';
  /** The code that every new call of a business is refused with; null: none. */
  call_error: number | null;
}

export const DEFAULT_CALL_SETTINGS: Readonly<CallSettings> = {
  call_ring_seconds: 60,
  calls_per_day: 100,
  concurrent_calls: 1000,
  calls_per_second: 50,
  call_closed_countries: [],
  contact_book: 'on',
  call_error: null,
};

const CODES = Array.from({ length: 24 }, (_, index) => 138_000 + index).filter(
  (code) => ![138_008, 138_010, 138_011, 138_016].includes(code),
);

export const CALL_SETTINGS_SCHEMA = {
  call_ring_seconds: { type: 'number', minimum: 0, maximum: 3600 },
  calls_per_day: { type: 'integer', minimum: 0, maximum: 100_000 },
  concurrent_calls: { type: 'integer', minimum: 0, maximum: 1_000_000 },
  calls_per_second: { type: 'integer', minimum: 0, maximum: 100_000 },
  call_closed_countries: { type: 'array', maxItems: 300, items: { type: 'string', pattern: '^[A-Z]{2}$' } },
  contact_book: { enum: ['on', 'off'] },
  call_error: { enum: [null, ...CODES] },
} as const;
