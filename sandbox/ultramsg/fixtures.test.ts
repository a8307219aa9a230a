import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { LinkedNumber } from '#testing/linked-number.ts';
import { SandboxUser, eventually } from '#testing/sandbox-user.ts';

// Payloads that integrators saw, where they lie beside the repository.
const FOLDER = fileURLToPath(new URL('../../../shared/fixtures/ultramsg/', import.meta.url));
const ADA = '15550001111';

type Payload = Record<string, unknown> & { event_type: string; data: Record<string, unknown> };

interface Scene {
  year: 2021 | 2023 | 2025;
  settings?: Record<string, unknown>;
  /** Makes the sandbox tell of it. */
  act: (user: SandboxUser, number: LinkedNumber) => Promise<unknown>;
  is: (payload: Payload) => boolean;
}

const scenes: Readonly<Record<string, Scene>> = {
  '001': received(2021, { type: 'text', text: { body: '1' } }),
  '002': received(2023, { type: 'text', text: { body: 'write an email' } }),
  '003': {
    ...received(2023, {}),
    act: async (user, number) => {
      const group = await number.newGroup(['15550001111']);
      await user.write(ADA, { type: 'text', text: { body: 'שלום' }, phone_number_id: group });
    },
  },
  '004': file(2023, 'audio/ogg', (id) => ({ type: 'audio', audio: { id, voice: true } })),
  '005': acked(2025, 'pending'),
  '006': acked(2025, 'server'),
  '007': acked(2025, 'device'),
  '008': acked(2025, 'read'),
  '009': acked(2025, 'played'),
  '010': { ...received(2023, { type: 'text', text: { body: '1' } }), settings: { ultramsg_lids: 'everybody' } },
  '011': { ...acked(2025, 'device'), settings: { ultramsg_lids: 'everybody' } },
  '012': received(2023, { type: 'location', location: { latitude: 25.2, longitude: 55.27, address: 'ABC' } }),
  '013': file(2023, 'application/pdf', (id) => ({ type: 'document', document: { id, caption: 'see attached' } })),
  '014': {
    ...received(2023, {}),
    act: async (_user, number) => {
      await number.say('hi');
      const id = number.events('message_create')[0]?.data['id'];
      await number.write(ADA, { type: 'text', text: { body: 'yes' }, context: { message_id: id } });
    },
  },
  '015': {
    year: 2023,
    act: async (_user, number) => {
      await number.say('hi');
      const message_id = number.events('message_create')[0]?.data['id'];
      await number.write(ADA, { type: 'reaction', reaction: { message_id, emoji: '👍' } });
    },
    is: ({ event_type: event }) => event === 'message_reaction',
  },
};

function received(year: Scene['year'], message: Record<string, unknown>): Scene {
  return {
    year,
    act: (_user, number) => number.write(ADA, message),
    is: ({ event_type: event }) => event === 'message_received',
  };
}

function file(year: Scene['year'], type: string, written: (id: string) => Record<string, unknown>): Scene {
  return {
    ...received(year, {}),
    act: async (user, number) => {
      const path = `/_sandbox/people/${ADA}/media?filename=report.pdf`;
      const answer = await user.request('POST', path, Buffer.from('bytes'), { 'content-type': type });
      await number.write(ADA, written(answer.read<{ id: string }>().id));
    },
  };
}

function acked(year: Scene['year'], ack: string): Scene {
  return {
    year,
    act: async (user, number) => {
      if (ack !== 'played') await number.say('hi', { referenceId: 'job-42' });
      else await number.post('messages/voice', { to: ADA, audio: 'https://example.com/a.ogg', referenceId: 'job-42' });
      if (ack === 'pending' || ack === 'server') return;
      await eventually(() => number.events('message_ack').find(({ data }) => data['ack'] === 'device'));
      if (ack === 'read') await user.request('POST', `/_sandbox/people/${ADA}/chats/${number.id}/read`, {});
      const message_id = number.events('message_create')[0]?.data['id'];
      if (ack === 'played') await user.request('POST', `/_sandbox/people/${ADA}/played`, { message_id });
    },
    is: ({ data }) => data['ack'] === ack,
  };
}

it.skipIf(!existsSync(FOLDER))('webhooks have the fields and kinds of values of those that were seen', async () => {
  const numbers = readdirSync(FOLDER).flatMap((name) => /^(\d{3})\.json$/.exec(name)?.[1] ?? []);
  expect(numbers).toEqual(Object.keys(scenes).toSorted());
  for (const [name, { year, settings, act, is }] of Object.entries(scenes)) {
    const seen = JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Payload;
    await using user = await SandboxUser.start({ ultramsg_payloads: year, ...settings });
    await using number = await LinkedNumber.of(user);
    await number.listen();
    await act(user, number);
    const told = await eventually(() => number.posts.map(({ json }) => json as unknown as Payload).find(is));
    expect(shapeOf(told, seen), name).toEqual(shapeOf(seen, seen));
    for (const key of ['event_type', 'referenceId']) {
      // The ack of a message without a reference was seen once, and scenes have one.
      if (name !== '011' || key !== 'referenceId') expect(told[key], `${name} ${key}`).toEqual(seen[key]);
    }
    expect(told.data['type'], name).toBe(seen.data['type']);
    expect(told.data['ack'], name).toBe(seen.data['ack']);
    expect(patternOf(told.data['id']), name).toBe(patternOf(seen.data['id']));
    expect(patternOf(told.data['to']), name).toBe(patternOf(seen.data['to']));
  }
});

/** The fields with the kinds of their values. A derived payload leaves out the short id and the hash where its year has
 *  them; what was never seen is not compared. */
function shapeOf(value: unknown, seen: unknown): unknown {
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object' || value === null) return typeof value;
  const known = seen as Record<string, unknown>;
  const entries = Object.entries(value).filter(
    ([key]) => Object.hasOwn(known, key) || (key !== 'sid' && key !== 'hash'),
  );
  return Object.fromEntries(entries.map(([key, each]) => [key, shapeOf(each, known[key] ?? {})]));
}

function patternOf(address: unknown): string {
  return String(address)
    .replaceAll(/\d{10,}@/g, 'N@')
    .replace(/_[0-9A-F]+(?=_|$)/, '_ID');
}
