import { Vault } from '#accounts/vault.ts';
import { openBlobStore } from '#platform/blob-store.ts';
import { readConfig } from '#platform/config.ts';
import { connect } from '#platform/database.ts';
import type { HttpServer } from '#platform/http.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { OutgoingClient } from '#platform/outgoing.ts';
import { createLog } from '#platform/telemetry.ts';
import { Tracing } from '#platform/tracing.ts';
import { compose } from './compose.ts';

/**
 * The OpenAPI document of the whole API, as `GET /openapi.json` serves it. It is made from the routes alone. Always the
 * same for the same code.
 */
export function openApiDocument(): Promise<object> {
  return withComposedServer(async (server) => server.swagger());
}

/** Everything is composed and nothing is started, so no database is needed: for looking at the routes. */
export async function withComposedServer<Result>(look: (server: HttpServer) => Promise<Result>): Promise<Result> {
  // Pools connect with their first query, and there is none.
  const databaseUrl = 'postgres://127.0.0.1:1/nowhere';
  const nowhere = connect({ url: databaseUrl });
  const addressPolicy = { allowed: [], ownHosts: [] };
  const calls = new OutgoingClient(addressPolicy);
  const config = readConfig({});
  const secret = Buffer.alloc(32);
  try {
    const { server } = await compose({
      config,
      log: createLog({ level: 'silent' }),
      tracing: new Tracing(),
      secret,
      channels: { vault: new Vault(new KeyRing([secret])), calls, addressPolicy, publicUrl: undefined },
      request: nowhere,
      worker: nowhere,
      vital: nowhere,
      blobs: await openBlobStore(config.media),
      databaseUrl,
    });
    await server.ready();
    const seen = await look(server);
    await server.close();
    return seen;
  } finally {
    await calls[Symbol.asyncDispose]();
    await nowhere.close();
  }
}
