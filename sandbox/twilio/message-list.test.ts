import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fits, pageOf, readFilter } from './message-list.ts';
import type { TwilioMessage } from './messages.ts';

const DAY = Date.UTC(2026, 10, 22);

function aMessage(change: Partial<TwilioMessage> = {}): TwilioMessage {
  return {
    sid: 'SM1',
    channel: 'sms',
    direction: 'outbound-api',
    person_id: 'person',
    from: '+15550784001',
    to: '+15550001111',
    service_sid: null,
    body: 'Hello',
    media: [],
    segments: 1,
    status: 'sent',
    error_code: null,
    created_at: DAY,
    updated_at: DAY,
    sent_at: DAY,
    send_at: null,
    validity_seconds: 36_000,
    price: null,
    status_callback: null,
    callback_data: null,
    content_sid: null,
    has_gaps: false,
    discards_body: false,
    hides_address: false,
    feedback: null,
    context_sid: null,
    shown: [],
    rendered: null,
    is_seen: false,
    ...change,
  };
}

it.each([
  ['To=%2B15550001111', {}, true],
  ['To=%2B15550001111', { to: 'whatsapp:+15550001111' }, false],
  ['To=whatsapp%3A%2B15550001111', { to: 'whatsapp:+15550001111' }, true],
  ['From=%2B15550784001', { from: null }, false],
  ['DateSent=2026-11-22', { sent_at: DAY + 86_399_999 }, true],
  ['DateSent=2026-11-22', { sent_at: DAY + 86_400_000 }, false],
  ['DateSent%3E=2026-11-22', { sent_at: DAY + 86_400_000 }, true],
  ['DateSent%3E=2026-11-23', {}, false],
  ['DateSent%3C=2026-11-22', { sent_at: DAY + 1 }, true],
  ['DateSent%3C=2026-11-21', {}, false],
  ['DateSent%3E=2026-11-22T10:00:00Z', { sent_at: DAY + 3_600_000 }, false],
  ['DateSent=2026-11-22', { sent_at: null }, true],
  ['', { sent_at: null }, true],
])('%s finds what has %j: %s', (query, change, isFound) => {
  expect(fits(aMessage(change), readFilter(new URLSearchParams(query), true))).toBe(isFound);
});

it('whatever the size of the pages, they have each message once, in order', () => {
  const sizes = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(fc.nat({ max: 40 }), sizes, (count, size) => {
      const messages = Array.from({ length: count }, (_, index) => aMessage({ sid: `SM${index}` }));
      const listed: unknown[] = [];
      let query = new URLSearchParams({ PageSize: String(size), To: '+15550001111' });
      for (let pages = 0; pages <= count; pages++) {
        const page = pageOf(messages, query, 'AC1');
        listed.push(...(page['messages'] as { sid: string }[]).map(({ sid }) => sid));
        const next = page['next_page_uri'];
        if (typeof next !== 'string') break;
        query = new URLSearchParams(next.split('?')[1]);
        expect(query.get('To')).toBe('+15550001111');
      }
      expect(listed).toEqual(messages.map(({ sid }) => sid));
    }),
  );
});
