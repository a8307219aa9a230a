import { useState, type ReactNode } from 'react';
import type { Card, Drawing, Header, Row } from './content.ts';
import { Dialog } from './dialog.tsx';
import { useDrawing } from './drawing-context.ts';
import { FormattedText } from './formatted-text.tsx';
import { Icon, type IconName } from './icons.tsx';
import { safeLink } from './links.ts';
import { MediaView } from './media-view.tsx';
import { PlaceView } from './attachment-view.tsx';
import { capMarks, cleanName } from './shorten.ts';
import type { TemplateButton } from './template.ts';

/** Header, body and footer, which templates and interactive messages have in common. */
export function CardView({ card, tail }: { card: Card; tail: ReactNode }) {
  return (
    <>
      {card.header && <HeaderView header={card.header} />}
      {card.body && <FormattedText text={card.body} tail={card.footer ? undefined : tail} />}
      {card.footer && (
        <div className="mv-footer" dir="auto">
          {capMarks(card.footer)}
          {tail}
        </div>
      )}
      {!card.body && !card.footer && tail}
    </>
  );
}

function HeaderView({ header }: { header: Header }) {
  switch (header.kind) {
    case 'text':
      return (
        <div className="mv-header" dir="auto">
          {capMarks(header.text)}
        </div>
      );
    case 'media':
      return <MediaView media={header.media} />;
    case 'location':
      return <PlaceView place={header.place} />;
  }
}

/** The buttons below a bubble, by the kind of message. Null for the kinds that have none. */
export function Actions({ drawing }: { drawing: Drawing }) {
  const { onAnswer, onRequest } = useDrawing();
  switch (drawing.kind) {
    case 'buttons':
      return (
        <ActionList>
          {drawing.buttons.map((button, index) => (
            <Action
              key={`${index} ${button.id}`}
              icon="reply"
              text={button.title}
              onTap={
                onAnswer &&
                (() => {
                  const { id, title } = button;
                  onAnswer({ type: 'interactive', interactive: { type: 'button_reply', button_reply: { id, title } } });
                })
              }
            />
          ))}
        </ActionList>
      );
    case 'list':
      return <ListAction drawing={drawing} />;
    case 'cta_url':
      return (
        <ActionList>
          <LinkAction text={drawing.label} url={drawing.url} />
        </ActionList>
      );
    case 'request':
      return (
        <ActionList>
          <Action
            icon={drawing.request === 'location_request_message' ? 'place' : 'open'}
            text={drawing.label}
            onTap={onRequest && (() => onRequest(drawing.request))}
          />
        </ActionList>
      );
    case 'template':
      return (
        drawing.buttons.length > 0 && (
          <ActionList>
            {drawing.buttons.map((button, index) => (
              // The buttons of a template are known by their place.
              <TemplateAction key={index} button={button} />
            ))}
          </ActionList>
        )
      );
    case 'text':
    case 'media':
    case 'location':
    case 'contacts':
    case 'reaction':
    case 'choice':
    case 'order':
    case 'notice':
    case 'unsupported':
      return null;
  }
}

function ActionList({ children }: { children: ReactNode }) {
  return <div className="mv-actions">{children}</div>;
}

function Action({ icon, text, onTap }: { icon: IconName; text: string; onTap: (() => void) | undefined }) {
  return (
    <button type="button" className="mv-action" disabled={!onTap} onClick={onTap}>
      <Icon name={icon} />
      <bdi>{cleanName(text)}</bdi>
    </button>
  );
}

function LinkAction({ text, url }: { text: string; url: string }) {
  const link = safeLink(url);
  if (!link) return <Action icon="open" text={text} onTap={undefined} />;
  const host = URL.parse(link.href)?.host ?? '';
  return (
    <a className="mv-action" href={link.href} target="_blank" rel="noopener noreferrer nofollow" title={link.href}>
      <Icon name="open" />
      <bdi>{cleanName(text) || host}</bdi>
      {/* The text is the business's; where it leads is not for it to say. */}
      <span className="mv-host">{host}</span>
    </a>
  );
}

function TemplateAction({ button }: { button: TemplateButton }) {
  const { onAnswer } = useDrawing();
  switch (button.type) {
    case 'quick_reply': {
      const { text, payload = text } = button;
      return (
        <Action
          icon="reply"
          text={text}
          onTap={onAnswer && (() => onAnswer({ type: 'button', button: { payload, text } }))}
        />
      );
    }
    case 'url':
      return <LinkAction text={button.text} url={button.url ?? ''} />;
    case 'phone_number':
      return <Action icon="phone" text={button.text} onTap={undefined} />;
    case 'copy_code':
      return <CopyAction text={button.text} code={button.code ?? ''} />;
    case 'other':
      return <Action icon="open" text={button.text} onTap={undefined} />;
  }
}

function CopyAction({ text, code }: { text: string; code: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    // Without permission the code can still be read in the message.
    void navigator.clipboard?.writeText(code).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return <Action icon="copy" text={isCopied ? 'Copied' : text} onTap={code ? copy : undefined} />;
}

function ListAction({ drawing }: { drawing: Drawing & { kind: 'list' } }) {
  const { onAnswer } = useDrawing();
  const [isOpen, setOpen] = useState(false);
  const choose = ({ id, title, description }: Row): void => {
    setOpen(false);
    const reply = { id, title, ...(description ? { description } : {}) };
    onAnswer?.({ type: 'interactive', interactive: { type: 'list_reply', list_reply: reply } });
  };
  const label = cleanName(drawing.label) || 'Options';
  return (
    <ActionList>
      <Action icon="list" text={label} onTap={() => setOpen(true)} />
      {isOpen && (
        <Dialog title={label} onClose={() => setOpen(false)}>
          {drawing.sections.map((section, index) => (
            <section key={index} className="mv-rows">
              {section.title && <h3 dir="auto">{cleanName(section.title)}</h3>}
              {section.rows.map((row) => (
                <button key={row.id} type="button" className="mv-row" disabled={!onAnswer} onClick={() => choose(row)}>
                  <bdi>{cleanName(row.title)}</bdi>
                  {row.description && <bdi className="mv-row-description">{cleanName(row.description)}</bdi>}
                </button>
              ))}
            </section>
          ))}
        </Dialog>
      )}
    </ActionList>
  );
}
