import type { Settings } from '#control/settings.ts';
import type { FaultAction, FaultMatch } from '#faults/rules.ts';
import type { Json } from '#people/chats.ts';
import type { PersonSwitches } from '#people/people.ts';

/** A scenario as its file writes it; durations, shares and counts are still the texts that `spans.ts` reads. What a key
 *  means is in docs/scenarios.md. */
export interface Scenario {
  name: string;
  about?: string;
  seed?: number;
  clock?: ScenarioClock;
  settings?: Partial<Settings>;
  people?: PeopleGroup[];
  business?: { answers: AnswerRule[] };
  timeline?: Step[];
  ends?: When;
  expect?: Expectation[];
}

export interface ScenarioClock {
  kind: 'real' | 'virtual';
  start?: string;
  zone?: string;
  speed?: number | 'max';
  settle?: string;
}

export interface When {
  at?: string;
  after?: string;
}

export interface PeopleGroup {
  group: string;
  count: number;
  phone?: string;
  names?: string[];
  locale?: string;
  behaviour?: Behaviour;
}

export interface Behaviour {
  never_reads?: number | string;
  reads_after?: string;
  blocks?: number | string;
  blocks_after?: string;
  offline?: { share?: number | string; until: When };
  answers?: AnswerRule[];
}

/** What is said to a message that arrived; the first rule that fits and whose chance strikes decides. */
export interface AnswerRule {
  to?: string | string[];
  containing?: string;
  chance?: number | string;
  after?: string;
  /** How often for one person; 5 unless told, so that two sides that always answer come to an end. */
  most?: number;
  texts?: string[];
  messages?: Json[];
  tap?: number;
  /** How the payment of an order ends. */
  pays?: 'captured' | 'pending' | 'failed';
}

export interface Step extends When {
  every?: string;
  times?: number;
  for?: string;
  write?: Selection & { over?: string; texts?: string[]; messages?: Json[] };
  send?: Selection & { over?: string; texts?: string[]; messages?: Json[] };
  change?: Selection & { set: PersonSwitches };
  close_windows?: Selection;
  fault?: { match?: FaultMatch; action: FaultAction };
  webhooks?: 'lost' | 'doubled' | 'shuffled' | 'rebatched';
  settings?: Partial<Settings>;
  /** As the control API changes a template, a number (the first unless told), the account. */
  template?: { name: string; [change: string]: unknown };
  number?: { place?: number; [change: string]: unknown };
  account?: Json;
  call?: { method: 'POST' | 'PATCH' | 'DELETE'; path: string; body?: Json };
}

/** The deeds that a step can have; each step has one. */
export const DEEDS = [
  'write',
  'send',
  'change',
  'close_windows',
  'fault',
  'webhooks',
  'settings',
  'template',
  'number',
  'account',
  'call',
] as const;

export interface Selection {
  group: string;
  share?: number | string;
}

export interface Expectation {
  ledger?: { outcome?: string; type?: string; group?: string };
  statuses?: { status?: string; error_code?: number; group?: string };
  inbound?: { type?: string; group?: string };
  people?: { group?: string; blocked?: boolean; online?: boolean; marketing_opted_out?: boolean };
  webhooks?: { delivered?: boolean };
  count: number | string;
}

export const EXPECTED = ['ledger', 'statuses', 'inbound', 'people', 'webhooks'] as const;
