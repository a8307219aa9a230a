import type { Health } from './connections.ts';

const tones = { ok: 'good', degraded: 'doubt', down: 'bad' } as const;
const labels = { ok: 'Works', degraded: 'Needs attention', down: 'Stands still' } as const;

/** How something is, and the sentence that says what to do. */
export function HealthWords({ health }: { health: Health }) {
  return (
    <p className="c-health">
      <span className={`c-status c-status-${tones[health.state]}`}>{labels[health.state]}</span> {health.detail}
    </p>
  );
}
