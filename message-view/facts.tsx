import { safeLink } from './links.ts';
import { cleanName } from './shorten.ts';

/** Facts with their names, one below the other. Those without a text are left out; an address of the web can be followed. */
export function Facts({ facts }: { facts: readonly { label: string; text: string }[] }) {
  const shown = facts.filter(({ text }) => text !== '');
  if (shown.length === 0) return null;
  return (
    <dl className="mv-facts">
      {shown.map(({ label, text }, index) => (
        <div key={index}>
          <dt>
            <bdi>{cleanName(label)}</bdi>
          </dt>
          <dd>
            <FactText text={text} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function FactText({ text }: { text: string }) {
  const link = safeLink(text);
  if (!link) return <bdi>{cleanName(text)}</bdi>;
  return (
    <a href={link.href} target="_blank" rel="noopener noreferrer nofollow">
      {cleanName(text)}
    </a>
  );
}
