import { newSecret } from '#cloud-api/ids.ts';
import type { StateJournal } from '#storage/state.ts';
import { type Instance, newInstance } from './instance.ts';

/** The linked numbers. The first is there from the start. */
export class Instances {
  readonly #state: StateJournal;
  readonly #byId = new Map<string, Instance>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Instance>('ultramsg_instance', (instance) => this.#byId.set(instance.id, instance));
    state.snapshot(() => [...this.#byId.values()].map((each) => ['ultramsg_instance', each] as const));
  }

  addFirst(): void {
    if (this.#byId.size === 0) this.add({});
  }

  add({ phone, name }: { phone?: string; name?: string }): Instance {
    const count = this.#byId.size;
    const digits = phone?.replaceAll(/\D/g, '') ?? String(15_550_785_001 + count);
    const instance = newInstance(
      `instance${1150 + count}`,
      newSecret(8),
      digits,
      name ?? (count === 0 ? 'Carillon Instance' : `Carillon Instance ${count + 1}`),
    );
    this.change(instance, {});
    return instance;
  }

  /** By its id, with or without the word before its digits. */
  find(id: string): Instance | undefined {
    return this.#byId.get(/^\d+$/.test(id) ? `instance${id}` : id);
  }

  list(): Instance[] {
    return [...this.#byId.values()];
  }

  change(instance: Instance, change: Partial<Instance>): void {
    Object.assign(instance, change);
    this.#byId.set(instance.id, instance);
    this.#state.record('ultramsg_instance', instance);
  }
}
