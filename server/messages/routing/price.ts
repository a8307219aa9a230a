/** What one message costs. The amount is a decimal text: money is not counted in binary fractions. */
export interface Price {
  amount: string;
  /** ISO 4217. */
  currency: string;
}

const fractionDigits = 6;

export function isAmount(text: string): boolean {
  return /^\d{1,9}(?:\.\d{1,6})?$/.test(text);
}

/** Millionths of the currency. */
function millionths({ amount }: Price): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(fractionDigits, '0'));
}

/** Below zero when the first is cheaper. Both are of one currency. */
export function comparePrices(a: Price, b: Price): number {
  const difference = millionths(a) - millionths(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A price that nobody told, or that is of another currency, is not known to be within the ceiling. */
export function isWithin(price: Price | null, ceiling: Price): boolean {
  return price !== null && price.currency === ceiling.currency && comparePrices(price, ceiling) <= 0;
}
