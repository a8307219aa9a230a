import { expect, vi } from 'vitest';
import { cloudApi } from '#channels/providers/cloud-api/cloud-api.ts';
import { reactionTo } from '#channels/providers/cloud-api/errors/errors.ts';
import { twilioSms } from '#channels/providers/twilio/twilio.ts';
import type { MessageRequest } from '#messages/accept/prepare.ts';
import { traceMessage } from '#messages/messages.ts';
import { settleBatch } from '#messages/outbox/outbox-store.ts';
import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import { routeMessages } from '#messages/routing/router.ts';
import type { RuleDefinition } from '#messages/routing/rule.ts';
import { type Database, sql } from '#platform/database.ts';
import { Fault } from '#platform/fault.ts';
import { newId } from '#platform/ids.ts';
import { createLog } from '#platform/telemetry.ts';
import { consumeOnce, lag } from '#queue/log.ts';
import { aMessageRequest, MessagePath } from '#testing/message-path.ts';
import { rerouteOpen } from './reroute.ts';
import { reroutingGroup } from './rerouting.ts';

/** For all tests of a file: a number of the Cloud API and one for SMS, and a rule that leads from the first to the second. */
export async function aReroutingPath() {
  const { database, path } = await MessagePath.ofFile();
  const { workspaceId } = path;
  const sms: SenderAccount = {
    ...path.account,
    senderId: newId(),
    connectionId: newId(),
    externalId: '+15550002222',
    provider: twilioSms,
  };
  const cloud: SenderAccount = { ...path.account, settings: { ...path.account.settings, directSend: true } };
  const senders = [cloud, sms];
  const price = { amount: '0.075', currency: 'EUR' };
  const rule: RuleDefinition = {
    name: 'Orders',
    when: {},
    senders: [{ sender_id: path.senderId }, { sender_id: sms.senderId, price }],
    order: 'listed',
    reroute: { enabled: true, max_hops: 1 },
    twins: [
      { template: 'hello_world', language: 'en_US', variants: [{ channel: 'sms', text: 'Hello from the shop.' }] },
    ],
  };
  const group = reroutingGroup({ senders: () => senders });
  const ruleIds = [newId(), newId()];
  const log = createLog({ level: 'silent' });
  const deps = (db: Database = path.worker) => ({ db, log, senders: () => senders, silent: () => new Set<string>() });

  await database.db.query(
    sql`insert into connection (workspace_id, id, provider, name, base_url, api_version, business_account_id, secrets)
        values (${workspaceId}, ${sms.connectionId}, ${twilioSms.name}, 'SMS', 'http://127.0.0.1:9', '2010', 'AC1', 'sealed')`,
  );
  await database.db.query(
    sql`insert into sender (workspace_id, id, connection_id, external_id, throughput_per_second)
        values (${workspaceId}, ${sms.senderId}, ${sms.connectionId}, ${sms.externalId}, 10)`,
  );
  await setRule({});

  /** The first rule, or the second one behind it. */
  async function setRule(
    reroute: Partial<RuleDefinition['reroute']>,
    { when = {}, place = 1 }: { when?: RuleDefinition['when']; place?: 1 | 2 } = {},
  ): Promise<void> {
    const whole = { ...rule, when, reroute: { ...rule.reroute, ...reroute } };
    await database.db.query(
      sql`insert into routing_rule (workspace_id, id, position, rule)
          values (${workspaceId}, ${ruleIds[place - 1]}, ${place}, ${JSON.stringify(whole)}::jsonb)
          on conflict (workspace_id, id) do update set rule = excluded.rule`,
    );
  }

  /** A message that the rule gave to the first sender. */
  async function routed(changes: Partial<MessageRequest> = {}): Promise<string> {
    const routes = { db: path.worker, senders: () => senders, silent: () => new Set<string>() };
    const messages = await routeMessages(routes, workspaceId, [aMessageRequest(changes)], Temporal.Now.instant());
    const { body } = await path.acceptor().accept({
      workspaceId,
      actor: 'test',
      traceparent: null,
      idempotency: null,
      messages,
      respond: ([result]) => {
        if (result?.kind !== 'accepted') throw result?.kind === 'refused' ? result.fault : new Fault('internal');
        return { status: 202, body: result.messageId };
      },
    });
    return String(body);
  }

  /** The first sender is told no. */
  async function refuse(id: string, code = '131026', attemptNo = 1): Promise<void> {
    await path.mark([id]);
    const error = { code, title: 'Undeliverable' };
    const row = reactionTo(error);
    await settleBatch(path.worker, [
      await path.settlement(id, {
        next: 'fail',
        attemptNo,
        error: { error, row },
        deadLetter: { class: 'rejected', code, title: error.title, fingerprint: `${cloudApi.name}:${code}` },
      }),
    ]);
  }

  /** Reads the log to its end, which is not there to be read while any transaction of the server is open. */
  async function readLog(db: Database = path.worker): Promise<void> {
    await vi.waitFor(async () => {
      await consumeOnce(db, group);
      const [own] = (await lag(path.worker)).filter(({ name }) => name === group.name);
      expect(own?.entries).toBe(0);
    }, 20_000);
  }

  /** What one process does: reads the log, and decides. */
  async function work(db: Database = path.worker): Promise<number> {
    await readLog(db);
    let rerouted = 0;
    for (;;) {
      const round = await rerouteOpen(deps(db), 50);
      rerouted += round.rerouted;
      if (round.decided === 0) return rerouted;
    }
  }

  async function successorsOf(id: string): Promise<string[]> {
    const rows = await database.db.query<{ id: string }>(
      sql`select id from message where routing ->> 'rerouted_from' = ${id} order by id`,
    );
    return rows.map((row) => row.id);
  }

  async function verdictOn(id: string): Promise<unknown> {
    const { events } = await traceMessage(path.request, workspaceId, id);
    return events.find(({ kind }) => kind === 'not_rerouted')?.detail['rule'];
  }

  return { database, path, cloud, sms, price, group, setRule, routed, refuse, readLog, work, successorsOf, verdictOn };
}
