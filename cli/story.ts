import type { Trace } from '@carillon/sdk';
import { plain, style } from './output.ts';

type TraceEvent = Trace['events'][number];

/** Told by the title already, or of no use to a reader. */
const untold = new Set(['outcome', 'attempt_no', 'late', 'next_action', 'provider_status', 'status']);

/** A message's trace as lines: when, what, and below it the facts. Times are local, with milliseconds. */
export function storyOf(trace: Trace): string {
  const lines = trace.events.flatMap(linesOf);
  if (trace.dead_letter) lines.push(style('red', '■ Dead letter'), ...factsOf(trace.dead_letter));
  if (trace.waits_for) lines.push(...linesOfWait(trace.waits_for));
  return lines.join('\n');
}

function linesOfWait({ detail, until }: NonNullable<Trace['waits_for']>): string[] {
  const head = `${style('yellow', '○')} ${style('bold', 'It waits.')} ${plain(detail, 500)}`;
  return [head, ...(until ? factsOf({ until: clock(until) }) : [])];
}

function linesOf(event: TraceEvent): string[] {
  const { late, kind } = event;
  const isBad = kind === 'blocked' || kind === 'failed' || event.detail['error'] !== undefined;
  const title = `${plain(event.title, 200)}${late ? style('yellow', ' (came late)') : ''}`;
  const head = `${style(isBad ? 'red' : 'green', '●')} ${style('dim', clock(event.at))}  ${style('bold', title)}`;
  const webhook = event.raw_webhook_id ? { webhook: event.raw_webhook_id } : {};
  return [head, ...factsOf({ ...event.detail, ...webhook })];
}

function factsOf(facts: Record<string, unknown>, indent = 4): string[] {
  return Object.entries(facts).flatMap(([name, value]) => {
    if (untold.has(name) || value === null || value === undefined) return [];
    const label = `${' '.repeat(indent)}${style('dim', name.replaceAll('_', ' '))}`;
    if (typeof value !== 'object') return [`${label}  ${plain(value, 500)}`];
    if (Array.isArray(value))
      return value.length > 0
        ? [
            `${label}  ${plain(value.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one))).join(', '), 500)}`,
          ]
        : [];
    const inner = factsOf(value as Record<string, unknown>, indent + 2);
    return inner.length > 0 ? [label, ...inner] : [];
  });
}

function clock(instant: string): string {
  const zoned = Temporal.Instant.from(instant).toZonedDateTimeISO(Temporal.Now.timeZoneId());
  return zoned.toPlainDateTime().toString({ smallestUnit: 'millisecond' }).replace('T', ' ');
}
