import type { StateJournal } from '#storage/state.ts';

export const QUEUE_STATUSES = ['queue', 'sent', 'unsent', 'invalid', 'expired'] as const;
export type QueueStatus = (typeof QUEUE_STATUSES)[number];

/** A message that was taken by the API, as its list shows it. */
export interface Outgoing {
  instance_id: string;
  id: number;
  reference_id: string | null;
  /** The address as lists and webhooks write it. */
  to: string;
  /** The last part of its path. */
  kind: string;
  type: string;
  priority: number;
  status: QueueStatus;
  parameters: Readonly<Record<string, string>>;
  quoted_id: string | null;
  /** A file that came as base64 and is kept. */
  media_id: string | null;
  created_at: number;
  /** When it last entered the queue: it expires a day later. */
  queued_at: number;
  sent_at: number | null;
  /** The message that it became. */
  message_id: string | null;
  /** A rule for faults decided that it comes to nothing. */
  planned_failure?: true;
}

const KEPT = 50_000;

/** What the API has taken, by instance and number. */
export class OutgoingList {
  readonly #state: StateJournal;
  readonly #byInstance = new Map<string, Map<number, Outgoing>>();
  /** What waits, in the order in which it leaves. */
  readonly #queues = new Map<string, Outgoing[]>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Outgoing>('ultramsg_outgoing', (outgoing) => this.#keep(outgoing));
    state.on<[string, number]>('ultramsg_outgoing_gone', ([instanceId, id]) => this.#drop(instanceId, id));
    state.snapshot(() =>
      [...this.#byInstance.values()].flatMap((all) =>
        [...all.values()].map((each) => ['ultramsg_outgoing', each] as const),
      ),
    );
  }

  find(instanceId: string, id: number): Outgoing | undefined {
    return this.#byInstance.get(instanceId)?.get(id);
  }

  /** In the order of their numbers. */
  list(instanceId: string): Outgoing[] {
    return [...(this.#byInstance.get(instanceId)?.values() ?? [])];
  }

  /** What waits: by priority, the lower first, then in the order of arrival. */
  queue(instanceId: string): readonly Outgoing[] {
    return this.#queues.get(instanceId) ?? [];
  }

  add(outgoing: Outgoing): void {
    this.change(outgoing, {});
  }

  change(outgoing: Outgoing, change: Partial<Outgoing>): void {
    Object.assign(outgoing, change);
    this.#keep(outgoing);
    this.#state.record('ultramsg_outgoing', outgoing);
    this.#forgetOldest(outgoing.instance_id);
  }

  remove({ instance_id, id }: Outgoing): void {
    this.#drop(instance_id, id);
    this.#state.record('ultramsg_outgoing_gone', [instance_id, id]);
  }

  #keep(outgoing: Outgoing): void {
    const { instance_id, id } = outgoing;
    const all = this.#byInstance.get(instance_id) ?? new Map<number, Outgoing>();
    this.#byInstance.set(instance_id, all.set(id, outgoing));
    const queue = (this.#queues.get(instance_id) ?? []).filter((each) => each.id !== id);
    if (outgoing.status === 'queue') {
      const place = queue.findLastIndex((each) => !isBefore(outgoing, each)) + 1;
      queue.splice(place, 0, outgoing);
    }
    this.#queues.set(instance_id, queue);
  }

  #drop(instanceId: string, id: number): void {
    this.#byInstance.get(instanceId)?.delete(id);
    this.#queues.set(
      instanceId,
      this.queue(instanceId).filter((each) => each.id !== id),
    );
  }

  // What has ended long ago is forgotten, what waits never.
  #forgetOldest(instanceId: string): void {
    const all = this.#byInstance.get(instanceId);
    if (!all || all.size <= KEPT) return;
    for (const old of all.values()) {
      if (all.size <= KEPT) return;
      if (old.status !== 'queue') this.remove(old);
    }
  }
}

function isBefore(one: Outgoing, other: Outgoing): boolean {
  if (one.priority !== other.priority) return one.priority < other.priority;
  return one.queued_at < other.queued_at || (one.queued_at === other.queued_at && one.id < other.id);
}
