// A run of 16 or more digits outside of quotes may be a number that a double cannot hold.
const bigNumber = /[:[,]\s*-?\d{16}/;

const decoder = new TextDecoder();

/** Parses a webhook's body; whole numbers beyond 2^53 become strings with all their digits (ids of templates are such).
 *  Throws a SyntaxError when it is not JSON. Bytes that are not UTF-8 become U+FFFD. */
export function parseWebhookJson(rawBody: Uint8Array): unknown {
  const text = decoder.decode(rawBody);
  // A reviver makes parsing several times slower, so it runs only when there may be something to revive.
  return bigNumber.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

const maxDepth = 64;
const maxEntries = 1000;
const maxTextBytes = 64 * 1024;
const textBuffer = new Uint8Array(maxTextBytes);
const encoder = new TextEncoder();

export interface Tidied<Value> {
  value: Value;
  /** Something was too long or too deep to keep; the raw body has all of it. */
  truncated: boolean;
}

/**
 * Makes a value of a webhook fit to be stored as JSON and as text, in place: NUL and halves of surrogate pairs go (the
 * database refuses them), texts end at 64 kB, lists at 1,000 entries, nesting at 64 levels, numbers are finite.
 */
export function tidy<Value>(value: Value): Tidied<Value> {
  const state = { truncated: false };
  return { value: tidyValue(value, 0, state) as Value, truncated: state.truncated };
}

function tidyValue(value: unknown, depth: number, state: { truncated: boolean }): unknown {
  if (typeof value === 'string') return tidyText(value, state);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) {
    state.truncated = true;
    return null;
  }
  if (Array.isArray(value)) {
    if (value.length > maxEntries) {
      state.truncated = true;
      value.length = maxEntries;
    }
    for (let index = 0; index < value.length; index++) value[index] = tidyValue(value[index], depth + 1, state);
    return value;
  }
  const fields = value as Record<string, unknown>;
  for (const key of Object.keys(fields)) {
    const kept = key.length > 1000 ? key.slice(0, 1000) : key;
    const name = cleanText(kept);
    if (key === '__proto__') delete fields[key];
    else if (name === key) fields[key] = tidyValue(fields[key], depth + 1, state);
    else {
      const moved = fields[key];
      delete fields[key];
      if (name !== '__proto__') fields[name] = tidyValue(moved, depth + 1, state);
    }
  }
  return fields;
}

function tidyText(text: string, state: { truncated: boolean }): string {
  const clean = cleanText(text);
  // A UTF-16 unit has at most three bytes in UTF-8, so short texts need no counting.
  if (clean.length * 3 <= maxTextBytes) return clean;
  const { read } = encoder.encodeInto(clean, textBuffer);
  if (read === clean.length) return clean;
  state.truncated = true;
  return clean.slice(0, read);
}

function cleanText(text: string): string {
  const withoutNul = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return withoutNul.isWellFormed() ? withoutNul : withoutNul.toWellFormed();
}
