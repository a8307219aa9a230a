import { Chore } from '#queue/chore.ts';
import type { ConsumerGroup } from '#queue/log-consumer.ts';
import { type RerouteDeps, rerouteOpen } from './reroute.ts';
import { openFailed } from './reroute-store.ts';

const everyMs = 1_000;
const atOnce = 50;

/** Follows the log for messages that a provider refused, at once or in a receipt, and has them decided about. */
export const reroutingGroup: ConsumerGroup = {
  name: 'rerouting',
  topics: ['message.state'],
  take: async (tx, entries) => {
    const failed = entries.flatMap(({ workspaceId, events }) =>
      events.flatMap(({ type, messageId, status }) => {
        const trigger = type === 'message.fail' ? 'refused' : type === 'message.receipt' ? 'reported' : null;
        if (trigger === null || (trigger === 'reported' && status !== 'failed')) return [];
        return [{ workspaceId, messageId: String(messageId), trigger } as const];
      }),
    );
    await openFailed(tx, failed);
  },
};

/** Says messages in another way whose first way failed. */
export function rerouting(deps: RerouteDeps & { instanceId: string; missed: () => void }): Chore {
  const { db, log, instanceId, missed } = deps;
  const run = async (): Promise<void> => {
    for (;;) {
      const { decided, rerouted } = await rerouteOpen(deps, atOnce);
      if (rerouted > 0) missed();
      if (decided === 0) return;
    }
  };
  return new Chore({ db, log, instanceId, name: 'chore:rerouting', everyMs, run });
}
