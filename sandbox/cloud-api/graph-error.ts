import { type UserText, userTextOf } from './graph-error-texts.ts';
import { newTraceId } from './ids.ts';

interface GraphErrorKind {
  httpStatus: number;
  title: string;
  subcode?: number;
}

/** The codes that the sandbox itself gives or that a fault rule may name, with the HTTP status that Meta documents. */
const KINDS: Readonly<Record<number, GraphErrorKind>> = {
  0: { httpStatus: 401, title: 'AuthException' },
  1: { httpStatus: 400, title: 'API Unknown' },
  2: { httpStatus: 503, title: 'API Service' },
  3: { httpStatus: 500, title: 'API Method' },
  4: { httpStatus: 400, title: 'API Too Many Calls' },
  10: { httpStatus: 403, title: 'API Permission Denied' },
  33: { httpStatus: 400, title: 'Parameter value is not valid' },
  100: { httpStatus: 400, title: 'Invalid parameter' },
  190: { httpStatus: 401, title: 'Invalid OAuth access token' },
  200: { httpStatus: 403, title: 'API Permission' },
  299: { httpStatus: 403, title: 'API Permission' },
  368: { httpStatus: 403, title: 'Temporarily blocked for policies violations' },
  613: { httpStatus: 429, title: 'Calls to this api have exceeded the rate limit' },
  1026: { httpStatus: 400, title: 'Receiver is incapable of receiving this message' },
  2040: { httpStatus: 400, title: 'Payments are not supported' },
  2046: { httpStatus: 400, title: 'Order status transition is not allowed' },
  2047: { httpStatus: 400, title: 'Order cannot be canceled' },
  2200: { httpStatus: 400, title: 'Callback verification failed' },
  2500: { httpStatus: 400, title: 'Unknown path components' },
  80007: { httpStatus: 400, title: 'Rate limit issues' },
  130403: { httpStatus: 400, title: 'Recipient is blocked by the business' },
  130429: { httpStatus: 400, title: 'Rate limit hit', subcode: 2494055 },
  130472: { httpStatus: 400, title: "User's number is part of an experiment" },
  130497: { httpStatus: 403, title: 'Business account is restricted from messaging users in this country' },
  131000: { httpStatus: 500, title: 'Something went wrong' },
  131005: { httpStatus: 403, title: 'Access denied' },
  131008: { httpStatus: 400, title: 'Required parameter is missing' },
  131009: { httpStatus: 400, title: 'Parameter value is not valid' },
  131016: { httpStatus: 500, title: 'Service unavailable' },
  131020: { httpStatus: 400, title: 'Group has no other participant' },
  131021: { httpStatus: 400, title: 'Recipient cannot be sender' },
  131026: { httpStatus: 400, title: 'Message undeliverable' },
  131030: { httpStatus: 400, title: 'Recipient phone number not in allowed list' },
  131031: { httpStatus: 403, title: 'Business Account locked' },
  131037: { httpStatus: 400, title: 'WhatsApp provided number needs display name approval' },
  131041: { httpStatus: 400, title: 'Group does not exist' },
  131042: { httpStatus: 400, title: 'Business eligibility payment issue' },
  131044: { httpStatus: 400, title: 'No payment method for calling' },
  131045: { httpStatus: 500, title: 'Incorrect certificate' },
  131047: { httpStatus: 400, title: 'Re-engagement message' },
  131048: { httpStatus: 400, title: 'Spam rate limit hit' },
  131049: { httpStatus: 400, title: 'Meta chose not to deliver' },
  131050: { httpStatus: 400, title: 'Recipient stopped marketing messages' },
  131051: { httpStatus: 400, title: 'Unsupported message type' },
  131052: { httpStatus: 400, title: 'Media download error' },
  131053: { httpStatus: 400, title: 'Media upload error' },
  131055: { httpStatus: 400, title: 'Method not allowed' },
  131056: { httpStatus: 400, title: '(Business Account, Consumer Account) pair rate limit hit' },
  131057: { httpStatus: 500, title: 'Account in maintenance mode' },
  131059: { httpStatus: 400, title: 'Pagination cursor is not valid' },
  131061: { httpStatus: 400, title: 'Template must be sent through marketing messages' },
  131062: { httpStatus: 400, title: 'Recipient not supported for this message' },
  131063: { httpStatus: 400, title: 'Marketing templates are switched off' },
  131064: { httpStatus: 400, title: 'Temporarily limited for template misuse' },
  131201: { httpStatus: 206, title: 'Group request was done in part' },
  131202: { httpStatus: 400, title: 'Duplicate participant' },
  131203: { httpStatus: 400, title: 'Participant has not accepted the terms' },
  131204: { httpStatus: 400, title: 'Too many participants' },
  131207: { httpStatus: 403, title: 'Group is suspended' },
  131208: { httpStatus: 429, title: 'Group rate limit hit' },
  131209: { httpStatus: 400, title: 'Group picture has the wrong ratio' },
  131210: { httpStatus: 400, title: 'Group picture has the wrong size' },
  131211: { httpStatus: 400, title: 'Too many groups' },
  131212: { httpStatus: 400, title: 'Not a participant of the group' },
  131213: { httpStatus: 400, title: 'Join request does not exist' },
  131214: { httpStatus: 400, title: 'Creation of groups is disabled' },
  131215: { httpStatus: 400, title: 'Phone number is not eligible for groups' },
  132000: { httpStatus: 400, title: 'Number of parameters does not match the expected number of params' },
  132001: { httpStatus: 404, title: 'Template name does not exist in the translation' },
  132005: { httpStatus: 400, title: 'Translated text too long' },
  132007: { httpStatus: 400, title: 'Template content violates policy' },
  132008: { httpStatus: 400, title: 'Parameter value is invalid' },
  132012: { httpStatus: 400, title: 'Parameter format does not match format in the created template' },
  132015: { httpStatus: 400, title: 'Template is paused' },
  132016: { httpStatus: 400, title: 'Template is disabled' },
  132018: { httpStatus: 400, title: 'Template parameters are invalid' },
  132068: { httpStatus: 400, title: 'Flow is in blocked state' },
  132069: { httpStatus: 400, title: 'Flow is in throttled state' },
  133000: { httpStatus: 500, title: 'Deregistration failed' },
  133004: { httpStatus: 503, title: 'Server temporarily unavailable' },
  133005: { httpStatus: 400, title: 'Two step verification PIN mismatch' },
  133006: { httpStatus: 400, title: 'Phone number re-verification needed' },
  133008: { httpStatus: 400, title: 'Too many two step verification PIN guesses' },
  133009: { httpStatus: 400, title: 'Two step verification PIN guessed too fast' },
  133010: { httpStatus: 400, title: 'Account does not exist in the Cloud API' },
  133015: { httpStatus: 400, title: 'Please wait a few minutes before attempting to register this phone number' },
  133016: { httpStatus: 400, title: 'Account register deregister rate limit exceeded' },
  134011: { httpStatus: 400, title: 'Payments terms of service not accepted' },
  134100: { httpStatus: 400, title: 'Only marketing templates are allowed' },
  134101: { httpStatus: 400, title: 'Template is still being synchronized' },
  134102: { httpStatus: 500, title: 'Template is not available' },
  135000: { httpStatus: 400, title: 'Generic user error' },
  136024: { httpStatus: 400, title: 'Too many verification codes were requested' },
  137000: { httpStatus: 400, title: 'Recipient identity key hash mismatch' },
  136025: { httpStatus: 400, title: 'The phone number could not be verified' },
  138000: { httpStatus: 401, title: 'Calling is not enabled' },
  138001: { httpStatus: 400, title: 'Receiver is uncallable' },
  138002: { httpStatus: 400, title: 'Limit of concurrent calls reached' },
  138003: { httpStatus: 400, title: 'Duplicate call' },
  138004: { httpStatus: 500, title: 'Connection error' },
  138005: { httpStatus: 400, title: 'Call rate limit exceeded' },
  138006: { httpStatus: 400, title: 'No approved call permission found' },
  138007: { httpStatus: 400, title: 'Connection timed out' },
  138009: { httpStatus: 400, title: 'Call permission request limit hit' },
  138012: { httpStatus: 400, title: 'Limit of business initiated calls reached' },
  138013: { httpStatus: 400, title: 'Business initiated calls are not available in this country' },
  138014: { httpStatus: 400, title: 'Calling is disabled for low quality' },
  138015: { httpStatus: 400, title: 'Messaging limit is too low for calling' },
  138017: { httpStatus: 400, title: 'Call permission already exists' },
  138018: { httpStatus: 400, title: 'Prerequisites of calling are not met' },
  138019: { httpStatus: 400, title: 'Call media could not be set up' },
  138020: { httpStatus: 400, title: 'Call media could not be set up' },
  138021: { httpStatus: 400, title: 'Call media could not be set up' },
  138022: { httpStatus: 400, title: 'Call media could not be set up' },
  138023: { httpStatus: 400, title: 'Call media could not be set up' },
  139000: { httpStatus: 400, title: 'Flow is blocked by the integrity checks' },
  139001: { httpStatus: 400, title: 'Flow cannot be updated' },
  139002: { httpStatus: 400, title: 'Flow cannot be published' },
  139003: { httpStatus: 400, title: 'Flow cannot be deprecated' },
  139004: { httpStatus: 400, title: 'Flow cannot be deleted' },
  139006: { httpStatus: 400, title: 'Flow metric is below its threshold' },
  139100: { httpStatus: 400, title: 'Failed to block or unblock some users' },
  139101: { httpStatus: 400, title: 'The block list is full' },
  139102: { httpStatus: 400, title: 'The block list is being changed by another call' },
  139103: { httpStatus: 500, title: 'The block list failed' },
  147001: { httpStatus: 400, title: 'Username is not available' },
  147002: { httpStatus: 400, title: 'Messaging limit is too low for a username' },
  147003: { httpStatus: 400, title: 'Username belongs to a Facebook Page that is not linked' },
  147004: { httpStatus: 400, title: 'Username belongs to an Instagram account that is not linked' },
  147005: { httpStatus: 400, title: 'Username must be transferred' },
  200005: { httpStatus: 400, title: 'Template insights are not available yet' },
  200006: { httpStatus: 400, title: 'Template insights cannot be disabled' },
  200007: { httpStatus: 400, title: 'Template insights are not enabled' },
};

/** A request that Graph refuses. Thrown by validation, answered as Meta's envelope. */
export class GraphError extends Error {
  readonly code: number;
  readonly details: string;
  readonly subcode: number | undefined;
  readonly httpStatus: number;
  readonly userText: UserText | undefined;
  /** Further keys of the answer, beside `error`: what became of the parts of a call that succeeded in part. */
  readonly beside: Readonly<Record<string, unknown>>;

  constructor(
    code: number,
    details: string,
    options: { subcode?: number; httpStatus?: number; beside?: Record<string, unknown> } = {},
  ) {
    const kind = KINDS[code];
    super(`(#${code}) ${kind?.title ?? 'Unknown error'}`);
    this.code = code;
    this.details = details;
    this.subcode = options.subcode ?? kind?.subcode;
    this.httpStatus = options.httpStatus ?? kind?.httpStatus ?? 400;
    this.userText = userTextOf(this.subcode);
    this.beside = options.beside ?? {};
  }

  /** The body of the answer. */
  toEnvelope(): Record<string, unknown> {
    return {
      ...this.beside,
      error: {
        message: this.message,
        type: this.subcode === 33 ? 'GraphMethodException' : 'OAuthException',
        code: this.code,
        error_data: { messaging_product: 'whatsapp', details: this.details },
        ...(this.subcode === undefined ? {} : { error_subcode: this.subcode }),
        // Endpoints of the account say it once more, for the person in front of the screen.
        ...(this.userText === undefined
          ? {}
          : {
              is_transient: false,
              error_user_title: this.userText.title,
              error_user_msg: `${this.userText.message} ${this.details}`,
            }),
        fbtrace_id: newTraceId(),
      },
    };
  }
}

/** The error of a code, however it comes: many codes of the account's endpoints are subcodes of 100. */
export function errorOfCode(code: number, details: string, httpStatus?: number): GraphError {
  const options = httpStatus === undefined ? {} : { httpStatus };
  return userTextOf(code) === undefined
    ? new GraphError(code, details, options)
    : new GraphError(100, details, { ...options, subcode: code });
}

export function titleOf(code: number): string {
  return KINDS[code]?.title ?? userTextOf(code)?.title ?? 'Unknown error';
}

/** The error object of a failed status, which differs from the envelope of a refused call. */
export function webhookError(code: number, details: string): Record<string, unknown> {
  const title = titleOf(code);
  return {
    code,
    title,
    message: title,
    error_data: { details },
    href: '/documentation/business-messaging/whatsapp/support/error-codes',
  };
}
