import { Link } from '@tanstack/react-router';
import type { Message } from '@carillon/sdk';

/** Where a message went that was said in another way, and what it takes the place of. */
export function Rerouting({ routing }: { routing: Message['routing'] }) {
  if (!routing?.rerouted_from && !routing?.rerouted_to) return null;
  return (
    <div className="c-way" role="note">
      {routing.rerouted_from && (
        <p>
          It takes the place of <MessageLink id={routing.rerouted_from} text="an earlier message" />
          {routing.reason ? `: ${routing.reason}.` : '.'}
        </p>
      )}
      {routing.rerouted_to && (
        <p>
          It went another way: <MessageLink id={routing.rerouted_to} text="the message that took its place" />.
        </p>
      )}
    </div>
  );
}

function MessageLink({ id, text }: { id: string; text: string }) {
  return (
    <Link to="/messages/$messageId" params={{ messageId: id }} search={(filters) => filters}>
      {text}
    </Link>
  );
}
