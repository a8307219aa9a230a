import type { ReactNode } from 'react';
import { PlaceView, ProductView } from './attachment-view.tsx';
import { BillSummary } from './bill-view.tsx';
import type { Card, Header } from './drawing.ts';
import { FormattedText } from './formatted-text.tsx';
import { LinkLine } from './link-line.tsx';
import { MediaView } from './media-view.tsx';
import { OfferView } from './offer-view.tsx';
import { capMarks, cleanName } from './shorten.ts';

/** Header, body and footer, which templates and interactive messages have in common. */
export function CardView({ card, tail }: { card: Card; tail: ReactNode }) {
  return (
    <>
      {card.header && <HeaderView header={card.header} />}
      {card.target && <LinkLine title={card.target.title} url={card.target.url} />}
      {card.offer && <OfferView offer={card.offer} />}
      {card.bill && <BillSummary bill={card.bill} />}
      {card.body && <FormattedText text={card.body} tail={card.footer || card.about ? undefined : tail} />}
      {card.about && (
        <div className="mv-about">
          <bdi>{cleanName(card.about)}</bdi>
          {!card.footer && tail}
        </div>
      )}
      {card.footer && (
        <div className="mv-footer" dir="auto">
          {capMarks(card.footer)}
          {tail}
        </div>
      )}
      {!card.body && !card.about && !card.footer && tail}
    </>
  );
}

/** What stands above the words of a card: a title, a file, a place or a product. */
export function HeaderView({ header }: { header: Header }) {
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
    case 'product':
      return <ProductView productId={header.productId} />;
  }
}
