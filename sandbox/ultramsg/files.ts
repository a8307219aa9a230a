import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { MAX_MEDIA_BYTES, type Media, type MediaStore } from '#cloud-api/media.ts';
import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import { type Instance, bareId } from './instance.ts';

interface Deps {
  clock: SandboxClock;
  state: StateJournal;
  media: MediaStore;
  address: () => string;
}

interface Place {
  path: string;
  media_id: string;
  instance_id: string;
  at: number;
}

/** Files that lie under addresses which everybody who knows them can read: what was uploaded, and what people sent. */
export class Files {
  readonly #deps: Deps;
  readonly #byPath = new Map<string, Place>();

  constructor(deps: Deps) {
    this.#deps = deps;
    deps.state.on<Place>('ultramsg_file', (place) => this.#byPath.set(place.path, place));
    deps.state.on<string>('ultramsg_file_gone', (path) => this.#byPath.delete(path));
    deps.state.snapshot(() => [...this.#byPath.values()].map((place) => ['ultramsg_file', place] as const));
  }

  /** The address of a file, without an ending as UltraMsg's. */
  addressOf(mediaId: string, instance: Instance): string {
    const now = this.#deps.clock.now();
    const date = new Date(now);
    const hash = createHash('md5').update(`${instance.token} ${mediaId}`).digest('hex');
    const path = `${date.getUTCFullYear()}/${date.getUTCMonth() + 1}/${bareId(instance)}/${hash}`;
    const place: Place = { path, media_id: mediaId, instance_id: instance.id, at: now };
    this.#byPath.set(path, place);
    this.#deps.state.record('ultramsg_file', place);
    return `${this.#deps.address()}/ultramsgmedia/${path}`;
  }

  find(path: string): Media | undefined {
    const place = this.#byPath.get(path);
    return place && this.#deps.media.find(place.media_id);
  }

  read(media: Media): Readable {
    return this.#deps.media.read(media);
  }

  /** Keeps the bytes of the business. Throws `RangeError` if there are too many. */
  store(bytes: Readable | Buffer, instance: Instance, mimeType: string, filename: string | null): Promise<Media> {
    return this.#deps.media.store(
      Buffer.isBuffer(bytes) ? Readable.from([bytes]) : bytes,
      { owner: 'business', phone_number_id: instance.id, mime_type: mimeType, filename },
      MAX_MEDIA_BYTES,
    );
  }

  /** Gives the number of files that are gone. */
  remove(instance: Instance, isMeant: (place: { path: string; at: number }) => boolean): number {
    const gone = [...this.#byPath.values()].filter((place) => place.instance_id === instance.id && isMeant(place));
    for (const { path } of gone) {
      this.#byPath.delete(path);
      this.#deps.state.record('ultramsg_file_gone', path);
    }
    return gone.length;
  }
}

/** What the first bytes of a file say that it is. */
export function mimeTypeOf(bytes: Buffer, kind: string): string {
  const head = bytes.subarray(0, 12).toString('latin1');
  if (head.startsWith('\u0089PNG')) return 'image/png';
  if (head.startsWith('\u00ff\u00d8\u00ff')) return 'image/jpeg';
  if (head.startsWith('GIF8')) return 'image/gif';
  if (head.startsWith('BM')) return 'image/bmp';
  if (head.startsWith('RIFF') && head.endsWith('WEBP')) return 'image/webp';
  if (head.startsWith('OggS')) return 'audio/ogg';
  if (head.startsWith('ID3') || head.startsWith('\u00ff\u00fb')) return 'audio/mpeg';
  if (head.slice(4, 8) === 'ftyp') return 'video/mp4';
  if (head.startsWith('%PDF')) return 'application/pdf';
  return STANDARD_TYPES[kind] ?? 'application/octet-stream';
}

const STANDARD_TYPES: Readonly<Record<string, string>> = {
  image: 'image/jpeg',
  sticker: 'image/webp',
  audio: 'audio/mpeg',
  voice: 'audio/ogg',
  video: 'video/mp4',
};
