import { useEffect, useState } from 'react';
import { countdownWords } from './countdown.ts';
import type { Offer } from './drawing.ts';
import { Icon } from './icons.tsx';
import { capMarks, cleanName } from './shorten.ts';

/** An offer with its coupon and, where it ends, the time that is left. */
export function OfferView({ offer }: { offer: Offer }) {
  return (
    <div className="mv-file mv-offer">
      <Icon name="clock" />
      <span className="mv-file-words">
        {offer.text && (
          <span className="mv-file-name" dir="auto">
            {capMarks(offer.text)}
          </span>
        )}
        {offer.code && (
          <span className="mv-file-details">
            Code <bdi className="mv-mono">{cleanName(offer.code)}</bdi>
          </span>
        )}
        {offer.endsAtMs !== undefined && <Countdown endsAtMs={offer.endsAtMs} />}
      </span>
    </div>
  );
}

// A `timer` is read aloud only when the reader comes to it, not each second.
function Countdown({ endsAtMs }: { endsAtMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const { text, changesInMs } = countdownWords(endsAtMs, nowMs);
  useEffect(() => {
    if (changesInMs === 0) return undefined;
    const timer = window.setTimeout(() => setNowMs(Date.now()), changesInMs);
    return () => window.clearTimeout(timer);
  }, [changesInMs, nowMs]);
  return (
    <span className={changesInMs === 0 ? 'mv-file-details' : 'mv-file-details mv-ends'} role="timer">
      {text}
    </span>
  );
}
