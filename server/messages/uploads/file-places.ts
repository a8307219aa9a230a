import { isUuid } from '#platform/schema.ts';

/** A place in a content where a file is named by the id of an upload of ours. */
export interface FilePlace {
  /** JSON pointer below the content. */
  pointer: string;
  uploadId: string;
  kind: string;
  isVoice: boolean;
}

const fileKinds = new Set(['image', 'audio', 'video', 'document', 'sticker', 'gif']);
/** What a business gives a flow is its own: nothing in there is a file of ours. */
const opaqueKeys = new Set(['flow_action_payload', 'flow_action_data']);

type File = Record<string, unknown>;

/** Every place of a content that names an upload of ours: our ids are UUIDs, a provider's never are. Pure. */
export function filePlaces(content: object): FilePlace[] {
  const places: FilePlace[] = [];
  look(content, places);
  return places;
}

// Every message passes here, and hardly any has a place: pointers are put together on the way back from one.
function look(value: object, places: FilePlace[]): void {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) lookInto(value[index], index, places);
    return;
  }
  for (const key of Object.keys(value)) {
    const member = (value as File)[key];
    if (typeof member !== 'object' || member === null || opaqueKeys.has(key)) continue;
    if (!fileKinds.has(key) || Array.isArray(member)) {
      lookInto(member, key, places);
      continue;
    }
    const { id, voice } = member as File;
    if (typeof id === 'string' && isUuid(id))
      places.push({ pointer: `/${key}`, uploadId: id.toLowerCase(), kind: key, isVoice: voice === true });
  }
}

function lookInto(member: unknown, segment: string | number, places: FilePlace[]): void {
  if (typeof member !== 'object' || member === null) return;
  const known = places.length;
  look(member, places);
  for (const place of places.slice(known)) place.pointer = `/${segment}${place.pointer}`;
}

/** The content with each of our ids replaced by what the provider calls the file. Pure: the given content stays. */
export function withProviderIds<T>(content: T, providerIds: ReadonlyMap<string, string>): T {
  return replace(content, providerIds) as T;
}

function replace(value: unknown, providerIds: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => replace(item, providerIds));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      if (opaqueKeys.has(key)) return [key, member];
      const id = fileKinds.has(key) ? (member as File | null)?.['id'] : undefined;
      const known = typeof id === 'string' ? providerIds.get(id.toLowerCase()) : undefined;
      return [key, known === undefined ? replace(member, providerIds) : { ...(member as File), id: known }];
    }),
  );
}
