import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Vault } from '#accounts/vault.ts';
import { liftRestrictions } from '#channels/account-facts-store.ts';
import { ConnectionDirectory } from '#channels/connection-directory.ts';
import type { MessageContent, ProviderError } from '#channels/provider.ts';
import { learnFromRefusal } from '#messages/learn-from-refusal.ts';
import { decideAtDispatch } from '#messages/outbox/dispatch-decision.ts';
import { releaseLately } from '#messages/outbox/holds.ts';
import { KeyRing } from '#platform/key-ring.ts';
import { sql } from '#platform/database.ts';
import { createLog } from '#platform/telemetry.ts';
import { aReceipt, aTemplate, MessagePath } from '#testing/message-path.ts';

const { database, path } = await MessagePath.ofFile();

const now = Math.floor(Date.now() / 1000);
let people = 0;
const someone = () => `+1555100${String(people++).padStart(4, '0')}`;
const change = (field: string, value: object, time = now, id = '102') => ({
  object: 'whatsapp_business_account',
  entry: [{ id, time, changes: [{ field, value }] }],
});
const templateNews = (name: string, event: string, time = now, more: object = {}) =>
  change(
    'message_template_status_update',
    { event, message_template_id: 1, message_template_name: name, message_template_language: 'en-US', ...more },
    time,
  );
const from = (name: string) => ({ type: 'template', template: { name, language: { code: 'en_US' } } });

async function outbox(messageId: string) {
  const [row] = await database.db.query<{
    hold: { rule: string; facts: object; until: string | null } | null;
    due: string;
  }>(
    sql`select hold, case when due_at = 'infinity' then 'never' when due_at > now() then 'later' else 'now' end as due
        from outbox where message_id = ${messageId}::uuid`,
  );
  return row;
}
const events = async (workspaceId = path.workspaceId) =>
  (
    await database.db.query<{ type: string; facts: object }>(
      sql`select e ->> 'type' as type, e -> 'facts' as facts from log_event, json_array_elements(events) e
          where workspace_id = ${workspaceId}::uuid and topic = 'provider.news' order by xid, position`,
    )
  ).map(({ type }) => type);

describe('a template', () => {
  it('that is paused holds what is asked for from then on, and says why and until when', async () => {
    await path.deliver(
      templateNews('paused_1', 'PAUSED', now, { other_info: { title: 'FIRST_PAUSE', description: 'Low quality' } }),
    );
    const id = await path.send({ to: someone(), content: from('paused_1') });
    const row = await outbox(id);
    expect(row).toMatchObject({
      hold: {
        rule: 'template_paused',
        facts: { template: 'paused_1', language: 'en_US', status: 'paused', reason: 'Low quality' },
        until: Temporal.Instant.fromEpochMilliseconds((now + 3 * 3600) * 1000).toString(),
      },
      due: 'later',
    });
    expect(await events()).toContain('template.status_changed');
  });

  it('holds messages of itself alone: another name, another language and another account go', async () => {
    await path.deliver(templateNews('paused_2', 'PAUSED'));
    const other = { type: 'template', template: { name: 'paused_2', language: { code: 'de' } } };
    const ids = await Promise.all([path.send({ to: someone() }), path.send({ to: someone(), content: other })]);
    for (const id of ids) expect(await outbox(id)).toMatchObject({ hold: null, due: 'now' });
    const neighbour = await MessagePath.open(database, ['106']);
    expect(
      await database.db.query(
        sql`select 1 from outbox where message_id = ${await neighbour.send({ content: from('paused_2') })}::uuid and hold is null`,
      ),
    ).toHaveLength(1);
  });

  it.each(['REJECTED', 'DISABLED'])(
    'that is %s holds until it is approved again; then its messages go',
    async (event) => {
      const name = `ended_${event.toLowerCase()}`;
      await path.deliver(templateNews(name, event, now, { reason: 'SCAM' }));
      const id = await path.send({ to: someone(), content: from(name) });
      expect(await outbox(id)).toMatchObject({ hold: { rule: 'template_paused', until: null }, due: 'never' });
      await path.deliver(templateNews(name, 'APPROVED', now + 60));
      expect(await outbox(id)).toMatchObject({ hold: null, due: 'now' });
      expect((await path.state(id)).events).toContain('released');
      expect(await path.mark([id])).toHaveLength(1);
    },
  );

  it('that is paused after a message was accepted holds it at dispatch', async () => {
    const id = await path.send({ to: someone(), content: from('paused_3') });
    await path.deliver(templateNews('paused_3', 'PAUSED'));
    const [mark] = await path.mark([id], {}, { name: 'paused_3', language: 'en_US' });
    if (!mark) throw new Error('The message was not marked.');
    const item = { lane: 'transactional', type: 'template', content: from('paused_3'), directSend: null } as const;
    expect(decideAtDispatch(path.account, item, mark)).toMatchObject({ outcome: 'hold', rule: 'template_paused' });
  });

  it('late word of a pause does not undo an approval, whatever the order; of two at one time the pause counts', async () => {
    const paused = templateNews('order', 'PAUSED', now - 100);
    const approved = templateNews('order', 'APPROVED', now);
    await path.deliver(approved, paused);
    expect(await outbox(await path.send({ to: someone(), content: from('order') }))).toMatchObject({ hold: null });
    for (const bodies of [
      ['APPROVED', 'PAUSED'],
      ['PAUSED', 'APPROVED'],
    ]) {
      const name = `tie_${bodies[0]?.toLowerCase()}`;
      await path.deliver(...bodies.map((event) => templateNews(name, event)));
      expect(await outbox(await path.send({ to: someone(), content: from(name) }))).toMatchObject({ due: 'later' });
    }
  });

  it('the same word again has no second effect', async () => {
    const paused = templateNews('twice', 'PAUSED');
    await path.deliver(paused, templateNews('twice', 'APPROVED', now + 1), paused);
    expect(await outbox(await path.send({ to: someone(), content: from('twice') }))).toMatchObject({ hold: null });
    const told = await database.db.query<{ n: number }>(
      sql`select count(*) as n from provider_notice where value ->> 'message_template_name' = 'twice'`,
    );
    expect(told).toEqual([{ n: 2 }]);
  });

  it('keeps each side of what is told by its own time', async () => {
    const template = { message_template_id: 7, message_template_name: 'sides', message_template_language: 'en_US' };
    await path.deliver(
      change(
        'message_template_quality_update',
        { ...template, previous_quality_score: 'GREEN', new_quality_score: 'RED' },
        now,
      ),
      change(
        'message_template_quality_update',
        { ...template, previous_quality_score: 'UNKNOWN', new_quality_score: 'GREEN' },
        now - 50,
      ),
      change('template_category_update', { ...template, previous_category: 'UTILITY', new_category: 'MARKETING' }, now),
      change(
        'template_category_update',
        { ...template, new_category: 'UTILITY', correct_category: 'MARKETING' },
        now - 86_400,
      ),
      change('message_template_components_update', { ...template, message_template_element: 'Hi {{1}}' }, now - 5),
    );
    const rows = await database.db.query(
      sql`select quality, category, next_category as next, components, status, provider_id as id from known_template where name = 'sides'`,
    );
    expect(rows).toEqual([
      { quality: 'RED', category: 'MARKETING', next: null, components: { element: 'Hi {{1}}' }, status: null, id: '7' },
    ]);
  });

  it('a refusal for it teaches the same, for a time', async () => {
    const refused = { code: '132015', title: 'Template is paused' };
    const learn = (content: MessageContent, error: ProviderError) =>
      learnFromRefusal(path.worker, path.account, { content, directSend: null }, error, Temporal.Now.instant());
    await learn(from('refused'), refused);
    expect(await outbox(await path.send({ to: someone(), content: from('refused') }))).toMatchObject({
      hold: { rule: 'template_paused', facts: { status: 'paused' } },
      due: 'later',
    });
    await learn(aTemplate, { code: '131026', title: 'Undeliverable' });
    expect(await outbox(await path.send({ to: someone() }))).toMatchObject({ hold: null });
  });

  it('a receipt that a message failed for it teaches the same', async () => {
    const id = await path.send({ to: someone(), content: from('failed_late') });
    await path.mark([id]);
    const errors = [{ code: 132015, title: 'Template is paused' }];
    await path.deliver(aReceipt('wamid.late', 'failed', { errors, biz_opaque_callback_data: path.callbackData(id) }));
    expect(await outbox(await path.send({ to: someone(), content: from('failed_late') }))).toMatchObject({
      hold: { rule: 'template_paused' },
    });
  });

  it('a message that was held by a fact of a moment before is released by the next look', async () => {
    await path.deliver(templateNews('raced', 'DISABLED', now - 10));
    const id = await path.send({ to: someone(), content: from('raced') });
    await database.db.query(sql`update known_template set status = 'approved', heard_at = now() where name = 'raced'`);
    await releaseLately(path.worker);
    expect(await outbox(id)).toMatchObject({ hold: null, due: 'now' });
  });
});

describe('an account and its numbers', () => {
  async function withDirectory<Result>(
    own: MessagePath,
    look: (sender: NonNullable<ReturnType<ConnectionDirectory['senderById']>>) => Result,
  ): Promise<Result> {
    const log = createLog({ level: 'silent' });
    const vault = new Vault(new KeyRing([randomBytes(32)]));
    await using directory = new ConnectionDirectory({
      db: own.worker,
      vault,
      log,
      addressPolicy: { allowed: [] },
      publicUrl: undefined,
    });
    await directory.refresh();
    const sender = directory.senderById(own.senderId);
    if (!sender) throw new Error('The directory does not have the sender.');
    return look(sender);
  }
  const quality = (event: string, more: object = {}, time = now, id = '102') =>
    change('phone_number_quality_update', { display_phone_number: '1 555 078 3881', event, ...more }, time, id);
  const pausedReason = async (own: MessagePath) =>
    (
      await database.db.query<{ reason: string | null }>(
        sql`select paused_reason as reason from connection where id = ${own.connectionId}::uuid`,
      )
    )[0]?.reason;

  it('a lower limit slows the sender down, a raised number sends faster, and late word undoes neither', async () => {
    const own = await MessagePath.open(database);
    const rate = () => withDirectory(own, ({ throughputPerSecond }) => throughputPerSecond);
    expect(await rate()).toBe(80);
    await own.deliver(quality('DOWNGRADE', { current_limit: 'TIER_250' }, now - 20));
    expect(await rate()).toBe(10);
    await own.deliver(
      quality('THROUGHPUT_UPGRADE', { max_daily_conversations_per_business: 'TIER_UNLIMITED' }, now),
      quality('DOWNGRADE', { current_limit: 'TIER_1K' }, now - 10),
    );
    expect(await rate()).toBe(1000);
    const known = await withDirectory(own, (sender) => sender.known);
    expect(known).toMatchObject({ limit: { tier: 'TIER_UNLIMITED', perDay: null }, throughput: { perSecond: 1000 } });
  });

  it('the limit of the whole account slows each of its numbers, and of no other account', async () => {
    const own = await MessagePath.open(database, ['106'], '900');
    const other = await MessagePath.open(database, ['106'], '901');
    await own.deliver(change('business_capability_update', { max_daily_conversations_per_business: 2000 }, now, '900'));
    expect(await withDirectory(own, ({ throughputPerSecond }) => throughputPerSecond)).toBe(40);
    expect(await withDirectory(other, ({ throughputPerSecond }) => throughputPerSecond)).toBe(80);
  });

  it('of several numbers the one with the phone is meant', async () => {
    const own = await MessagePath.open(database, ['1', '2']);
    const [first, second] = own.accounts;
    await database.db.query(sql`update sender set phone = '+15550783881' where id = ${second?.senderId ?? ''}::uuid`);
    await database.db.query(sql`update sender set phone = '+15550009999' where id = ${first?.senderId ?? ''}::uuid`);
    await own.deliver(quality('FLAGGED'));
    const told = await database.db.query(
      sql`select subject, value from account_fact where workspace_id = ${own.workspaceId}::uuid`,
    );
    expect(told).toEqual([{ subject: second?.senderId, value: { event: 'FLAGGED', rating: 'RED' } }]);
  });

  it('an approved name is the name of the sender', async () => {
    const own = await MessagePath.open(database);
    const name = {
      display_phone_number: '15550783881',
      requested_verified_name: 'Lucky Shrub',
      rejection_reason: null,
    };
    await own.deliver(change('phone_number_name_update', { ...name, decision: 'APPROVED' }));
    expect(await withDirectory(own, ({ displayName }) => displayName)).toBe('Lucky Shrub');
  });

  it('a ban pauses the connection with its reason, a reinstatement lets it go on, and late word changes nothing', async () => {
    const own = await MessagePath.open(database);
    const ban = (waba_ban_state: string, time: number) =>
      change(
        'account_update',
        { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state, waba_ban_date: 'April 17, 2025' } },
        time,
      );
    await own.deliver(ban('SCHEDULE_FOR_DISABLE', now - 30));
    expect(await pausedReason(own)).toBeNull();
    await own.deliver(ban('DISABLE', now - 20));
    expect(await pausedReason(own)).toContain('Meta disabled the account');
    await own.deliver(ban('REINSTATE', now));
    expect(await pausedReason(own)).toBeNull();
    await own.deliver(ban('DISABLE', now - 10));
    expect(await pausedReason(own)).toBeNull();
  });

  it('a pause of a person outlives the reinstatement', async () => {
    const own = await MessagePath.open(database);
    await database.db.query(
      sql`update connection set status = 'paused', paused_reason = 'Ours', paused_by = 'person' where id = ${own.connectionId}::uuid`,
    );
    await own.deliver(
      change('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }),
    );
    expect(await pausedReason(own)).toBe('Ours');
  });

  it('a restriction on beginning conversations is known until it ends', async () => {
    const own = await MessagePath.open(database);
    const restrict = (expiration: number, time: number) =>
      change(
        'account_update',
        {
          event: 'ACCOUNT_RESTRICTION',
          restriction_info: [{ restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration }],
        },
        time,
      );
    await own.deliver(restrict(now + 3600, now));
    expect(await withDirectory(own, ({ restrictions }) => restrictions)).toMatchObject([
      { restriction: 'business_initiated', until: Temporal.Instant.fromEpochMilliseconds((now + 3600) * 1000) },
    ]);
    await own.deliver(restrict(now - 60, now + 1));
    expect(await withDirectory(own, ({ restrictions }) => restrictions)).toEqual([]);
  });

  it('a refusal for misuse of a category stops it beside what was announced, until the later end', async () => {
    const own = await MessagePath.open(database);
    const misuse = { code: '131064', title: 'Limited' };
    const sent = { content: { type: 'text', text: { body: 'Hi' } }, directSend: { category: 'utility' } } as const;
    const learn = (attemptedAt: Temporal.Instant) =>
      learnFromRefusal(own.worker, own.account, sent, misuse, attemptedAt);
    const known = () => withDirectory(own, ({ restrictions }) => restrictions);
    await learn(Temporal.Now.instant());
    expect(await known()).toMatchObject([
      { restriction: 'direct_send_utility', reason: expect.stringContaining('131064') },
    ]);
    const expiration = now + 7 * 86_400;
    const restriction_info = [{ restriction_type: 'RESTRICTED_DIRECT_SEND_UTILITY_TEMPLATES', expiration }];
    await own.deliver(change('account_update', { event: 'ACCOUNT_RESTRICTION', restriction_info }));
    await learn(Temporal.Now.instant());
    const until = Temporal.Instant.fromEpochMilliseconds(expiration * 1000);
    expect(await known()).toMatchObject([{ restriction: 'direct_send_utility', until }]);
  });

  it('what a person lifted is not taken up again from a refusal of an attempt from before', async () => {
    const own = await MessagePath.open(database);
    const before = Temporal.Now.instant();
    const sent = { content: { type: 'text', text: { body: 'Hi' } }, directSend: { category: 'service' } } as const;
    const learn = (attemptedAt: Temporal.Instant) =>
      learnFromRefusal(own.worker, own.account, sent, { code: '131064', title: 'Limited' }, attemptedAt);
    const known = () => withDirectory(own, ({ restrictions }) => restrictions.map(({ restriction }) => restriction));
    await learn(before);
    expect(await known()).toEqual(['direct_send_service']);
    await database.db.transaction((tx) => liftRestrictions(tx, own.workspaceId, own.connectionId));
    await learn(before);
    expect(await known()).toEqual([]);
    await learn(Temporal.Now.instant().add({ seconds: 1 }));
    expect(await known()).toEqual(['direct_send_service']);
  });

  it('news of an account that nobody here uses are kept and change nothing', async () => {
    const own = await MessagePath.open(database);
    await own.deliver(quality('DOWNGRADE', { current_limit: 'TIER_250' }, now, '999'));
    expect(await withDirectory(own, ({ throughputPerSecond }) => throughputPerSecond)).toBe(80);
    expect(await events(own.workspaceId)).toEqual(['number.limit_changed']);
  });
});

it('whatever the order and however often it is told, the same is known in the end', async () => {
  const template = { message_template_id: 7, message_template_name: 'any', message_template_language: 'en_US' };
  const number = { display_phone_number: '1555' };
  const told = [
    templateNews('any', 'APPROVED', now - 50),
    templateNews('any', 'PAUSED', now - 40, { other_info: { title: 'FIRST_PAUSE' } }),
    templateNews('any', 'REJECTED', now - 40, { reason: 'SCAM' }),
    templateNews('any', 'FLAGGED', now - 30),
    change('message_template_quality_update', { ...template, new_quality_score: 'RED' }, now - 20),
    change('message_template_quality_update', { ...template, new_quality_score: 'GREEN' }, now - 20),
    change(
      'template_category_update',
      { ...template, new_category: 'UTILITY', correct_category: 'MARKETING' },
      now - 90,
    ),
    change('template_category_update', { ...template, new_category: 'MARKETING' }, now - 10),
    change('phone_number_quality_update', { ...number, event: 'DOWNGRADE', current_limit: 'TIER_250' }, now - 9),
    change('business_capability_update', { max_daily_conversations_per_business: 'TIER_2K' }, now - 9),
    change('phone_number_quality_update', { ...number, event: 'FLAGGED' }, now - 8),
    change('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } }, now - 7),
    change('account_update', { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } }, now - 6),
    change('account_update', { event: 'ACCOUNT_OFFBOARDED' }, now - 5),
  ];
  async function knownAfter(bodies: object[]) {
    const own = await MessagePath.open(database);
    await own.deliver(...bodies);
    const templates = await database.db.query(
      sql`select status, status_reason, status_until, quality, category, next_category from known_template where workspace_id = ${own.workspaceId}::uuid`,
    );
    const facts = await database.db.query(
      sql`select subject = 'account' as whole, fact, value from account_fact where workspace_id = ${own.workspaceId}::uuid order by 1, 2`,
    );
    const paused = await database.db.query(
      sql`select paused_reason from connection where id = ${own.connectionId}::uuid`,
    );
    return JSON.stringify({ templates, facts, paused });
  }
  const inOrder = await knownAfter(told);
  expect(inOrder).toContain('taken off the Cloud API');
  const anyOrder = fc.shuffledSubarray([...told, ...told], { minLength: 2 * told.length });
  await fc.assert(
    fc.asyncProperty(anyOrder, async (bodies) => {
      expect(await knownAfter(bodies)).toBe(inOrder);
    }),
    { numRuns: 8 },
  );
});
