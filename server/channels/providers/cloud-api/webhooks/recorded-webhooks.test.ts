import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeWebhook } from './webhooks.ts';

// Payloads that other projects recorded. They are read where they lie, beside this repository, and are no part of it.
const folder = new URL('../../../../../../shared/fixtures/webhooks/', import.meta.url);
const isThere = existsSync(folder);
if (!isThere) console.info(`Recorded webhooks are not tried: there is no folder ${folder.pathname}`);

function payloads(): { name: string; body: Buffer }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?:^|\/)\d+\.json$/.test(name))
    .sort()
    .map((name) => ({ name, body: readFileSync(new URL(name, folder)) }));
}

type Lists = { entry?: { changes?: { value?: Record<string, unknown> }[] }[] };

/** The same facts otherwise packed: everything twice, and last first. */
function doubledAndReversed(body: Buffer): Buffer {
  const payload = JSON.parse(body.toString()) as Lists;
  for (const entry of payload.entry ?? []) {
    for (const { value } of entry.changes ?? []) {
      for (const list of ['messages', 'statuses']) {
        const items = value?.[list];
        if (value && Array.isArray(items)) value[list] = [...(items as unknown[]), ...(items as unknown[])].reverse();
      }
    }
    entry.changes?.push(...structuredClone(entry.changes));
    entry.changes?.reverse();
  }
  payload.entry?.push(...structuredClone(payload.entry));
  payload.entry?.reverse();
  return Buffer.from(JSON.stringify(payload));
}

describe.runIf(isThere)('recorded webhooks', () => {
  const recorded = isThere ? payloads() : [];

  it('are there', () => expect(recorded.length).toBeGreaterThan(0));

  it.each(recorded)('$name: nothing vanishes, and nothing that is known stays unread', ({ body }) => {
    const events = decodeWebhook(body);
    expect(events.length).toBeGreaterThan(0);
    const payload = JSON.parse(body.toString()) as Lists;
    for (const { value } of payload.entry?.flatMap((entry) => entry.changes ?? []) ?? []) {
      // Without a number nobody can say whose it is; then it is kept as unknown.
      if (value?.['metadata'] === undefined) continue;
      for (const list of ['messages', 'statuses']) {
        for (const item of (value[list] ?? []) as { id: string }[]) {
          expect(events.some((event) => 'providerMessageId' in event && event.providerMessageId === item.id)).toBe(
            true,
          );
        }
      }
    }
  });

  it.each(recorded)('$name: doubled and reversed it says the same', ({ body }) => {
    const keys = (bytes: Buffer) => new Set(decodeWebhook(bytes).map(({ contentKey }) => contentKey));
    expect(keys(doubledAndReversed(body))).toEqual(keys(body));
  });
});
