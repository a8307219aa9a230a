import { expect, it } from 'vitest';
import { liftSuppressions } from '#contacts/contacts.ts';
import { decide } from '#messages/policy.ts';
import { sql } from '#platform/database.ts';
import { aMessageRequest, anInboundText, aText, aWebhook, MessagePath, nowSeconds } from '#testing/message-path.ts';

const { database, path } = await MessagePath.ofFile();
let people = 0;

const someone = () => `1555300${String((people += 1)).padStart(4, '0')}`;

async function suppressionsOf(phone: string): Promise<string[]> {
  const rows = await database.db.query<{ kind: string }>(
    sql`select s.kind from suppression s join identity i on i.workspace_id = s.workspace_id and i.contact_id = s.contact_id
        where i.workspace_id = ${path.workspaceId} and i.channel = 'whatsapp' and i.match_key = ${phone} order by 1`,
  );
  return rows.map(({ kind }) => kind);
}

const says = (from: string, body: string, changes: Record<string, unknown> = {}) =>
  path.deliver(anInboundText(body, { from, ...changes }));

it('a stop word blocks what is asked for afterwards, and what was queued before it', async () => {
  const from = someone();
  const queued = await path.send({ to: `+${from}` });
  await says(from, 'Stop.');
  const { body } = await path.accept(aMessageRequest({ to: `+${from}` }));
  expect(body[0]?.status).toBe('blocked');
  const [mark] = await path.mark([queued]);
  expect(mark?.suppressions).toEqual(['stop']);
  const decision = decide(
    {
      purpose: 'transactional',
      contentType: 'template',
      needsWindow: false,
      windowExpiresAt: null,
      suppressions: mark?.suppressions ?? [],
      sendAt: null,
      expiresAt: null,
      stopped: null,
      laneStopped: null,
      senderPaused: null,
      template: null,
      restrictions: [],
      directSend: null,
    },
    Temporal.Now.instant(),
  );
  expect(decision).toMatchObject({ outcome: 'block', rule: 'recipient_opted_out' });
});

it('a start word lifts it', async () => {
  const from = someone();
  await says(from, 'STOP');
  await says(from, 'Start');
  expect(await suppressionsOf(from)).toEqual([]);
  expect((await path.accept(aMessageRequest({ to: `+${from}` }))).body[0]?.status).toBe('queued');
});

it.each([
  ['stop and then start', ['STOP', 'START'], []],
  ['start and then stop', ['START', 'STOP'], ['stop']],
  ['stop, start and stop', ['STOP', 'START', 'STOP'], ['stop']],
])('of %s in one webhook the last word counts, whatever the order of the list', async (_, words, expected) => {
  for (const order of [(list: unknown[]) => list, (list: unknown[]) => list.toReversed()]) {
    const from = someone();
    const messages = words.map((body, index) => ({
      from,
      id: `wamid.${from}.${index}`,
      timestamp: nowSeconds(index - 10),
      type: 'text',
      text: { body },
    }));
    await path.deliver(aWebhook({ messages: order(messages) }));
    expect(await suppressionsOf(from)).toEqual(expected);
  }
});

it('a start that was said before a stop lifts nothing when it comes late', async () => {
  const from = someone();
  await says(from, 'STOP', { timestamp: nowSeconds(-10) });
  await says(from, 'START', { timestamp: nowSeconds(-20) });
  expect(await suppressionsOf(from)).toEqual(['stop']);
});

it('a stop that was said before a start stops nothing when it comes late, and one that was said after it does', async () => {
  const from = someone();
  await says(from, 'START', { timestamp: nowSeconds(-10) });
  await says(from, 'STOP', { timestamp: nowSeconds(-20) });
  expect(await suppressionsOf(from)).toEqual([]);
  await says(from, 'STOP', { timestamp: nowSeconds(-5) });
  expect(await suppressionsOf(from)).toEqual(['stop']);
});

it('a late stop still counts when it was the business that had lifted the one before', async () => {
  const from = someone();
  await says(from, 'STOP', { timestamp: nowSeconds(-30) });
  const [contact] = await database.db.query<{ id: string }>(
    sql`select contact_id as id from identity where workspace_id = ${path.workspaceId} and channel = 'whatsapp' and match_key = ${from}`,
  );
  const lifted = { workspaceId: path.workspaceId, contactId: contact?.id ?? '', channel: 'whatsapp', kind: 'stop' };
  expect(await liftSuppressions(path.worker, [lifted])).toBe(1);
  await says(from, 'STOP', { timestamp: nowSeconds(-20) });
  expect(await suppressionsOf(from)).toEqual(['stop']);
});

it('a stop and a later start that two processes take at once end with the start', async () => {
  for (let round = 0; round < 10; round += 1) {
    const from = someone();
    await says(from, 'Hi');
    await Promise.all([
      says(from, 'STOP', { timestamp: nowSeconds(-20) }),
      says(from, 'START', { timestamp: nowSeconds(-10) }),
    ]);
    expect(await suppressionsOf(from)).toEqual([]);
  }
});

it.each(['please do not stop', 'stop it!', 'STOP spam or I sue', 'un arrêt de bus'])(
  'B196: a sentence with the word in it (%j) stops nothing',
  async (words) => {
    const from = someone();
    await says(from, words);
    expect(await suppressionsOf(from)).toEqual([]);
  },
);

it.each(['stop ', 'STOP!!', 'Stop.', 'ＳＴＯＰ', 'arrêt', 'Parar', 'बंद'])(
  'B196: the word is read in many spellings (%j)',
  async (word) => {
    const from = someone();
    await says(from, word);
    expect(await suppressionsOf(from)).toEqual(['stop']);
  },
);

it('B196: a word in look-alike letters stops nothing by itself, and somebody is asked to look', async () => {
  const from = someone();
  await says(from, 'ЅТОР', { id: 'wamid.lookalike' });
  expect(await suppressionsOf(from)).toEqual([]);
  const events = await database.db.query<{ kind: string }>(
    sql`select e.kind from message_event e join message m on m.id = e.message_id where m.provider_message_id = 'wamid.lookalike'`,
  );
  expect(events.map(({ kind }) => kind)).toContain('consent_suspected');
});

it('a tap on a button that says stop counts like the word', async () => {
  const from = someone();
  await says(from, '', { type: 'button', button: { payload: 'x', text: 'Stop' }, text: undefined });
  expect(await suppressionsOf(from)).toEqual(['stop']);
});

it('marketing that was stopped in WhatsApp stops marketing alone, until it is resumed', async () => {
  const from = someone();
  await says(from, 'Hi');
  const preference = (value: 'stop' | 'resume', at: string) =>
    aWebhook({
      contacts: [{ wa_id: from }],
      user_preferences: [{ wa_id: from, category: 'marketing_messages', value, timestamp: at }],
    });
  await path.deliver(preference('stop', nowSeconds(-5)));
  expect(await suppressionsOf(from)).toEqual(['marketing_stop']);
  const ask = async (purpose: 'marketing' | 'service') =>
    (await path.accept(aMessageRequest({ to: `+${from}`, purpose, content: aText() }))).body[0]?.status;
  expect([await ask('marketing'), await ask('service')]).toEqual(['blocked', 'queued']);
  await path.deliver(preference('resume', nowSeconds(-4)));
  expect(await suppressionsOf(from)).toEqual([]);
});
