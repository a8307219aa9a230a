import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import type { Json } from '#people/chats.ts';
import { isObject } from '#cloud-api/checks.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { newDigits } from '#cloud-api/ids.ts';
import { type FlowProblem, checkFlowJson } from './flow-json.ts';

export type FlowStatus = 'DRAFT' | 'PUBLISHED' | 'DEPRECATED' | 'THROTTLED' | 'BLOCKED';

export interface Flow {
  id: string;
  waba_id: string;
  name: string;
  categories: string[];
  status: FlowStatus;
  endpoint_uri: string | null;
  application_id: string;
  /** The newest content, as text, and what is wrong with it. */
  json: string | null;
  problems: FlowProblem[];
  /** Milliseconds of the epoch. */
  updated_at: number;
}

/** The flow that a message would open. */
export interface FlowUse {
  idOrName: string;
  isDraft: boolean;
}

const THROTTLED_SENDS = 10;

/** The flow of a message or of a button of its template, if it has one. */
export function flowUseOf(content: Json, buttons: readonly Json[]): FlowUse | undefined {
  const { interactive } = content;
  const action = isObject(interactive) && interactive['type'] === 'flow' ? interactive['action'] : undefined;
  const inMessage = isObject(action) ? action['parameters'] : undefined;
  const inTemplate = buttons.find((button) => String(button['type']).toUpperCase() === 'FLOW');
  const use = isObject(inMessage) ? inMessage : inTemplate;
  const idOrName = use?.['flow_id'] ?? use?.['flow_name'];
  if (typeof idOrName !== 'string' && typeof idOrName !== 'number') return undefined;
  return { idOrName: String(idOrName), isDraft: use?.['mode'] === 'draft' };
}

/** The flows of all accounts. */
export class Flows {
  readonly #clock: SandboxClock;
  readonly #state: StateJournal;
  readonly #byId = new Map<string, Flow>();
  /** When throttled flows were sent in the last hour. */
  readonly #throttled = new Map<string, number[]>();
  /** Called after the status of a flow has changed. */
  onStatus: (flow: Flow, oldStatus: FlowStatus) => unknown = () => undefined;

  constructor(deps: { clock: SandboxClock; state: StateJournal }) {
    this.#clock = deps.clock;
    this.#state = deps.state;
    deps.state.on<Flow>('flow', (flow) => this.#byId.set(flow.id, flow));
    deps.state.on<{ id: string }>('flow_gone', ({ id }) => this.#byId.delete(id));
    deps.state.snapshot(() => [...this.#byId.values()].map((flow) => ['flow', flow] as const));
  }

  list(wabaId: string): Flow[] {
    return [...this.#byId.values()].filter((flow) => flow.waba_id === wabaId);
  }

  find(id: string): Flow | undefined {
    return this.#byId.get(id);
  }

  add(wanted: Pick<Flow, 'waba_id' | 'name' | 'categories' | 'endpoint_uri' | 'application_id'>): Flow {
    const flow: Flow = {
      ...wanted,
      id: newDigits(16),
      status: 'DRAFT',
      json: null,
      problems: [],
      updated_at: this.#clock.now(),
    };
    this.#save(flow);
    return flow;
  }

  change(flow: Flow, change: Partial<Pick<Flow, 'name' | 'categories' | 'endpoint_uri' | 'application_id'>>): void {
    Object.assign(flow, change, { updated_at: this.#clock.now() });
    this.#save(flow);
  }

  /** New content makes a published flow a draft again. */
  setJson(flow: Flow, json: string): void {
    Object.assign(flow, { json, problems: checkFlowJson(json), updated_at: this.#clock.now() });
    this.#save(flow);
    if (flow.status === 'PUBLISHED') this.setStatus(flow, 'DRAFT');
  }

  setStatus(flow: Flow, status: FlowStatus): void {
    const old = flow.status;
    if (old === status) return;
    flow.status = status;
    this.#save(flow);
    this.onStatus(flow, old);
  }

  /** A message with the flow is about to be taken; throws the `GraphError` of a flow that cannot be sent. Flows that
   *  the sandbox does not know are taken as they come. */
  takeSend(wabaId: string, { idOrName, isDraft }: FlowUse): void {
    const flow = this.#byId.get(idOrName) ?? this.list(wabaId).find((each) => each.name === idOrName);
    if (flow?.waba_id !== wabaId) return;
    if (flow.status === 'BLOCKED') throw new GraphError(132068, `The flow ${flow.name} is blocked.`);
    if (flow.status === 'THROTTLED') this.#throttle(flow);
    if (flow.status === 'DEPRECATED') throw new GraphError(131009, `The flow ${flow.name} is deprecated.`);
    if (flow.status === 'DRAFT' && !isDraft) {
      throw new GraphError(131009, `The flow ${flow.name} is a draft: publish it, or send it with the mode draft.`);
    }
  }

  #throttle(flow: Flow): void {
    const now = this.#clock.now();
    const recent = (this.#throttled.get(flow.id) ?? []).filter((at) => at > now - 3_600_000);
    if (recent.length >= THROTTLED_SENDS) {
      throw new GraphError(132069, `The flow ${flow.name} is throttled to ${THROTTLED_SENDS} messages an hour.`);
    }
    this.#throttled.set(flow.id, [...recent, now]);
  }

  remove({ id }: Flow): void {
    this.#byId.delete(id);
    this.#state.record('flow_gone', { id });
  }

  #save(flow: Flow): void {
    this.#byId.set(flow.id, flow);
    this.#state.record('flow', flow);
  }
}

/** The webhook of a flow that has another status. */
export function flowStatusValue({ id, name, status }: Flow, oldStatus: FlowStatus): Json {
  return {
    event: 'FLOW_STATUS_CHANGE',
    message: `Flow ${name} has been moved from ${oldStatus} to ${status}.`,
    flow_id: id,
    old_status: oldStatus,
    new_status: status,
  };
}
