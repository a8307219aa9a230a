import type { Group, Scenario } from './scenario.ts';
import { acceptance, kills, shutdowns, zombies } from './scenarios/process.ts';
import { answers, limits, transport } from './scenarios/provider.ts';

/** Each alone: its fault touches everything. */
function alone(scenarios: Scenario[]): Group[] {
  return scenarios.map((scenario) => ({ scenarios: [scenario] }));
}

/** Every scenario, in the order in which they share a world. */
export const catalogue: Group[] = [
  answers,
  ...alone([...limits, ...transport, ...kills, ...acceptance, ...zombies, ...shutdowns]),
];
