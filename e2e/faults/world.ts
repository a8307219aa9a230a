import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Database, sql } from '#server/platform/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#server/platform/embedded-postgres.ts';
import { ChaosProxy } from './chaos-proxy.ts';
import { Child, freePort } from './child.ts';
import { ClientLedger } from './client-ledger.ts';
import { ForwardingReceivers } from './forwarding-receivers.ts';
import { type Mutation, mutationOf } from './mutations.ts';
import { Neighbour } from './neighbour.ts';
import { SandboxClient, type SandboxCredentials, type WebhookDelivery } from './sandbox-client.ts';
import { until } from './until.ts';

export interface Sender {
  id: string;
  /** The provider's id of the number. */
  externalId: string;
}

export interface ServerOptions {
  failpoints?: string;
  /** A name among the servers of this world; the one that webhooks go to is `main`. */
  name?: string;
  /** Its log goes into a pipe that nobody reads. */
  logIsUnread?: boolean;
  descriptors?: number;
  env?: Record<string, string>;
}

export interface WorldOptions {
  postgresSettings?: Record<string, string | number>;
  /** Where the database's folder goes, when it must be on a certain file system. */
  postgresFolder?: string;
}

/**
 * One installation under test: PostgreSQL, the simulated provider, one or more servers, and a proxy on each of the two
 * ways between them. All are processes of their own, so that any of them can be killed; the tests are the only ones that
 * talk to each.
 */
export class World implements AsyncDisposable {
  static readonly #running = new Set<World>();
  readonly folder: string;
  /** As the owner, around the proxy. */
  readonly owner: Database;
  readonly databaseProxy: ChaosProxy;
  readonly providerProxy: ChaosProxy;
  readonly sandbox: SandboxClient;
  readonly ledger: ClientLedger;
  readonly apiKey = `key_${randomBytes(18).toString('hex')}`;
  /** Part of every text that is sent in this world; it may be in no log line. */
  readonly canary = `kingfisher${randomBytes(6).toString('hex')}`;
  readonly senders: Sender[] = [];
  connectionId = '';
  /** Every change that was asked for and is audited. */
  readonly mutations: Mutation[] = [];
  readonly forwarding = new ForwardingReceivers();
  neighbour!: Neighbour;
  credentials!: SandboxCredentials;
  #postgres: EmbeddedPostgres;
  readonly #options: WorldOptions;
  readonly #sandboxProcess: Child;
  readonly #secretKey = randomBytes(32).toString('base64');
  readonly #servers = new Map<string, Child>();
  readonly #ports = new Map<string, number>();
  /** Servers with a fault inside. */
  readonly #armed = new Set<string>();
  readonly #deliveries: WebhookDelivery[] = [];
  readonly #phones = new Set<string>();
  #nextPerson = 0;

  private constructor(parts: {
    folder: string;
    options: WorldOptions;
    postgres: EmbeddedPostgres;
    databaseProxy: ChaosProxy;
    providerProxy: ChaosProxy;
    sandboxProcess: Child;
    sandbox: SandboxClient;
  }) {
    this.folder = parts.folder;
    this.#options = parts.options;
    this.#postgres = parts.postgres;
    this.databaseProxy = parts.databaseProxy;
    this.providerProxy = parts.providerProxy;
    this.#sandboxProcess = parts.sandboxProcess;
    this.sandbox = parts.sandbox;
    this.ledger = new ClientLedger(join(parts.folder, 'client.jsonl'));
    this.owner = connect({ url: parts.postgres.url, maxConnections: 4, applicationName: 'faults-checker' });
  }

  /** Starts everything, with one server and a connection of two numbers, and calm limits. */
  static async start(options: WorldOptions = {}): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'carillon-faults-'));
    await chmod(folder, 0o755);
    const postgres = await startPostgres(folder, options);
    const sandboxProcess = await Child.start({
      program: 'sandbox/main.ts',
      env: { CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: join(folder, 'sandbox') },
      log: join(folder, 'sandbox.log'),
      readyEvent: 'sandbox_ready',
    });
    const sandbox = new SandboxClient(String(sandboxProcess.ready['address']));
    const world = new World({
      folder,
      options,
      postgres,
      sandboxProcess,
      sandbox,
      databaseProxy: await ChaosProxy.start({ port: postgres.port }),
      providerProxy: await ChaosProxy.start({ port: Number(new URL(sandbox.address).port) }),
    });
    World.#running.add(world);
    await world.#connect();
    return world;
  }

  get postgres(): EmbeddedPostgres {
    return this.#postgres;
  }

  /** Stops the database, lets `change` work on its folder, and starts it again on its port. */
  async replaceDatabase(change: (cluster: string) => Promise<void>): Promise<void> {
    const { port, folder } = this.#postgres;
    await this.#postgres.stop();
    await change(folder);
    this.#postgres = await startPostgres(this.folder, this.#options, port);
  }

  /** Starts a server, or starts it again on the port and data that it had. */
  async startServer(options: ServerOptions = {}): Promise<Child> {
    const { name = 'main', failpoints, logIsUnread = false, descriptors } = options;
    if (this.#servers.get(name)?.hasEnded === false) throw new Error(`The server ${name} runs already.`);
    const port = this.#ports.get(name) ?? (await freePort());
    this.#ports.set(name, port);
    const data = join(this.folder, `server-${name}`);
    await mkdir(data, { recursive: true });
    const server = await Child.start({
      program: 'server/main.ts',
      args: ['start'],
      log: logIsUnread ? null : this.#logFile(name),
      readyEvent: 'ready',
      ...(descriptors === undefined ? {} : { descriptors }),
      env: {
        CARILLON_PORT: String(port),
        CARILLON_DATA: data,
        CARILLON_SANDBOX_PORT: 'off',
        CARILLON_API_KEY: this.apiKey,
        CARILLON_SECRET_KEY: this.#secretKey,
        CARILLON_LOG: 'debug',
        CARILLON_ALLOWED_TARGETS: `127.0.0.1:${this.providerProxy.port}`,
        DATABASE_URL: this.databaseProxy.through(this.postgres.url),
        ...(failpoints === undefined ? {} : { CARILLON_FAILPOINTS: failpoints }),
        ...options.env,
      },
    });
    this.#servers.set(name, server);
    if (failpoints === undefined && !logIsUnread && descriptors === undefined) this.#armed.delete(name);
    else this.#armed.add(name);
    return server;
  }

  server(name = 'main'): Child {
    const server = this.#servers.get(name);
    if (!server) throw new Error(`There is no server ${name}.`);
    return server;
  }

  address(name = 'main'): string {
    return `http://127.0.0.1:${this.#ports.get(name)}`;
  }

  webhookAddress(name = 'main'): string {
    return `${this.address(name)}/webhooks/whatsapp-cloud/${this.connectionId}`;
  }

  /** Ends the server in an orderly way if it runs, and starts it, by default without any fault. */
  async restartServer(options: ServerOptions = {}): Promise<Child> {
    const running = this.#servers.get(options.name ?? 'main');
    if (running && !running.hasEnded) await running.terminate();
    return this.startServer(options);
  }

  /** A dead process holds its leases until they expire. Nothing is lost by not waiting for that. */
  async expireLeases(): Promise<void> {
    await this.owner.query(sql`update lease set expires_at = now() - interval '1 second' where expires_at > now()`);
  }

  async api<T>(method: string, path: string, body?: unknown, server = 'main'): Promise<T> {
    let status: number | null = null;
    try {
      const response = await fetch(this.address(server) + path, {
        method,
        headers: {
          authorization: `Bearer ${this.apiKey}`,
          'idempotency-key': randomBytes(12).toString('hex'),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      status = response.status;
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    } finally {
      const mutation = mutationOf(method, path, status);
      if (mutation) this.mutations.push(mutation);
    }
  }

  /** A gauge or counter of the server, summed over its labels. */
  async metric(name: string, server = 'main'): Promise<number> {
    const response = await fetch(`${this.address(server)}/metrics`, { signal: AbortSignal.timeout(10_000) });
    const lines = (await response.text()).split('\n').filter((line) => line.startsWith(`carillon_${name}`));
    if (lines.length === 0) throw new Error(`There is no metric ${name}.`);
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** People who have written a moment ago, so that everything may be sent to them. Each number is used once in a world. */
  async people(count: number, options: { sender?: number } = {}): Promise<string[]> {
    const phones = Array.from({ length: count }, () => `+1555${String(2_000_000 + this.#nextPerson++)}`);
    const sender = this.senders[options.sender ?? 0];
    for (const phone of phones) this.#phones.add(phone);
    for (let start = 0; start < phones.length; start += 20) {
      const some = phones.slice(start, start + 20);
      const to = { phone_number_id: sender?.externalId };
      await Promise.all(some.map((phone) => this.sandbox.write(phone, `${this.canary} hello`, to)));
    }
    const digits = phones.map((phone) => phone.slice(1));
    await until(`${count} people open a service window`, async () => {
      const [row] = await this.owner.query<{ open: number }>(
        sql`select count(distinct i.contact_id)::int as open from identity i join service_window w using (workspace_id, contact_id)
            where i.kind = 'phone' and i.match_key = any(${digits}::text[]) and w.sender_id = ${sender?.id}::uuid`,
      );
      return row?.open === count;
    });
    return phones;
  }

  get phones(): ReadonlySet<string> {
    return this.#phones;
  }

  /** Deliveries of webhooks that ended so far. Call it at least once in 5,000 of them. */
  async deliveries(): Promise<readonly WebhookDelivery[]> {
    const known = this.#deliveries.at(-1)?.seq ?? 0;
    const news = await this.sandbox.deliveries(known);
    if (news[0] && news[0].seq !== known + 1)
      throw new Error('Deliveries of webhooks were forgotten before they were read.');
    this.#deliveries.push(...news);
    return this.#deliveries;
  }

  /** Everything that the servers of this world logged. */
  async logs(): Promise<string> {
    const texts = await Promise.all(
      [...this.#ports.keys()].map((name) => readFile(this.#logFile(name), 'utf8').catch(() => '')),
    );
    return texts.join('');
  }

  /** Takes every fault away and makes sure that a server without failpoints runs. */
  async heal(): Promise<void> {
    await this.databaseProxy.heal();
    await this.providerProxy.heal();
    await this.sandbox.heal();
    await until('PostgreSQL runs', () => this.postgres.state === 'running');
    for (const [name, server] of this.#servers) {
      if (name !== 'main' && !server.hasEnded) await server.terminate();
    }
    const main = this.#servers.get('main');
    if (!main || main.hasEnded || this.#armed.has('main')) {
      if (main?.hasEnded === false) await main.terminate();
      await this.expireLeases();
      await this.startServer();
    }
    await this.listen('main');
  }

  /** From now on the provider's webhooks go to this server. */
  async listen(name: string): Promise<void> {
    await this.sandbox.call('POST', '/webhook', {
      url: this.webhookAddress(name),
      verify_token: this.credentials.verify_token,
      fields: ['messages', 'user_preferences'],
      verify: false,
    });
  }

  /** Ends every world of this process, whatever is going on in them. */
  static async endAll(): Promise<void> {
    await Promise.allSettled([...World.#running].map((world) => world[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    World.#running.delete(this);
    for (const server of this.#servers.values()) if (!server.hasEnded) await server.terminate();
    await this.#sandboxProcess.terminate();
    await this.owner.close();
    await this.databaseProxy[Symbol.asyncDispose]();
    await this.providerProxy[Symbol.asyncDispose]();
    await this.postgres.stop();
    await rm(join(this.postgres.folder, '..'), { recursive: true, force: true });
    if (!process.env['CARILLON_KEEP_FAULTS']) await rm(this.folder, { recursive: true, force: true });
  }

  async #connect(): Promise<void> {
    await this.sandbox.set({
      delay_factor: 0,
      limits: 'off',
      magic_numbers: false,
      webhook_retry_seconds: [1],
      webhook_timeout_seconds: 5,
    });
    await this.startServer();
    this.neighbour = await Neighbour.add(this.owner, this.#secretKey);
    this.credentials = await this.sandbox.credentials();
    const { access_token, app_secret, verify_token, waba_id, app_id, phone_number_id } = this.credentials;
    const added = await this.api<{ id: string; sender_id: string }>('POST', '/v1/connections', {
      provider: 'whatsapp-cloud',
      base_url: `http://127.0.0.1:${this.providerProxy.port}`,
      business_account_id: waba_id,
      app_id,
      access_token,
      app_secret,
      verify_token,
      phone_number_id,
      throughput_per_second: 500,
    });
    this.connectionId = added.id;
    this.senders.push({ id: added.sender_id, externalId: phone_number_id });
    const second = await this.sandbox.call<{ phone_number_id: string }>('POST', '/phone_numbers', {});
    const sender = await this.api<{ id: string }>('POST', `/v1/connections/${added.id}/senders`, {
      phone_number_id: second.phone_number_id,
      throughput_per_second: 500,
    });
    this.senders.push({ id: sender.id, externalId: second.phone_number_id });
    await this.listen('main');
  }

  #logFile(name: string): string {
    return join(this.folder, `server-${name}.log`);
  }
}

function startPostgres(folder: string, options: WorldOptions, port?: number): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDirectory: options.postgresFolder ?? folder,
    settings: { shared_buffers: '64MB', ...options.postgresSettings },
    log: { info: () => undefined, warn: () => undefined },
    ...(port === undefined ? {} : { port }),
  });
}
