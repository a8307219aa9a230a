import { useEffect } from 'react';
import { Empty, Failure, Loading } from '#shell/states.tsx';
import { ConnectionCard } from './connection-card.tsx';
import { useConnections } from './connections.ts';

/** The provider accounts, and whether they reach us as we reach them. */
export function ConnectionsPage() {
  const connections = useConnections();
  useEffect(() => {
    document.title = 'Connections · Carillon';
  }, []);
  return (
    <div className="c-page">
      <h1>Connections</h1>
      <p className="c-lead">
        The provider accounts of this workspace, and whether they reach Carillon as it reaches them.
      </p>
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
