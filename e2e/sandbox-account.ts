import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { startSandbox } from '#sandbox/sandbox.ts';
import type { Account } from '#server/channels/providers/cloud-api/account/asking.ts';
import { OutgoingClient } from '#server/platform/outgoing.ts';

/** The adapter's account of a sandbox of its own, and calls to the sandbox's controls. Nothing of the server runs. */
export async function startSandboxAccount() {
  const folder = await mkdtemp(join(tmpdir(), 'carillon-account-calls-'));
  const sandbox = await startSandbox({
    dataFolder: folder,
    settings: { delay_factor: 0, service_window: 'off' },
    synced: false,
  });
  const agent = new Agent();

  async function control(method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) {
    const answer = await agent.request({
      origin: sandbox.address,
      path,
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const read = (await answer.body.json()) as Record<string, unknown>;
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${JSON.stringify(read)}`);
    return read;
  }

  const credentials = await control('GET', '/_sandbox/credentials');
  const of = (name: string): string => String(credentials[name]);
  const calls = new OutgoingClient({ allowed: [{ host: '127.0.0.1', port: Number(new URL(sandbox.address).port) }] });
  const account: Account = {
    calls,
    settings: {
      baseUrl: of('base_url'),
      apiVersion: 'v26.0',
      businessAccountId: of('waba_id'),
      appId: of('app_id'),
      options: {},
      webhookUrl: null,
    },
    secrets: { accessToken: of('access_token'), appSecrets: [of('app_secret')], verifyToken: of('verify_token') },
    senderExternalId: of('phone_number_id'),
  };

  return {
    account,
    control,
    address: sandbox.address,
    /** A person writes, which opens their service window. */
    write: (phone: string, body = 'Hi') =>
      control('POST', `/_sandbox/people/${encodeURIComponent(phone)}/messages`, { type: 'text', text: { body } }),
    close: async () => {
      await agent.destroy();
      await calls[Symbol.asyncDispose]();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An address that answers the challenge of whoever wants to send webhooks to it. */
export async function startCallback() {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    response.end(url.searchParams.get('hub.challenge') ?? 'ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
