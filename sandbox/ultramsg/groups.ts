import { newDigits } from '#cloud-api/ids.ts';
import type { StateJournal } from '#storage/state.ts';

/** A group of people in which an instance is. */
export interface Group {
  /** `120363…@g.us` */
  id: string;
  instance_id: string;
  name: string;
  /** Ids of the people in it; the instance is in it without being named. */
  people: string[];
  created_at: number;
}

/** The groups of all instances. */
export class Groups {
  readonly #state: StateJournal;
  readonly #byId = new Map<string, Group>();

  constructor(state: StateJournal) {
    this.#state = state;
    state.on<Group>('ultramsg_group', (group) => this.#byId.set(group.id, group));
    state.snapshot(() => [...this.#byId.values()].map((each) => ['ultramsg_group', each] as const));
  }

  add(made: Omit<Group, 'id'>): Group {
    const group: Group = { id: `120363${newDigits(12)}@g.us`, ...made };
    this.#byId.set(group.id, group);
    this.#state.record('ultramsg_group', group);
    return group;
  }

  find(id: string): Group | undefined {
    return this.#byId.get(id);
  }

  of(instanceId: string): Group[] {
    return [...this.#byId.values()].filter((group) => group.instance_id === instanceId);
  }

  withPerson(personId: string): Group[] {
    return [...this.#byId.values()].filter((group) => group.people.includes(personId));
  }
}
