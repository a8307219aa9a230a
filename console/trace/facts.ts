export type Fact = { name: string } & FactValue;

export type FactValue =
  | { kind: 'text' | 'instant' | 'json'; value: string }
  | { kind: 'facts'; facts: Fact[] }
  | { kind: 'list'; items: FactValue[] };

/** Facts within facts are drawn as such down to here, and as JSON below. */
const maxDepth = 3;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/u;

/** The facts of a decision or an event as lines for a reader: names in words, facts within facts, sums of money as one.
 *  What is absent or empty is left out. */
export function factsOf(detail: Readonly<Record<string, unknown>>, without: readonly string[] = [], depth = 1): Fact[] {
  return Object.entries(detail)
    .filter(([name, value]) => !isEmpty(value) && !without.includes(name))
    .map(([name, value]) => ({ name: inWords(name), ...valueOf(value, depth) }));
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function valueOf(value: unknown, depth: number): FactValue {
  if (typeof value === 'boolean') return { value: value ? 'yes' : 'no', kind: 'text' };
  if (typeof value === 'string') return { value, kind: instant.test(value) ? 'instant' : 'text' };
  if (typeof value === 'number') return { value: String(value), kind: 'text' };
  if (Array.isArray(value) && value.every(isPlain)) return { value: value.join(', '), kind: 'text' };
  if (typeof value !== 'object' || value === null || depth >= maxDepth) {
    return { value: JSON.stringify(value, undefined, 2), kind: 'json' };
  }
  if (Array.isArray(value)) return { items: value.map((item) => valueOf(item, depth + 1)), kind: 'list' };
  return moneyOf(value) ?? { facts: factsOf(value as Record<string, unknown>, [], depth + 1), kind: 'facts' };
}

function moneyOf(value: object): FactValue | undefined {
  const { amount, currency, ...others } = value as { amount?: unknown; currency?: unknown };
  if (!isPlain(amount) || !isPlain(currency) || Object.keys(others).length > 0) return undefined;
  return { value: `${amount} ${currency}`, kind: 'text' };
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** `window_expires_at` and `windowExpiresAt` read "window expires at". */
export function inWords(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .replaceAll(/[_.-]+/gu, ' ')
    .toLowerCase();
}

/** The time between two instants as a reader wants it: `340 ms`, `2.4 s`, `3 min`, `5 h`, `2 d`. */
export function elapsedWords(from: string, to: string): string {
  const ms = Date.parse(to) - Date.parse(from);
  if (!Number.isFinite(ms)) return '';
  const size = Math.abs(ms);
  if (size < 1000) return `${ms} ms`;
  if (size < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  if (size < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (size < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}
