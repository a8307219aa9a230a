import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { accessToNumber, accessToWaba } from '#cloud-api/access.ts';
import { requireText, shown } from '#cloud-api/checks.ts';
import { type BusinessNumber, type Credentials, numbersOf, saveCredentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { newDigits } from '#cloud-api/ids.ts';
import { pick } from '#cloud-api/node-fields.ts';
import { pagedAnswer } from '#cloud-api/paging.ts';
import { toWaId } from '#cloud-api/phone-numbers.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import { numberNode } from './nodes.ts';
import type { AccountStates } from './account-states.ts';
import type { NumberStates } from './number-states.ts';
import { checkPinOf } from './pin-guesses.ts';

interface Deps {
  clock: SandboxClock;
  credentials: Credentials;
  credentialsPath: string;
  settings: Settings;
  numbers: NumberStates;
  accounts: AccountStates;
  webhooks: WebhookQueue;
}

type ById = { Params: { id: string } };

const HOUR_MS = 3_600_000;
/** Registrations and deregistrations of a number in 72 hours. */
const MOST_REGISTRATIONS = 10;
const CODE_LIFE_MS = 10 * 60_000;
const STANDARD_FIELDS = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'last_onboarded_time',
  'webhook_configuration',
];

/** The numbers of an account, and the way of a number from its code to its registration. */
export function numberRoutes(app: FastifyInstance, deps: Deps): void {
  const { clock, credentials, settings, numbers } = deps;

  app.get<ById>('/:id/phone_numbers', (request) => {
    const { id } = request.params;
    const access = accessToWaba(request, id, deps);
    const mode = /"value"\s*:\s*"(\w+)"/.exec(shown((request.query as Json)['filtering']))?.[1];
    const all = mode === undefined || mode === 'LIVE' ? numbersOf(credentials, id) : [];
    const isDescending = shown((request.query as Json)['sort']).includes('descending');
    return pagedAnswer(
      request,
      isDescending ? all.toReversed() : all,
      (number) => number.phone_number_id,
      (number) => pick(request, numberNode(number, access.app, deps), STANDARD_FIELDS),
    );
  });

  app.post<ById>('/:id/phone_numbers', async (request) => {
    const { id } = request.params;
    accessToWaba(request, id, deps);
    const number = newNumber(id, fieldsOf(request));
    credentials.phone_numbers.push(number);
    numbers.change(number.phone_number_id, {
      status: 'PENDING',
      code_verification_status: 'NOT_VERIFIED',
      onboarded_at: clock.now(),
    });
    await saveCredentials(deps.credentialsPath, credentials);
    return { id: number.phone_number_id };
  });

  app.post<ById>('/:id/request_code', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    const method = requireText(fields, 'code_method', 'code_method', 20).toUpperCase();
    if (method !== 'SMS' && method !== 'VOICE') {
      throw new GraphError(100, 'Param code_method must be one of {SMS, VOICE}.');
    }
    requireText(fields, 'language', 'language', 20);
    const now = clock.now();
    const recent = numbers.of(id).codes_requested_at.filter((at) => at > now - HOUR_MS);
    if (settings.limits === 'on' && recent.length >= settings.verification_codes_per_hour) {
      throw new GraphError(136024, 'Request code failed: too many codes were requested for this phone number.');
    }
    numbers.change(id, { codes_requested_at: [...recent, now], code_expires_at: now + CODE_LIFE_MS });
    return { success: true };
  });

  app.post<ById>('/:id/verify_code', (request) => {
    const { phone_number_id: id } = accessToNumber(request, request.params.id, deps);
    const code = requireText(fieldsOf(request), 'code', 'code', 20).replaceAll('-', '');
    const { code_expires_at: expiresAt } = numbers.of(id);
    if (expiresAt === null) throw new GraphError(136025, 'Verify code failed: no code was requested.');
    if (clock.now() > expiresAt) {
      numbers.change(id, { code_expires_at: null, code_verification_status: 'EXPIRED' });
      throw new GraphError(136025, 'Verify code failed: the code has expired.');
    }
    if (code !== settings.verification_code) throw new GraphError(136025, 'Verify code failed: the code is wrong.');
    numbers.change(id, { code_expires_at: null, code_verification_status: 'VERIFIED' });
    return { success: true };
  });

  app.post<ById>('/:id/register', (request) => {
    const number = accessToNumber(request, request.params.id, deps);
    if (settings.account_state === 'maintenance') {
      throw new GraphError(100, 'The account is in maintenance mode.', { subcode: 2494100 });
    }
    const fields = fieldsOf(request);
    checkProduct(fields);
    const pin = checkPin(fields['pin']);
    const state = numbers.of(number.phone_number_id);
    if (state.code_verification_status !== 'VERIFIED') {
      throw new GraphError(133006, 'The phone number must be verified before it is registered.');
    }
    checkPinOf(number.phone_number_id, pin, deps);
    const region = fields['data_localization_region'];
    const storage = region === undefined ? {} : { storage_configuration: storageOf(region) };
    const registered_at = noteRegistration(number);
    numbers.change(number.phone_number_id, {
      status: 'CONNECTED',
      pin,
      pin_guesses: [],
      registered_at,
      settings: { ...state.settings, ...storage },
      // A new registration has new keys, which the business's key is not signed with.
      is_key_signed: false,
    });
    return { success: true };
  });

  app.post<ById>('/:id/deregister', (request) => {
    const number = accessToNumber(request, request.params.id, deps);
    const { status } = numbers.of(number.phone_number_id);
    if (status === 'DISCONNECTED' || status === 'PENDING') {
      throw new GraphError(133000, 'The phone number is not registered.');
    }
    const registered_at = noteRegistration(number);
    numbers.change(number.phone_number_id, { status: 'DISCONNECTED', registered_at });
    return { success: true };
  });

  function noteRegistration({ phone_number_id: id }: BusinessNumber): number[] {
    const now = clock.now();
    const recent = numbers.of(id).registered_at.filter((at) => at > now - 72 * HOUR_MS);
    if (settings.limits === 'on' && recent.length >= MOST_REGISTRATIONS) {
      throw new GraphError(
        133016,
        `A number can be registered and deregistered ${MOST_REGISTRATIONS} times in 72 hours.`,
      );
    }
    return [...recent, now];
  }

  function newNumber(wabaId: string, fields: Json): BusinessNumber {
    const digits = toWaId(`+${shown(fields['cc'] ?? '')}${requireText(fields, 'phone_number', 'phone_number', 30)}`);
    if (digits === undefined) throw new GraphError(100, 'Params cc and phone_number are no phone number.');
    const verifiedName = requireText(fields, 'verified_name', 'verified_name', 100);
    if (deps.accounts.isRestricted(wabaId, 'RESTRICTED_ADD_PHONE_NUMBER_ACTION')) {
      throw new GraphError(368, 'The account may not add phone numbers.');
    }
    const isTaken = credentials.phone_numbers.some(
      (number) => number.display_phone_number.replaceAll(/\D/g, '') === digits,
    );
    if (isTaken) throw new GraphError(100, 'The phone number is in the list already.', { subcode: 2388012 });
    if (credentials.phone_numbers.length >= 20) throw new GraphError(100, 'The portfolio has 20 numbers already.');
    return {
      phone_number_id: newDigits(15),
      display_phone_number: `+${digits}`,
      verified_name: verifiedName,
      waba_id: wabaId,
    };
  }
}

/** What `POST /{PHONE}` changes: the PIN, the display name, the callback of the number. */
export async function changeNumber(
  request: FastifyRequest<ById>,
  deps: Deps & { verify: (url: string, token: string) => Promise<void> },
): Promise<Json> {
  const number = accessToNumber(request, request.params.id, deps);
  const { numbers, webhooks } = deps;
  const { app } = accessToWaba(request, number.waba_id, deps);
  const fields = fieldsOf(request);
  const { pin, new_display_name: name, webhook_configuration: configuration } = fields;
  if (pin === undefined && name === undefined && configuration === undefined) {
    throw new GraphError(100, 'One of pin, new_display_name and webhook_configuration is required.');
  }
  if (configuration !== undefined) {
    const hook = configuration as { override_callback_uri?: unknown; verify_token?: unknown } | null;
    const url = hook?.override_callback_uri;
    if (typeof url !== 'string')
      throw new GraphError(100, "Param webhook_configuration['override_callback_uri'] is required.");
    if (url !== '') await deps.verify(url, shown(hook?.verify_token ?? ''));
    webhooks.subscriptions.changeNumber(app.app_id, number.phone_number_id, url === '' ? null : url);
    webhooks.pump();
  }
  if (pin !== undefined) {
    numbers.change(number.phone_number_id, { pin: checkPin(pin) });
    webhooks.tellAccount(number.waba_id, 'security', {
      display_phone_number: number.display_phone_number.replaceAll(/\D/g, ''),
      event: 'PIN_CHANGED',
    });
  }
  if (name !== undefined) {
    const wanted = requireText(fields, 'new_display_name', 'new_display_name', 100);
    numbers.change(number.phone_number_id, { new_display_name: wanted, new_name_status: 'PENDING_REVIEW' });
    reviewName(number, wanted, deps);
  }
  return { success: true };
}

type ReviewDeps = Pick<Deps, 'clock' | 'settings' | 'numbers' | 'webhooks' | 'credentials' | 'credentialsPath'>;

/** Takes up the reviews of display names that an earlier run did not end. */
export function resumeNameReviews(deps: ReviewDeps): void {
  for (const number of deps.credentials.phone_numbers) {
    const { new_display_name: wanted, new_name_status: status } = deps.numbers.of(number.phone_number_id);
    if (wanted !== null && status === 'PENDING_REVIEW') reviewName(number, wanted, deps);
  }
}

function reviewName(number: BusinessNumber, wanted: string, deps: ReviewDeps): void {
  const { clock, settings } = deps;
  const reviewMs = settings.template_review_seconds * 1000 * settings.delay_factor;
  clock.after(reviewMs, () => decideName(number, wanted, 'APPROVED', deps));
}

/** The end of the review of a display name; nothing happens if another name has been asked for meanwhile. */
export function decideName(
  number: BusinessNumber,
  wanted: string,
  decision: 'APPROVED' | 'REJECTED',
  {
    numbers,
    webhooks,
    credentials,
    credentialsPath,
  }: Pick<Deps, 'numbers' | 'webhooks' | 'credentials' | 'credentialsPath'>,
): void {
  const state = numbers.of(number.phone_number_id);
  if (state.new_display_name !== wanted || state.new_name_status !== 'PENDING_REVIEW') return;
  const isApproved = decision === 'APPROVED';
  numbers.change(number.phone_number_id, {
    new_display_name: isApproved ? null : wanted,
    new_name_status: isApproved ? 'NONE' : 'DECLINED',
    ...(isApproved ? { name_status: 'APPROVED' } : {}),
  });
  if (isApproved) {
    number.verified_name = wanted;
    saveCredentials(credentialsPath, credentials).catch((error: Error) => process.stderr.write(`${error.stack}\n`));
  }
  webhooks.tellAccount(number.waba_id, 'phone_number_name_update', {
    display_phone_number: number.display_phone_number.replaceAll(/\D/g, ''),
    decision,
    requested_verified_name: wanted,
    rejection_reason: isApproved ? null : 'NAME_FORMAT_UNACCEPTABLE',
  });
}

function checkProduct(fields: Json): void {
  const product = fields['messaging_product'];
  if (product !== undefined && product !== 'whatsapp') {
    throw new GraphError(100, 'Param messaging_product must be whatsapp.');
  }
}

function checkPin(value: unknown): string {
  const pin = typeof value === 'number' ? String(value).padStart(6, '0') : value;
  if (typeof pin !== 'string' || !/^\d{6}$/.test(pin)) throw new GraphError(100, 'Param pin must be 6 digits.');
  return pin;
}

function storageOf(region: unknown): Json {
  const code = shown(region).toUpperCase();
  if (!/^[A-Z]{2}$/.test(code)) throw new GraphError(100, 'Param data_localization_region must be a country.');
  return { status: 'IN_COUNTRY_STORAGE_ENABLED', data_localization_region: code };
}
