import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@carillon/sdk';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cleanEnvironment, newDataFolder, type RunningCarillon, startCarillon } from './carillon.ts';

// The command line as its user has it: real processes, against a server that knows of the sandbox only what an operator
// tells it, as with a real account.

const root = join(import.meta.dirname, '..');

interface Credentials {
  base_url: string;
  access_token: string;
  limited_access_token: string;
  phone_number_id: string;
  waba_id: string;
  app_secret: string;
}

let sandbox: ChildProcess;
let sandboxFolder: string;
let sandboxAddress: string;
let credentials: Credentials;
let carillon: RunningCarillon;
let account: Record<string, string>;

beforeAll(async () => {
  sandboxFolder = await newDataFolder();
  sandbox = spawn(process.execPath, ['sandbox/main.ts'], {
    cwd: root,
    env: { ...cleanEnvironment(), CARILLON_SANDBOX_PORT: '0', CARILLON_SANDBOX_DATA: sandboxFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  sandboxAddress = await readyAddress(sandbox);
  credentials = (await (await fetch(`${sandboxAddress}/_sandbox/credentials`)).json()) as Credentials;
  const port = await freePort();
  carillon = await startCarillon({
    env: {
      CARILLON_PORT: String(port),
      CARILLON_PUBLIC_URL: `http://127.0.0.1:${port}`,
      CARILLON_SANDBOX_PORT: 'off',
      CARILLON_ALLOWED_TARGETS: new URL(sandboxAddress).host,
    },
  });
  account = {
    WHATSAPP_PHONE_NUMBER_ID: credentials.phone_number_id,
    WHATSAPP_BUSINESS_ACCOUNT_ID: credentials.waba_id,
    WHATSAPP_ACCESS_TOKEN: credentials.access_token,
    WHATSAPP_APP_SECRET: credentials.app_secret,
    WHATSAPP_VERIFY_TOKEN: 'a-word-of-ours',
    WHATSAPP_BASE_URL: sandboxAddress,
  };
});

afterAll(async () => {
  await carillon?.stop();
  if (sandbox && sandbox.exitCode === null) {
    const exit = once(sandbox, 'exit');
    sandbox.kill('SIGTERM');
    await exit;
  }
  if (sandboxFolder) await rm(sandboxFolder, { recursive: true, force: true });
});

interface Run {
  code: number | null;
  out: string;
  errors: string;
}

/** Runs a command to its end, without a terminal. */
async function run(args: string[], env: Record<string, string> = {}): Promise<Run> {
  const child = spawn(process.execPath, ['cli/carillon.js', ...args], {
    cwd: root,
    env: {
      ...cleanEnvironment(),
      CARILLON_URL: carillon.api,
      CARILLON_DATA: carillon.dataFolder,
      NO_COLOR: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, errors };
}

/** The same with `--json`; the result is what it printed. */
async function runJson<Result>(args: string[], env: Record<string, string> = {}): Promise<Result> {
  const { code, out, errors } = await run([...args, '--json'], env);
  expect(errors).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out) as Result;
}

const aTemplate = ['--template', 'hello_world', '--purpose', 'transactional'];

describe('before there is a connection', () => {
  it('the doctor finds everything in order', async () => {
    const { code, out } = await run(['doctor']);
    expect(out).toContain('There are none yet');
    expect(out).toContain('The embedded database answers.');
    expect(out).not.toContain('✗');
    expect(code).toBe(0);
  });

  it('adding one without credentials names every missing one, with its flag and variable', async () => {
    const { code, errors } = await run(['connections', 'add', 'whatsapp-cloud']);
    expect(code).toBe(2);
    for (const name of ['PHONE_NUMBER_ID', 'BUSINESS_ACCOUNT_ID', 'ACCESS_TOKEN', 'APP_SECRET'])
      expect(errors).toContain(`WHATSAPP_${name}`);
    expect(errors).toContain('--phone-number-id');
  });

  it.each([
    ['access token', { WHATSAPP_ACCESS_TOKEN: 'EAAwrong' }, 'Invalid OAuth access token'],
    ['phone number id', { WHATSAPP_PHONE_NUMBER_ID: '123' }, 'The number 123 cannot be seen'],
    ['business account id', { WHATSAPP_BUSINESS_ACCOUNT_ID: '999' }, 'The business account cannot be seen'],
    ['app secret', { WHATSAPP_APP_SECRET: '0123456789abcdef' }, 'The app secret does not fit'],
  ])('a wrong %s is told in words', async (_, wrong, words) => {
    const { code, errors } = await run(['connections', 'add', 'whatsapp-cloud'], { ...account, ...wrong });
    expect(code).toBe(1);
    expect(errors).toContain('✗');
    expect(errors).toContain(words);
    expect(errors).toContain('Nothing was saved.');
  });

  it('a token that lacks a permission is told which, and nothing of all this was saved', async () => {
    const wrong = { WHATSAPP_ACCESS_TOKEN: credentials.limited_access_token };
    const { code, errors } = await run(['connections', 'add', 'whatsapp-cloud'], { ...account, ...wrong });
    expect(code).toBe(1);
    expect(errors).toContain('The token lacks whatsapp_business_messaging');
    expect((await runJson<{ data: unknown[] }>(['connections', 'list'])).data).toEqual([]);
  });
});

describe('with a connection', () => {
  let connectionId: string;
  let senderId: string;

  beforeAll(async () => {
    const own = ['--direct-send', '--messaging-account-id', credentials.waba_id];
    const wait = ['--subscribe', '--wait', '--timeout', '60'];
    const adding = run(['connections', 'add', 'whatsapp-cloud', ...own, ...wait], account);
    const client = createClient({ baseUrl: carillon.api, apiKey: carillon.apiKey });
    await vi.waitFor(
      async () => {
        const { data } = await client.api.GET('/v1/connections');
        expect(data?.data[0]?.challenge_seen_at).toBeTruthy();
      },
      { timeout: 30_000, interval: 200 },
    );
    await personWrites('15550002222', 'Hello');
    const { code, out, errors } = await adding;
    expect(errors).toContain(`Callback URL: ${carillon.api}/webhooks/whatsapp-cloud/`);
    expect(errors).toContain('✓ The challenge was answered');
    expect(errors).toContain('✓ The first webhook came');
    for (const secret of [credentials.access_token, credentials.app_secret, 'a-word-of-ours'])
      expect(out + errors).not.toContain(secret);
    expect(code).toBe(0);
    connectionId = /connection\s+(\S+)/.exec(out)?.[1] ?? '';
    senderId = /sender\s+(\S+)/.exec(out)?.[1] ?? '';
  });

  it('it is listed and can be checked again', async () => {
    const { out } = await run(['connections', 'list']);
    expect(out).toContain(connectionId);
    expect(out).toContain(senderId);
    const { code, out: checks } = await run(['connections', 'check']);
    expect(checks).toContain('✓ The app secret is right.');
    expect(checks).toContain('Webhooks come');
    expect(code).toBe(0);
  });

  it('content without template goes as a category while Direct Send is on, and is refused in words when not', async () => {
    const { out: added } = await run(['connections', 'list']);
    expect(added).toContain(`Direct Send is on, for the messaging account ${credentials.waba_id}`);
    const direct = ['messages', 'send', '+15550004444', 'Your order is on its way', '--direct-send', 'utility'];
    const sent = await run([...direct, '--ttl-seconds', '60', '--wait', '--timeout', '60']);
    expect(sent.errors).toContain('delivered');
    const trace = await run(['messages', 'trace', /^id\s+(\S+)/m.exec(sent.out)?.[1] ?? '']);
    for (const words of ['direct_send_needs_no_window', 'billed as', 'utility']) expect(trace.out).toContain(words);

    const change = (...options: string[]) => run(['connections', 'change', connectionId, ...options]);
    const off = await change('--direct-send', 'off', '--no-messaging-account');
    expect(off.out).toMatch(/Direct Send is off$/m);
    const refused = await run(direct);
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain('Direct Send is off for this connection');
    const named = await change('--messaging-account-id', credentials.waba_id);
    expect(named.out).toContain(`Direct Send is off, for the messaging account ${credentials.waba_id}`);
    for (const wrong of [[], ['--direct-send', 'maybe'], ['--no-messaging-account', '--messaging-account-id', '1']])
      expect((await change(...wrong)).code, wrong.join(' ')).toBe(2);
    expect((await run([...direct.slice(0, 4), '--ttl-seconds', '60'])).code).toBe(2);
  });

  it('an operator who forces the breaker open holds what is sent, and lets it go again', async () => {
    const breaker = (...args: string[]) => run(['connections', 'breaker', connectionId, ...args]);
    const forced = await breaker('forced_open', '--reason', 'Wrong prices', '--until', '2h');
    expect(forced.out).toContain('Wrong prices');
    const { id } = await runJson<{ id: string }>(['messages', 'send', '+15550005555', ...aTemplate]);
    const status = async () => (await runJson<{ status: string }>(['messages', 'get', id])).status;
    expect((await run(['connections', 'list'])).out).toContain('the breaker is forced open');
    expect(await status()).toBe('queued');
    expect((await breaker('automatic', '--reason', 'Mended')).code).toBe(0);
    await expect.poll(status, { timeout: 20_000 }).toBe('delivered');
  });

  it('the same number cannot be added twice', async () => {
    const { code, errors } = await run(['connections', 'add', 'whatsapp-cloud'], account);
    expect(code).toBe(1);
    expect(errors).toContain('has this number already');
  });

  it('secrets are replaced only by those that work', async () => {
    const refused = await run(['connections', 'rotate', connectionId], { WHATSAPP_APP_SECRET: 'fedcba9876543210' });
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain('does not fit the app');
    const taken = await run(['connections', 'rotate', connectionId], {
      WHATSAPP_ACCESS_TOKEN: credentials.access_token,
    });
    expect(taken.code).toBe(0);
    expect((await run(['connections', 'rotate', connectionId])).code).toBe(2);
  });

  it('a message is sent, followed to its receipt and traced', async () => {
    const sent = await run([
      'messages',
      'send',
      '+15550001111',
      ...aTemplate,
      '--wait',
      '--timeout',
      '60',
      '--tag',
      'e2e',
    ]);
    expect(sent.errors).toContain('delivered');
    expect(sent.code).toBe(0);
    const id = /^id\s+(\S+)/m.exec(sent.out)?.[1] ?? '';
    const trace = await run(['messages', 'trace', id]);
    for (const words of ['Accepted', 'no_window_needed', 'Attempt 1', 'wamid.', 'Receipt: delivered'])
      expect(trace.out).toContain(words);
    const { data } = await runJson<{ data: { id: string; direction: string }[] }>([
      'messages',
      'list',
      '--contact',
      '+15550001111',
    ]);
    expect(data.map((message) => message.id)).toEqual([id]);
    expect((await runJson<{ tags: string[] }>(['messages', 'get', id])).tags).toEqual(['e2e']);
  });

  it('a file is uploaded with what it can be sent as, listed and removed', async () => {
    const added = await run(['uploads', 'add', 'docs/pictures/phone.png']);
    expect(added.code, added.errors).toBe(0);
    expect(added.out).toMatch(/can be sent as\s+image/);
    expect(added.out).toMatch(/not as sticker\s+A sticker must be one of image\/webp/);
    const { data } = await runJson<{ data: { id: string; filename: string }[] }>(['uploads', 'list']);
    expect(data).toMatchObject([{ filename: 'phone.png' }]);
    expect((await run(['uploads', 'remove', data[0]?.id ?? ''])).code).toBe(0);
    expect((await run(['uploads', 'add', 'nowhere.png'])).code).toBe(2);
  });

  it('one idempotency key leads to one message', async () => {
    const args = ['messages', 'send', '+15550001112', ...aTemplate, '--idempotency-key', 'cli-once'];
    expect(await runJson(args)).toEqual(await runJson(args));
  });

  it('a refusal names the rule, and explain says so beforehand', async () => {
    const refused = await run(['messages', 'send', '+15550003333', 'Hello']);
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain('24 hours');
    const explained = await runJson<{ decision: object }>(['messages', 'explain', '+15550003333', 'Hello']);
    expect(explained.decision).toMatchObject({ outcome: 'block', rule: 'service_window_closed' });
    const allowed = await run(['messages', 'explain', '+15550002222', 'Hello']);
    expect(allowed.out).toContain('✓ It would be sent');
  });

  it('a stopped lane holds a message, which can be taken back', async () => {
    await runJson(['lanes', 'stop', senderId, 'transactional', '--reason', 'a test']);
    const held = await runJson<{ id: string; status: string }>(['messages', 'send', '+15550001113', ...aTemplate]);
    expect(held.status).toBe('held');
    expect((await run(['messages', 'cancel', held.id])).out).toContain('canceled');
    await runJson(['lanes', 'resume', senderId, 'transactional']);
  });

  it('everything is stopped on all senders, with a reason, and goes on', async () => {
    const stopped = await run(['stops', 'stop', 'everything', '--reason', 'a wrong price']);
    expect(stopped.out).toMatch(/everything\s+a wrong price/);
    const held = await runJson<{ id: string; status: string }>(['messages', 'send', '+15550001114', ...aTemplate]);
    expect(held.status).toBe('held');
    const trace = await run(['messages', 'trace', held.id]);
    expect(trace.out).toContain('It waits. Everything is stopped: a wrong price.');
    expect((await run(['messages', 'cancel', held.id])).out).toContain('canceled');
    expect((await run(['stops', 'resume', 'everything'])).out).toContain('Nothing is stopped');
    expect(await runJson(['stops', 'list'])).toEqual({ data: [] });
  });

  it('a sender is paused and resumed, and the doctor says what to do', async () => {
    const paused = await runJson<{ status: string }>([
      'senders',
      'pause',
      senderId,
      '--reason',
      'a test',
      '--until',
      '1h',
    ]);
    expect(paused.status).toBe('paused');
    const { code, out } = await run(['doctor']);
    expect(code).toBe(1);
    expect(out).toContain(`→ carillon senders resume ${senderId}`);
    expect((await run(['senders', 'resume', senderId])).out).toContain('✓');
    expect((await run(['senders', 'list'])).out).toContain('It sends.');
  });

  it('a routing rule is made, changed, shown, tried and removed', async () => {
    const about = ['--name', 'Orders', '--purpose', 'transactional', '--sender', `${senderId}=0.06EUR`];
    const made = await runJson<{ id: string; position: number }>(['routing', 'set', ...about]);
    expect((await run(['routing', 'list'])).out).toMatch(/Orders +transactional/);
    const changed = await runJson(['routing', 'set', made.id, '--country', 'de', '--order', 'cheapest']);
    expect(changed).toMatchObject({
      name: 'Orders',
      position: made.position,
      order: 'cheapest',
      when: { purposes: ['transactional'], countries: ['DE'] },
      senders: [{ sender_id: senderId, price: { amount: '0.06', currency: 'EUR' } }],
    });
    expect((await run(['routing', 'show', made.id])).out).toContain('0.06 EUR');
    // What is shown is taken back as it is.
    const shown = await run(['routing', 'show', made.id, '--json']);
    const same = await runJson<{ updated_at: string }>(['routing', 'set', made.id, '--rule', shown.out]);
    expect(same).toEqual({ ...(JSON.parse(shown.out) as object), updated_at: same.updated_at });
    const preview = await run(['routing', 'preview', '+4915123456789', ...aTemplate]);
    expect(preview.errors).toBe('');
    expect(preview.out).toContain(`The rule "Orders" sends it by ${senderId}.`);

    const wrong = await run(['routing', 'set', '--name', 'x', '--sender', randomUUID()]);
    expect(wrong).toMatchObject({ code: 1, errors: expect.stringContaining('There is no such sender') });
    expect((await run(['routing', 'set', '--name', 'x'])).errors).toContain('--sender');
    expect((await run(['routing', 'delete', made.id])).code).toBe(2);
    expect((await run(['routing', 'delete', made.id, '--yes'])).out).toContain('gone');
    expect(await runJson(['routing', 'list'])).toEqual({ data: [] });
    expect((await run(['routing', 'show', made.id])).errors).toContain('There is no routing rule with this id.');
  });

  it('dead letters are counted, redriven and let go', async () => {
    // This number is not on WhatsApp, as the sandbox has it.
    const failed = await run(['messages', 'send', '+15550000026', ...aTemplate, '--wait', '--timeout', '60']);
    expect(failed.code).toBe(1);
    expect(failed.out).toContain('131026');
    const { data } = await runJson<{ data: { message_id: string; fingerprint: string }[] }>(['dead-letters', 'list']);
    const [letter] = data;
    expect(data).toHaveLength(1);
    const fingerprint = letter?.fingerprint ?? '';
    expect((await run(['dead-letters', 'groups'])).out).toContain(fingerprint);
    const counted = await runJson(['dead-letters', 'redrive', '--fingerprint', fingerprint, '--dry-run']);
    expect(counted).toEqual({ matching: 1, redriven: 0 });
    const unasked = await run(['dead-letters', 'redrive', '--all']);
    expect(unasked.code).toBe(2);
    expect(unasked.errors).toContain('--yes');
    expect((await run(['dead-letters', 'discard', letter?.message_id ?? '', '--yes'])).code).toBe(0);
    expect((await run(['dead-letters', 'list'])).out).toContain('There are no such dead letters.');
  });

  it('a webhook is shown and applied again, without a second effect', async () => {
    const { data } = await runJson<{ data: { id: string }[] }>(['webhooks', 'list', '--limit', '200']);
    const first = data.at(-1)?.id ?? '';
    expect((await run(['webhooks', 'get', first])).out).toContain('whatsapp_business_account');
    expect(await runJson(['replay', first])).toEqual({ replayed: [first] });
    const inbound = await runJson<{ data: unknown[] }>(['messages', 'list', '--direction', 'inbound']);
    expect(inbound.data).toHaveLength(1);
    expect((await run(['replay', '--quarantined'])).out).toContain('nothing to replay');
    expect((await run(['replay'])).code).toBe(2);
  });

  it('it is removed only when that is meant', async () => {
    expect((await run(['connections', 'remove', connectionId])).code).toBe(2);
    expect((await run(['connections', 'remove', connectionId, '--yes'])).code).toBe(0);
    expect((await runJson<{ data: unknown[] }>(['connections', 'list'])).data).toEqual([]);
  });
});

describe('API keys', () => {
  it('are made, used and revoked', async () => {
    const made = await runJson<{ id: string; key: string }>([
      'keys',
      'create',
      'reader',
      '--scope',
      'messages:read',
      '--expires-at',
      '1d',
    ]);
    const env = { CARILLON_API_KEY: made.key };
    expect((await run(['messages', 'list'], env)).code).toBe(0);
    const refused = await run(['senders', 'list'], env);
    expect(refused.code).toBe(1);
    expect(refused.errors).toContain('connections:read');
    expect((await run(['keys', 'list'])).out).toContain('reader');
    expect((await run(['keys', 'revoke', made.id, '--yes'])).code).toBe(0);
    const { code, errors } = await run(['messages', 'list'], env);
    expect(code).toBe(1);
    expect(errors).toContain('The API key came from CARILLON_API_KEY.');
  });

  it('with an unknown scope are refused with the list of scopes', async () => {
    const { code, errors } = await run(['keys', 'create', 'x', '--scope', 'messages:frob']);
    expect(code).toBe(1);
    expect(errors).toContain('messages:send');
  });
});

describe('wrong use', () => {
  it.each([
    [['frob'], 'unknown command'],
    [['messages', 'send'], 'missing required argument'],
    [['messages', 'send', '+15550001111'], 'Give one of'],
    [['messages', 'list', '--limit', '0'], 'from 1 to 200'],
    [['messages', 'list', '--frob'], 'unknown option'],
    [['lanes', 'stop', 'x', 'frob', '--reason', 'r'], 'must be one of'],
    [['stops', 'stop', 'all', '--reason', 'r'], 'must be one of'],
    [['connections', 'breaker', 'x', 'ajar', '--reason', 'r'], 'must be one of'],
    [['connections', 'breaker', 'x', 'forced_open'], '--reason'],
    [['senders', 'pause', 'x'], '--reason'],
    [['doctor', '--url', 'nonsense'], 'http or https'],
  ])('%j ends with 2 and says what is wrong', async (args, words) => {
    const { code, errors, out } = await run(args);
    expect(errors).toContain(words);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it('an id that is not there ends with 1, and as a problem with --json', async () => {
    for (const id of ['nonsense', '01a203f2-f9da-751a-a577-7ad1e3ada650']) {
      const { code, errors } = await run(['messages', 'get', id, '--json']);
      expect(code).toBe(1);
      expect(JSON.parse(errors)).toMatchObject({ error: { code: 'not_found', status: 404 } });
    }
  });

  it('a server that does not run ends with 3, and the doctor goes on without it', async () => {
    const nowhere = { CARILLON_URL: `http://127.0.0.1:${await freePort()}` };
    const { code, errors } = await run(['messages', 'list'], nowhere);
    expect(code).toBe(3);
    expect(errors).toContain('Is the server running?');
    const doctor = await run(['doctor'], nowhere);
    expect(doctor.code).toBe(1);
    expect(doctor.out).toContain('✓ The embedded database answers.');
    expect(doctor.out).toContain('✗ It does not answer');
  });

  it('a missing key says where it was looked for', async () => {
    const { code, errors } = await run(['messages', 'list'], { CARILLON_DATA: '/nowhere' });
    expect(code).toBe(2);
    expect(errors).toContain('/nowhere/api-key');
  });

  it('every command has help', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    const commands = [...out.matchAll(/^ {2}([a-z][a-z-]+) /gm)].map(([, name]) => name ?? '');
    expect(commands.length).toBeGreaterThan(9);
    await Promise.all(
      commands.map(async (command) => {
        const help = await run([command, '--help']);
        expect(help.code, command).toBe(0);
        expect(help.out, command).toContain('Usage: carillon');
      }),
    );
  });
});

describe('without a server', () => {
  it('the doctor lists what is wrong with the environment', async () => {
    const { code, out } = await run(['doctor'], { CARILLON_PRT: '1', CARILLON_LOG: 'loud' });
    expect(code).toBe(1);
    expect(out).toContain('did you mean CARILLON_PORT');
    expect(out).toContain('CARILLON_LOG must be one of');
  });

  it('the doctor finds keys that others can read, and a lost encryption key', async () => {
    const folder = await newDataFolder();
    await writeFile(join(folder, 'api-key'), 'ck_live_x', { mode: 0o644 });
    const { out } = await run(['doctor'], { CARILLON_DATA: folder });
    expect(out).toContain(`→ chmod 600 ${join(folder, 'api-key')}`);
    await rm(folder, { recursive: true });
  });

  it('start runs a server that ends in order when the command is told to, and migrate brings its database up', async () => {
    const folder = await newDataFolder();
    const env = {
      ...cleanEnvironment(),
      CARILLON_PORT: '0',
      CARILLON_SANDBOX_PORT: 'off',
      CARILLON_DATA: folder,
      CARILLON_URL: 'http://127.0.0.1:1',
    };
    const migrated = await run(['migrate'], env);
    expect(migrated.out).toMatch(/the database is at \d{4}-/);
    const child = spawn(process.execPath, ['cli/carillon.js', 'start'], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exit = once(child, 'exit');
    const ready = await new Promise<{ api: string }>((resolve) => {
      createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as { api: string }));
    });
    const apiKey = (await readFile(join(folder, 'api-key'), 'utf8')).trim();
    const client = createClient({ baseUrl: ready.api, apiKey });
    expect((await client.api.GET('/v1/workspace')).data?.name).toBe('Main');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    await expect(fetch(ready.api)).rejects.toThrow('fetch failed');
    await rm(folder, { recursive: true });
  });
});

async function personWrites(phone: string, body: string): Promise<void> {
  const answer = await fetch(`${sandboxAddress}/_sandbox/people/${phone}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'text', text: { body } }),
  });
  expect(answer.status).toBe(200);
}

async function readyAddress(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('The sandbox has no output.');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return (JSON.parse(line) as { address: string }).address;
}

/** The server's public address must be known before it starts, so its port is picked here. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
