import { CarillonError } from '@carillon/sdk/error';
import { CommanderError } from 'commander';
import { plain } from './output.ts';
import { UsageProblem } from './settings.ts';

/** 0: done. 1: refused, failed, or something is wrong. 2: used wrongly. 3: the server does not answer. 130: given up. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

export interface Failure {
  exitCode: ExitCode;
  /** For people; empty when everything was said already. */
  words: string;
  /** For `--json`. */
  error: Record<string, unknown>;
}

/** The person pressed Ctrl-C at a question. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/** The command was carried out and its result is bad, as it has said already. */
export class BadResult extends Error {
  override readonly name = 'BadResult';
}

/** What to say about an error, and how to end. `keySource` tells where the API key came from. */
export function failureOf(error: unknown, context: { url?: string; keySource?: string } = {}): Failure {
  if (error instanceof BadResult) return { exitCode: 1, words: '', error: {} };
  if (error instanceof GivenUp)
    return { exitCode: 130, words: 'Given up; nothing was changed.', error: { code: 'given_up' } };
  // Commander has written its words itself.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? 0 : 2, words: '', error: { code: 'usage', detail: error.message } };
  if (error instanceof UsageProblem)
    return { exitCode: 2, words: error.message, error: { code: 'usage', detail: error.message } };
  if (error instanceof CarillonError) return refusal(error, context);
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    exitCode: 1,
    words: `This is a mistake of the command line itself.\n${words}`,
    error: { code: 'internal', detail: words },
  };
}

function refusal(error: CarillonError, { url, keySource }: { url?: string; keySource?: string }): Failure {
  const { code, status, title, detail, errors, requestId } = error;
  const problem = { code, status, title, detail, errors, request_id: requestId };
  if (code === 'unreachable') {
    const words = `Carillon does not answer at ${url ?? 'its address'}. ${plain(detail, 300)}\nIs the server running? Start it with "npx carillon start", or give its address with --url or CARILLON_URL.`;
    return { exitCode: 3, words, error: problem };
  }
  const lines = [
    [title, plain(detail, 4_000)]
      .filter((words) => words !== '' && words !== '–')
      .map(sentence)
      .join(' '),
  ];
  // The detail of a request with one bad field is that field.
  const more = errors.filter(({ message }) => !detail.includes(message));
  lines.push(...more.map((field) => `  ${plain(field.pointer || 'the body')}: ${plain(field.message, 500)}`));
  if (code === 'unauthorized' && keySource) lines.push(`The API key came from ${keySource}.`);
  if (requestId && status >= 500) lines.push(`The server's log has more under the request id ${requestId}.`);
  return { exitCode: 1, words: lines.join('\n'), error: problem };
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}
