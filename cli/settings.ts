import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The installation that this command line is part of. */
export const installation = fileURLToPath(new URL('..', import.meta.url));

/** The command was used wrongly; the message says what is missing or does not fit. */
export class UsageProblem extends Error {
  override readonly name = 'UsageProblem';
}

type Environment = Record<string, string | undefined>;

/** Where the server is: as told, or where a server that was started with the same environment listens. No slash at the
 *  end. Throws UsageProblem. */
export function serverUrl(told: string | undefined, env: Environment): string {
  const text = told ?? present(env['CARILLON_URL']);
  if (text === undefined) {
    const port = present(env['CARILLON_PORT']) ?? '4000';
    if (port === '0')
      throw new UsageProblem(
        'CARILLON_PORT is 0, so the port of the server is not known. Give --url or set CARILLON_URL.',
      );
    const host = present(env['CARILLON_HOST']) ?? '127.0.0.1';
    const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
  }
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) {
    const where = told === undefined ? 'CARILLON_URL' : '--url';
    throw new UsageProblem(`${where} must be an http or https address, e.g. http://127.0.0.1:4000.`);
  }
  return url.href.replace(/\/+$/, '');
}

export interface FoundKey {
  key: string;
  /** For messages: where it was found. */
  source: string;
}

/**
 * The API key: as told, from the environment, or from the data folder of a server on this machine. A key of this machine's
 * server is not shown to another machine. Undefined when there is none.
 */
export function findApiKey(told: string | undefined, env: Environment, url: string): FoundKey | undefined {
  if (told !== undefined) return { key: told, source: '--api-key' };
  const set = present(env['CARILLON_API_KEY']);
  if (set !== undefined) return { key: set, source: 'CARILLON_API_KEY' };
  if (!isThisMachine(url)) return undefined;
  for (const folder of dataFolders(env)) {
    const path = join(folder, 'api-key');
    try {
      const key = readFileSync(path, 'utf8').trim();
      if (key !== '') return { key, source: path };
    } catch {
      // Not there, or not for us: the next place, or the words of whoever needs the key.
    }
  }
  return undefined;
}

/** Where the data of a server on this machine may be: as configured; else beside us, since `npm start` runs there. */
export function dataFolders(env: Environment): string[] {
  const told = present(env['CARILLON_DATA']);
  return told === undefined ? [...new Set([resolve('data'), join(installation, 'data')])] : [resolve(told)];
}

export function isThisMachine(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

function present(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
