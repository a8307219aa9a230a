import type { Settings } from '#control/settings.ts';
import type { People } from '#people/people.ts';
import type { SandboxClock } from '#storage/clock.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import type { MediaStore } from '#cloud-api/media.ts';
import type { GroupTelling } from './group-updates.ts';
import type { Groups } from './groups.ts';

export interface GroupDeps extends GroupTelling {
  settings: Settings;
  groups: Groups;
  groupLimits: GroupLimits;
  people: People;
  media: MediaStore;
}

const HOUR_MS = 3_600_000;

/** How many changes of groups a number may ask for in an hour. Meta does not publish its own limit. */
export class GroupLimits {
  readonly #clock: SandboxClock;
  readonly #settings: Settings;
  readonly #byNumber = new Map<string, { since: number; calls: number }>();

  constructor(clock: SandboxClock, settings: Settings) {
    this.#clock = clock;
    this.#settings = settings;
  }

  /** Counts one change, or throws 131208. */
  take(phoneNumberId: string): void {
    if (this.#settings.limits === 'off') return;
    const now = this.#clock.now();
    let counted = this.#byNumber.get(phoneNumberId);
    if (!counted || now - counted.since >= HOUR_MS) {
      this.#byNumber.set(phoneNumberId, (counted = { since: now, calls: 0 }));
    }
    if (counted.calls >= this.#settings.group_calls) {
      throw new GraphError(131208, 'The number has asked for too many changes of groups in this hour.');
    }
    counted.calls++;
  }
}
