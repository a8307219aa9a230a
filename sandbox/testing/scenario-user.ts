import type { ScenarioView } from '#scenarios/follow-scenario.ts';
import type { SandboxUser } from './sandbox-user.ts';

/** Starts a scenario and gives its id. */
export async function startScenario(
  user: SandboxUser,
  text: string,
  options: Record<string, unknown> = {},
): Promise<string> {
  const answer = await user.request('POST', '/_sandbox/scenarios', { text, ...options });
  if (answer.status !== 201) throw new Error(`The scenario was not started: ${answer.status} ${answer.text}`);
  return answer.read<ScenarioView>().id;
}

export async function viewScenario(user: SandboxUser, id: string): Promise<ScenarioView> {
  return (await user.request('GET', `/_sandbox/scenarios/${id}`)).read<ScenarioView>();
}

/** Starts a scenario and waits for its end. */
export async function playScenario(
  user: SandboxUser,
  text: string,
  options: Record<string, unknown> = {},
): Promise<ScenarioView> {
  const id = await startScenario(user, text, options);
  // As long as it takes: the test's own limit is for what hangs.
  for (;;) {
    const view = await viewScenario(user, id);
    if (view.state !== 'running') return view;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
