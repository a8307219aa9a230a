import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readPlaces, writePlaces } from './places.ts';

const person = fc.constantFrom('person_01', '+15550001111', 'US.1349', 'user.name');
const place = fc.oneof(
  fc.record({ person, chat: fc.constantFrom('106540352242922', undefined) }),
  fc.constant({ person: undefined, chat: undefined }),
);

it('an address of the page leads back to the same phones', () => {
  fc.assert(
    fc.property(fc.array(place, { minLength: 2, maxLength: 4 }), (places) => {
      expect(readPlaces(writePlaces(places, true))).toEqual({ isWall: true, places });
      const [first] = places;
      expect(readPlaces(writePlaces(places, false))).toEqual({ isWall: false, places: [first] });
    }),
  );
});

it.each([
  ['?phone=+15550001111', '+15550001111'],
  ['?phone=%2B15550001111', '+15550001111'],
  ['?phone=15550001111', '15550001111'],
  ['?person=person_1', 'person_1'],
  ['?phone=', undefined],
  ['', undefined],
])('%j is the phone of %j', (search, expected) => {
  expect(readPlaces(search)).toEqual({ isWall: false, places: [{ person: expected, chat: undefined }] });
});

it('a wall has from two to four phones, whatever is in the address', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { isWall, places } = readPlaces(`?wall=${encodeURIComponent(text)}`);
      expect(isWall).toBe(true);
      expect(places.length).toBeGreaterThanOrEqual(2);
      expect(places.length).toBeLessThanOrEqual(4);
    }),
  );
  expect(readPlaces('?wall=+1555:7,+1666')).toEqual({
    isWall: true,
    places: [
      { person: '+1555', chat: '7' },
      { person: '+1666', chat: undefined },
    ],
  });
});
