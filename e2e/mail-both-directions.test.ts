import fc from 'fast-check';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SandboxUser } from '#sandbox/testing/sandbox-user.ts';
import type { ConnectionSettings, MessageContent } from '#server/channels/provider.ts';
import { bodyOf } from '#server/channels/providers/smtp/content/body.ts';
import { badContents, contents } from '#server/channels/providers/smtp/samples.fixture.ts';
import { SmtpTransport } from '#server/channels/providers/smtp/sending/transport.ts';
import { smtp } from '#server/channels/providers/smtp/smtp.ts';

// What the adapter writes is sent to the simulated mail server, and what that passes on is given to the adapter: the two know
// each other by SMTP and HTTP only.

interface Account {
  host: string;
  port: number;
  user: string;
  password: string;
}

interface View {
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  one_click_url: string | null;
  headers: Record<string, string>;
}

const patience = { timeout: 20_000, interval: 20 };
const sender = { externalId: 'shop@sandbox.example' };
const got: Buffer[] = [];
let user: SandboxUser;
let callback: Server;
let transport: SmtpTransport;
let settings: ConnectionSettings;
let secrets: { accessToken: string; appSecrets: string[]; verifyToken: string };
let attempts = 0;

beforeAll(async () => {
  user = await SandboxUser.start();
  const { mail } = (await user.request('GET', '/_sandbox/credentials')).read<{ mail: Account }>();
  callback = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push(Buffer.concat(chunks));
      response.end();
    });
  });
  await new Promise<void>((resolve) => callback.listen(0, '127.0.0.1', () => resolve()));
  const url = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/in`;
  await user.request('POST', '/_sandbox/mail/webhook', { url });
  settings = {
    baseUrl: `smtp://127.0.0.1:${mail.port}`,
    apiVersion: '',
    businessAccountId: `${mail.user}@127.0.0.1`,
    options: { user: mail.user, tls: 'none', bounce_address: 'bounce@sandbox.example', from_name: 'The Shop' },
    webhookUrl: 'https://carillon.example/webhooks/smtp/01990000-0000-7000-8000-000000000001/key',
  };
  secrets = { accessToken: mail.password, appSecrets: [], verifyToken: 'key' };
  transport = new SmtpTransport(settings, secrets, { allowed: [{ host: '127.0.0.1', port: mail.port }] });
});
afterAll(async () => {
  await transport?.close();
  callback?.close();
  await user?.[Symbol.asyncDispose]();
});

async function send(content: MessageContent, lane: 'marketing' | 'service' = 'service') {
  attempts += 1;
  const callbackData = `a1:AZqK0000000000000000aB:${attempts}:abcDEFghijK`;
  const to = `Person${attempts}@example.com`;
  const message = { recipient: { kind: 'email', value: to }, content, callbackData, lane, expiresAt: null } as never;
  const answer = await transport.send(smtp.buildSend(message, sender, settings, secrets));
  if (answer.kind !== 'answer') throw new Error(`No answer: ${answer.reason}`);
  const outcome = smtp.readSendAnswer(answer.response, Temporal.Now.instant(), sender);
  const { data } = (await user.request('GET', `/_sandbox/mail/messages?to=${to}`)).read<{ data: { id: string }[] }>();
  const views = await Promise.all(
    data.map(async ({ id }) => (await user.request('GET', `/_sandbox/mail/messages/${id}`)).read<View>()),
  );
  return { outcome, views, callbackData, to };
}

// Words of every kind of letter, with what mail has rules for: dots, long lines, quotes, tags, ends of lines.
const words = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
      fc.constantFrom(
        '.',
        '..',
        '\n',
        '=',
        '=3D',
        'From ',
        '<b>',
        '&amp;',
        'é',
        '☀️',
        '한국어',
        'x'.repeat(1200),
        '"',
        '\\',
      ),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
const line = words.map((text) =>
  text
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .slice(0, 200)
    .toWellFormed(),
);
const content: fc.Arbitrary<MessageContent> = fc
  .record({ subject: line, text: words, html: words, preheader: line }, { requiredKeys: ['subject'] })
  .map((email) => ({ type: 'email', email }));

const shown = (text: string) => text.replaceAll(/[\s\u00a0\ufeff]+/gu, ' ').trim();

describe('what the adapter sends', () => {
  it('samples of every kind arrive once, as they are', async () => {
    for (const sample of contents) {
      const { outcome, views } = await send(sample);
      expect(outcome).toMatchObject({ outcome: 'accepted' });
      expect(views).toHaveLength(1);
    }
    expect(badContents.length).toBeGreaterThan(0);
  });

  it('whatever the check lets through arrives once, with subject and both bodies as they were meant', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(content, async (one) => {
        const verdict = smtp.checkContent(one, null, { sendAt: Temporal.Now.instant(), lane: 'service' });
        if (!verdict.ok) return;
        taken += 1;
        const { outcome, views } = await send(one);
        expect(outcome).toMatchObject({ outcome: 'accepted' });
        expect(views).toHaveLength(1);
        const meant = bodyOf(one, '', null);
        expect(shown(views[0]?.subject ?? '')).toBe(shown(meant.subject));
        expect(shown(views[0]?.text ?? '')).toBe(shown(meant.text));
        expect(shown(views[0]?.html ?? '')).toBe(shown(meant.html));
      }),
      { numRuns: 150 },
    );
    expect(taken).toBeGreaterThan(30);
  }, 120_000);

  it('marketing offers one click, and nothing else does', async () => {
    const [one] = contents;
    if (!one) throw new Error('There is no sample.');
    expect((await send(one, 'marketing')).views[0]?.one_click_url).toMatch(/^https:\/\/carillon\.example\/u\//);
    expect((await send(one)).views[0]?.one_click_url).toBeNull();
  });
});

describe('what comes back', () => {
  it.each([
    ['failed', '5.1.1', { status: 'failed', error: { code: '5.1.1' } }],
    ['delayed', '4.4.1', { status: 'other', providerStatus: 'delayed' }],
    ['delivered', '2.0.0', { status: 'delivered' }],
  ])('a report (%s %s) is a status of the attempt', async (action, status, expected) => {
    const { views, callbackData, outcome, to } = await send({ type: 'text', text: { body: 'Hello' } });
    const before = got.length;
    await user.request('POST', `/_sandbox/mail/messages/${views[0]?.id}/bounce`, { action, status });
    await vi.waitUntil(() => got.length > before, patience);
    expect(smtp.decodeWebhook(got[before] as Buffer, '')).toMatchObject([
      {
        kind: 'status',
        ...expected,
        callbackData,
        senderExternalId: sender.externalId,
        recipient: { email: to },
        providerMessageId: outcome.outcome === 'accepted' ? outcome.providerMessageIds[0] : 'none',
      },
    ]);
  });

  it('an answer and a complaint are of the person', async () => {
    const { views, callbackData, outcome, to } = await send({ type: 'text', text: { body: 'Hello' } });
    const before = got.length;
    await user.request('POST', `/_sandbox/mail/messages/${views[0]?.id}/reply`, { text: 'Größe? ☀' });
    await vi.waitUntil(() => got.length > before, patience);
    expect(smtp.decodeWebhook(got[before] as Buffer, '')).toMatchObject([
      {
        kind: 'message',
        from: { email: to },
        senderExternalId: sender.externalId,
        text: 'Größe? ☀',
        replyToProviderId: outcome.outcome === 'accepted' ? outcome.providerMessageIds[0] : 'none',
      },
    ]);
    await user.request('POST', `/_sandbox/mail/messages/${views[0]?.id}/complaint`);
    await vi.waitUntil(() => got.length > before + 1, patience);
    expect(smtp.decodeWebhook(got[before + 1] as Buffer, '')).toMatchObject([
      { kind: 'status', providerStatus: 'complaint_abuse', callbackData },
      { kind: 'preference', everything: true, person: { email: to } },
    ]);
  });
});
