import type { StartOptions } from './follow-scenario.ts';
import { WRITING_WORDS, isWritten } from './spans.ts';

/** An option of the command line that cannot be meant. */
export class WrongOption extends Error {
  override readonly name = 'WrongOption';
}

/** The options that change how a scenario is started; throws a `WrongOption`. */
export function readStartOptions(values: {
  seed?: string | undefined;
  speed?: string | undefined;
  start?: string | undefined;
}): StartOptions {
  const { seed, speed, start } = values;
  if (seed !== undefined && !(/^\d{1,10}$/.test(seed) && Number(seed) <= 4_294_967_295)) {
    throw new WrongOption('--seed must be a whole number from 0 to 4294967295');
  }
  if (speed !== undefined && speed !== 'max' && !(/^\d{1,7}(?:\.\d{1,2})?$/.test(speed) && Number(speed) >= 0.01)) {
    throw new WrongOption('--speed must be max or a number from 0.01 on');
  }
  if (start !== undefined && !isWritten('moment', start))
    throw new WrongOption(`--start must be ${WRITING_WORDS.moment}`);
  return {
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(speed === undefined ? {} : { speed: speed === 'max' ? speed : Number(speed) }),
    ...(start === undefined ? {} : { start }),
  };
}
