import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { newDataFolder, startCarillon } from './carillon.ts';
import { aMessage } from './under-test.ts';

const STORY = `
name: Three who write
people:
  - group: a
    count: 3
    phone: "+15552001001"
    behaviour: { reads_after: 100ms, answers: [{ to: template, after: 100ms, texts: ["Thanks from {name}"] }] }
timeline: [{ after: 100ms, write: { group: a, texts: [Hello] } }]
ends: { after: 1h }
`;

interface Listed {
  data: { id: string; status: string; content: { text?: { body: string } } | null }[];
}

it('people of a scenario write to Carillon as soon as it listens, and answer what it sends', async () => {
  const dataFolder = await newDataFolder();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const file = join(dataFolder, 'story.yaml');
  await writeFile(file, STORY);
  const carillon = stack.use(await startCarillon({ dataFolder, env: { CARILLON_SANDBOX_SCENARIO: file } }));
  const headers = { authorization: `Bearer ${carillon.apiKey}`, 'content-type': 'application/json' };
  const list = async (query: string) =>
    (await (await fetch(`${carillon.api}/v1/messages?${query}`, { headers })).json()) as Listed;
  const eventually = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });

  await eventually(async () => expect((await list('direction=inbound&limit=10')).data).toHaveLength(3));
  const sent = await fetch(`${carillon.api}/v1/messages`, {
    method: 'POST',
    headers: { ...headers, 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(aMessage({ to: '+15552001002' })),
  });
  expect(sent.status).toBe(202);
  await eventually(async () => {
    const { data } = await list('direction=inbound&limit=10');
    expect(data.filter((message) => message.content?.text?.body.startsWith('Thanks from '))).toHaveLength(1);
  });
  await eventually(async () =>
    expect((await list('direction=outbound&limit=10')).data.map((message) => message.status)).toEqual(['read']),
  );
});
