import { resolve } from 'node:path';
import { inspect } from 'node:util';

/** A value that may not appear in a log, an error or a dump of the configuration; `reveal()` is the one way to it. */
export class Secret<Value> {
  readonly #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  reveal(): Value {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

export type S3Settings = {
  kind: 's3';
  bucket: string;
  /** Key prefix inside the bucket, without slashes at its ends; empty for none. */
  prefix: string;
  region: string;
  /** Absent for AWS itself. */
  endpoint: string | undefined;
  accessKeyId: string;
  secretAccessKey: Secret<string>;
};

export type MediaSettings = { kind: 'folder'; folder: string } | S3Settings;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export type Config = {
  /** 0 picks a free port. */
  port: number;
  host: string;
  /** Absolute. */
  dataFolder: string;
  sandboxPort: number | 'off';
  /** A file, or the name of one that is shipped; the sandbox reads it. */
  sandboxScenario: string | undefined;
  apiKey: Secret<string> | undefined;
  /** How the outside reaches this server, without a slash at the end; undefined when nobody said. */
  publicUrl: string | undefined;
  /** Undefined: start the embedded PostgreSQL. */
  databaseUrl: Secret<string> | undefined;
  logLevel: LogLevel;
  /** The key-encryption key, 32 bytes; undefined: kept in a file of the data folder. */
  secretKey: Secret<Buffer> | undefined;
  nextSecretKey: Secret<Buffer> | undefined;
  otlpEndpoint: string | undefined;
  /** Private addresses that the operator lets connections use, such as a sandbox on another machine. */
  allowedTargets: { host: string; port: number }[];
  media: MediaSettings;
  /** Where `clamd` listens; undefined: nobody looks for viruses. */
  virusScanner: { host: string; port: number } | undefined;
  /** Messages of one workspace that may wait to be sent. */
  queueLimit: number;
  /** How long what is partitioned by month is kept; undefined: for good. */
  retentionDays: { messages: number | undefined; webhooks: number | undefined };
  isTest: boolean;
  /** Only in tests; see failpoints.ts. */
  failpoints: string | undefined;
};

type Variable = { name: string; shown: string; help: string };

const variables: Variable[] = [
  { name: 'CARILLON_PORT', shown: '4000', help: 'Port of the API and the console; 0 picks a free one' },
  { name: 'CARILLON_HOST', shown: '127.0.0.1', help: 'Address to listen on; 0.0.0.0 for all' },
  { name: 'CARILLON_DATA', shown: './data', help: 'Folder for the embedded database, media and generated keys' },
  {
    name: 'CARILLON_SANDBOX_PORT',
    shown: '4010',
    help: 'Port of the simulated providers and their phone; off starts none',
  },
  {
    name: 'CARILLON_SANDBOX_SCENARIO',
    shown: 'none',
    help: 'A scenario for the people of the sandbox, by file or shipped name, e.g. lively-phones',
  },
  { name: 'CARILLON_API_KEY', shown: 'generated', help: 'A first full-access key, at least 16 characters' },
  {
    name: 'CARILLON_PUBLIC_URL',
    shown: 'none',
    help: 'How providers reach this server, e.g. https://chat.example.com',
  },
  { name: 'DATABASE_URL', shown: 'embedded', help: 'postgres://… of a server to use instead of the embedded one' },
  { name: 'CARILLON_LOG', shown: 'info', help: `How much to log: ${logLevels.join(', ')}` },
  { name: 'CARILLON_SECRET_KEY', shown: 'generated', help: '32 bytes in base64 that encrypt stored credentials' },
  {
    name: 'CARILLON_SECRET_KEY_NEXT',
    shown: 'none',
    help: 'another such key, while CARILLON_SECRET_KEY is being changed to it',
  },
  {
    name: 'CARILLON_MEDIA',
    shown: '<data>/media',
    help: 'Folder, or s3://KEY:SECRET@bucket/prefix?endpoint=…&region=…',
  },
  {
    name: 'CARILLON_VIRUS_SCANNER',
    shown: 'none',
    help: 'clamd://host:port of a ClamAV daemon that looks at every file first',
  },
  { name: 'CARILLON_QUEUE_LIMIT', shown: '5000000', help: 'Messages of one workspace that may wait to be sent' },
  {
    name: 'CARILLON_RETENTION_MESSAGES_DAYS',
    shown: 'off',
    help: 'Messages older than this go, by whole months; at least 31, off keeps them',
  },
  {
    name: 'CARILLON_RETENTION_WEBHOOKS_DAYS',
    shown: '30',
    help: 'The same for webhooks as providers sent them; off keeps them',
  },
  {
    name: 'CARILLON_ALLOWED_TARGETS',
    shown: 'none',
    help: 'Private host:port pairs that connections and forwarding may call, separated by commas',
  },
  { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', shown: 'none', help: 'Where to send traces (OTLP over HTTP)' },
  {
    name: 'CARILLON_URL',
    shown: 'this machine',
    help: 'Where the command line finds the server; the server ignores it',
  },
  { name: 'CARILLON_FAILPOINTS', shown: 'none', help: 'Faults to inject; refused unless NODE_ENV=test' },
];

/** The environment cannot be used; `problems` has one sentence for each variable at fault, without its value. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
  readonly problems: string[];

  constructor(problems: string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n  ${problems.join('\n  ')}`,
    );
    this.problems = problems;
  }
}

/** The variables as lines for `--help`: name, what is used when it is absent, what it does. */
export function describeConfig(): string {
  const width = Math.max(...variables.map((variable) => variable.name.length));
  return variables.map(({ name, shown, help }) => `  ${name.padEnd(width)}  ${help} [${shown}]`).join('\n');
}

/** The configuration that the process was started with. The only reader of `process.env`. */
export function readProcessConfig(): Config {
  return readConfig(process.env);
}

/** Reads the whole environment and throws one ConfigProblem that lists everything that is wrong with it. An empty
 *  variable counts as absent. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = [];
  const read = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

  for (const name of Object.keys(env)) {
    if (name.startsWith('CARILLON_') && !variables.some((variable) => variable.name === name)) {
      problems.push(`${name} is not a variable of Carillon${nearest(name)}.`);
    }
  }

  const port = readPort(read('CARILLON_PORT') ?? '4000');
  if (port === undefined) problems.push('CARILLON_PORT must be a whole number from 0 to 65535.');

  const sandbox = read('CARILLON_SANDBOX_PORT') ?? '4010';
  const sandboxPort = sandbox === 'off' ? 'off' : readPort(sandbox);
  if (sandboxPort === undefined) problems.push('CARILLON_SANDBOX_PORT must be a whole number from 0 to 65535, or off.');
  if (typeof sandboxPort === 'number' && sandboxPort !== 0 && sandboxPort === port) {
    problems.push('CARILLON_SANDBOX_PORT and CARILLON_PORT must differ.');
  }

  const sandboxScenario = read('CARILLON_SANDBOX_SCENARIO');
  if (sandboxScenario !== undefined && sandboxPort === 'off') {
    problems.push('CARILLON_SANDBOX_SCENARIO needs the sandbox, and CARILLON_SANDBOX_PORT is off.');
  }

  const apiKey = read('CARILLON_API_KEY');
  if (apiKey !== undefined && !/^[\x21-\x7e]{16,255}$/.test(apiKey)) {
    problems.push('CARILLON_API_KEY must have 16 to 255 printable ASCII characters without spaces.');
  }

  const publicUrl = read('CARILLON_PUBLIC_URL');
  if (publicUrl !== undefined && !isHttpUrl(publicUrl)) {
    problems.push('CARILLON_PUBLIC_URL must be an http or https address without user, query and fragment.');
  }

  const databaseUrl = read('DATABASE_URL');
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) {
    problems.push('DATABASE_URL must begin with postgres:// or postgresql://.');
  }

  const logLevel = (read('CARILLON_LOG') ?? 'info') as LogLevel;
  if (!logLevels.includes(logLevel)) problems.push(`CARILLON_LOG must be one of ${logLevels.join(', ')}.`);

  const readKey = (name: 'CARILLON_SECRET_KEY' | 'CARILLON_SECRET_KEY_NEXT'): Buffer | undefined => {
    const text = read(name);
    if (text === undefined) return undefined;
    const key = Buffer.from(text, 'base64');
    if (key.length !== 32 || /[^A-Za-z0-9+/=_-]/.test(text))
      problems.push(`${name} must be 32 bytes in base64; make one with: openssl rand -base64 32`);
    return key;
  };
  const secretKey = readKey('CARILLON_SECRET_KEY');
  const nextSecretKey = readKey('CARILLON_SECRET_KEY_NEXT');
  if (nextSecretKey !== undefined && secretKey === undefined)
    problems.push('CARILLON_SECRET_KEY_NEXT is of use only beside CARILLON_SECRET_KEY.');

  const otlpEndpoint = read('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (otlpEndpoint !== undefined && !isHttpUrl(otlpEndpoint)) {
    problems.push('OTEL_EXPORTER_OTLP_ENDPOINT must be an http or https address.');
  }

  const targetsText = read('CARILLON_ALLOWED_TARGETS');
  const allowedTargets = targetsText === undefined ? [] : targetsText.split(',').map(readTarget);
  if (allowedTargets.includes(undefined)) {
    problems.push('CARILLON_ALLOWED_TARGETS must be host:port pairs separated by commas, e.g. 127.0.0.1:4010.');
  }

  const isTest = read('NODE_ENV') === 'test';
  const failpoints = read('CARILLON_FAILPOINTS');
  if (failpoints !== undefined && !isTest) problems.push('CARILLON_FAILPOINTS is for tests: it needs NODE_ENV=test.');

  const dataFolder = resolve(read('CARILLON_DATA') ?? 'data');
  const media = readMedia(read('CARILLON_MEDIA'), dataFolder);
  if (media === undefined) {
    problems.push('CARILLON_MEDIA must be a folder, or s3://KEY:SECRET@bucket/prefix?endpoint=…&region=….');
  }

  const scannerText = read('CARILLON_VIRUS_SCANNER');
  const virusScanner = scannerText === undefined ? undefined : readScanner(scannerText);
  if (scannerText !== undefined && virusScanner === undefined) {
    problems.push('CARILLON_VIRUS_SCANNER must be clamd://host:port, e.g. clamd://127.0.0.1:3310.');
  }

  const queueLimitText = read('CARILLON_QUEUE_LIMIT') ?? '5000000';
  const queueLimit = /^\d{4,10}$/.test(queueLimitText) ? Number(queueLimitText) : Number.NaN;
  if (Number.isNaN(queueLimit))
    problems.push('CARILLON_QUEUE_LIMIT must be a whole number of messages, at least 1000.');

  // A receipt may come weeks after its message, and must find it.
  const messagesDays = readDays(read('CARILLON_RETENTION_MESSAGES_DAYS') ?? 'off', 31);
  if (messagesDays === undefined) {
    problems.push('CARILLON_RETENTION_MESSAGES_DAYS must be a whole number of days from 31 to 36500, or off.');
  }
  const webhooksDays = readDays(read('CARILLON_RETENTION_WEBHOOKS_DAYS') ?? '30', 1);
  if (webhooksDays === undefined) {
    problems.push('CARILLON_RETENTION_WEBHOOKS_DAYS must be a whole number of days from 1 to 36500, or off.');
  }

  if (problems.length > 0 || port === undefined || sandboxPort === undefined || media === undefined) {
    throw new ConfigProblem(problems);
  }
  return {
    port,
    host: read('CARILLON_HOST') ?? '127.0.0.1',
    dataFolder,
    sandboxPort,
    sandboxScenario,
    apiKey: apiKey === undefined ? undefined : new Secret(apiKey),
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    databaseUrl: databaseUrl === undefined ? undefined : new Secret(databaseUrl),
    logLevel,
    secretKey: secretKey === undefined ? undefined : new Secret(secretKey),
    nextSecretKey: nextSecretKey === undefined ? undefined : new Secret(nextSecretKey),
    otlpEndpoint,
    allowedTargets: allowedTargets.filter((target) => target !== undefined),
    media,
    virusScanner,
    queueLimit,
    retentionDays: {
      messages: messagesDays === 'off' ? undefined : messagesDays,
      webhooks: webhooksDays === 'off' ? undefined : webhooksDays,
    },
    isTest,
    failpoints,
  };
}

function readPort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65535 ? port : undefined;
}

function readDays(text: string, atLeast: number): number | 'off' | undefined {
  if (text === 'off') return 'off';
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return days >= atLeast && days <= 36_500 ? days : undefined;
}

function readScanner(text: string): { host: string; port: number } | undefined {
  return text.startsWith('clamd://') ? readTarget(text.slice('clamd://'.length)) : undefined;
}

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function readMedia(text: string | undefined, dataFolder: string): MediaSettings | undefined {
  if (text === undefined) return { kind: 'folder', folder: resolve(dataFolder, 'media') };
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return { kind: 'folder', folder: resolve(text) };
  const url = URL.parse(text);
  if (url === null || url.protocol !== 's3:' || url.hostname === '' || url.username === '' || url.password === '') {
    return undefined;
  }
  const endpoint = url.searchParams.get('endpoint') ?? undefined;
  if (endpoint !== undefined && !isHttpUrl(endpoint)) return undefined;
  return {
    kind: 's3',
    bucket: url.hostname,
    prefix: url.pathname.replace(/^\/+|\/+$/g, ''),
    region: url.searchParams.get('region') ?? 'us-east-1',
    endpoint,
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: new Secret(decodeURIComponent(url.password)),
  };
}

// A typing mistake in a name is otherwise silent: the default is taken and nobody sees why.
function nearest(name: string): string {
  const known = variables.find((variable) => distance(variable.name, name) <= 2);
  return known === undefined ? '; --help lists them' : `; did you mean ${known.name}`;
}

function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

function readTarget(text: string): { host: string; port: number } | undefined {
  const [, host, portText] = /^\s*([\w.-]+):(\d{1,5})\s*$/.exec(text) ?? [];
  const port = portText === undefined ? undefined : readPort(portText);
  return host === undefined || port === undefined || port === 0 ? undefined : { host, port };
}
