import { type CarillonClient, createClient } from '@carillon/sdk';
import type { Command } from 'commander';
import { failureOf } from './failure.ts';
import { createOutput, type Output } from './output.ts';
import { type FoundKey, dataFolders, findApiKey, serverUrl, UsageProblem } from './settings.ts';

export interface GlobalOptions {
  url?: string;
  apiKey?: string;
  json?: boolean;
}

export interface Context<Options> {
  client: CarillonClient;
  out: Output;
  options: Options;
  url: string;
}

/** The action of a command that talks with the server. It gets the command's operands behind the context. */
export function action<Options extends object, Operands extends unknown[] = []>(
  run: (context: Context<Options>, ...operands: Operands) => Promise<void>,
) {
  return async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions & Options>();
    const out = createOutput(options.json ?? false);
    let url: string | undefined;
    let found: FoundKey | undefined;
    try {
      url = serverUrl(options.url, process.env);
      found = findApiKey(options.apiKey, process.env, url);
      if (!found) throw new UsageProblem(missingKey());
      const client = createClient({ baseUrl: url, apiKey: found.key, retries: 2, maxWaitSeconds: 10 });
      await run({ client, out, options, url }, ...(parameters.slice(0, -2) as Operands));
    } catch (error) {
      report(error, out, { ...(url ? { url } : {}), ...(found ? { keySource: found.source } : {}) });
    }
  };
}

/** The action of a command that needs no server. */
export function localAction<Options extends object, Operands extends unknown[] = []>(
  run: (context: { out: Output; options: GlobalOptions & Options }, ...operands: Operands) => Promise<void>,
) {
  return async (...parameters: unknown[]): Promise<void> => {
    const command = parameters.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions & Options>();
    const out = createOutput(options.json ?? false);
    try {
      await run({ out, options }, ...(parameters.slice(0, -2) as Operands));
    } catch (error) {
      report(error, out);
    }
  };
}

/** Says what went wrong and sets how the process ends. */
function report(error: unknown, out: Output, context: { url?: string; keySource?: string } = {}): void {
  const failure = failureOf(error, context);
  process.exitCode = failure.exitCode;
  if (failure.words === '') return;
  const text = out.isJson ? JSON.stringify({ error: failure.error }, null, 2) : failure.words;
  process.stderr.write(`${text}\n`);
}

function missingKey(): string {
  const files = dataFolders(process.env).map((folder) => `${folder}/api-key`);
  return `There is no API key. Set CARILLON_API_KEY, give --api-key, or run this where the key of the server can be read (looked for ${files.join(' and ')}).`;
}
