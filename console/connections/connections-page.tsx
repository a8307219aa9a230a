import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { read } from '#api.ts';
import { CopyButton } from '#shell/copy-button.tsx';
import { Ago } from '#shell/instant.tsx';
import { Empty, Failure, Loading } from '#shell/states.tsx';
import { FactsTable } from '#trace/facts-table.tsx';

/** A provider account and what is known of its health. Fields beyond these are shown as facts. */
interface Connection {
  id: string;
  provider: string;
  name?: string;
  state?: string;
  health?: string;
  callback_url?: string | null;
  challenge_seen_at?: string | null;
  first_webhook_at?: string | null;
  last_webhook_at?: string | null;
  senders?: Sender[];
}

interface Sender {
  id: string;
  name?: string | null;
  address?: string | null;
  state?: string;
}

export function ConnectionsPage() {
  const connections = useQuery({
    queryKey: ['connections'],
    queryFn: ({ signal }) => read<{ data: Connection[] }>('/v1/connections', {}, signal),
    refetchInterval: 5_000,
  });
  useEffect(() => {
    document.title = 'Connections · Carillon';
  }, []);
  return (
    <div className="c-page">
      <h1>Connections</h1>
      <p className="c-lead">The provider accounts of this workspace, and whether they reach us as we reach them.</p>
      {connections.isPending ? (
        <Loading what="Reading the connections" />
      ) : connections.isError ? (
        <Failure error={connections.error} onRetry={() => void connections.refetch()} />
      ) : connections.data.data.length === 0 ? (
        <Empty title="No connection yet" command="npx carillon connections add whatsapp-cloud">
          Connect a WhatsApp number. The command asks for what it needs, checks each of it, and says what is wrong.
        </Empty>
      ) : (
        <ul className="c-cards">
          {connections.data.data.map((connection) => (
            <li key={connection.id}>
              <ConnectionCard connection={connection} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function ConnectionCard({ connection }: { connection: Connection }) {
  const { callback_url: callback, senders = [] } = connection;
  return (
    <section className="c-card" aria-label={connection.name ?? connection.provider}>
      <h2>{connection.name ?? connection.provider}</h2>
      {callback && (
        <div className="c-command">
          <code>{callback}</code>
          <CopyButton value={callback} label="Copy the callback address" />
        </div>
      )}
      <ul className="c-checks">
        <Check
          label="The provider’s challenge"
          at={connection.challenge_seen_at}
          missing="Not seen. Enter the callback address and the verify token at the provider."
        />
        <Check
          label="First webhook"
          at={connection.first_webhook_at}
          missing="None yet. It comes with the first receipt or answer."
        />
        {connection.last_webhook_at && <Check label="Last webhook" at={connection.last_webhook_at} missing="" />}
      </ul>
      {senders.length > 0 && (
        <>
          <h3>Senders</h3>
          {senders.map((sender) => (
            <FactsTable key={sender.id} detail={{ ...sender }} />
          ))}
        </>
      )}
      <FactsTable
        detail={{ ...connection }}
        without={['name', 'senders', 'callback_url', 'challenge_seen_at', 'first_webhook_at', 'last_webhook_at']}
      />
    </section>
  );
}

function Check({ label, at, missing }: { label: string; at: string | null | undefined; missing: string }) {
  return (
    <li className={at ? 'c-check-done' : 'c-check-open'}>
      {label}: {at ? <Ago at={at} /> : missing}
    </li>
  );
}
