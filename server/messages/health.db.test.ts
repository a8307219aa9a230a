import { expect, it } from 'vitest';
import { createTestDatabase } from '#testing/test-database.ts';
import { readMessagePath } from './health.ts';

it('an empty database has nothing that waits', async () => {
  await using database = await createTestDatabase();
  const worker = database.connect({ role: 'carillon_worker' });
  expect(await readMessagePath(worker)).toEqual({
    oldestDueSeconds: null,
    unknown: 0,
    webhooksWaiting: 0,
    oldestWebhookSeconds: null,
    webhooksQuarantined: 0,
    parkedEntries: 0,
  });
});
