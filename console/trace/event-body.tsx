import { FactsTable } from './facts-table.tsx';
import { inWords } from './facts.ts';
import type { TraceEvent } from './trace.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an event says beyond its title. A kind that is not known here is drawn by its facts. */
export function EventBody({ event }: { event: TraceEvent }) {
  switch (event.kind) {
    case 'decision':
    case 'held':
    case 'blocked':
      return <DecisionBody detail={event.detail} />;
    case 'attempt':
    case 'status':
      return <OutcomeBody detail={event.detail} />;
    default:
      return <FactsTable detail={event.detail} without={['late', 'attempt_no']} />;
  }
}

function DecisionBody({ detail }: { detail: Fields }) {
  const facts = fieldsOf(detail['facts']);
  return (
    <>
      <FactsTable
        detail={{
          rule: typeof detail['rule'] === 'string' ? inWords(detail['rule']) : undefined,
          until: detail['until'],
        }}
      />
      {Object.keys(facts).length > 0 && (
        <details className="c-more" open>
          <summary>The facts it was decided by</summary>
          <FactsTable detail={facts} />
        </details>
      )}
      <FactsTable detail={detail} without={['outcome', 'rule', 'facts', 'until', 'late']} />
    </>
  );
}

function OutcomeBody({ detail }: { detail: Fields }) {
  // An attempt has the error and the row that decided side by side, a receipt has both in one.
  const told = fieldsOf(detail['error']);
  const error = 'error' in told ? fieldsOf(told['error']) : told;
  const row = fieldsOf(detail['error_row'] ?? told['row']);
  return (
    <>
      {typeof error['title'] === 'string' && (
        <p className="c-event-words">
          <strong>
            {error['title']} ({String(error['code'])})
          </strong>
          {typeof error['details'] === 'string' && ` ${error['details']}`}
        </p>
      )}
      <FactsTable
        detail={detail}
        without={['attempt_no', 'outcome', 'status', 'provider_status', 'error', 'error_row', 'late']}
      />
      {Object.keys(row).length > 0 && (
        <details className="c-more" open>
          <summary>The row of the error table that decided</summary>
          <FactsTable detail={row} />
        </details>
      )}
    </>
  );
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
