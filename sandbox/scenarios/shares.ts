import { seededRandom, shuffled } from '#storage/random.ts';
import { chanceOf } from './spans.ts';

/** Exactly the share of them, rounded, chosen by the seed and in their order: 3 % of a hundred are three. */
export function chooseShare<Value>(values: Value[], share: number | string | undefined, seed: number): Value[] {
  if (share === undefined) return values;
  const places = shuffled([...values.keys()], seededRandom(seed)).slice(0, Math.round(values.length * chanceOf(share)));
  return places.toSorted((one, other) => one - other).map((place) => values[place] as Value);
}
