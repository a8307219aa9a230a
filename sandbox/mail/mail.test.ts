import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import nodemailer from 'nodemailer';
import { afterEach, expect, it, vi } from 'vitest';
import type { Settings } from '#control/settings.ts';
import { SandboxUser } from '#testing/sandbox-user.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Account {
  host: string;
  port: number;
  user: string;
  password: string;
  webhook_url: string;
}

async function aUser(settings: Partial<Settings> = {}) {
  const user = await SandboxUser.start(settings);
  closing.push(() => user[Symbol.asyncDispose]());
  const { mail } = (await user.request('GET', '/_sandbox/credentials')).read<{ mail: Account }>();
  return { user, mail };
}

/** The package as anybody uses it. */
function aClient({ host, port, user, password }: Account, changes = {}) {
  const client = nodemailer.createTransport({ host, port, secure: false, auth: { user, pass: password }, ...changes });
  closing.push(() => client.close());
  return client;
}

/** A server that mail is passed on to. */
async function aCallback() {
  const got: { type: string; body: string }[] = [];
  const waiting: (() => void)[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({ type: request.headers['content-type'] ?? '', body: Buffer.concat(chunks).toString() });
      response.end();
      for (const wake of waiting.splice(0)) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => server.close());
  const heard = async (count: number): Promise<void> => {
    while (got.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, got, heard };
}

const aMail = {
  from: 'The Shop <shop@sandbox.example>',
  to: 'ana@example.com',
  envelope: { from: 'bounce+x@sandbox.example', to: 'ana@example.com' },
  messageId: '<our.attempt.1@sandbox.example>',
  subject: 'Grüße ☀',
  text: 'Hello',
  html: '<p>Hello</p><script>top.x=1</script>',
};

const ledgerOf = async (user: SandboxUser) =>
  (await user.request('GET', '/_sandbox/ledger')).read<{ data: Record<string, unknown>[] }>().data;
const mailsOf = async (user: SandboxUser, to = 'ana@example.com') =>
  (await user.request('GET', `/_sandbox/mail/messages?to=${to}`)).read<{
    data: { id: string; subject: string; notes: string[] }[];
  }>().data;
const fail = (user: SandboxUser, action: object, match: object = {}) =>
  user.request('POST', '/_sandbox/faults', { rules: [{ match: { provider: 'mail', times: 1, ...match }, action }] });

it('takes mail of nodemailer after it signed in, and has it in the ledger and in the mailbox of whom it is for', async () => {
  const { user, mail } = await aUser();
  const client = aClient(mail);
  expect(await client.verify()).toBe(true);
  const sent = await client.sendMail(aMail);
  expect(sent.response).toMatch(/^250 2\.0\.0 Ok: queued as [0-9a-f-]{36}$/);
  expect(await ledgerOf(user)).toMatchObject([
    {
      provider: 'mail',
      sender: 'bounce+x@sandbox.example',
      to: 'ana@example.com',
      type: 'email',
      callback_data: '<our.attempt.1@sandbox.example>',
      outcome: 'accepted',
    },
  ]);
  const [listed] = await mailsOf(user, 'Ana@example.com');
  expect(listed).toMatchObject({ subject: 'Grüße ☀', notes: [] });
  const view = await user.request('GET', `/_sandbox/mail/messages/${listed?.id}`);
  expect(view.json).toMatchObject({ sender: '"The Shop" <shop@sandbox.example>', text: 'Hello' });
  expect(await mailsOf(user, 'eve@example.com')).toEqual([]);
});

it('refuses a wrong password with 535, and mail of nobody', async () => {
  const { user, mail } = await aUser();
  await expect(aClient({ ...mail, password: 'wrong' }).sendMail(aMail)).rejects.toMatchObject({ responseCode: 535 });
  await expect(aClient(mail, { auth: undefined }).sendMail(aMail)).rejects.toMatchObject({ responseCode: 530 });
  expect(await ledgerOf(user)).toEqual([]);
});

it.each([451, 550])(
  'refuses a recipient with %i as it is told, which nodemailer calls EENVELOPE either way',
  async (code) => {
    const { user, mail } = await aUser();
    await fail(user, { kind: 'error', code, details: 'Told so' }, { to: 'ana@example.com' });
    const client = aClient(mail);
    await expect(client.sendMail(aMail)).rejects.toMatchObject({ code: 'EENVELOPE', responseCode: code });
    expect(await ledgerOf(user)).toEqual([]);
    await client.sendMail(aMail);
    expect(await mailsOf(user)).toHaveLength(1);
  },
);

it('refuses the whole of a mail, resets, cuts and takes without a word, each as the ledger says', async () => {
  const { user, mail } = await aUser();
  const big = { ...aMail, text: 'x'.repeat(200_000) };
  for (const [action, outcome] of [
    [{ kind: 'http', http_status: 554 }, 'rejected:554'],
    [{ kind: 'reset' }, 'dropped:reset'],
    [{ kind: 'accept_then_reset' }, 'accepted'],
    [{ kind: 'reset_after_bytes', bytes: 1000 }, undefined],
    [{ kind: 'garbage', variant: 'html' }, 'accepted'],
  ] as const) {
    const before = (await ledgerOf(user)).length;
    await fail(user, action);
    await expect(aClient(mail).sendMail(big), action.kind).rejects.toThrow();
    const added = (await ledgerOf(user)).slice(before).map((entry) => entry['outcome']);
    expect(added, action.kind).toEqual(outcome === undefined ? [] : [outcome]);
  }
  expect(await mailsOf(user)).toHaveLength(2);
});

it('says nothing when it is told to, until the faults are gone', async () => {
  const { user, mail } = await aUser();
  for (const [count, kind] of [
    [1, 'accept_then_timeout'],
    [2, 'timeout'],
  ] as const) {
    await fail(user, { kind });
    const failed = expect(aClient(mail).sendMail(aMail)).rejects.toThrow();
    await vi.waitUntil(async () => (await ledgerOf(user)).length === count, { timeout: 20_000, interval: 20 });
    await user.request('DELETE', '/_sandbox/faults');
    await failed;
  }
  expect((await ledgerOf(user)).map((entry) => entry['outcome'])).toEqual(['accepted', 'dropped:timeout']);
  expect(await mailsOf(user)).toHaveLength(1);
});

it('keeps what it took when it is started again, with the same password', async () => {
  const { user, mail } = await aUser();
  await aClient(mail).sendMail(aMail);
  await user.stop();
  const again = await SandboxUser.start({}, user.folder);
  closing.push(() => again.stop());
  const { mail: account } = (await again.request('GET', '/_sandbox/credentials')).read<{ mail: Account }>();
  expect(account.password).toBe(mail.password);
  expect(await mailsOf(again)).toHaveLength(1);
});

it('passes answers, bounces and complaints on to the callback as they are, and tries again', async () => {
  const { user, mail } = await aUser();
  const callback = await aCallback();
  await user.request('POST', '/_sandbox/mail/webhook', { url: callback.url });
  await aClient(mail).sendMail(aMail);
  const [{ id } = { id: '' }] = await mailsOf(user);
  await user.request('POST', `/_sandbox/mail/messages/${id}/reply`, { text: 'When? é' });
  await callback.heard(1);
  await user.request('POST', `/_sandbox/mail/messages/${id}/bounce`, { status: '5.2.2', text: 'Full' });
  await callback.heard(2);
  await user.request('POST', `/_sandbox/mail/messages/${id}/complaint`);
  await callback.heard(3);
  const [answer, bounce, complaint] = callback.got;
  expect(new Set(callback.got.map(({ type }) => type))).toEqual(new Set(['message/rfc822']));
  expect(answer?.body).toContain('In-Reply-To: <our.attempt.1@sandbox.example>');
  expect(answer?.body).toContain('From: <ana@example.com>');
  expect(answer?.body).toContain(Buffer.from('When? é').toString('base64'));
  expect(bounce?.body).toContain('To: bounce+x@sandbox.example');
  expect(bounce?.body).toContain('Status: 5.2.2');
  expect(bounce?.body).toContain('Message-ID: <our.attempt.1@sandbox.example>');
  expect(complaint?.body).toContain('Feedback-Type: abuse');
});

it('doubles and loses what it passes on, as it is told', async () => {
  const { user, mail } = await aUser();
  const callback = await aCallback();
  await user.request('POST', '/_sandbox/mail/webhook', { url: callback.url });
  await aClient(mail).sendMail(aMail);
  const [{ id } = { id: '' }] = await mailsOf(user);
  await fail(user, { kind: 'webhook_lost' });
  await user.request('POST', `/_sandbox/mail/messages/${id}/reply`, { text: 'Lost' });
  await fail(user, { kind: 'webhook_doubled', times: 3 });
  await user.request('POST', `/_sandbox/mail/messages/${id}/reply`, { text: 'Tripled' });
  await callback.heard(3);
  const tripled = Buffer.from('Tripled').toString('base64');
  expect(callback.got.map(({ body }) => body.includes(tripled))).toEqual([true, true, true]);
});

it('does on its pages what the buttons say', async () => {
  const { user, mail } = await aUser();
  const callback = await aCallback();
  const form = (path: string, fields: Record<string, string>) =>
    fetch(user.address + path, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  expect((await user.request('GET', '/mail')).text).toContain('No mail yet');
  expect((await form('/mail/callback', { url: callback.url })).status).toBe(303);
  await aClient(mail).sendMail(aMail);
  const [{ id } = { id: '' }] = await mailsOf(user);
  for (const [count, fields] of [
    [1, { deed: 'reply', text: 'Hi' }],
    [2, { deed: 'unknown' }],
    [3, { deed: 'complain' }],
  ] as const) {
    const answer = await form(`/mail/${id}`, fields);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/mail/${id}`]);
    await callback.heard(count);
  }
  expect((await user.request('GET', `/mail/${id}`)).text).toContain(
    'Done: answered: Hi, failed 5.1.1, reported as spam',
  );
  expect((await user.request('GET', '/mail/nothing')).status).toBe(404);
});

it('shows a mail on its page without running anything of it, with one click to unsubscribe when it offers that', async () => {
  const { user, mail } = await aUser();
  const callback = await aCallback();
  await aClient(mail).sendMail({
    ...aMail,
    list: { unsubscribe: callback.url },
    headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  });
  await aClient(mail).sendMail({ ...aMail, subject: '<b>none</b>' });
  const [without, offering] = await mailsOf(user);
  const list = await user.request('GET', '/mail');
  expect(list.text).toContain('&lt;b&gt;none&lt;/b&gt;');
  const page = await user.request('GET', `/mail/${offering?.id}`);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.text).toContain('<iframe sandbox title="Message" srcdoc="&lt;p&gt;Hello');
  expect(page.text).not.toContain('<script');
  expect(page.text).toContain('>Unsubscribe</button>');
  expect((await user.request('GET', `/mail/${without?.id}`)).text).not.toContain('>Unsubscribe</button>');
  await user.request('POST', `/_sandbox/mail/messages/${offering?.id}/unsubscribe`);
  await callback.heard(1);
  expect(callback.got).toEqual([{ type: 'application/x-www-form-urlencoded', body: 'List-Unsubscribe=One-Click' }]);
  const refused = await user.request('POST', `/_sandbox/mail/messages/${without?.id}/unsubscribe`);
  expect(refused.status).toBe(400);
});
