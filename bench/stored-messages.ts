import pg from 'pg';
import type { Subject } from './subject.ts';

const chunk = 250_000;
/** The stored messages lie so many days back, at even distances. */
const spanDays = 20;

/**
 * Fills the database up to `total` messages that were sent, delivered and read over the last weeks: copies of the newest
 * message with its attempt and state, each with an id of its own time, spread over the known contacts. Those of the last
 * day also have what Carillon keeps for a day or so: the idempotency key and the content keys of three receipts.
 */
export async function storeMessages(
  subject: Subject,
  total: number,
  onProgress: (stored: number) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: subject.postgres.superuserUrl });
  await client.connect();
  try {
    // Nothing here has to survive a crash, and the server's own settings stay as they are.
    await client.query('set synchronous_commit = off');
    await client.query(`
      create temporary table model as
        select m as message, s as state, a as attempt
        from message m
        join message_state s on s.workspace_id = m.workspace_id and s.message_id = m.id and s.rank = 4
        join attempt a on a.workspace_id = m.workspace_id and a.message_id = m.id
        order by m.id desc limit 1;
      create temporary table person as
        select contact_id, value, row_number() over () - 1 as n from identity where kind = 'phone' and channel <> 'any';
      create temporary table key_model as select * from idempotency_key where route = 'POST /v1/messages' limit 1`);
    const { rows } = await client.query<{ stored: number; people: number }>(
      'select (select count(*) from message)::int as stored, (select count(*) from person)::int as people',
    );
    const { stored = 0, people = 0 } = rows[0] ?? {};
    const missing = total - stored;
    for (let from = 0; from < missing; from += chunk) {
      await storeChunk(client, { from, to: Math.min(from + chunk, missing), missing, people });
      onProgress(stored + Math.min(from + chunk, missing));
    }
    // As after weeks of service: the housekeeping of the tables is done and not still ahead.
    for (const table of ['message', 'message_state', 'attempt', 'idempotency_key', 'provider_event']) {
      await client.query(`vacuum (analyze) ${table}`);
    }
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

async function storeChunk(client: pg.Client, part: { from: number; to: number; missing: number; people: number }) {
  const { from, to, missing, people } = part;
  const spanSeconds = spanDays * 86_400;
  await client.query('begin');
  await client.query(
    `create temporary table fresh on commit drop as
       select n, uuidv7(make_interval(secs => (n - $3::float8) * $4 / $3)) as id,
              now() + make_interval(secs => (n - $3::float8) * $4 / $3) as at,
              (n::bigint * 7919) % $5 as person
       from generate_series($1::int, $2::int - 1) as n`,
    [from, to, missing, spanSeconds, people],
  );
  await client.query(`
    insert into message (workspace_id, id, direction, sender_id, contact_id, purpose, type, content, address, address_kind, tags,
                         metadata, expires_at, created_at, decision, actor, traceparent)
    select (message).workspace_id, id, (message).direction, (message).sender_id, person.contact_id, (message).purpose,
           (message).type, (message).content, person.value, (message).address_kind, (message).tags, (message).metadata,
           at + interval '1 day', at, (message).decision, (message).actor, (message).traceparent
    from fresh join person on person.n = fresh.person, model order by id`);
  await client.query(`
    insert into message_state (workspace_id, message_id, status, rank, provider_message_id, accepted_at, sent_at, delivered_at, read_at,
                               updated_at)
    select (state).workspace_id, id, 'read', 4, 'wamid.HBgLMTU1NTAwMDAwMDAVAgARGBI' || upper(encode(uuid_send(id), 'hex')),
           at, at, at + interval '1 s', at + interval '1 min', at + interval '1 min'
    from fresh, model order by id`);
  await client.query(`
    insert into attempt (workspace_id, message_id, attempt_no, sender_id, outcome, dispatching_at, settled_at, http_status,
                         provider_message_ids, next_action)
    select (attempt).workspace_id, id, 1, (attempt).sender_id, (attempt).outcome, at, at, (attempt).http_status,
           array['wamid.HBgLMTU1NTAwMDAwMDAVAgARGBI' || upper(encode(uuid_send(id), 'hex'))], (attempt).next_action
    from fresh, model order by id`);
  await client.query(`
    insert into idempotency_key (workspace_id, key, route, fingerprint, response_status, message_id, created_at)
    select workspace_id, gen_random_uuid()::text, route, fingerprint, response_status, id, at
    from fresh, key_model where at > now() - interval '1 day'`);
  await client.query(`
    insert into provider_event (workspace_id, content_key, seen_at)
    select (message).workspace_id, encode(sha256(uuid_send(id) || convert_to(receipt::text, 'UTF8')), 'hex'), at
    from fresh, model, generate_series(1, 3) as receipt where at > now() - interval '1 day'`);
  await client.query('commit');
}
