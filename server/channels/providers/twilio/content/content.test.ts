import { describe, expect, it } from 'vitest';
import type { Recipient } from '#channels/provider.ts';
import { twilioSms, twilioWhatsapp } from '#channels/providers/twilio/twilio.ts';
import { refused, refusedOnWhatsapp, smsSamples, templateSamples, whatsappSamples } from './samples.fixture.ts';

const occasion = { sendAt: Temporal.Instant.from('2026-11-22T12:00:00Z'), lane: 'service' } as const;
const phone: Recipient = { kind: 'phone', value: '+15550001111' };

describe('content', () => {
  it.each([
    ['SMS', twilioSms, refused],
    ['WhatsApp', twilioWhatsapp, [...refused, ...refusedOnWhatsapp]],
  ] as const)('what %s does not take is refused at its place, in words', (_name, provider, wrong) => {
    for (const [content, pointer, code] of wrong) {
      const verdict = provider.checkContent(content, phone, occasion);
      const problems = verdict.ok ? [] : verdict.problems;
      expect(problems, JSON.stringify(content).slice(0, 200)).toMatchObject([
        { pointer, code, message: expect.stringMatching(/\.$/) },
      ]);
    }
  });

  it('an SMS needs no window, and WhatsApp one for everything but a template', () => {
    for (const content of smsSamples)
      expect(twilioSms.checkContent(content, phone, occasion)).toMatchObject({ ok: true, needsWindow: false });
    for (const content of whatsappSamples) {
      const needsWindow = !templateSamples.includes(content);
      expect(twilioWhatsapp.checkContent(content, phone, occasion)).toMatchObject({ ok: true, needsWindow });
    }
  });

  it('an SMS goes to phones alone, also when the recipient is given by contact', () => {
    const text = smsSamples[0] ?? { type: 'text' };
    const user: Recipient = { kind: 'provider_user', value: 'US.13491208655302741918' };
    expect(twilioSms.checkContent(text, user, occasion).ok).toBe(false);
    expect(twilioSms.checkContent(text, null, occasion)).toMatchObject({ ok: true, needsPhone: true });
    expect(twilioWhatsapp.checkContent(text, user, occasion).ok).toBe(true);
    expect(twilioWhatsapp.checkContent(text, { kind: 'group', value: 'abc' }, occasion).ok).toBe(false);
  });
});
