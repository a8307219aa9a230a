import type { FaultVoice } from '#faults/fault-voice.ts';

/** A refusal in UltraMsg's own words. The ledger gets the code; the answer does not have it. */
export class UltraMsgError extends Error {
  readonly code: string;
  readonly answer: object;
  /** Undefined: as the settings say. */
  readonly httpStatus: number | undefined;

  constructor(code: string, answer: object, httpStatus?: number) {
    super(`UltraMsg refuses: ${code}`);
    this.code = code;
    this.answer = answer;
    this.httpStatus = httpStatus;
  }
}

export function unknownInstance(): UltraMsgError {
  return new UltraMsgError('instance_not_found', { error: 'Instance not found' }, 404);
}

export function wrongToken(): UltraMsgError {
  return new UltraMsgError('wrong_token', { error: 'Wrong token. Please provide token as a GET parameter.' });
}

export function unpaid(): UltraMsgError {
  return new UltraMsgError('non_payment', {
    error:
      'Your instance has been Stopped due to non-payment. you can activate this instance by extending your subscription. Payment information updates every 5 minutes.',
  });
}

/** Parameters that are wrong, each with its reason. */
export function wrongParameters(reasons: readonly (readonly [name: string, reason: string])[]): UltraMsgError {
  return new UltraMsgError('validation', { error: reasons.map(([name, reason]) => ({ [name]: reason })) });
}

/** A message that was understood and not taken. */
export function notSent(message: string): UltraMsgError {
  return new UltraMsgError(message.replaceAll(' ', '_').toLowerCase(), { sent: 'false', message });
}

/** How faults speak in place of UltraMsg. It has no codes: its errors are words. */
export const ULTRAMSG_VOICE: FaultVoice = {
  error: (action) => ({
    httpStatus: action.http_status ?? 200,
    envelope: { error: action.details ?? 'The sandbox was told to refuse this.' },
  }),
  busy: { code: 503, envelope: () => ({ error: 'Service temporarily unavailable' }) },
  broken: { code: 500, envelope: { error: 'Something went wrong' } },
  idOf: (good) => {
    const { id } = good as { id?: number };
    return id === undefined ? undefined : String(id);
  },
  withId: (good, id) => ({ ...(good as object), id: Number(id) }),
  withoutId: () => ({ sent: 'true', message: 'ok' }),
};
