import { useEffect, useMemo } from 'react';
import { NavigationContext, usePlaces, type Navigation } from './address.ts';
import { PhoneOrPicker } from './phone.tsx';
import { MOST_PHONES, readPlaces, type Place } from './places.ts';

/** Everything: one phone, or a wall of them. Open it in several windows to be several people as well. */
export function App() {
  const { isWall, places, show } = usePlaces();
  return (
    <main className={isWall ? 'ph-wall' : 'ph-alone'}>
      {isWall ? <Wall places={places} show={show} /> : <Single place={places[0] ?? {}} show={show} />}
    </main>
  );
}

type Show = ReturnType<typeof usePlaces>['show'];

function Single({ place, show }: { place: Place; show: Show }) {
  const navigation = useMemo<Navigation>(
    () => ({
      place,
      goTo: (next, replace) => show([next], false, replace),
      isInWall: false,
      addPhone: () => show([place, {}], true),
    }),
    [place, show],
  );
  return (
    <NavigationContext value={navigation}>
      <div className="ph-pane">
        <PhoneOrPicker />
      </div>
    </NavigationContext>
  );
}

function Wall({ places, show }: { places: readonly Place[]; show: Show }) {
  useEffect(() => {
    document.title = `${places.length} phones · Carillon sandbox`;
  }, [places.length]);
  return places.map((place, index) => (
    // A phone is known by its place on the wall: two may be the same person's.
    <WallPhone key={index} places={places} place={place} index={index} show={show} />
  ));
}

function WallPhone({
  places,
  place,
  index,
  show,
}: {
  places: readonly Place[];
  place: Place;
  index: number;
  show: Show;
}) {
  const navigation = useMemo<Navigation>(
    () => ({
      place,
      // Several phones may move before the page is drawn again: what the others did is in the address already.
      goTo: (next, replace) => show(readPlaces(window.location.search).places.with(index, next), true, replace),
      isInWall: true,
      addPhone: places.length < MOST_PHONES ? () => show([...places, {}], true) : undefined,
    }),
    [place, places, index, show],
  );
  const remove = (): void => {
    const left = places.toSpliced(index, 1);
    show(left, left.length > 1);
  };
  return (
    <NavigationContext value={navigation}>
      <div className="ph-pane">
        <button
          type="button"
          className="ph-icon-button ph-remove"
          aria-label={`Remove phone ${index + 1}`}
          onClick={remove}
        >
          ×
        </button>
        <PhoneOrPicker />
      </div>
    </NavigationContext>
  );
}
