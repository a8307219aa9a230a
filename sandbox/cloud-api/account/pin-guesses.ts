import type { Settings } from '#control/settings.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { NumberStates } from './number-states.ts';

interface Deps {
  clock: SandboxClock;
  settings: Settings;
  numbers: NumberStates;
}

const HOUR_MS = 3_600_000;

/** Throws unless the PIN is that of the number. Who guesses must wait: a moment between two, and an hour after some. */
export function checkPinOf(phoneNumberId: string, pin: string, { clock, settings, numbers }: Deps): void {
  const state = numbers.of(phoneNumberId);
  if (state.pin === null) return;
  const now = clock.now();
  const recent = state.pin_guesses.filter((at) => at > now - HOUR_MS);
  const isLimited = settings.limits === 'on';
  if (isLimited && recent.length >= settings.pin_guesses_per_hour) {
    const minutes = Math.ceil(((recent[0] ?? now) + HOUR_MS - now) / 60_000);
    throw new GraphError(133008, `The two-step PIN was guessed too often. Wait ${minutes} minutes.`);
  }
  if (state.pin === pin) return;
  numbers.change(phoneNumberId, { pin_guesses: [...recent, now] });
  const isFast = (recent.at(-1) ?? 0) > now - settings.pin_guess_seconds * 1000;
  if (isLimited && isFast) {
    throw new GraphError(133009, `The two-step PIN was guessed too fast. Wait ${settings.pin_guess_seconds} seconds.`);
  }
  throw new GraphError(133005, 'The two-step PIN is not right.');
}
