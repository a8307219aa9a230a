import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { runLoad, sendOne } from '#e2e/faults/load.ts';
import { healAndCheck, type Run, type Scenario } from '#e2e/faults/scenario.ts';
import { until } from '#e2e/faults/until.ts';
import { zombie } from './process.ts';

/** The check must fail, and for the right reason: a suite that passes a broken build proves nothing. */
async function assertCaught(run: Run, invariant: RegExp): Promise<void> {
  const failure = await healAndCheck(run).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(failure instanceof Error, 'the checker found nothing wrong with the broken build');
  assert.match(failure.message, invariant);
  run.note(`caught: ${failure.message.split('\n')[1]?.trim() ?? failure.message}`);
}

/** Builds that break one promise on purpose. */
export const broken: Scenario[] = [
  {
    id: 'skipDispatchingCommit',
    guarantee: 'a build that does not commit before it writes is caught: messages are received twice',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(6);
      const server = await world.restartServer({
        failpoints: 'flag:skipDispatchingCommit;dispatch.afterFullWrite=kill@4',
      });
      const load = runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 20,
        purposes: ['transactional'],
      });
      await until('the server dies', () => server.hasEnded);
      await world.expireLeases();
      await world.startServer();
      await load;
      await assertCaught(run, /I2: The attempt \S+ \d+ was received 2 times/);
    },
  },
  {
    id: 'skipFence',
    guarantee: 'a build that sends although its lease is lost is caught: messages are received twice',
    run: async (run) => {
      // It stands still with a batch that it was about to mark. Without the fence it writes it however the mark goes.
      await zombie(run, 'dispatch.beforeDispatchingCommit', { flags: 'flag:skipFence;', stillMs: 0 });
      await assertCaught(run, /I2: The attempt \S+ \d+ was received 2 times/);
    },
  },
  {
    id: 'overwriteStatus',
    guarantee: 'a build whose newest receipt wins is caught: a late "sent" hides "delivered"',
    run: async (run) => {
      const { world } = run;
      const [to = ''] = await world.people(1);
      await world.restartServer({ failpoints: 'flag:overwriteStatus' });
      const id = await sendOne(world, { to, name: `overwrite-${run.random.below(1_000_000)}` });
      const shown = async () => world.api<{ status: string; provider_message_id: string }>('GET', `/v1/messages/${id}`);
      const { provider_message_id: wamid } = await until('it is delivered', async () => {
        const message = await shown();
        return message.status === 'delivered' && message;
      });
      const late = {
        id: wamid,
        status: 'sent',
        timestamp: String(Math.floor(Date.now() / 1000) - 60),
        recipient_id: to.slice(1),
      };
      const metadata = { display_phone_number: '1', phone_number_id: world.senders[0]?.externalId };
      const value = { messaging_product: 'whatsapp', metadata, statuses: [late] };
      const body = JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [{ id: world.credentials.waba_id, changes: [{ field: 'messages', value }] }],
      });
      const signature = createHmac('sha256', world.credentials.app_secret).update(body).digest('hex');
      const answer = await fetch(world.webhookAddress(), {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
        body,
      });
      assert.equal(answer.status, 200);
      await until('the late receipt is applied', async () => (await shown()).status !== 'delivered');
      await assertCaught(run, /I7: By what was told, \S+ is delivered; it is shown as sent/);
    },
  },
  {
    id: 'answerWebhookBeforeCommit',
    guarantee: 'a build that answers a webhook before it is kept is caught: what was answered 200 is gone',
    run: async (run) => {
      const { world } = run;
      const people = await world.people(6);
      await world.restartServer({ failpoints: 'flag:answerWebhookBeforeCommit;ingress.beforeCommit=throw@3' });
      await runLoad(world, {
        seed: run.random.below(1_000_000),
        people,
        messages: 20,
        purposes: ['marketing'],
        writeBackShare: 0.3,
      });
      await until('the webhooks are answered', async () => (await world.sandbox.pending()).updates === 0);
      await assertCaught(run, /I8: A webhook was answered with 200 1 times and is kept 0 times/);
    },
  },
];
