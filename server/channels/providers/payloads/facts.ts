import type { Fact } from '#channels/lessons.ts';
import { type Fields, textOf } from './fields.ts';

/** Plain values of an object under their own names; what is missing, too long or not plain is left out. */
export function factsOf(value: Fields, names: readonly string[]): Record<string, Fact> {
  const facts: Record<string, Fact> = {};
  for (const name of names) {
    const fact = value[name];
    if (typeof fact === 'boolean' || (typeof fact === 'number' && Number.isFinite(fact))) facts[name] = fact;
    else {
      const text = textOf(fact, 1000);
      if (text !== undefined) facts[name] = text;
    }
  }
  return facts;
}
