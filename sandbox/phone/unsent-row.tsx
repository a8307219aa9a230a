import { MessageBubble } from '@carillon/message-view';
import type { Unsent } from './thread.ts';

/** What the person sent and the sandbox has not taken yet, or refused. */
export function UnsentRow({
  unsent,
  onSendAgain,
  onDiscard,
}: {
  unsent: Unsent;
  onSendAgain: (unsent: Unsent) => void;
  onDiscard: (key: string) => void;
}) {
  return (
    <div className="ph-row ph-row-own">
      <MessageBubble
        content={unsent.content}
        side="own"
        author="You"
        at={unsent.at}
        ticks={unsent.problem ? 'failed' : 'waiting'}
        ticksTitle={unsent.problem}
        note={
          unsent.problem && (
            <>
              {unsent.problem}{' '}
              <button type="button" className="ph-link" onClick={() => onSendAgain(unsent)}>
                Send again
              </button>{' '}
              <button type="button" className="ph-link" onClick={() => onDiscard(unsent.key)}>
                Discard
              </button>
            </>
          )
        }
      />
    </div>
  );
}
