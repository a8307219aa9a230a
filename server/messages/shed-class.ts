import type { ShedClass } from '#platform/pressure.ts';
import type { Purpose } from './message.ts';

const classes = {
  authentication: 'authentication',
  transactional: 'api',
  service: 'api',
  marketing: 'campaign',
} as const satisfies Record<Purpose, ShedClass>;

// From the first to give way to the last.
const order: readonly (typeof classes)[Purpose][] = ['campaign', 'api', 'authentication'];

/** When messages of these purposes, sent with one request, give way under load: a one-time code last, marketing first, and
 *  a mixture with what gives way first in it, so that nothing gets through in the company of a code. */
export function shedClassOf(purposes: Iterable<Purpose>): ShedClass {
  const present = new Set([...purposes].map((purpose) => classes[purpose]));
  return order.find((shedClass) => present.has(shedClass)) ?? 'api';
}
