/** One complete request on a send endpoint, as it came and with what was decided. */
export interface LedgerEntry {
  seq: number;
  at: string;
  provider: string;
  sender: string;
  to: string | null;
  type: string;
  /** The request's JSON, or its text if it was none. */
  body: unknown;
  callback_data: string | null;
  /** The header of that name: the caller's step in its trace. */
  traceparent: string | null;
  provider_message_id: string | null;
  /** `accepted`, `rejected:<code>` or `dropped:<fault>`. */
  outcome: string;
  /** Absent for `messages`. */
  endpoint?: 'marketing_messages';
}
