import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { wordsOf } from '#api.ts';
import { prettyBody } from '#webhooks/pretty-body.ts';
import { useWebhook } from '#webhooks/webhook.ts';

/** The webhook that told it, read when it is opened. */
export function RawWebhook({ id }: { id: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="c-raw" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>The webhook as it came</summary>
      {isOpen && <Body id={id} />}
    </details>
  );
}

function Body({ id }: { id: string }) {
  const webhook = useWebhook(id);
  if (webhook.isPending) return <p role="status">Reading …</p>;
  if (webhook.isError) return <p role="alert">{wordsOf(webhook.error)}</p>;
  return (
    <>
      <pre tabIndex={0}>{prettyBody(webhook.data)}</pre>
      <Link to="/webhooks/$webhookId" params={{ webhookId: id }}>
        Open this webhook
      </Link>
    </>
  );
}
