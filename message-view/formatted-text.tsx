import { Fragment, useMemo, useState, type ReactNode } from 'react';
import { type Block, type Inline, parseMarkup } from './markup.ts';
import { capMarks, isLongerThan, shorten } from './shorten.ts';

const FOLD_AT = 768;

/** Text with WhatsApp's marks. It is built from elements and never from HTML. Beyond 768 characters the rest is folded
 *  behind "Read more". `tail` follows the last word on its line if there is room. */
export function FormattedText({ text, tail }: { text: string; tail?: ReactNode }) {
  const [isUnfolded, setUnfolded] = useState(false);
  const whole = useMemo(() => capMarks(text), [text]);
  const isFolded = !isUnfolded && isLongerThan(whole, FOLD_AT);
  const blocks = useMemo(() => parseMarkup(isFolded ? shorten(whole, FOLD_AT) : whole), [whole, isFolded]);
  return (
    <div className={isEmojiOnly(whole) ? 'mv-text mv-emoji-only' : 'mv-text'}>
      {blocks.map((block, index) => (
        // The blocks of a text have no identity but their place.
        <BlockView key={index} block={block} tail={!isFolded && index === blocks.length - 1 ? tail : undefined} />
      ))}
      {isFolded && (
        <div className="mv-more">
          <button type="button" className="mv-more-button" onClick={() => setUnfolded(true)}>
            Read more
          </button>
          {tail}
        </div>
      )}
    </div>
  );
}

// One to three emoji and nothing else are drawn large.
function isEmojiOnly(text: string): boolean {
  return text.length <= 40 && /^(?:\p{RGI_Emoji}\s?){1,3}$/v.test(text.trim());
}

function BlockView({ block, tail }: { block: Block; tail?: ReactNode }) {
  switch (block.kind) {
    case 'lines':
      return (
        <div className="mv-lines" dir="auto">
          {block.lines.map((line, index) => (
            <Fragment key={index}>
              {index > 0 && '\n'}
              <Runs runs={line} />
            </Fragment>
          ))}
          {tail}
        </div>
      );
    case 'list': {
      const entries = block.entries.map((entry, index) => (
        <li key={index}>
          <Runs runs={entry.content} />
        </li>
      ));
      return (
        <>
          {block.ordered ? (
            <ol className="mv-list" dir="auto" start={block.start}>
              {entries}
            </ol>
          ) : (
            <ul className="mv-list" dir="auto">
              {entries}
            </ul>
          )}
          {tail}
        </>
      );
    }
    case 'quote':
      return (
        <>
          <blockquote className="mv-lines mv-quoted" dir="auto">
            {block.lines.map((line, index) => (
              <Fragment key={index}>
                {index > 0 && '\n'}
                <Runs runs={line.content} />
              </Fragment>
            ))}
          </blockquote>
          {tail}
        </>
      );
  }
}

function Runs({ runs }: { runs: readonly Inline[] }) {
  return runs.map((run, index) => <Run key={index} run={run} />);
}

function Run({ run }: { run: Inline }) {
  switch (run.kind) {
    case 'text':
      return run.text;
    case 'bold':
      return (
        <strong>
          <Runs runs={run.children} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Runs runs={run.children} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Runs runs={run.children} />
        </s>
      );
    case 'mono':
      return <code className="mv-mono">{run.text}</code>;
    case 'link':
      return (
        <>
          <a href={run.link.href} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">
            {run.text}
          </a>
          {run.link.host && <span className="mv-host"> ({run.link.host})</span>}
        </>
      );
  }
}
