import { cleanName } from '@carillon/message-view/shorten.ts';
import type { Call, CallAction } from './api.ts';
import { callWords } from './call-words.ts';

/** One call in the chat, with what can be done about it. */
export function CallCard({
  call,
  businessName,
  canAct,
  onAct,
}: {
  call: Call;
  businessName: string;
  canAct: boolean;
  onAct: (callId: string, action: CallAction) => void;
}) {
  const { title, detail } = callWords(call);
  const isIncoming = call.direction === 'BUSINESS_INITIATED';
  return (
    <div className={`ph-row ph-row-${isIncoming ? 'other' : 'own'}`}>
      <section className="ph-call" aria-label={`${title}, ${cleanName(businessName)}`}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M6 4h3l1.5 4.5L8.5 10a11 11 0 0 0 5.5 5.5l1.5-2L20 15v3a2 2 0 0 1-2 2A14 14 0 0 1 4 6a2 2 0 0 1 2-2Z" />
        </svg>
        <div className="ph-row-words">
          <strong>{title}</strong>
          <span className="ph-row-detail" role={call.state === 'ended' ? undefined : 'status'}>
            {detail} · <time dateTime={call.started_at}>{clock.format(new Date(call.started_at))}</time>
          </span>
          {call.state !== 'ended' && (
            <>
              <span className="ph-row-detail">There is no sound: the sandbox plays the signals of a call only.</span>
              <div className="ph-buttons">
                {actionsOf(call).map(({ action, words }, index) => (
                  <button
                    key={action}
                    type="button"
                    className={index === 0 ? 'ph-button' : 'ph-link'}
                    disabled={!canAct}
                    onClick={() => onAct(call.id, action)}
                  >
                    {words}
                  </button>
                ))}
              </div>
            </>
          )}
        </div>
      </section>
    </div>
  );
}

function actionsOf({ direction, state }: Call): { action: CallAction; words: string }[] {
  if (direction === 'USER_INITIATED' || state === 'connected') return [{ action: 'hang_up', words: 'Hang up' }];
  return [
    { action: 'accept', words: 'Accept' },
    { action: 'reject', words: 'Decline' },
  ];
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
