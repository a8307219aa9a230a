import { useMemo, type ReactNode } from 'react';
import { Actions } from './actions.tsx';
import { FormView, OrderView, PeopleView, PlaceView } from './attachment-view.tsx';
import { CardView } from './card-view.tsx';
import { Carousel } from './carousel.tsx';
import { readContent, readReferral } from './content.ts';
import type { Drawing, Media, PaymentOutcome, Request } from './drawing.ts';
import { DrawingContextValue } from './drawing-context.ts';
import { FormattedText } from './formatted-text.tsx';
import { Icon } from './icons.tsx';
import { LinkLine, ReferralLine } from './link-line.tsx';
import { MediaView } from './media-view.tsx';
import { previewOf } from './preview.ts';
import { capMarks, cleanName } from './shorten.ts';
import { Ticks, type TickState } from './ticks.tsx';

export interface MessageBubbleProps {
  /** The content as the Cloud API writes it, of either direction: `{"type": "text", "text": {…}}`. Anything goes. */
  content: unknown;
  /** Whose side of the screen: `own` is at the end of the line, `other` at its beginning. */
  side: 'own' | 'other';
  /** Who wrote it, for screen readers, and shown when `isAuthorShown`. */
  author: string;
  isAuthorShown?: boolean;
  /** When, as an ISO 8601 instant. */
  at: string;
  /** Shown on the side of the sender only. */
  ticks?: TickState | undefined;
  /** More than the name of the ticks' state, such as the time or why it failed. */
  ticksTitle?: string | undefined;
  /** The message that this one answers. */
  quote?: { author: string; content: unknown; rendered?: unknown; onOpen?: () => void } | undefined;
  reactions?: readonly { emoji: string; from: string }[];
  /** The template with its values put in, when `content` is a template. */
  rendered?: unknown;
  mediaUrl?: ((media: Media) => string | undefined) | undefined;
  onAnswer?: ((content: Readonly<Record<string, unknown>>) => void) | undefined;
  onRequest?: ((request: Request) => void) | undefined;
  onPay?: ((outcome: PaymentOutcome) => void) | undefined;
  onPlay?: (() => void) | undefined;
  /** The sender changed the words later; `content` has the newest. */
  isEdited?: boolean;
  /** The sender took it back for everyone: nothing of it is drawn. */
  isDeleted?: boolean;
  /** A line below, such as why it failed. */
  note?: ReactNode;
}

/** One message, drawn as WhatsApp draws it. Every kind is drawn; what is not known is named. Texts, names and files come
 *  from strangers: nothing is read as HTML, no address but http(s) can be followed, and nothing is loaded from anywhere
 *  but where `mediaUrl` says. Needs `message-view.css`. */
export function MessageBubble(props: MessageBubbleProps) {
  const { content, rendered, mediaUrl, onAnswer, onRequest, onPay, onPlay } = props;
  const drawing = useMemo(() => readContent(content, rendered), [content, rendered]);
  const referral = useMemo(() => readReferral(content), [content]);
  const context = useMemo(
    () => ({ mediaUrl, onAnswer, onRequest, onPay, onPlay }),
    [mediaUrl, onAnswer, onRequest, onPay, onPlay],
  );
  if (drawing.kind === 'notice') {
    return (
      <div className="mv-notice">
        <span dir="auto">{capMarks(drawing.text)}</span> <Clock at={props.at} />
      </div>
    );
  }
  const tail = (
    <span className="mv-meta">
      {props.isEdited && !props.isDeleted && <span>Edited</span>}
      <Clock at={props.at} />
      {props.ticks && <Ticks state={props.ticks} title={props.ticksTitle} />}
    </span>
  );
  const isBare = drawing.kind === 'media' && drawing.media.kind === 'sticker' && !props.isDeleted;
  return (
    <DrawingContextValue value={context}>
      <article
        className={`mv-message mv-${props.side}`}
        aria-label={`${cleanName(props.author)}, ${clockTime(props.at)}`}
      >
        <div className={isBare ? 'mv-bubble mv-bare' : 'mv-bubble'}>
          {props.isAuthorShown && <bdi className="mv-author">{cleanName(props.author)}</bdi>}
          {props.isDeleted ? (
            <div className="mv-unsupported">
              <Icon name="deleted" /> This message was deleted
              {tail}
            </div>
          ) : (
            <>
              {referral && <ReferralLine referral={referral} />}
              {props.quote && <Quote {...props.quote} />}
              <Body drawing={drawing} tail={tail} />
              {drawing.kind === 'card' && <Actions actions={drawing.actions} />}
            </>
          )}
        </div>
        {drawing.kind === 'card' && drawing.slides.length > 0 && !props.isDeleted && (
          <Carousel slides={drawing.slides} />
        )}
        {props.reactions && props.reactions.length > 0 && <Reactions reactions={props.reactions} />}
        {props.note && <div className="mv-note">{props.note}</div>}
      </article>
    </DrawingContextValue>
  );
}

function Body({ drawing, tail }: { drawing: Drawing; tail: ReactNode }) {
  switch (drawing.kind) {
    case 'text':
      return (
        <>
          {drawing.link !== undefined && <LinkLine url={drawing.link} />}
          <FormattedText text={drawing.body} tail={tail} />
        </>
      );
    case 'media': {
      const { caption, kind } = drawing.media;
      return (
        <>
          <MediaView media={drawing.media} />
          {caption && kind !== 'audio' && kind !== 'sticker' ? <FormattedText text={caption} tail={tail} /> : tail}
        </>
      );
    }
    case 'location':
      return (
        <>
          <PlaceView place={drawing.place} />
          {tail}
        </>
      );
    case 'contacts':
      return (
        <>
          <PeopleView people={drawing.people} />
          {tail}
        </>
      );
    case 'order':
      return (
        <>
          <OrderView order={drawing} />
          {tail}
        </>
      );
    case 'reaction':
      return (
        <div className="mv-lines" dir="auto">
          {drawing.emoji ? <>Reacted {capMarks(drawing.emoji)}</> : 'Removed a reaction'}
          {tail}
        </div>
      );
    case 'form':
      return (
        <>
          <FormView form={drawing} />
          {tail}
        </>
      );
    case 'card':
      return <CardView card={drawing.card} tail={tail} />;
    case 'choice':
      return (
        <div className="mv-lines" dir="auto">
          {cleanName(drawing.title)}
          {drawing.description && (
            <span className="mv-choice-description">{`\n${cleanName(drawing.description)}`}</span>
          )}
          {tail}
        </div>
      );
    case 'template':
      return <UnrenderedTemplate template={drawing} tail={tail} />;
    case 'notice':
      return capMarks(drawing.text);
    case 'unsupported':
      return (
        <div className="mv-unsupported">
          {drawing.isFile ? 'The file did not come' : 'This kind of message cannot be shown'}:{' '}
          <code className="mv-mono">{cleanName(drawing.type)}</code>
          {drawing.reason && ` (${cleanName(drawing.reason)})`}
          {tail}
        </div>
      );
  }
}

function UnrenderedTemplate({ template, tail }: { template: Drawing & { kind: 'template' }; tail: ReactNode }) {
  return (
    <>
      <div className="mv-header">
        Template <bdi>{cleanName(template.name)}</bdi>{' '}
        {template.language && <span className="mv-host">{template.language}</span>}
      </div>
      {template.values.length > 0 && (
        <ol className="mv-list">
          {template.values.map((value, index) => (
            <li key={index} dir="auto">
              {capMarks(value)}
            </li>
          ))}
        </ol>
      )}
      {tail}
    </>
  );
}

function Quote({ author, content, rendered, onOpen }: NonNullable<MessageBubbleProps['quote']>) {
  const inner = (
    <>
      <bdi className="mv-quote-author">{cleanName(author)}</bdi>
      <span className="mv-quote-text" dir="auto">
        {previewOf(content, rendered, 160)}
      </span>
    </>
  );
  return onOpen ? (
    <button type="button" className="mv-quote" onClick={onOpen}>
      {inner}
    </button>
  ) : (
    <div className="mv-quote">{inner}</div>
  );
}

function Reactions({ reactions }: { reactions: readonly { emoji: string; from: string }[] }) {
  const label = reactions.map(({ emoji, from }) => `${emoji} by ${cleanName(from)}`).join(', ');
  const distinct = [...new Set(reactions.map(({ emoji }) => emoji))];
  return (
    <span className="mv-reactions" role="img" aria-label={`Reactions: ${label}`} title={label}>
      {distinct.map((emoji) => (
        <span key={emoji} aria-hidden="true">
          {capMarks(emoji)}
        </span>
      ))}
      {reactions.length > distinct.length && <span aria-hidden="true">{reactions.length}</span>}
    </span>
  );
}

function Clock({ at }: { at: string }) {
  return (
    <time className="mv-time" dateTime={at} title={absoluteTime(at)}>
      {clockTime(at)}
    </time>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });

function clockTime(at: string): string {
  const instant = Date.parse(at);
  return Number.isNaN(instant) ? '' : clock.format(instant);
}

function absoluteTime(at: string): string {
  const instant = Date.parse(at);
  return Number.isNaN(instant) ? '' : absolute.format(instant);
}
