type Fields = Record<string, unknown>;

/** What Graph reads past and the checks of our own API, which are strict, refuse: fields that are null, texts that are left
 *  empty, ids that are numbers, booleans that are words. What is meant is the same. */
export function looseContent(type: string, said: object): object {
  const { [type]: tidy } = tidyFields({ [type]: said });
  return type === 'contacts' && Array.isArray(tidy) ? tidy.map(tidyCard) : (tidy as object);
}

const fileKinds = new Set(['image', 'audio', 'video', 'document', 'sticker']);
/** Data of the sender's own, of which nothing is ours to judge. */
const opaque = new Set(['data', 'flow_action_data', 'flow_action_payload']);
const switches = new Set(['preview_url', 'voice']);

function tidy(name: string, value: unknown): unknown {
  if (opaque.has(name)) return value;
  if (switches.has(name)) return value === 'true' ? true : value === 'false' ? false : value;
  if (Array.isArray(value)) return value.map((each) => tidy(entryOf(name), each));
  if (typeof value !== 'object' || value === null) return value;
  const fields = tidyFields(value as Fields);
  if (fileKinds.has(name)) return tidyFile(fields);
  if (name === 'entry of rows') return withoutEmpty(fields, ['description']);
  if (name === 'entry of sections') return withoutEmpty(fields, ['title']);
  return name === 'location' ? tidyPlace(fields) : fields;
}

function entryOf(list: string): string {
  return `entry of ${list}`;
}

function tidyFields(fields: Fields): Fields {
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, tidy(name, value)]));
}

function tidyFile(file: Fields): Fields {
  const { id, ...rest } = withoutEmpty(file, ['caption', 'filename', 'id', 'link']);
  return id === undefined ? rest : { ...rest, id: typeof id === 'number' ? String(id) : id };
}

/** WhatsApp shows an address below a name only. */
function tidyPlace(place: Fields): Fields {
  const given = withoutEmpty(place, ['name', 'address']);
  const { address: _, ...rest } = given;
  return given['name'] === undefined ? rest : given;
}

function tidyCard(card: unknown): unknown {
  if (typeof card !== 'object' || card === null) return card;
  const fields = withoutEmpty(card as Fields, ['birthday']);
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(tidyEntry) : value,
  ]);
  return Object.fromEntries(entries) as Fields;
}

function tidyEntry(entry: unknown): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry;
  return withoutEmpty(entry as Fields, ['wa_id', 'country_code']);
}

function withoutEmpty(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => value !== '' || !names.includes(name)));
}
