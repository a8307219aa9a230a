interface Line<Entry> {
  entries: { entry: Entry; weight: number }[];
  weight: number;
  /** Virtual time of stride scheduling: what the line has been given so far, by weight. */
  pass: number;
}

/**
 * What waits for its turn, a line for each that wants a share (a workspace, a connection). The lines take turns by weight,
 * so whoever brings a thousand does not stand before whoever brings one; each line keeps its order. The room is shared
 * likewise: a line may grow to what is still free (so one alone to a half, two to a third each), and whoever comes new
 * finds room.
 */
export class FairLines<Entry> {
  readonly #maxWeight: number;
  readonly #isShared: boolean;
  readonly #lines = new Map<string, Line<Entry>>();
  #weight = 0;
  #count = 0;
  #now = 0;

  /** `maxWeight`: of everything that waits. Not shared, a line may have all of it. */
  constructor(maxWeight: number, isShared = true) {
    this.#maxWeight = maxWeight;
    this.#isShared = isShared;
  }

  get size(): number {
    return this.#count;
  }

  /** False when there is no room for it. Something that is larger than all the room may wait alone. */
  push(key: string, entry: Entry, weight: number): boolean {
    const line = this.#lines.get(key);
    if (this.#count > 0 && this.#weight + weight > this.#maxWeight) return false;
    const free = this.#maxWeight - this.#weight;
    if (this.#isShared && line && line.entries.length > 0 && line.weight + weight > free) return false;
    const own = line ?? { entries: [], weight: 0, pass: this.#now };
    if (!line) this.#lines.set(key, own);
    // Who was away gets its share from now on, not a credit for its rest; who just had more than its share still owes it.
    if (own.entries.length === 0) own.pass = Math.max(own.pass, this.#now);
    own.entries.push({ entry, weight });
    own.weight += weight;
    this.#weight += weight;
    this.#count += 1;
    return true;
  }

  /** Takes turns until the next one in turn would not fit any more; the first always fits. */
  take(maxWeight: number): Entry[] {
    const taken: Entry[] = [];
    let weight = 0;
    for (;;) {
      const line = this.#nextLine();
      const head = line?.entries[0];
      if (!line || !head || (taken.length > 0 && weight + head.weight > maxWeight)) break;
      line.entries.shift();
      this.#now = line.pass;
      line.pass += head.weight;
      line.weight -= head.weight;
      this.#weight -= head.weight;
      this.#count -= 1;
      weight += head.weight;
      taken.push(head.entry);
    }
    for (const [key, line] of this.#lines)
      if (line.entries.length === 0 && line.pass <= this.#now) this.#lines.delete(key);
    return taken;
  }

  #nextLine(): Line<Entry> | undefined {
    let next: Line<Entry> | undefined;
    for (const line of this.#lines.values())
      if (line.entries.length > 0 && (!next || line.pass < next.pass)) next = line;
    return next;
  }
}
