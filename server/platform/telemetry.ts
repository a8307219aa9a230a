import pino, { type Logger } from 'pino';
import type { LogLevel } from './config.ts';
import { LogSink } from './log-sink.ts';

/** `drain` waits until every line is written, `limitMs` at most: call it before the process ends. */
export type Log = Logger & { drain(limitMs: number): Promise<boolean> };

/** One JSON object a line. Texts are constants; what varies goes into fields, and no field holds a message's text, a name,
 *  an address or a number of a person: log the identifier instead. */
export function createLog(options: { level: LogLevel; sink?: { write(line: string): void } }): Log {
  const own = options.sink === undefined ? new LogSink(2) : undefined;
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error), error: (error: unknown) => describeError(error) },
      redact: { paths: secretPaths, censor: '[secret]' },
    },
    options.sink ?? own,
  );
  return Object.assign(logger, { drain: (limitMs: number) => own?.drain(limitMs) ?? Promise.resolve(true) });
}

// The second wall: nobody should log these, and if somebody does, they do not get out.
const secretNames = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'api_key',
  'apiKey',
  'access_token',
  'accessToken',
  'app_secret',
  'appSecret',
  'verify_token',
  'phone',
  'to',
  'from',
  'wa_id',
  'body',
  'text',
];
const secretPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

type DescribedError = { type: string; message: string; code?: string; stack?: string; cause?: unknown };

/** An error for the log. Only the fields that are known to be harmless: a database error, for one, also carries the row
 *  that it stumbled over. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { type: typeof error, message: 'A value was thrown.' };
  const described: DescribedError = { type: error.name, message: withoutNumbers(error.message) };
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') described.code = code;
  if (error.stack !== undefined) described.stack = withoutNumbers(error.stack);
  if (error.cause !== undefined && depth < 4) described.cause = describeError(error.cause, depth + 1);
  return described;
}

/** Replaces what looks like a phone number. Line numbers of a stack are shorter, identifiers have letters around. */
export function withoutNumbers(text: string): string {
  return text.replaceAll(/(?<![\w-])\+?\d{7,15}(?![\w-])/g, '[number]');
}
