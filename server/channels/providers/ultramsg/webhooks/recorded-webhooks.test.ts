import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeWebhook } from './webhooks.ts';

// Payloads that others recorded. They are read where they lie, beside this repository, and are no part of it.
const folder = new URL('../../../../../../shared/fixtures/ultramsg/', import.meta.url);
const isThere = existsSync(folder);
if (!isThere) console.info(`Recorded webhooks of UltraMsg are not tried: there is no folder ${folder.pathname}`);

interface Recorded {
  event_type: string;
  instanceId: string;
  id?: number | string;
  referenceId?: string;
  data: { id: string; ack: string; body: string; type: string };
}

const kinds: Record<string, string> = {
  message_received: 'message',
  message_reaction: 'message',
  message_create: 'status',
  message_ack: 'status',
};

describe.runIf(isThere)('recorded webhooks', () => {
  const recorded = isThere
    ? readdirSync(folder)
        .filter((name) => /^\d+\.json$/.test(name))
        .map((name) => ({ name, body: readFileSync(new URL(name, folder)) }))
    : [];

  it('are there', () => expect(recorded.length).toBeGreaterThan(0));

  it.each(recorded)('$name: becomes what it is, of its instance, and can be shown', ({ body }) => {
    const { event_type: eventType, instanceId, referenceId, data } = JSON.parse(body.toString()) as Recorded;
    const [event, ...others] = decodeWebhook(body, '');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      kind: kinds[eventType],
      senderExternalId: `instance${instanceId}`,
      providerMessageId: data.id,
    });
    if (event?.kind === 'message') {
      expect(event.supported).toBe(true);
      if (data.type === 'chat') expect(event.text).toBe(data.body);
    }
    if (event?.kind === 'status') {
      expect(event.providerStatus).toBe(data.ack);
      expect(event.callbackData).toBe(referenceId || undefined);
      expect(event.earlierProviderId).toMatch(/^instance\d+:\d+$/);
    }
  });

  it.each(recorded)('$name: says the same as a form', ({ body }) => {
    const form = Buffer.from(new URLSearchParams({ data: body.toString() }).toString());
    expect(decodeWebhook(form, '')).toEqual(decodeWebhook(body, ''));
  });
});
