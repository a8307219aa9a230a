import { Ticks } from '@carillon/message-view/ticks.tsx';
import { statusWords } from '#messages/message.ts';
import { ExactTime } from '#shell/instant.tsx';
import { EventBody } from './event-body.tsx';
import { elapsedWords } from './facts.ts';
import { RawWebhook } from './raw-webhook.tsx';
import type { TraceEvent } from './trace.ts';

type Tone = 'good' | 'bad' | 'doubt' | 'plain';

/** The events from top to bottom, each with the time that passed since the one before. */
export function Story({ events }: { events: readonly TraceEvent[] }) {
  return (
    <ol className="c-story" aria-labelledby="story">
      {events.map((event, index) => {
        const before = events[index - 1];
        const since = before && elapsedWords(before.at, event.at);
        return (
          // Two facts of one kind may come at one instant; the place in the story tells them apart.
          <li key={`${index} ${event.kind} ${event.at}`} className={`c-event c-event-${toneOf(event)}`}>
            <div className="c-event-line">
              <span className="c-event-title">
                {event.title}
                <StatusTicks event={event} />
              </span>
              <span className="c-event-time">
                {since && since !== '0 ms' && <span className="c-event-since">+{since}</span>}
                <ExactTime at={event.at} />
              </span>
            </div>
            {event.late && (
              <p className="c-late">Came late: something later was known already, so the status stayed.</p>
            )}
            <EventBody event={event} />
            {event.raw_webhook_id && <RawWebhook id={event.raw_webhook_id} />}
          </li>
        );
      })}
    </ol>
  );
}

function StatusTicks({ event }: { event: TraceEvent }) {
  const status = event.kind === 'status' ? event.detail['status'] : undefined;
  const ticks = typeof status === 'string' ? statusWords(status).ticks : undefined;
  return ticks ? <Ticks state={ticks} /> : null;
}

function toneOf({ kind, detail }: TraceEvent): Tone {
  const said = detail['outcome'] ?? detail['status'];
  if (kind === 'decision') return said === 'send' ? 'good' : said === 'hold' ? 'doubt' : 'bad';
  if (kind === 'attempt') return said === 'accepted' ? 'good' : said === 'rejected' ? 'bad' : 'doubt';
  if (kind === 'status') return said === 'failed' ? 'bad' : 'good';
  if (['blocked', 'expired', 'dead_lettered', 'give_up'].includes(kind)) return 'bad';
  if (['held', 'conflict', 'corrected', 'resend', 'consent_suspected', 'canceled', 'discarded'].includes(kind))
    return 'doubt';
  return 'plain';
}
