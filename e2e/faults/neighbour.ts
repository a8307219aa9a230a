import { randomUUID } from 'node:crypto';
import { addWorkspace } from '#server/accounts/accounts.ts';
import { insertApiKey } from '#server/accounts/accounts-store.ts';
import { hashOfKey, makeApiKey } from '#server/accounts/api-key.ts';
import type { Database } from '#server/platform/database.ts';
import { newId } from '#server/platform/ids.ts';

/** Everything of a workspace that has lists. */
const lists = ['messages', 'contacts', 'conversations', 'dead-letters', 'webhooks', 'provider-notices', 'media'].map(
  (name) => `/v1/${name}`,
);

/** What another workspace of the same installation was answered. */
export interface NeighbourAnswer {
  path: string;
  status: number;
  text: string;
}

/** A workspace beside the one under load, with a key that may do everything in it. It has nothing of its own, so that
 *  whatever it is shown is somebody else's. */
export class Neighbour {
  readonly #key: string;

  private constructor(key: string) {
    this.#key = key;
  }

  static async add(owner: Database, secretKey: string): Promise<Neighbour> {
    const key = makeApiKey(newId());
    await owner.transaction(async (tx) => {
      const workspaceId = await addWorkspace(tx, 'Neighbour', Buffer.from(secretKey, 'base64'));
      await insertApiKey(tx, {
        workspaceId,
        id: newId(),
        name: 'neighbour',
        prefix: 'ck',
        secretHash: hashOfKey(key),
        scopes: ['*'],
        origin: 'created',
        expiresAt: null,
      });
    });
    return new Neighbour(key);
  }

  async call(address: string, method: string, path: string, body?: unknown): Promise<NeighbourAnswer> {
    const response = await fetch(address + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        'idempotency-key': randomUUID(),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    return { path, status: response.status, text: await response.text() };
  }

  /** Asks for every list, and for a message of the other workspace by its id. */
  async look(address: string, messageId: string | undefined): Promise<NeighbourAnswer[]> {
    const paths = messageId === undefined ? lists : [...lists, `/v1/messages/${messageId}`];
    return Promise.all(paths.map((path) => this.call(address, 'GET', path)));
  }
}
