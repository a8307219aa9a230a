import { Icon } from './icons.tsx';

/** How far a message has come, as far as the sender was told. */
export type TickState = 'waiting' | 'sent' | 'delivered' | 'read' | 'played' | 'failed';

const words: Readonly<Record<TickState, string>> = {
  waiting: 'Waiting',
  sent: 'Sent',
  delivered: 'Delivered',
  read: 'Read',
  played: 'Played',
  failed: 'Failed',
};

/** A clock, one grey tick, two grey ticks, two blue ticks, or a red mark; `title` tells more than the state's name. */
export function Ticks({ state, title }: { state: TickState; title?: string | undefined }) {
  const label = title ?? words[state];
  return (
    <span className={`mv-ticks mv-ticks-${state}`} role="img" aria-label={label} title={label}>
      {state === 'waiting' ? (
        <Icon name="clock" />
      ) : state === 'failed' ? (
        <span aria-hidden="true">!</span>
      ) : (
        <Check twice={state !== 'sent'} />
      )}
    </span>
  );
}

function Check({ twice }: { twice: boolean }) {
  return (
    <svg className="mv-icon" viewBox="0 0 22 16" aria-hidden="true" focusable="false">
      <path d={twice ? 'M1.5 8.5 5.5 12.5 13.5 3.5M8.5 11.5 9.5 12.5 17.5 3.5' : 'M4.5 8.5 8.5 12.5 16.5 3.5'} />
    </svg>
  );
}
