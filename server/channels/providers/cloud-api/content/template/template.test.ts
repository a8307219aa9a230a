import { describe, expect, it } from 'vitest';
import type { ContentVerdict, MessageContent, Occasion } from '#channels/provider.ts';
import { checkContent } from '#channels/providers/cloud-api/content/content.ts';
import { templateSamples as samples } from './samples.fixture.ts';

const sendAt = Temporal.Instant.from('2026-11-26T12:00:00Z');

function check(content: MessageContent, lane: Occasion['lane'] = 'marketing'): ContentVerdict {
  return checkContent(content, null, { sendAt, lane });
}

function pointersOf(verdict: ContentVerdict): string[] {
  return verdict.ok ? [] : verdict.problems.map(({ pointer }) => pointer);
}

const send = (...components: unknown[]) => ({
  type: 'template',
  template: { name: 'any', language: { code: 'en' }, components },
});

describe('an offer', () => {
  const offer = (end: Temporal.Instant) =>
    send({
      type: 'limited_time_offer',
      parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: end.epochMilliseconds } }],
    });

  it('ends after the message leaves, which may be later than now', () => {
    expect(check(offer(sendAt.add({ milliseconds: 1 })))).toMatchObject({ ok: true });
    const over = '/template/components/0/parameters/0/limited_time_offer/expiration_time_ms';
    expect(pointersOf(check(offer(sendAt)))).toEqual([over]);
  });
});

describe('a GIF', () => {
  it('goes by the Marketing Messages API only', () => {
    const occasion = { sendAt, lane: 'marketing' } as const;
    expect(checkContent(samples.gifHeader, null, { ...occasion, marketingMessages: true })).toMatchObject({ ok: true });
    expect(pointersOf(check(samples.gifHeader))).toEqual(['/template/components/0/parameters/0/type']);
  });
});

describe('names of components, buttons and parameters', () => {
  it('are taken in capitals too, as Meta writes some of them', () => {
    const loud = send(
      { type: 'HEADER', parameters: [{ type: 'IMAGE', image: { id: '24230790383178626' } }] },
      { type: 'BODY', parameters: [{ type: 'TEXT', text: '10OFF' }] },
      { type: 'BUTTON', sub_type: 'QUICK_REPLY', index: '0', parameters: [{ type: 'PAYLOAD', payload: '59NqSd' }] },
      { type: 'BUTTON', sub_type: 'COPY_CODE', index: '1', parameters: [{ type: 'COUPON_CODE', coupon_code: 'A' }] },
    );
    expect(check(loud)).toMatchObject({ ok: true });
  });
});

describe('what clients write differently', () => {
  it('a value of a header may be an amount or a day, and an amount a text', () => {
    const currency = { fallback_value: 'U$1.5', code: 'USD', amount_1000: '1500' };
    for (const parameter of [
      { type: 'currency', currency },
      { type: 'date_time', date_time: { fallback_value: '01/01/2026' } },
    ])
      expect(check(send({ type: 'header', parameters: [parameter] })), parameter.type).toMatchObject({ ok: true });
  });

  it('the target of a tap may stand alone or in a list', () => {
    const tap = (target: unknown) =>
      send({
        type: 'tap_target_configuration',
        parameters: [{ type: 'tap_target_configuration', tap_target_configuration: target }],
      });
    const target = { url: 'https://example.com/sale', title: 'Sale' };
    for (const form of [target, [target]]) expect(check(tap(form))).toMatchObject({ ok: true });
    expect(pointersOf(check(tap({ title: 'Sale' })))).toEqual([
      '/template/components/0/parameters/0/tap_target_configuration/url',
    ]);
  });
});

describe('buttons', () => {
  const button = (sub_type: string, parameters?: unknown[]) =>
    send({ type: 'button', sub_type, index: 0, ...(parameters ? { parameters } : {}) });

  it('whose parameters are all optional need none', () => {
    for (const kind of ['catalog', 'flow', 'voice_call'])
      for (const parameters of [undefined, []])
        expect(check(button(kind, parameters)), kind).toMatchObject({ ok: true });
    for (const kind of ['quick_reply', 'url', 'copy_code', 'mpm', 'order_details'])
      expect(pointersOf(check(button(kind))), kind).toEqual(['/template/components/0/parameters']);
  });

  it('take a parameter of each type once', () => {
    const payload = { type: 'payload', payload: 'a' };
    expect(pointersOf(check(button('voice_call', [payload, payload])))).toEqual([
      '/template/components/0/parameters/1/type',
    ]);
  });

  it('that call a number are left out, and the refusal says so', () => {
    const verdict = check(button('phone_number', [{ type: 'text', text: '+1' }]));
    expect(verdict).toMatchObject({ problems: [{ message: expect.stringContaining('leave it out') }] });
  });

  it('may end in the link to a group', () => {
    expect(check(button('url', [{ type: 'group_id', group_id: 'Y2FwaV9ncm91cDox' }]))).toMatchObject({ ok: true });
  });
});

describe('a one-time code', () => {
  const code = (text: string, repeated = text) =>
    send(
      { type: 'body', parameters: [{ type: 'text', text }] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: repeated }] },
    );

  it('goes to phone numbers only', () => {
    expect(check(samples.code, 'authentication')).toMatchObject({ ok: true, needsWindow: false, needsPhone: true });
  });

  it('has at most 15 characters', () => {
    expect(check(code('x'.repeat(15)), 'authentication')).toMatchObject({ ok: true });
    expect(pointersOf(check(code('x'.repeat(16)), 'authentication'))).toEqual([
      '/template/components/0/parameters/0/text',
    ]);
  });

  it('is none in a message that does not authenticate, though a link repeats a value', () => {
    expect(check(code('order-number-2026-11-26'), 'transactional')).toMatchObject({ ok: true, needsPhone: false });
  });

  it('is none when the button says something else', () => {
    expect(check(code('Ada', 'order/5'), 'authentication')).toMatchObject({ ok: true, needsPhone: false });
    expect(check(samples.plain, 'authentication')).toMatchObject({ ok: true, needsPhone: false });
  });
});
