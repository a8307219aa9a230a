/** One call between a person and a business number. Instants are milliseconds of the epoch. */
export interface Call {
  id: string;
  phone_number_id: string;
  person_id: string;
  direction: 'BUSINESS_INITIATED' | 'USER_INITIATED';
  state: 'ringing' | 'connected' | 'ended';
  outcome: 'COMPLETED' | 'FAILED' | null;
  started_at: number;
  connected_at: number | null;
  ended_at: number | null;
  callback_data: string | null;
  /** The other side did not want it. */
  is_rejected?: true;
  /** The business called by user id, or was not told the phone. */
  is_phone_hidden?: true;
}
