import { useCallback, useEffect, useRef, useState } from 'react';
import { changePerson, listPeople, openPerson, type Person, type PersonSwitch } from './api.ts';
import { useLive, type LiveEvent } from './live.tsx';

/** The first 200 people, kept up to date; `undefined` until they are known. */
export function usePeople(): { people: readonly Person[] | undefined; problem: string | undefined } {
  const [people, setPeople] = useState<readonly Person[]>();
  const [problem, setProblem] = useState<string>();
  const read = useCallback(() => {
    listPeople().then(
      (page) => {
        setPeople(page.data);
        setProblem(undefined);
      },
      (error: Error) => setProblem(error.message),
    );
  }, []);
  useEffect(read, [read]);
  const onEvent = useCallback(
    (event: LiveEvent) => {
      if (event.kind === 'ready') read();
      if (event.kind !== 'person') return;
      setPeople((known) => {
        if (!known) return known;
        const isKnown = known.some(({ id }) => id === event.person.id);
        if (isKnown) return known.map((person) => (person.id === event.person.id ? event.person : person));
        // A load test makes thousands of people; the rest are found by their number.
        return known.length < 200 ? [...known, event.person] : known;
      });
    },
    [read],
  );
  useLive(onEvent);
  return { people, problem };
}

/** One person, kept up to date, with the switches of the phone. Show another one in a component with another `key`. */
export function usePerson(who: string) {
  const [person, setPerson] = useState<Person>();
  const [problem, setProblem] = useState<string>();
  // The number that the page was opened with may be another one since.
  const knownId = useRef<string>(undefined);
  const read = useCallback(() => {
    openPerson(knownId.current ?? who).then(
      (found) => {
        knownId.current = found.id;
        setPerson(found);
        setProblem(undefined);
      },
      (error: Error) => setProblem(error.message),
    );
  }, [who]);
  useEffect(read, [read]);
  const id = person?.id;
  const onEvent = useCallback(
    (event: LiveEvent) => {
      if (event.kind === 'ready') read();
      if (event.kind === 'person' && event.person.id === id) setPerson(event.person);
    },
    [read, id],
  );
  useLive(onEvent);
  const turn = useCallback(
    (name: PersonSwitch, isOn: boolean) => {
      if (id === undefined) return;
      // The switch moves under the finger; a refusal moves it back.
      setPerson((known) => known && { ...known, [name]: isOn });
      changePerson(id, { [name]: isOn }).then(setPerson, (error: Error) => {
        setProblem(error.message);
        read();
      });
    },
    [id, read],
  );
  return { person, problem, turn };
}
