import { expect, it } from 'vitest';
import { startCarillon } from './carillon.ts';

const HELLO = '{ type: template, template: { name: hello_world, language: { code: en_US } } }';

// Nothing but the base URL says that Carillon stands between: the same story runs against the sandbox alone. The business
// answers late enough for Carillon to have heard of the message that opens the service window, in whatever order.
const STORY = `
name: Through Carillon
seed: 4
people:
  - group: customers
    count: 12
    phone: "+15552001001"
    behaviour:
      reads_after: 100ms..1s
      answers: [{ to: template, after: 100ms..1s, most: 1, texts: ["Thanks, I am {name}", "Ok"] }]
business:
  answers: [{ to: text, after: 6s..8s, most: 1, texts: ["You are welcome, {name}"] }]
timeline:
  - { after: 1ms, for: 4s, webhooks: doubled }
  - { after: 500ms, send: { group: customers, over: 2s, messages: [${HELLO}] } }
  - { after: 4s, webhooks: shuffled }
expect:
  - { ledger: { outcome: accepted, type: template }, count: 12 }
  - { inbound: { type: text }, count: 12 }
  - { ledger: { outcome: accepted, type: text }, count: 12 }
  - { ledger: { outcome: rejected }, count: 0 }
  - { statuses: { status: read }, count: 24 }
`;

interface View {
  id: string;
  state: string;
  problem: string | null;
  expectations: { text: string; actual: number; expected: number | string; met: boolean }[];
}

interface Listed {
  data: { status: string }[];
}

it('a story that is told through the drop-in ends as it does at the provider, and Carillon knows all of it once', async () => {
  await using carillon = await startCarillon();
  const json = { 'content-type': 'application/json' };
  const scenarios = `${carillon.sandbox}/_sandbox/scenarios`;
  const business = { base_url: `${carillon.api}/graph/v24.0`, access_token: carillon.apiKey };
  const started = await fetch(scenarios, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ text: STORY, business }),
  });
  expect(started.status, await started.clone().text()).toBe(201);
  const { id } = (await started.json()) as View;
  let view: View;
  do {
    await new Promise((resolve) => setTimeout(resolve, 100));
    view = (await (await fetch(`${scenarios}/${id}`)).json()) as View;
  } while (view.state === 'running');
  expect(view.problem).toBeNull();
  expect(view.expectations.filter(({ met }) => !met)).toEqual([]);

  const list = async (query: string) => {
    const headers = { authorization: `Bearer ${carillon.apiKey}` };
    return ((await (await fetch(`${carillon.api}/v1/messages?limit=100&${query}`, { headers })).json()) as Listed).data;
  };
  // The last webhooks were shuffled and may still be on their way when the story is over.
  await expect
    .poll(async () => (await list('direction=outbound')).map(({ status }) => status), { timeout: 60_000 })
    .toEqual(Array(24).fill('read'));
  expect(await list('direction=inbound')).toHaveLength(12);
});
