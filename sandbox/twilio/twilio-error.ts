import type { Json } from '#people/chats.ts';

interface KnownError {
  message: string;
  /** Of the answer that refuses; 400 unless told. */
  status?: number;
  /** Told of a message that was accepted, and how it ends then. */
  later?: 'failed' | 'undelivered';
}

/** The codes that the sandbox gives, with Twilio's name for each. */
const ERRORS: Readonly<Record<number, KnownError>> = {
  20001: { message: 'Invalid parameter' },
  20003: { message: 'Authenticate', status: 401 },
  20004: { message: 'Method not allowed', status: 405 },
  20009: { message: 'Cannot delete this resource before it is complete', status: 409 },
  20404: { message: 'The requested resource was not found', status: 404 },
  20429: { message: 'Too Many Requests', status: 429 },
  20500: { message: 'Internal Server Error', status: 500 },
  20503: { message: 'Service Unavailable', status: 503 },
  21211: { message: "Invalid 'To' Phone Number" },
  21212: { message: "Invalid 'From' Number" },
  21214: { message: "'To' phone number cannot be reached" },
  21217: { message: 'Phone number does not appear to be valid' },
  21408: { message: 'Permission to send an SMS has not been enabled for the region indicated by the To number' },
  21421: { message: 'PhoneNumber is invalid' },
  21602: { message: 'Message body is required.' },
  21603: { message: "A 'From' phone number is required." },
  21604: { message: "A 'To' phone number is required." },
  21606: { message: "The 'From' phone number is not a valid, SMS-capable number of this account." },
  21608: { message: 'The number is unverified. Trial accounts cannot send messages to unverified numbers.' },
  21609: { message: "The 'StatusCallback' URL is not a valid URL." },
  21610: { message: 'Attempt to send to unsubscribed recipient', later: 'failed' },
  21611: { message: "This 'From' number has exceeded the maximum number of queued messages" },
  21612: { message: "The 'To' phone number is not currently reachable via SMS" },
  21614: { message: "'To' number is not a valid mobile number" },
  21617: { message: 'The concatenated message body exceeds the 1600 character limit' },
  21620: { message: 'Invalid media URL(s)' },
  21623: { message: 'Number of media files exceeds allowed limit' },
  21654: { message: 'ContentSid Required' },
  21655: { message: 'The ContentSid is Invalid' },
  21656: { message: 'The ContentVariables Parameter is invalid' },
  21703: { message: 'The Messaging Service does not have a phone number available to send a message' },
  21704: { message: 'The Messaging Service contains no phone numbers' },
  21705: { message: 'The Messaging Service is invalid' },
  21910: { message: 'Invalid From and To pair. From and To should be of the same channel' },
  30001: { message: 'Queue overflow', later: 'failed' },
  30002: { message: 'Account suspended', later: 'failed' },
  30003: { message: 'Unreachable destination handset', later: 'undelivered' },
  30004: { message: 'Message blocked', later: 'undelivered' },
  30005: { message: 'Unknown destination handset', later: 'undelivered' },
  30006: { message: 'Landline or unreachable carrier', later: 'undelivered' },
  30007: { message: 'Message filtered', later: 'undelivered' },
  30008: { message: 'Unknown error', later: 'undelivered' },
  30017: { message: 'Carrier network congestion', later: 'undelivered' },
  30022: { message: 'US A2P 10DLC rate limits exceeded', later: 'failed' },
  30023: { message: 'US A2P 10DLC daily message cap reached', later: 'failed' },
  30032: { message: 'Toll-Free Number Has Not Been Verified', later: 'failed' },
  30034: { message: 'Message from an unregistered US A2P 10DLC number', later: 'undelivered' },
  30036: { message: 'Validity Period Expired', later: 'failed' },
  30409: { message: 'This message cannot be canceled', status: 409 },
  35111: { message: 'SendAt timestamp is missing' },
  35115: { message: 'Scheduling does not support this timestamp' },
  35118: { message: 'MessagingServiceSid is required to schedule a message' },
  63003: { message: 'Channel could not find To address', later: 'undelivered' },
  63007: { message: 'Twilio could not find a Channel with the specified From address' },
  63009: { message: 'Channel provider returned an error', later: 'undelivered' },
  63010: { message: 'Channels: Internal Error', later: 'undelivered' },
  63012: { message: 'Channel provider returned an internal service error', later: 'undelivered' },
  63013: { message: 'The message violates a policy of the channel provider', later: 'undelivered' },
  63014: { message: 'The message was blocked by an action of the user', later: 'undelivered' },
  63015: { message: 'The recipient has not joined the Sandbox', later: 'undelivered' },
  63016: { message: 'Outside the allowed window a template is needed', later: 'undelivered' },
  63017: { message: 'The channel rate limit was exceeded', later: 'failed' },
  63018: { message: 'Rate limit exceeded for Channel', later: 'failed' },
  63019: { message: 'Media failed to download', later: 'failed' },
  63021: { message: 'Channel invalid content error', later: 'undelivered' },
  63024: { message: 'Invalid message recipient', later: 'undelivered' },
  63027: { message: 'Template does not exist for a language and locale', later: 'undelivered' },
  63028: { message: 'Number of parameters provided does not match the expected number', later: 'undelivered' },
  63033: { message: 'Recipient blocked to receive message', later: 'undelivered' },
  63041: { message: 'The template is paused', later: 'undelivered' },
  63049: { message: 'Meta chose not to deliver this marketing message', later: 'undelivered' },
  63112: { message: 'The WhatsApp Business Account was disabled', later: 'undelivered' },
  90007: { message: 'Invalid validity period value' },
};

/** A refused call; answered in Twilio's envelope. */
export class TwilioError extends Error {
  readonly code: number;
  readonly httpStatus: number;

  constructor(code: number, message?: string, httpStatus?: number) {
    super(message ?? ERRORS[code]?.message ?? 'Unknown error');
    this.name = 'TwilioError';
    this.code = code;
    this.httpStatus = httpStatus ?? ERRORS[code]?.status ?? 400;
  }

  toEnvelope(): Json {
    return {
      code: this.code,
      message: this.message,
      more_info: `https://www.twilio.com/docs/errors/${this.code}`,
      status: this.httpStatus,
    };
  }
}

export function isKnownError(code: number): boolean {
  return ERRORS[code] !== undefined;
}

/** How a message ends that was accepted and then meets this code; undefined for what is told in the answer only. */
export function endOf(code: number): 'failed' | 'undelivered' | undefined {
  return ERRORS[code]?.later;
}

export function messageOfError(code: number): string {
  return ERRORS[code]?.message ?? 'Unknown error';
}
