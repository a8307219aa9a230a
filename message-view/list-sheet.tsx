import type { Row } from './drawing.ts';
import { useDrawing } from './drawing-context.ts';
import { cleanName } from './shorten.ts';

/** The rows of a list message. A tap sends the row. */
export function ListSheet({
  sections,
  onChosen,
}: {
  sections: readonly { title: string; rows: readonly Row[] }[];
  onChosen: () => void;
}) {
  const { onAnswer } = useDrawing();
  const choose = ({ id, title, description }: Row): void => {
    onChosen();
    const reply = { id, title, ...(description ? { description } : {}) };
    onAnswer?.({ type: 'interactive', interactive: { type: 'list_reply', list_reply: reply } });
  };
  return sections.map((section, index) => (
    <section key={index} className="mv-rows">
      {section.title && <h3 dir="auto">{cleanName(section.title)}</h3>}
      {section.rows.map((row, at) => (
        <button
          key={`${at} ${row.id}`}
          type="button"
          className="mv-row"
          disabled={!onAnswer}
          onClick={() => choose(row)}
        >
          <bdi>{cleanName(row.title)}</bdi>
          {row.description && <bdi className="mv-row-description">{cleanName(row.description)}</bdi>}
        </button>
      ))}
    </section>
  ));
}
