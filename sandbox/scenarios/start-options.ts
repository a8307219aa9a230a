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
  business?: string | undefined;
  token?: string | undefined;
}): StartOptions {
  const { seed, speed, start, business, token } = values;
  if (seed !== undefined && !(/^\d{1,10}$/.test(seed) && Number(seed) <= 4_294_967_295)) {
    throw new WrongOption('--seed must be a whole number from 0 to 4294967295');
  }
  if (speed !== undefined && speed !== 'max' && !(/^\d{1,7}(?:\.\d{1,2})?$/.test(speed) && Number(speed) >= 0.01)) {
    throw new WrongOption('--speed must be max or a number from 0.01 on');
  }
  if (start !== undefined && !isWritten('moment', start))
    throw new WrongOption(`--start must be ${WRITING_WORDS.moment}`);
  if (business !== undefined && !(/^https?:/.test(business) && URL.canParse(business))) {
    throw new WrongOption('--business must be an http or https address such as http://127.0.0.1:4000/graph');
  }
  if ((business === undefined) !== (token === undefined)) throw new WrongOption('--business and --token go together');
  return {
    ...(business === undefined || token === undefined ? {} : { business: { base_url: business, access_token: token } }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(speed === undefined ? {} : { speed: speed === 'max' ? speed : Number(speed) }),
    ...(start === undefined ? {} : { start }),
  };
}
