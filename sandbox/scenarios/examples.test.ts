import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SandboxUser } from '#testing/sandbox-user.ts';
import { playScenario } from '#testing/scenario-user.ts';
import { WebhookReceiver } from '#testing/webhook-receiver.ts';

const FOLDER = join(import.meta.dirname, 'examples');
const NAMES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

it('there are scenarios to try', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(5);
});

interface Told {
  at: string;
  from: string;
  content: unknown;
  status: string;
}

/** What everybody wrote, by person. */
async function chatsOf(user: SandboxUser): Promise<unknown[]> {
  const { data: people } = (await user.request('GET', '/_sandbox/people?limit=1000')).read<{
    data: { id: string; wa_id: string | null }[];
  }>();
  const lines: unknown[] = [];
  for (const { id, wa_id } of people) {
    const path = `/_sandbox/people/${id}/chats/${user.account.phone_number_id}/messages?limit=200`;
    const { data } = (await user.request('GET', path)).read<{ data: Told[] }>();
    lines.push(...data.map(({ at, from, content, status }) => ({ wa_id, at, from, content, status })));
  }
  return lines;
}

/** The whole ledger, all statuses and all chats; ids, which are random, as the number of their first appearance. */
async function truthsOf(user: SandboxUser): Promise<string[]> {
  const ledger = await user.ledger();
  const { data } = (await user.request('GET', '/_sandbox/statuses?limit=10000')).read<{ data: unknown[] }>();
  const ids = new Map<string, string>();
  return [...ledger, ...data, ...(await chatsOf(user))].map((line) =>
    JSON.stringify(line).replaceAll(new RegExp(`wamid\\.[\\w=+/-]+|${user.account.phone_number_id}`, 'g'), (id) => {
      if (!ids.has(id)) ids.set(id, `id ${ids.size + 1}`);
      return ids.get(id) ?? '';
    }),
  );
}

async function play(file: string, seed?: number): Promise<string[]> {
  await using user = await SandboxUser.start({ delay_factor: 1, limits: 'on' });
  await using _receiver = await WebhookReceiver.listen(user);
  const view = await playScenario(user, readFileSync(join(FOLDER, file), 'utf8'), {
    speed: 'max',
    start: '2026-03-02T08:00:00Z',
    ...(seed === undefined ? {} : { seed }),
  });
  const missed = view.expectations.filter(({ met }) => !met);
  if (seed === undefined) expect({ problem: view.problem, missed }).toEqual({ problem: null, missed: [] });
  return await truthsOf(user);
}

it.each(NAMES)('%s comes to its expected end, and twice with one seed to the same ledger', async (file) => {
  const first = await play(file);
  expect(first.length).toBeGreaterThan(20);
  expect(await play(file)).toEqual(first);
});

it('another seed has another story', async () => {
  expect(await play('a-hundred-customers.yaml', 8)).not.toEqual(await play('a-hundred-customers.yaml', 9));
});
