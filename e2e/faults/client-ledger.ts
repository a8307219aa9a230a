import { openSync, readFileSync, writeSync } from 'node:fs';

/** What a client learnt from one request. `status` is null when no answer came: the outcome is not known to it. */
export interface ClientEntry {
  at: string;
  key: string;
  /** The server that answered. */
  server: string;
  route: 'single' | 'batch';
  /** The names of the messages in the request, each unique in the run; a message carries its name as metadata. */
  names: string[];
  status: number | null;
  /** The ids of accepted messages, in the order of `names`; null for one that was refused. */
  ids: (string | null)[];
  code?: string;
  error?: string;
}

/** An append-only file of every answer that was seen, written before the client sends its next request. */
export class ClientLedger {
  readonly #path: string;
  readonly #file: number;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'a');
  }

  append(entry: ClientEntry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  read(): ClientEntry[] {
    const lines = readFileSync(this.#path, 'utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as ClientEntry);
  }
}
