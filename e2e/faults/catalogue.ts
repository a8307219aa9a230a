import type { Group, Scenario } from './scenario.ts';
import { answers } from './scenarios/answers.ts';
import { forwarding, optOuts } from './scenarios/around.ts';
import { audit } from './scenarios/audit.ts';
import { broken } from './scenarios/broken.ts';
import { clocks } from './scenarios/clocks.ts';
import { disks } from './scenarios/disks.ts';
import { herds } from './scenarios/herds.ts';
import { hops } from './scenarios/hops.ts';
import { lanes } from './scenarios/lanes.ts';
import { locks } from './scenarios/locks.ts';
import { operations } from './scenarios/operations.ts';
import { postgres } from './scenarios/postgres.ts';
import { acceptance, kills, shutdowns, zombies } from './scenarios/process.ts';
import { limits, silence, transport } from './scenarios/provider.ts';
import { restore } from './scenarios/restore.ts';
import { servers } from './scenarios/servers.ts';
import { storm } from './scenarios/storm.ts';
import { unreachable } from './scenarios/unreachable.ts';
import { webhooks } from './scenarios/webhooks.ts';

/** Each alone: its fault touches everything. */
function alone(...scenarios: Scenario[]): Group[] {
  return scenarios.map((scenario) => ({ scenarios: [scenario] }));
}

/** Every scenario, in the order in which they share a world. The broken builds come last: they leave broken data. */
export const catalogue: Group[] = [
  answers,
  ...alone(...limits, ...lanes),
  ...alone(...silence, ...optOuts).map((group) => ({ ...group, isPatient: true })),
  ...alone(...transport, ...unreachable, ...webhooks, ...storm),
  ...alone(...acceptance),
  ...kills.map((scenarios) => ({ scenarios, isSequential: true })),
  ...alone(
    ...zombies,
    ...shutdowns,
    ...operations,
    ...postgres,
    ...locks,
    ...audit,
    ...forwarding,
    ...servers,
    ...herds,
    ...hops,
    ...clocks,
    ...disks,
    ...restore,
  ),
  ...alone(...broken).map((group) => ({ ...group, isTampered: true })),
];
