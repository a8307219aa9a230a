import type { FaultVoice } from '#faults/fault-voice.ts';
import { TwilioError } from './twilio-error.ts';

/** How Twilio says what a rule for faults makes of its answers. */
export const TWILIO_VOICE: FaultVoice = {
  error({ code, http_status: httpStatus, details }) {
    const error = new TwilioError(code, details, httpStatus);
    return { httpStatus: error.httpStatus, envelope: error.toEnvelope() };
  },
  busy: { code: 20503, envelope: (httpStatus) => new TwilioError(20503, undefined, httpStatus).toEnvelope() },
  broken: { code: 20500, envelope: new TwilioError(20500).toEnvelope() },
  idOf: (good) => (good as { sid?: string }).sid,
  withId: (good, id) => ({ ...(good as object), sid: id }),
  withoutId(good) {
    const { sid: _sid, ...rest } = good as { sid?: string };
    return rest;
  },
};
