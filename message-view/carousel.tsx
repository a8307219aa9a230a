import { useRef } from 'react';
import { Actions } from './actions.tsx';
import { HeaderView } from './card-view.tsx';
import type { Slide } from './drawing.ts';
import { FormattedText } from './formatted-text.tsx';
import { Icon } from './icons.tsx';

/** Cards side by side: swiped with a finger, scrolled with the arrow keys, or moved with the two buttons. */
export function Carousel({ slides }: { slides: readonly Slide[] }) {
  const track = useRef<HTMLUListElement>(null);
  const move = (direction: 1 | -1): void => {
    const element = track.current;
    const width = element?.firstElementChild?.getBoundingClientRect().width ?? 0;
    const isRightToLeft = element !== null && getComputedStyle(element).direction === 'rtl';
    element?.scrollBy({ left: direction * width * (isRightToLeft ? -1 : 1) });
  };
  return (
    <section className="mv-carousel" aria-label={`${slides.length} cards`}>
      <ul ref={track} className="mv-slides" tabIndex={0} aria-label="Cards">
        {slides.map((slide, index) => (
          <li key={index} className="mv-slide" aria-label={`Card ${index + 1} of ${slides.length}`}>
            {slide.header && <HeaderView header={slide.header} />}
            {slide.body && <FormattedText text={slide.body} />}
            <Actions actions={slide.actions} />
          </li>
        ))}
      </ul>
      <div className="mv-turns">
        <button type="button" className="mv-turn" aria-label="Previous card" onClick={() => move(-1)}>
          <Icon name="back" />
        </button>
        <button type="button" className="mv-turn" aria-label="Next card" onClick={() => move(1)}>
          <Icon name="forward" />
        </button>
      </div>
    </section>
  );
}
