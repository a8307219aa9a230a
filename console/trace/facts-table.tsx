import { fullInstant } from '#shell/instant.tsx';
import { factsOf, type Fact, type FactValue } from './facts.ts';

/** Facts as lines: name and value. */
export function FactsTable({
  detail,
  without = [],
}: {
  detail: Readonly<Record<string, unknown>>;
  without?: readonly string[];
}) {
  return <Facts facts={factsOf(detail, without)} />;
}

function Facts({ facts }: { facts: readonly Fact[] }) {
  if (facts.length === 0) return null;
  return (
    <dl className="c-facts">
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>
            <Value of={fact} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ of: fact }: { of: FactValue }) {
  switch (fact.kind) {
    case 'text':
      return <bdi>{fact.value}</bdi>;
    case 'instant':
      return <time dateTime={fact.value}>{fullInstant(fact.value)}</time>;
    case 'json':
      return <code className="c-json">{fact.value}</code>;
    case 'facts':
      return <Facts facts={fact.facts} />;
    case 'list':
      return (
        <ul className="c-fact-list">
          {fact.items.map((item, place) => (
            <li key={place}>
              <Value of={item} />
            </li>
          ))}
        </ul>
      );
  }
}
