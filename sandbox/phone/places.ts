/** One phone: whose, and which chat is open. `person` is an id or a phone number; without it one has still to be chosen. */
export interface Place {
  person?: string | undefined;
  chat?: string | undefined;
}

export const MOST_PHONES = 4;

/** What an address of the page shows: one phone (`?person=…&chat=…`, or `?phone=+1555…`), or a wall of up to four
 *  (`?wall=<person>:<chat>,<person>,`). */
export function readPlaces(search: string): { isWall: boolean; places: readonly Place[] } {
  const query = new URLSearchParams(search);
  const wall = query.get('wall');
  if (wall !== null) {
    const places = wall.split(',').slice(0, MOST_PHONES).map(readPlace);
    return { isWall: true, places: places.length === 1 ? [...places, {}] : places };
  }
  const phone = query.get('phone');
  const person = query.get('person') ?? (phone === null ? undefined : phoneOf(phone));
  return { isWall: false, places: [{ person: person || undefined, chat: query.get('chat') || undefined }] };
}

/** The query of an address that shows these phones. */
export function writePlaces(places: readonly Place[], isWall: boolean): string {
  if (isWall) return `?wall=${places.map(writePlace).join(',')}`;
  const { person, chat } = places[0] ?? {};
  if (!person) return '';
  const query = new URLSearchParams({ person });
  if (chat) query.set('chat', chat);
  return `?${query}`;
}

function readPlace(text: string): Place {
  const [person = '', chat = ''] = text.split(':');
  return { person: phoneOf(person) || undefined, chat: chat || undefined };
}

function writePlace({ person, chat }: Place): string {
  const parts = person ? [person, ...(chat ? [chat] : [])] : [];
  return parts.map(encodeURIComponent).join(':');
}

// A plus sign that was typed into an address arrives as a space.
function phoneOf(text: string): string {
  return /^ \d+$/u.test(text) ? `+${text.trim()}` : text.trim();
}
