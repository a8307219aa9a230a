import { fullInstant } from '#shell/instant.tsx';
import { factsOf, type Fact } from './facts.ts';

/** Facts as lines: name and value. */
export function FactsTable({
  detail,
  without = [],
}: {
  detail: Readonly<Record<string, unknown>>;
  without?: readonly string[];
}) {
  const facts = factsOf(detail, without);
  if (facts.length === 0) return null;
  return (
    <dl className="c-facts">
      {facts.map((fact) => (
        <div key={fact.name}>
          <dt>{fact.name}</dt>
          <dd>
            <Value fact={fact} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Value({ fact }: { fact: Fact }) {
  switch (fact.kind) {
    case 'text':
      return <bdi>{fact.value}</bdi>;
    case 'instant':
      return <time dateTime={fact.value}>{fullInstant(fact.value)}</time>;
    case 'json':
      return <code className="c-json">{fact.value}</code>;
  }
}
