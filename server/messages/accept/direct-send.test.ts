import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectSend } from '#channels/provider.ts';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { directSendCategories, type Purpose } from '#messages/message.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { Fault } from '#platform/fault.ts';
import { longestTtlSeconds, readDirectSend } from './direct-send.ts';

const settings = {
  baseUrl: 'http://127.0.0.1:9',
  apiVersion: 'v26.0',
  businessAccountId: '102',
  options: {},
  webhookUrl: null,
};
const account = { provider: cloudApi, settings: { ...settings, directSend: true } };
const request = {
  purpose: 'transactional' as Purpose,
  content: { type: 'text', text: { body: 'Hi' } },
};

function refusalOf(changes: object, sender: Pick<SenderAccount, 'provider' | 'settings'> = account): Fault {
  try {
    readDirectSend({ ...request, direct_send: { category: 'utility' }, ...changes }, sender);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error(`It was taken: ${JSON.stringify(changes)}`);
}

describe('the wish to have free content billed as a category', () => {
  it('is taken with its options, and absent is none', () => {
    for (const category of directSendCategories) {
      const given = { category, ttl_seconds: longestTtlSeconds, template_name: 'order_update' };
      expect(readDirectSend({ ...request, direct_send: given }, account)).toEqual(given);
    }
    expect(readDirectSend(request, account)).toBeNull();
    expect(readDirectSend(request, { ...account, settings })).toBeNull();
  });

  it.each([
    [null, '/direct_send'],
    [[], '/direct_send'],
    ['utility', '/direct_send'],
    [{}, '/direct_send/category'],
    [{ category: 'marketing' }, '/direct_send/category'],
    [{ category: 'utility', ttl_seconds: 0 }, '/direct_send/ttl_seconds'],
    [{ category: 'utility', ttl_seconds: 1.5 }, '/direct_send/ttl_seconds'],
    [{ category: 'utility', ttl_seconds: '60' }, '/direct_send/ttl_seconds'],
    [{ category: 'utility', ttl_seconds: longestTtlSeconds + 1 }, '/direct_send/ttl_seconds'],
    [{ category: 'utility', template_name: '' }, '/direct_send/template_name'],
    [{ category: 'utility', template_name: 'a\u0000b' }, '/direct_send/template_name'],
    [{ category: 'utility', template_name: 'x'.repeat(513) }, '/direct_send/template_name'],
    [{ category: 'utility', price: 1 }, '/direct_send/price'],
  ])('%j is refused at %s', (given, pointer) => {
    expect(refusalOf({ direct_send: given })).toMatchObject({ code: 'invalid_request', fields: [{ pointer }] });
  });

  it('is refused in words beside a template, for marketing, and where it is off or not known', () => {
    const template = { type: 'template', template: { name: 'order', language: { code: 'en_US' } } };
    expect(refusalOf({ content: template }).detail).toContain('A template has a category of its own');
    expect(refusalOf({ purpose: 'marketing' }).detail).toContain('Marketing');
    expect(refusalOf({ marketing_messages: {} }).detail).toContain('Marketing');
    expect(refusalOf({}, { ...account, settings }).detail).toContain('off for this connection');
    const other = { ...cloudApi, capabilities: { ...cloudApi.capabilities, directSend: false } };
    expect(refusalOf({}, { ...account, provider: other }).detail).toContain('This provider has no Direct Send');
  });

  it('whatever comes is taken as it is or refused with a field', () => {
    const options = fc.dictionary(fc.constantFrom('category', 'ttl_seconds', 'template_name', 'x'), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(options, fc.jsonValue()), (given) => {
        try {
          expect(readDirectSend({ ...request, direct_send: given as unknown as DirectSend }, account)).toBe(given);
        } catch (error) {
          expect(error).toMatchObject({
            code: 'invalid_request',
            fields: [{ pointer: expect.stringMatching(/^\/direct_send/) }],
          });
        }
      }),
      { numRuns: 500 },
    );
  });
});
