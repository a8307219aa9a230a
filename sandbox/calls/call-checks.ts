import { type AccountStates, NO_BUSINESS_CALLS } from '#cloud-api/account/account-states.ts';
import type { NumberStates } from '#cloud-api/account/number-states.ts';
import type { BusinessNumber } from '#cloud-api/credentials.ts';
import { isObject } from '#cloud-api/checks.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { countryOf } from '#cloud-api/phone-numbers.ts';
import type { Person } from '#people/people.ts';
import { permissionAt } from './call-permission.ts';
import type { CallDeps } from './calling.ts';
import type { Call } from './call.ts';

export interface CallCheckDeps extends CallDeps {
  numbers: NumberStates;
  accounts: AccountStates;
}

export const DAY_MS = 86_400_000;
const LEAST_MESSAGING_LIMIT = 2000;

/** Throws for a number that has no calls at all. */
export function checkCallsOn(number: BusinessNumber, { numbers }: CallCheckDeps): void {
  const calling = numbers.of(number.phone_number_id).settings['calling'];
  if (isObject(calling) && calling['status'] === 'ENABLED') return;
  throw new GraphError(138000, 'Calling is not enabled for this phone number: see its settings.');
}

/** Throws what a new call to that person is refused with. */
export function checkCanCall(person: Person | undefined, number: BusinessNumber, deps: CallCheckDeps): Person {
  const { accounts, calls, clock, settings } = deps;
  const { call_error: planned, messaging_limit: limit } = settings;
  if (planned !== null) throw new GraphError(planned, 'The setting call_error of the sandbox wants it so.');
  accounts.checkCanSend(number, 'read');
  checkCallsOn(number, deps);
  if (!settings.payment_method) throw new GraphError(131044, 'The account has no payment method for calls.');
  if (limit !== 0 && limit < LEAST_MESSAGING_LIMIT) {
    throw new GraphError(138015, 'The messaging limit must be at least 2,000 people for calls.');
  }
  if (accounts.isRestricted(number.waba_id, ...NO_BUSINESS_CALLS)) {
    throw new GraphError(138014, `Calls of the business are disabled: ${NO_BUSINESS_CALLS.join(' or ')}.`);
  }
  if (!person?.on_whatsapp || person.blocked || person.old_client) {
    throw new GraphError(138001, 'The person has no WhatsApp that takes calls of this business.');
  }
  const country = person.wa_id === null ? person.user_id.slice(0, 2) : countryOf(person.wa_id);
  if (settings.call_closed_countries.includes(country)) {
    throw new GraphError(138013, `Businesses cannot call people in ${country}.`);
  }
  const now = clock.now();
  const id = number.phone_number_id;
  if (permissionAt(calls.permissionOf(id, person.id), now).status === 'no_permission') {
    throw new GraphError(138006, 'The person has not allowed calls of this business.');
  }
  const ours = calls.list().filter((call) => call.phone_number_id === id);
  const started = ours.filter((call) => call.direction === 'BUSINESS_INITIATED' && now - call.started_at < 1000);
  if (started.length >= settings.calls_per_second) {
    throw new GraphError(138005, `The number may start ${settings.calls_per_second} calls in a second.`);
  }
  const open = ours.filter((call) => call.state !== 'ended');
  if (open.some((call) => call.person_id === person.id)) {
    throw new GraphError(138003, 'There is a call with this person already.');
  }
  if (open.length >= settings.concurrent_calls) {
    throw new GraphError(138002, `The number has ${settings.concurrent_calls} calls at once already.`);
  }
  const recent = connectedAt(calls.between(id, person.id)).filter((at) => now - at < DAY_MS);
  if (recent.length >= settings.calls_per_day) {
    throw new GraphError(138012, `The person was called ${settings.calls_per_day} times in 24 hours.`);
  }
  return person;
}

/** When the calls of the business were answered: only those count for its limit. */
export function connectedAt(calls: readonly Call[]): number[] {
  return calls.flatMap((call) =>
    call.direction === 'BUSINESS_INITIATED' && call.connected_at !== null ? [call.connected_at] : [],
  );
}
