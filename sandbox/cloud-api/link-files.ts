import { request } from 'undici';
import type { Json } from '#people/chats.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { isObject } from './checks.ts';
import type { Failure } from './delivery-rules.ts';
import { MEDIA_KINDS, bareMimeType } from './media.ts';

/** How long a file that was fetched counts as known. */
const CACHE_MS = 600_000;
const LIMIT_MS = 10_000;

export interface Link {
  kind: string;
  url: string;
}

/** The files that a message names by their address, wherever they stand in it. */
export function linksOf(content: Json): Link[] {
  return Object.entries(content).flatMap(([key, value]): Link[] => {
    if (Array.isArray(value)) return (value as unknown[]).filter(isObject).flatMap(linksOf);
    if (!isObject(value)) return [];
    const kind = key === 'gif' ? 'video' : key;
    if (Object.hasOwn(MEDIA_KINDS, kind) && typeof value['link'] === 'string') return [{ kind, url: value['link'] }];
    return linksOf(value);
  });
}

/** Fetches the files of messages as WhatsApp does before it delivers them, each that is good once in ten minutes. */
export class LinkFiles {
  readonly #clock: SandboxClock;
  readonly #known = new Map<string, { at: number; problem: Promise<string | null> }>();

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** The failure of a message one of whose files cannot be had; null when all can. */
  async failureOf(content: Json): Promise<Failure | null> {
    const problems = await Promise.all(linksOf(content).map((link) => this.#problemOf(link)));
    const problem = problems.find((each) => each !== null);
    return problem === undefined || problem === null
      ? null
      : { code: 131053, details: `Media upload error: ${problem}` };
  }

  #problemOf(link: Link): Promise<string | null> {
    const now = this.#clock.now();
    const key = `${link.kind} ${link.url}`;
    const known = this.#known.get(key);
    if (known && now - known.at < CACHE_MS) return known.problem;
    for (const [old, { at }] of this.#known) if (now - at >= CACHE_MS) this.#known.delete(old);
    const problem = fetchProblemOf(link);
    const entry = { at: now, problem };
    this.#known.set(key, entry);
    // What could not be had is asked for again by the next message.
    void problem.then((text) => {
      if (text !== null && this.#known.get(key) === entry) this.#known.delete(key);
    });
    return problem;
  }
}

async function fetchProblemOf({ kind, url }: Link): Promise<string | null> {
  try {
    const answer = await request(url, { signal: AbortSignal.timeout(LIMIT_MS) });
    const problem = headersProblemOf(kind, answer.statusCode, answer.headers['content-type']);
    if (problem !== null) {
      // Ending it early is an error of the stream, which nobody waits for.
      answer.body.on('error', () => undefined).destroy();
      return problem;
    }
    const maxBytes = MEDIA_KINDS[kind]?.maxBytes ?? 0;
    let bytes = 0;
    for await (const chunk of answer.body) {
      bytes += (chunk as Buffer).length;
      // Leaving the loop ends the download.
      if (bytes > maxBytes) return `the file has more than ${maxBytes} bytes, which ${kind} does not allow.`;
    }
    return bytes === 0 ? 'the file is empty.' : null;
  } catch (error) {
    return `the file could not be fetched: ${error instanceof Error ? error.message || error.name : String(error)}`;
  }
}

function headersProblemOf(kind: string, status: number, type: string | string[] | undefined): string | null {
  if (status !== 200) return `the file could not be fetched: its address answers ${status}.`;
  if (typeof type !== 'string') return 'the answer has no Content-Type.';
  const isAllowed = MEDIA_KINDS[kind]?.types.includes(bareMimeType(type)) ?? false;
  return isAllowed ? null : `the file has the type ${type.slice(0, 100)}, which ${kind} does not allow.`;
}
