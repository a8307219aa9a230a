import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { wordsOf } from '#api.ts';
import { purposes } from '#messages/message.ts';
import { HealthWords } from './health-words.tsx';
import { useChange, type Sender } from './connections.ts';
import { KnownNumber } from './known-number.tsx';
import { ReasonButton } from '#shell/reason-button.tsx';

/** One number: how it is, and the stop button of each of its lanes. */
export function SenderRow({ sender }: { sender: Sender }) {
  const change = useChange();
  const name = sender.display_name ?? sender.phone ?? sender.external_id;
  const { id } = sender;
  return (
    <div className="c-sender">
      <div className="c-card-head">
        <div>
          <strong>{name}</strong>{' '}
          <span className="c-dim">
            {[sender.phone, sender.external_id].filter((word) => word && word !== name).join(', ')}
          </span>
          <HealthWords health={sender.health} />
          <p className="c-dim">
            At most {sender.throughput_per_second === 1 ? '1 message' : `${sender.throughput_per_second} messages`} a
            second.
          </p>
          <KnownNumber sender={sender} />
        </div>
        {sender.status === 'paused' ? (
          <Button size="xs" loading={change.isPending} onClick={() => change.mutate({ what: 'resume_sender', id })}>
            Resume
          </Button>
        ) : (
          <ReasonButton
            label="Pause"
            title={`Pause ${name}`}
            explanation="It sends nothing until somebody resumes it. Messages wait; nothing is lost."
            onReason={(reason) => change.mutate({ what: 'pause_sender', id, reason })}
          />
        )}
      </div>
      <ul className="c-lanes" aria-label={`Lanes of ${name}`}>
        {purposes.map((lane) => {
          const stop = sender.stopped_lanes.find((stopped) => stopped.lane === lane);
          return (
            <li key={lane}>
              <span className={`c-status c-status-${stop ? 'bad' : 'good'}`}>{lane}</span>
              {stop && <span className="c-dim">stopped: {stop.reason}</span>}
              {stop ? (
                <Button
                  size="compact-xs"
                  aria-label={`Resume ${lane}`}
                  loading={change.isPending}
                  onClick={() => change.mutate({ what: 'resume_lane', id, lane })}
                >
                  Resume
                </Button>
              ) : (
                <ReasonButton
                  label="Stop"
                  accessibleLabel={`Stop ${lane}`}
                  title={`Stop ${lane} of ${name}`}
                  explanation="Messages of this lane wait until somebody resumes it. What is being handed over now still goes."
                  onReason={(reason) => change.mutate({ what: 'stop_lane', id, lane, reason })}
                  isSmall
                />
              )}
            </li>
          );
        })}
      </ul>
      {change.isError && (
        <Text size="sm" c="red" role="alert">
          {wordsOf(change.error)}
        </Text>
      )}
      <Group gap="xs">
        <Link to="/messages" search={{ direction: 'outbound', status: 'held' }}>
          Held messages
        </Link>
      </Group>
    </div>
  );
}
