import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { UnderTest } from './under-test.ts';

// A group is made and joined in the sandbox; everything said in it goes the whole way, by our API and in Meta's words.

const patience = { timeout: 20_000, interval: 50 };
const ada = '+15557300001';
const bob = '+15557300002';
let under: UnderTest;
let group: string;

beforeAll(async () => {
  under = await UnderTest.start();
  await toSandbox('POST', '/_sandbox/settings', { delay_factor: 0 });
  const { access_token: token } = (await toSandbox('GET', '/_sandbox/credentials')) as { access_token: string };
  const made = { messaging_product: 'whatsapp', subject: 'Bells' };
  const path = `/v24.0/${under.credentials.phone_number_id}/groups`;
  await toSandbox('POST', path, made, { authorization: `Bearer ${token}` });
  const { data } = (await toSandbox('GET', '/_sandbox/groups')) as { data: { id: string; invite_link: string }[] };
  const [bells] = data;
  if (!bells) throw new Error('The sandbox made no group.');
  group = bells.id;
  for (const person of [ada, bob]) {
    await toSandbox('PUT', ofPerson(person));
    await toSandbox('POST', `${ofPerson(person)}/groups`, { invite_link: bells.invite_link });
  }
});
afterAll(() => under?.[Symbol.asyncDispose]());

const ofPerson = (person: string) => `/_sandbox/people/${encodeURIComponent(person)}`;

async function toSandbox(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(under.carillon.sandbox + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(answer.ok, `${path}: ${text}`).toBe(true);
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

const write = (person: string, body: string) =>
  toSandbox('POST', `${ofPerson(person)}/messages`, { type: 'text', text: { body }, group_id: group });
const ask = (content: object, changes: object = { group_id: group }) =>
  under.call('POST', '/v1/messages', { body: { ...changes, purpose: 'service', content } });
const text = (body: string) => ({ type: 'text', text: { body } });
async function sent(content: object, changes?: object): Promise<string> {
  const answer = await ask(content, changes);
  expect(answer.status, answer.text).toBe(202);
  return (answer.json as { id: string }).id;
}
const becomes = (id: string, status: string) =>
  vi.waitFor(async () => {
    const message = (await under.call('GET', `/v1/messages/${id}`)).json as Record<string, unknown>;
    expect(message['status']).toBe(status);
    return message;
  }, patience);
const readIn = async (person: string) => {
  const { data } = (await toSandbox('GET', `${ofPerson(person)}/chats/${group}/messages`)) as {
    data: { from: string; content: { text?: { body: string } } }[];
  };
  return data.flatMap(({ content }) => content.text?.body ?? []);
};

it('what people write in a group is of the group, and an answer reaches everybody in it', async () => {
  expect((await ask(text('Too early'))).json).toMatchObject({ code: 'service_window_closed' });
  await write(ada, 'Hello from Ada');
  const received = await vi.waitFor(async () => {
    const address = encodeURIComponent(group);
    const { json } = await under.call('GET', `/v1/messages?direction=inbound&contact=${address}`);
    const { data } = json as { data: Record<string, unknown>[] };
    expect(data).toHaveLength(1);
    return data[0] ?? {};
  }, patience);
  expect(received).toMatchObject({
    group_id: group,
    to: null,
    recipient: null,
    participant: { id: expect.any(String) },
  });
  const id = await sent(text('Hello all'), { contact_id: received['contact_id'] });
  expect(await becomes(id, 'delivered')).toMatchObject({ group_id: group, contact_id: received['contact_id'] });
  for (const person of [ada, bob]) expect(await readIn(person)).toContain('Hello all');
  const { json: trace } = await under.call('GET', `/v1/messages/${id}/trace`);
  const { events } = trace as { events: { kind: string; detail: { status?: string; participant?: string } }[] };
  const delivered = events.filter(({ kind, detail }) => kind === 'status' && detail.status === 'delivered');
  expect(new Set(delivered.map(({ detail }) => detail.participant))).toEqual(new Set([ada, bob]));
  expect((await ask(text('To Ada alone'), { to: ada })).json).toMatchObject({ code: 'service_window_closed' });
  const conversations = async () =>
    ((await under.call('GET', '/v1/conversations')).json as { data: { contact_id: string }[] }).data;
  await vi.waitFor(
    async () => expect((await conversations()).map((one) => one.contact_id)).toContain(received['contact_id']),
    patience,
  );
});

it('a message is put on top of a group by our id, and taken from there', async () => {
  const id = await sent({ type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } });
  const told = await becomes(id, 'delivered');
  const pins = async () => ((await toSandbox('GET', `/_sandbox/groups/${group}`)) as { pins: object[] }).pins;
  await sent({ type: 'pin', pin: { type: 'pin', message_id: id, expiration_days: 1 } });
  await vi.waitFor(
    async () => expect(await pins()).toMatchObject([{ message_id: told['provider_message_id'] }]),
    patience,
  );
  await sent({ type: 'pin', pin: { type: 'unpin', message_id: id } });
  await vi.waitFor(async () => expect(await pins()).toEqual([]), patience);
  expect((await ask({ type: 'pin', pin: { type: 'pin', message_id: id } }, { to: ada })).json).toMatchObject({
    code: 'content_unsupported',
  });
});

it('a client of the Cloud API writes to a group through us', async () => {
  const body = { messaging_product: 'whatsapp', recipient_type: 'group', to: group, ...text('In Meta’s words') };
  const path = `/graph/v24.0/${under.credentials.phone_number_id}/messages`;
  const answer = await under.call('POST', path, { body });
  expect(answer.json, answer.text).toMatchObject({
    contacts: [{ input: group }],
    messages: [{ id: expect.stringMatching(/^wamid\./), group_id: group }],
  });
  await vi.waitFor(async () => expect(await readIn(bob)).toContain('In Meta’s words'), patience);
});

it('what a group takes is decided by WhatsApp, and a refusal is told in words', async () => {
  const location = { type: 'location', location: { latitude: 1, longitude: 2, name: 'The tower' } };
  const refused = await becomes(await sent(location), 'failed');
  expect(refused).toMatchObject({
    error: { code: '131051', tell: 'WhatsApp does not take this kind of message. Send another kind.' },
  });
  await toSandbox('POST', '/_sandbox/settings', { group_kinds: ['text', 'location', 'template', 'pin'] });
  const body = { messaging_product: 'whatsapp', recipient_type: 'group', to: group, ...location };
  const path = `/graph/v24.0/${under.credentials.phone_number_id}/messages`;
  expect((await under.call('POST', path, { body })).status).toBe(200);
  await becomes(await sent(location), 'delivered');
});

it('a stop word in a group ends what is sent to it', async () => {
  await write(bob, 'STOP');
  await vi.waitFor(
    async () => expect((await ask(text('Still there?'))).json).toMatchObject({ code: 'recipient_opted_out' }),
    patience,
  );
});
