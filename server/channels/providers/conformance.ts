import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  ConnectionSecrets,
  ConnectionSettings,
  MessageContent,
  OutboundMessage,
  ProviderResponse,
  Recipient,
  WebhookRequest,
} from '#channels/provider.ts';
import type { Provider } from '#channels/provider-port.ts';

/** What an adapter brings to be tried: real examples in its provider's own shapes. */
export interface ConformanceSamples {
  settings: ConnectionSettings;
  secrets: ConnectionSecrets;
  senderExternalId: string;
  recipients: readonly Recipient[];
  /** At least one content for each type, and for each interactive type, that the capabilities name. */
  contents: readonly MessageContent[];
  /** Contents that must be refused. */
  badContents: readonly MessageContent[];
  answers: {
    accepted: ProviderResponse;
    rejected: ProviderResponse;
    throttled: ProviderResponse;
    unknown: readonly ProviderResponse[];
  };
  /** A webhook with at least one inbound message and one status. */
  webhook: Uint8Array;
  /** Further ones, for a provider that tells one thing at a time: a message and a status are among all of them. */
  moreWebhooks?: readonly Uint8Array[];
  /** Set for a provider that takes its token in the body alone. */
  tokenStandsInBody?: true;
  /** Of the address that it came to, `https://shop.example/callback`. */
  query?: string;
  /** The texts of a content that the provider is told as they are. Absent: all of them. */
  textsOf?: (content: MessageContent) => string[];
  /** The headers with which the provider would sign the body; undefined for a provider that does not sign. */
  sign: ((body: Uint8Array, secret: string) => Record<string, string>) | undefined;
}

/** Registers the tests that every adapter passes, whatever its provider. Called inside a test file. */
export function itConforms(provider: Provider, samples: ConformanceSamples): void {
  const { settings, secrets, senderExternalId } = samples;
  const sender = { externalId: senderExternalId };
  const now = Temporal.Instant.from('2026-11-22T12:00:00Z');
  const [recipient] = samples.recipients;
  if (!recipient) throw new Error('The samples need a recipient.');

  const { marketingMessages } = provider.capabilities;
  const occasion = { sendAt: now, lane: 'marketing', marketingMessages } as const;

  const messageOf = (content: MessageContent, to: Recipient = recipient): OutboundMessage => ({
    recipient: to,
    content,
    callbackData: 'a1:conformance',
    lane: 'service',
    expiresAt: now.add({ hours: 1 }),
  });

  describe('content', () => {
    it('every kind that the capabilities promise has a sample that is let through', () => {
      for (const type of provider.capabilities.contentTypes) {
        const found = samples.contents.filter((content) => content.type === type);
        expect(found.length, type).toBeGreaterThan(0);
        for (const content of found)
          expect(provider.checkContent(content, recipient, occasion), JSON.stringify(content)).toMatchObject({
            ok: true,
          });
      }
      for (const type of provider.capabilities.interactiveTypes) {
        const of = samples.contents.filter(
          (content) => (content['interactive'] as { type?: unknown } | undefined)?.type === type,
        );
        expect(of.length, type).toBeGreaterThan(0);
      }
    });

    it('every kind of recipient that the capabilities promise is let through', () => {
      expect(new Set(samples.recipients.map(({ kind }) => kind))).toEqual(
        new Set(provider.capabilities.recipientKinds),
      );
      for (const to of samples.recipients) {
        expect(provider.checkContent(samples.contents[0] as MessageContent, to, occasion)).toMatchObject({ ok: true });
      }
    });

    it('what is refused says where and why, and a kind that is not promised is refused', () => {
      expect(samples.badContents.length).toBeGreaterThan(0);
      for (const content of [...samples.badContents, { type: 'no_such_kind' }]) {
        const verdict = provider.checkContent(content, recipient, occasion);
        expect(verdict.ok, JSON.stringify(content).slice(0, 200)).toBe(false);
        if (verdict.ok) continue;
        expect(verdict.problems.length).toBeGreaterThan(0);
        for (const problem of verdict.problems) {
          expect(problem.pointer).toMatch(/^(?:\/.*)?$/);
          expect(problem.message).toMatch(/\.$/);
        }
      }
    });

    it('no content whatever makes the check throw', () => {
      fc.assert(
        fc.property(
          fc.jsonValue({ maxDepth: 4 }),
          fc.constantFrom(...provider.capabilities.contentTypes),
          (value, type) => {
            provider.checkContent({ type, [type]: value }, recipient, occasion);
            provider.checkContent(value as MessageContent, recipient, occasion);
          },
        ),
        { numRuns: 500 },
      );
    });
  });

  describe('requests', () => {
    it('a send carries the callback data where the provider can give it back, and the token in no body or path', () => {
      for (const content of samples.contents) {
        for (const to of samples.recipients) {
          const request = provider.buildSend(messageOf(content, to), sender, settings, secrets);
          expect(request.path).toMatch(/^\//);
          expect(request.path + request.body).toContain(encodeURIComponent(senderExternalId));
          if (provider.capabilities.callbackData)
            expect(decodeURIComponent(request.path) + unescaped(request.body)).toContain('a1:conformance');
          expect(request.body.split(secrets.accessToken)).toHaveLength(samples.tokenStandsInBody ? 2 : 1);
          expect(request.path).not.toContain(secrets.accessToken);
          for (const value of Object.values(request.headers)) expect(value).not.toMatch(/[\r\n]/);
        }
      }
    });

    it('a send keeps every field of its content', () => {
      for (const content of samples.contents) {
        const { path, body } = provider.buildSend(messageOf(content), sender, settings, secrets);
        const sent = decodeURIComponent(path) + unescaped(body);
        for (const text of samples.textsOf?.(content) ?? textsOf(content[content.type])) expect(sent).toContain(text);
      }
    });

    it('a send is bound to a key of the person exactly where the capabilities say so', () => {
      const [content] = samples.contents;
      if (!content) throw new Error('The samples need a content.');
      const { body } = provider.buildSend(
        { ...messageOf(content), identityKeyHash: 'DF2lS5v2W6x' },
        sender,
        settings,
        secrets,
      );
      expect(body.includes('DF2lS5v2W6x')).toBe(provider.capabilities.identityKeys);
    });

    it('a send names what it answers exactly where the capabilities say so', () => {
      const [content] = samples.contents;
      if (!content) throw new Error('The samples need a content.');
      const replyToProviderId = 'the-message-that-is-answered';
      const { body } = provider.buildSend({ ...messageOf(content), replyToProviderId }, sender, settings, secrets);
      expect(body.includes(replyToProviderId)).toBe(provider.capabilities.replies);
    });

    it('marketing goes another way exactly where the capabilities say so', () => {
      const [content] = samples.contents;
      if (!content) throw new Error('The samples need a content.');
      const usual = provider.buildSend(messageOf(content), sender, settings, secrets);
      const other = provider.buildSend({ ...messageOf(content), marketingMessages: {} }, sender, settings, secrets);
      expect(other.path !== usual.path).toBe(marketingMessages);
    });

    it('free content names the category that it is billed as exactly where the capabilities say so', () => {
      const content = samples.contents.find(({ type }) => type !== 'template');
      if (!content) throw new Error('The samples need a content without template.');
      const message = { ...messageOf(content), directSend: { category: 'utility' } } as const;
      const { path, body } = provider.buildSend(message, sender, settings, secrets);
      const usual = provider.buildSend(messageOf(content), sender, settings, secrets);
      expect(path + body !== usual.path + usual.body).toBe(provider.capabilities.directSend);
    });

    it('building a send is pure: the same in gives the same out, and the content stays as it was', () => {
      for (const content of samples.contents) {
        const before = structuredClone(content);
        const first = provider.buildSend(messageOf(content), sender, settings, secrets);
        expect(provider.buildSend(messageOf(content), sender, settings, secrets)).toEqual(first);
        expect(content).toEqual(before);
      }
    });
  });

  describe('answers', () => {
    it('each class of answer has its outcome', () => {
      expect(provider.readSendAnswer(samples.answers.accepted, now, sender)).toMatchObject({ outcome: 'accepted' });
      expect(provider.readSendAnswer(samples.answers.rejected, now, sender)).toMatchObject({
        outcome: 'rejected',
        row: { provider: provider.name },
      });
      expect(provider.readSendAnswer(samples.answers.throttled, now, sender)).toMatchObject({
        outcome: 'throttled',
        row: { provider: provider.name },
      });
      expect(samples.answers.unknown.length).toBeGreaterThan(0);
      for (const response of samples.answers.unknown) {
        expect(provider.readSendAnswer(response, now, sender)).toMatchObject({
          outcome: 'unknown',
          reason: expect.stringMatching(/./),
        });
      }
    });

    it('an answer that was cut is never a yes or a no', () => {
      for (const response of [samples.answers.accepted, samples.answers.rejected]) {
        expect(provider.readSendAnswer({ ...response, truncated: true }, now, sender)).toMatchObject({
          outcome: 'unknown',
        });
        const half = response.body.subarray(0, response.body.length / 2);
        expect(provider.readSendAnswer({ ...response, body: half }, now, sender)).toMatchObject({ outcome: 'unknown' });
      }
    });

    it('no answer whatever makes the reader throw, and only a clear yes is one', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 100, max: 599 }),
          fc.oneof(
            fc.uint8Array(),
            fc.json().map((json) => new TextEncoder().encode(json)),
          ),
          (httpStatus, body) => {
            const outcome = provider.readSendAnswer({ httpStatus, headers: {}, body, truncated: false }, now, sender);
            expect(outcome.outcome).not.toBe('accepted');
            expect(outcome.outcome).not.toBe('not_written');
          },
        ),
        { numRuns: 500 },
      );
    });
  });

  describe('webhooks', () => {
    const { sign, webhook } = samples;
    const path = samples.query ? `/callback?${samples.query}` : '/callback';
    const webhookUrl = `https://shop.example${path}`;

    it.runIf(sign !== undefined)('a signature of each current secret is valid, and no other', () => {
      if (!sign) return;
      const valid = (body: Uint8Array, headers: WebhookRequest['headers'], of = secrets): boolean =>
        provider.verifyWebhook({ body, headers, url: webhookUrl }, of, settings);
      expect(secrets.appSecrets.length).toBeGreaterThan(1);
      for (const secret of secrets.appSecrets) expect(valid(webhook, sign(webhook, secret))).toBe(true);
      const first = sign(webhook, secrets.appSecrets[0] as string);
      const changed = Uint8Array.from(webhook);
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      expect(valid(changed, first)).toBe(false);
      expect(valid(webhook, sign(webhook, 'another secret'))).toBe(false);
      expect(valid(webhook, {})).toBe(false);
      expect(valid(webhook, sign(webhook, ''), { ...secrets, appSecrets: [''] })).toBe(false);
      expect(valid(webhook, first, { ...secrets, appSecrets: [] })).toBe(false);
      for (const name of Object.keys(first)) {
        const right = first[name] as string;
        for (const value of ['', 'x', `${right}0`, right.slice(0, -1), createHmac('sha256', '').digest('hex')])
          expect(valid(webhook, { ...first, [name]: value })).toBe(false);
        expect(valid(webhook, { ...first, [name]: [right, right] })).toBe(false);
      }
    });

    it('who signs has a sample of it, and who does not has an address that nobody can guess', () => {
      expect(provider.capabilities.webhooks).toBe(sign ? 'signed' : 'unsigned');
    });

    it('the sample has a message and a status, and decoding it again gives the same keys', () => {
      const decodeAll = () =>
        [webhook, ...(samples.moreWebhooks ?? [])].flatMap((body) => provider.decodeWebhook(body, samples.query ?? ''));
      const events = decodeAll();
      expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['message', 'status']));
      expect(decodeAll()).toEqual(events);
      expect(new Set(events.map(({ contentKey }) => contentKey)).size).toBe(events.length);
    });

    it('no bytes whatever make the decoder throw or return nothing', () => {
      const decodes = (bytes: Uint8Array) => {
        expect(provider.decodeWebhook(bytes, '').length).toBeGreaterThan(0);
      };
      fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodes));
      fc.assert(fc.property(fc.json(), (json) => decodes(new TextEncoder().encode(json))));
    });

    it('what is decoded can be stored: JSON without NUL and without halves of characters', () => {
      for (const event of provider.decodeWebhook(webhook, samples.query ?? ''))
        expect(JSON.stringify(event)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    });
  });
}

// The texts of a content, and their form in a body of JSON or of a form.
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

function unescaped(body: string): string {
  try {
    return textsOf(JSON.parse(body)).join('\n');
  } catch {
    return decodeURIComponent(body.replaceAll('+', ' '));
  }
}
