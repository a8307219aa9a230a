import { Button } from '@mantine/core';
import { type Sender, useChange } from './connections.ts';
import { limitWords, nameWords, qualityWords } from './number-words.ts';

/** What the provider told of a number, in one line, and what its account may not do now. */
export function KnownNumber({ sender }: { sender: Sender }) {
  const change = useChange();
  const { known } = sender;
  const words = [
    known.quality && qualityWords(known.quality),
    known.messaging_limit && limitWords(known.messaging_limit),
    known.name_status && nameWords(known.name_status),
    known.name_rejection,
    known.username && `@${known.username}`,
  ].filter((word) => word !== null);
  return (
    <>
      {words.length > 0 && <p className="c-dim">{words.join(' · ')}</p>}
      {known.restrictions.length > 0 && (
        <ul className="c-checks" aria-label="Restrictions">
          {known.restrictions.map(({ restriction, reason, until }) => (
            <li key={restriction} className="c-check-open">
              {reason} {until && `Until ${new Date(until).toLocaleString()}.`}
            </li>
          ))}
          <li>
            <Button
              size="compact-xs"
              loading={change.isPending}
              onClick={() => change.mutate({ what: 'resume_connection', id: sender.connection_id })}
            >
              Send anyway
            </Button>
          </li>
        </ul>
      )}
    </>
  );
}
