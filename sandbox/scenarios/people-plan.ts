import { toWaId } from '#cloud-api/phone-numbers.ts';
import { isoInstant } from '#storage/clock.ts';
import { seedFor, seededRandom } from '#storage/random.ts';
import { firstPhoneOf, namesOf } from './names.ts';
import { chooseShare } from './shares.ts';
import type { Behaviour, PeopleGroup, When } from './scenario.ts';

/** Somebody of a scenario, with what the seed has made of the group's shares. */
export interface PlannedPerson {
  /** Group and place in it, such as `customers-17`; what is drawn for the person is drawn from it and the seed. */
  key: string;
  group: string;
  waId: string;
  name: string;
  /** Null: a person who does nothing but what the timeline says. */
  behaviour: Behaviour | null;
  neverReads: boolean;
  blocks: boolean;
  /** Without a connection until then; null: online from the start. */
  onlineAtMs: number | null;
  /** When the story began, as digits: for names that must be new in each, such as those of orders. */
  beganAt: string;
}

/** The people of all groups, in the order of the file. */
export function planPeople(groups: PeopleGroup[], seed: number, momentOf: (when: When) => number): PlannedPerson[] {
  const beganAt = isoInstant(momentOf({ after: '0s' }))
    .replaceAll(/\D/g, '')
    .slice(0, 14);
  return groups.flatMap((group, groupIndex) => {
    const { behaviour } = group;
    const numbers = phoneNumbers(group, groupIndex);
    const chosen = (share: number | string | undefined, what: string) =>
      new Set(share === undefined ? [] : chooseShare([...numbers.keys()], share, seedFor(seed, group.group, what)));
    const neverRead = chosen(behaviour?.never_reads, 'never_reads');
    const block = chosen(behaviour?.blocks, 'blocks');
    const { offline } = behaviour ?? {};
    const areOffline = chosen(offline && (offline.share ?? 1), 'offline');
    const onlineAtMs = offline ? momentOf(offline.until) : null;
    return numbers.map((waId, index) => {
      const key = `${group.group}-${index + 1}`;
      return {
        key,
        group: group.group,
        waId,
        name: nameOf(group, index, seededRandom(seedFor(seed, key, 'name'))),
        behaviour: behaviour ?? null,
        neverReads: neverRead.has(index),
        blocks: block.has(index),
        onlineAtMs: areOffline.has(index) ? onlineAtMs : null,
        beganAt,
      };
    });
  });
}

/** The ends of numbers that mean something to the sandbox; nobody of a scenario has one. */
const WITH_A_MEANING = new Set(['0026', '0029', '0047', '0049', '0050', '0053', '0056']);

function phoneNumbers(group: PeopleGroup, groupIndex: number): string[] {
  const numbers: string[] = [];
  const first = Number(toWaId(group.phone ?? firstPhoneOf(group.locale ?? 'en', groupIndex)));
  for (let number = first; numbers.length < group.count; number++) {
    const waId = String(number);
    if (!WITH_A_MEANING.has(waId.slice(-4))) numbers.push(waId);
  }
  return numbers;
}

function nameOf({ names, locale, count }: PeopleGroup, index: number, random: () => number): string {
  if (names && names.length >= count) return names[index] ?? '';
  const known = names ?? namesOf(locale ?? 'en');
  return known[Math.floor(random() * known.length)] ?? '';
}
