import type { SenderAccount } from '#messages/outbox/sender-account.ts';
import type { Queryable } from '#platform/database.ts';
import { Chore } from '#queue/chore.ts';
import type { LogEntry } from '#queue/log.ts';
import type { ConsumerGroup } from '#queue/log-consumer.ts';
import { receiptMarginSeconds } from './decide-reroute.ts';
import { type RerouteDeps, rerouteOpen } from './reroute.ts';
import { listHandedOver, openDeadlines, openFailed } from './reroute-store.ts';
import { WaitingWalk } from './waiting.ts';

const everyMs = 1_000;
const atOnce = 50;
/** Rounds. */
const lookForWaitingEvery = 3;

/** Follows the log for messages that a provider refused, at once or in a receipt, and for those that it took for a time
 *  that is known. */
export function reroutingGroup(deps: Pick<RerouteDeps, 'senders'>): ConsumerGroup {
  return {
    name: 'rerouting',
    topics: ['message.state'],
    take: async (tx, entries) => {
      await openFailed(
        tx,
        pick(entries, ({ type, status }) => {
          if (type === 'message.fail') return 'refused';
          return type === 'message.receipt' && status === 'failed' ? 'reported' : null;
        }),
      );
      const taken = pick(entries, ({ type, status }) =>
        type === 'message.done' || (type === 'message.receipt' && status === 'sent') ? 'not_delivered' : null,
      );
      await openTimes(tx, deps, taken);
    },
  };
}

function pick<Trigger extends string>(
  entries: LogEntry[],
  triggerOf: (event: LogEntry['events'][number]) => Trigger | null,
): { workspaceId: string; messageId: string; trigger: Trigger }[] {
  return entries.flatMap(({ workspaceId, events }) =>
    events.flatMap((event) => {
      const trigger = triggerOf(event);
      return trigger ? [{ workspaceId, messageId: String(event['messageId']), trigger }] : [];
    }),
  );
}

async function openTimes(
  tx: Queryable,
  { senders }: Pick<RerouteDeps, 'senders'>,
  taken: { workspaceId: string; messageId: string }[],
): Promise<void> {
  const handedOver = await listHandedOver(tx, taken);
  await openDeadlines(
    tx,
    handedOver.flatMap(({ workspaceId, messageId, senderId, at, ...message }) => {
      const account = senders(workspaceId).find((sender) => sender.senderId === senderId);
      const until = account?.provider.deliversUntil?.(message, { at, isSent: false });
      if (!until) return [];
      return [{ workspaceId, messageId, dueAt: until.add({ seconds: receiptMarginSeconds + 1 }).toString() }];
    }),
  );
}

export interface ReroutingDeps extends RerouteDeps {
  instanceId: string;
  missed: () => void;
  /** Senders that hand nothing over at the moment: paused, or their provider does not answer. */
  stuck: () => readonly Pick<SenderAccount, 'workspaceId' | 'senderId'>[];
  /** How many messages of a batch are said in another way, and how many stay as they are. */
  onDecided: (rerouted: number, left: number) => void;
}

/** Says messages in another way whose first way failed, or stays closed for too long. */
export function rerouting(deps: ReroutingDeps): Chore {
  const { db, log, instanceId, missed, stuck, onDecided } = deps;
  const waiting = new WaitingWalk();
  let round = 0;
  const run = async (): Promise<void> => {
    round += 1;
    if (round % lookForWaitingEvery === 1) await waiting.look(db, stuck());
    for (;;) {
      const { decided, rerouted } = await rerouteOpen(deps, atOnce);
      onDecided(rerouted, decided - rerouted);
      if (rerouted > 0) missed();
      if (decided === 0) return;
    }
  };
  return new Chore({ db, log, instanceId, name: 'chore:rerouting', everyMs, run });
}
