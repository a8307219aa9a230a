import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sql } from '#platform/database.ts';
import { deliverAll, MessagePath } from '#testing/message-path.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { count, endOfKinds, kindsIn, pageOf } from './recorded-kinds.fixture.ts';

// Payloads that other projects recorded. They are read where they lie, beside this repository, and are no part of it.
const folder = new URL('../../../shared/fixtures/webhooks/', import.meta.url);
const isThere = existsSync(folder);
if (!isThere) console.info(`Recorded webhooks are not applied: there is no folder ${folder.pathname}`);

const payloads = isThere
  ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /(?:^|\/)\d+\.json$/.test(name))
      .sort()
      .map((name) => ({ name, body: readFileSync(new URL(name, folder)) }))
  : [];

/** The provider's ids of the numbers that a payload is about, so that each has a sender. */
function numbersOf(body: Buffer): string[] {
  const found = [...body.toString().matchAll(/"phone_number_id"\s*:\s*"?([^",}\s]+)/g)];
  return [...new Set(found.flatMap(([, number]) => number ?? []))];
}

/** The business account of a payload: each is of one. */
function accountOf(body: Buffer): string {
  return /"id"\s*:\s*"([^"]+)"\s*,\s*(?:"time"\s*:\s*\d+\s*,\s*)?"changes"/.exec(body.toString())?.[1] ?? '102';
}

type EndState = Record<
  'messages' | 'people' | 'suppressions' | 'windows' | 'notices' | 'orphans' | 'templates' | 'facts',
  string[]
>;

/** Everything that the webhooks of each workspace left behind, without the ids and times that are ours. */
async function endStates(database: TestDatabase, workspaceIds: string[]): Promise<EndState[]> {
  const list = async (statement: { text: string; values: readonly unknown[] }) => {
    const rows = await database.db.query<{ w: string }>(statement);
    const byWorkspace = Map.groupBy(rows, ({ w }) => w);
    return (workspaceId: string) =>
      (byWorkspace.get(workspaceId) ?? []).map((row) => JSON.stringify({ ...row, w: undefined })).toSorted();
  };
  const messages = await list(sql`
    select m.workspace_id as w, m.provider_message_id as id, m.type, m.content, s.status, s.rank
    from message m join message_state s on s.message_id = m.id`);
  const people = await list(sql`
    select i.workspace_id as w, i.kind, i.match_key as key, c.name,
           (select array_agg(o.match_key order by o.match_key) from identity o where o.contact_id = i.contact_id) as known_as
    from identity i join contact c on c.id = i.contact_id`);
  const suppressions = await list(sql`
    select i.workspace_id as w, i.match_key as key, s.kind from suppression s join identity i on i.contact_id = s.contact_id`);
  // A window that the provider's clock does not tell is opened by ours, and ends at another moment in each run.
  const windows = await list(sql`
    select v.workspace_id as w, s.external_id as number, i.match_key as key,
           case when v.expires_at < now() then v.expires_at::text end as until
    from service_window v join sender s on s.id = v.sender_id join identity i on i.contact_id = v.contact_id`);
  const notices = await list(sql`select workspace_id as w, kind, field, value from provider_notice`);
  const templates = await list(sql`
    select workspace_id as w, name, language, status, status_reason, quality, category from known_template`);
  const facts = await list(sql`select workspace_id as w, subject = 'account' as whole, fact, value from account_fact`);
  const orphans = await list(sql`
    select workspace_id as w, provider_message_id as id, event ->> 'providerStatus' as status from orphan_status`);
  return workspaceIds.map((id) => ({
    messages: messages(id),
    people: people(id),
    suppressions: suppressions(id),
    windows: windows(id),
    notices: notices(id),
    orphans: orphans(id),
    templates: templates(id),
    facts: facts(id),
  }));
}

// Each payload in a workspace of its own: the recordings share placeholders for ids, and of two messages with one id only
// the first would count. They still go through one ingress, in common batches.
async function apply(
  order: (indexes: number[]) => number[],
): Promise<{ database: TestDatabase; paths: MessagePath[] }> {
  const database = await createTestDatabase();
  const paths: MessagePath[] = [];
  for (const { body } of payloads) {
    const numbers = numbersOf(body);
    paths.push(await MessagePath.open(database, numbers.length > 0 ? numbers : ['106'], accountOf(body)));
  }
  const indexes = order(payloads.map((_, index) => index));
  await deliverAll(
    database,
    indexes.flatMap((index) => {
      const [path, payload] = [paths[index], payloads[index]];
      return path && payload ? [{ path, body: payload.body }] : [];
    }),
  );
  return { database, paths };
}

describe.runIf(isThere)('recorded webhooks', () => {
  it('each takes effect or is kept as a notice, beside its raw body; none fails or vanishes', async () => {
    expect(payloads.length).toBeGreaterThan(0);
    const { database, paths } = await apply((indexes) => indexes);
    await using _ = database;
    expect(await database.db.query(sql`select error from ingress_task`)).toEqual([]);
    expect(
      await database.db.query(sql`select reason from provider_notice where kind in ('quarantined', 'unrouted')`),
    ).toEqual([]);
    const raw = await database.db.query<{ workspaceId: string; body: string; isBase64: boolean }>(
      sql`select workspace_id as "workspaceId", body, is_base64 as "isBase64" from raw_webhook`,
    );
    const states = await endStates(
      database,
      paths.map(({ workspaceId }) => workspaceId),
    );
    for (const [index, { name, body }] of payloads.entries()) {
      const kept = raw.filter(({ workspaceId }) => workspaceId === paths[index]?.workspaceId);
      expect(
        kept.map((row) => Buffer.from(row.body, row.isBase64 ? 'base64' : 'utf8')),
        name,
      ).toEqual([body]);
      const state = states[index];
      const effects = state && [
        ...state.messages,
        ...state.notices,
        ...state.orphans,
        ...state.suppressions,
        ...state.people,
      ];
      expect(effects?.length, `${name} left nothing behind`).toBeGreaterThan(0);
    }
  });

  it('doubled and in reverse order, all of them lead to the same end', async () => {
    const once = await apply((indexes) => indexes);
    const again = await apply((indexes) => [...indexes, ...indexes].reverse());
    const [first, second] = await Promise.all(
      [once, again].map(({ database, paths }) =>
        endStates(
          database,
          paths.map(({ workspaceId }) => workspaceId),
        ),
      ),
    );
    await Promise.all([once.database.close(), again.database.close()]);
    for (const [index, { name }] of payloads.entries()) expect(second?.[index], name).toEqual(first?.[index]);
  });

  it('what became of each kind stands in the documentation, and nothing that was read is missing', async () => {
    const { database } = await apply((indexes) => indexes);
    await using _ = database;
    const seen = count(payloads.flatMap(({ body }) => kindsIn(body)));
    const became = await endOfKinds(database);
    const kinds = [...new Set([...seen.keys(), ...became.applied.keys(), ...became.unsupported.keys()])].sort();
    const rows = kinds.map((kind) => ({
      kind,
      seen: seen.get(kind) ?? 0,
      applied: became.applied.get(kind) ?? 0,
      unsupported: became.unsupported.get(kind) ?? 0,
    }));
    expect(rows.filter((row) => row.seen !== row.applied + row.unsupported)).toEqual([]);
    await expect(pageOf(payloads.length, rows)).toMatchFileSnapshot('../../docs/recorded-webhooks.md');
  });
});
