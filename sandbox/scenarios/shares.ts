import { seededRandom, shuffled } from '#storage/random.ts';
import { chanceOf } from './spans.ts';

/** Exactly the share of them, rounded, chosen by the seed and in their order: 3 % of a hundred are three. */
export function chooseShare<Value>(values: Value[], share: number | string | undefined, seed: number): Value[] {
  if (share === undefined) return values;
  // In whole millionths: 58 % of 375 as 375 * 0.58 falls just short of the half that is rounded up.
  const wanted = Math.round((values.length * Math.round(chanceOf(share) * 1_000_000)) / 1_000_000);
  const places = shuffled([...values.keys()], seededRandom(seed)).slice(0, wanted);
  return places.toSorted((one, other) => one - other).map((place) => values[place] as Value);
}
