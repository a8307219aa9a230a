import { isObject } from '#cloud-api/checks.ts';
import type { WebhookAction } from '#faults/rules.ts';
import { shuffled } from '#storage/random.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { Corruption } from '#webhooks/deliveries.ts';
import { newMessageId } from './identifiers.ts';
import type { Post } from './post.ts';

type Release = (post: Post, corruption?: Corruption) => Promise<void>;

/** Does to webhooks what a rule says before they are posted. */
export class PostFaults {
  readonly #clock: SandboxClock;
  readonly #random: () => number;
  readonly #release: Release;
  #gathered: Post[] = [];

  constructor(clock: SandboxClock, random: () => number, release: Release) {
    this.#clock = clock;
    this.#random = random;
    this.#release = release;
  }

  apply(action: WebhookAction, post: Post): void {
    const release = (each: Post, corruption?: Corruption) => void this.#release(each, corruption);
    switch (action.kind) {
      case 'webhook_lost':
        break;
      case 'webhook_late':
        this.#clock.after(action.ms, () => release(post));
        break;
      case 'webhook_doubled':
        for (let copy = 0; copy < (action.times ?? 2); copy++) release(post);
        break;
      case 'webhook_shuffled':
        this.#gather(post, action.window ?? 20, 1);
        break;
      // A webhook has one event here: what would travel together comes in disorder and partly again.
      case 'webhook_rebatched':
        this.#gather(post, action.size ?? 3, 1.5);
        break;
      case 'webhook_truncated':
      case 'webhook_endless':
        release(post, action.kind.slice('webhook_'.length) as Corruption);
        break;
      // There is no signature that could be wrong or missing.
      case 'webhook_wrong_signature':
      case 'webhook_unsigned':
        release(post);
        break;
      case 'webhook_unknown_wamid':
        release(post);
        release({ ...post, payload: strangersAck(post), inbound_id: null });
        break;
      case 'webhook_foreign_number':
        release({ ...post, payload: { ...post.payload, instanceId: '1' }, inbound_id: null });
        release(post);
        break;
      case 'webhook_poison':
        release(post);
        release({
          ...post,
          payload: { event_type: 7, instanceId: null, id: {}, data: [null, '\u0000'] },
          inbound_id: null,
        });
        break;
    }
  }

  #gather(post: Post, size: number, times: number): void {
    this.#gathered.push(post);
    if (this.#gathered.length >= size) this.#releaseGathered(times);
    else if (this.#gathered.length === 1) this.#clock.after(1000, () => this.#releaseGathered(times));
  }

  #releaseGathered(times: number): void {
    const posts = shuffled(this.#gathered, this.#random);
    this.#gathered = [];
    const again = shuffled(posts, this.#random).slice(0, Math.ceil(posts.length * (times - 1)));
    for (const post of [...posts, ...again]) void this.#release(post);
  }
}

/** The ack of a message that the instance never sent. */
function strangersAck({ payload }: Post): Post['payload'] {
  const stranger = '15550000000@c.us';
  const data = isObject(payload['data']) ? payload['data'] : {};
  return {
    ...payload,
    event_type: 'message_ack',
    ...(payload['id'] === undefined ? {} : { id: 999_999_999, referenceId: '' }),
    data: { ...data, id: newMessageId('business', stranger), to: stranger, fromMe: true, ack: 'device' },
  };
}
