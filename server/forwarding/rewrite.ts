/** What the receiver knows otherwise than the provider does. */
export interface Names {
  /** The receiver's id for a message that the provider knows under this one; undefined: the same. */
  idOf: (providerId: string) => string | undefined;
  /** What its sender wanted back with the receipts, for a value that we sent in its place; undefined: it is not ours. Null:
   *  the sender wanted nothing back. */
  callbackDataOf: (value: string) => string | null | undefined;
}

const callbackMember = 'biz_opaque_callback_data';
const token = /"(?:[^"\\]|\\.)*"/gs;

/** All ids of messages and all callback data that stand in the body, each once. */
export function namesIn(body: string): { ids: string[]; callbackData: string[] } {
  const ids = new Set<string>();
  const callbackData = new Set<string>();
  for (const { text, member } of stringsOf(body)) {
    if (member === callbackMember) callbackData.add(text);
    else if (text.startsWith('wamid.')) ids.add(text);
  }
  return { ids: [...ids], callbackData: [...callbackData] };
}

/** The id and the callback data of each status. What our own value names is our message, whatever else is known of the id. */
export function statusesIn(body: string): { id: string; callbackData: string }[] {
  const values = fieldsOf(readJson(body), 'entry').flatMap((entry) => fieldsOf(entry, 'changes'));
  return values.flatMap((change) =>
    fieldsOf(change['value'], 'statuses').flatMap((status) => {
      const { id, [callbackMember]: callbackData } = status;
      return typeof id === 'string' && typeof callbackData === 'string' ? [{ id, callbackData }] : [];
    }),
  );
}

/** The objects in an array of an object; none of anything else. */
function fieldsOf(parent: unknown, name: string): Record<string, unknown>[] {
  const list = typeof parent === 'object' && parent !== null ? (parent as Record<string, unknown>)[name] : undefined;
  if (!Array.isArray(list)) return [];
  return list.filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * The body with those names changed and every other byte as it was: the order of keys, spaces, escapes and numbers too large
 * for us stay those of the provider. An id is changed wherever it stands, since an answer or a reaction names a message too.
 */
export function rewriteNames(body: string, names: Names): string {
  let written = '';
  let from = 0;
  for (const { start, end, text, member, memberStart } of stringsOf(body)) {
    if (member === callbackMember && memberStart !== undefined) {
      const wanted = names.callbackDataOf(text);
      if (wanted === undefined) continue;
      if (wanted === null) {
        const cut = memberSpan(body, memberStart, end);
        written += body.slice(from, cut.start);
        from = cut.end;
        continue;
      }
      written += body.slice(from, start) + quoted(wanted);
      from = end;
    } else if (text.startsWith('wamid.')) {
      const id = names.idOf(text);
      if (id === undefined) continue;
      written += body.slice(from, start) + quoted(id);
      from = end;
    }
  }
  return written + body.slice(from);
}

/** As Meta writes JSON, and signs it: every character beyond ASCII as `\uXXXX` in lower case, every `/` as `\/`. */
export function escapeAsMeta(json: string): string {
  return json
    .replaceAll('/', String.raw`\/`)
    .replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

interface Value {
  start: number;
  end: number;
  text: string;
  /** The key that it stands under. */
  member: string | undefined;
  memberStart: number | undefined;
}

/** Every string that is a value. Nothing in a JSON text but its strings has a quotation mark, so finding them is enough. */
function* stringsOf(body: string): Generator<Value> {
  let key: { text: string; start: number; end: number } | undefined;
  for (const match of body.matchAll(token)) {
    const start = match.index;
    const end = start + match[0].length;
    const text = unquoted(match[0]);
    if (/^\s*:/.test(body.slice(end, end + 20))) {
      key = { text, start, end };
      continue;
    }
    const isMember = key !== undefined && /^\s*:\s*$/.test(body.slice(key.end, start));
    yield {
      start,
      end,
      text,
      member: isMember ? key?.text : undefined,
      memberStart: isMember ? key?.start : undefined,
    };
  }
}

/** A member with one of the commas beside it. */
function memberSpan(body: string, start: number, end: number): { start: number; end: number } {
  const before = /,\s*$/.exec(body.slice(Math.max(0, start - 20), start));
  if (before) return { start: start - before[0].length, end };
  const after = /^\s*,/.exec(body.slice(end, end + 20));
  return { start, end: end + (after?.[0].length ?? 0) };
}

function unquoted(quotedText: string): string {
  try {
    return JSON.parse(quotedText) as string;
  } catch {
    return '';
  }
}

function quoted(text: string): string {
  return escapeAsMeta(JSON.stringify(text));
}
