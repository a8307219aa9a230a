import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import { newDigits } from './ids.ts';

export interface Media {
  id: string;
  /** Who uploaded it: ids of the business can be sent by it, a person's by the person. */
  owner: 'business' | 'person';
  /** The number for which it was uploaded or which it was sent to; null until a person has sent it. */
  phone_number_id: string | null;
  mime_type: string;
  sha256: string;
  file_size: number;
  filename: string | null;
  uploaded_at: number;
}

/** MIME types that WhatsApp takes, by kind of message, with the most bytes. */
export const MEDIA_KINDS: Readonly<Record<string, { types: readonly string[]; maxBytes: number }>> = {
  audio: {
    types: ['audio/aac', 'audio/amr', 'audio/mpeg', 'audio/mp4', 'audio/ogg', 'audio/opus'],
    maxBytes: 16_000_000,
  },
  document: {
    types: [
      'text/plain',
      'application/pdf',
      'application/msword',
      'application/vnd.ms-excel',
      'application/vnd.ms-powerpoint',
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    ],
    maxBytes: 100_000_000,
  },
  image: { types: ['image/jpeg', 'image/png'], maxBytes: 5_000_000 },
  sticker: { types: ['image/webp'], maxBytes: 500_000 },
  video: { types: ['video/mp4', 'video/3gpp'], maxBytes: 16_000_000 },
};

export const MAX_MEDIA_BYTES = 100_000_000;
const ADDRESS_LIFE_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/** The MIME type without parameters, in lower case. */
export function bareMimeType(written: string): string {
  return (written.split(';')[0] ?? '').trim().toLowerCase();
}

/** The most bytes of a type, or undefined if WhatsApp does not take it. */
export function maxBytesOf(mimeType: string): number | undefined {
  const bare = bareMimeType(mimeType);
  return Object.values(MEDIA_KINDS).find((kind) => kind.types.includes(bare))?.maxBytes;
}

/** Files of both sides, on disk; what is known of them is in the state. */
export class MediaStore {
  readonly #folder: string;
  readonly #clock: SandboxClock;
  readonly #state: StateJournal;
  readonly #media = new Map<string, Media>();
  readonly #addresses = new Map<string, { id: string; expiresAt: number }>();

  constructor(deps: { folder: string; clock: SandboxClock; state: StateJournal }) {
    this.#folder = deps.folder;
    this.#clock = deps.clock;
    this.#state = deps.state;
    deps.state.on<Media>('media', (media) => this.#media.set(media.id, media));
    deps.state.on<{ id: string }>('media_gone', ({ id }) => this.#media.delete(id));
    deps.state.snapshot(() => [...this.#media.values()].map((media) => ['media', media] as const));
  }

  /** Finds what has not expired: the business's files live 30 days, received ones 7. */
  find(id: string): Media | undefined {
    const media = this.#media.get(id);
    if (!media) return undefined;
    const lifeDays = media.owner === 'business' ? 30 : 7;
    return this.#clock.now() < media.uploaded_at + lifeDays * DAY_MS ? media : undefined;
  }

  /** Stores a stream. Throws `RangeError` and keeps nothing if it has more than `maxBytes`. */
  async store(
    bytes: Readable,
    facts: Pick<Media, 'owner' | 'phone_number_id' | 'mime_type' | 'filename'>,
    maxBytes: number,
  ): Promise<Media> {
    await mkdir(this.#folder, { recursive: true });
    const id = newDigits(16);
    const path = this.#path(id);
    const hash = createHash('sha256');
    let size = 0;
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        size += chunk.length;
        hash.update(chunk);
        done(size > maxBytes ? new RangeError(`The file has more than ${maxBytes} bytes`) : null, chunk);
      },
    });
    try {
      await pipeline(bytes, measure, createWriteStream(`${path}.part`));
      await rename(`${path}.part`, path);
    } catch (error) {
      await rm(`${path}.part`, { force: true });
      throw error;
    }
    const media: Media = {
      ...facts,
      id,
      sha256: hash.digest('hex'),
      file_size: size,
      uploaded_at: this.#clock.now(),
    };
    this.#media.set(id, media);
    this.#state.record('media', media);
    await this.#state.flushed();
    return media;
  }

  /** Ties a person's file to the number to which it was sent. */
  sendTo(media: Media, phoneNumberId: string): void {
    media.phone_number_id = phoneNumberId;
    this.#state.record('media', media);
  }

  giveType(media: Media, mimeType: string): void {
    media.mime_type = mimeType;
    this.#state.record('media', media);
  }

  /** The bytes, or the first `count` of them. */
  read(media: Media, count?: number): Readable {
    const path = this.#path(media.id);
    if (count === 0) return Readable.from([]);
    return count === undefined ? createReadStream(path) : createReadStream(path, { end: count - 1 });
  }

  async remove(media: Media): Promise<void> {
    this.#media.delete(media.id);
    this.#state.record('media_gone', { id: media.id });
    await rm(this.#path(media.id), { force: true });
  }

  /** A path under which the bytes can be had for five minutes. */
  newAddress(media: Media): string {
    const mark = randomBytes(16).toString('hex');
    const expiresAt = this.#clock.now() + ADDRESS_LIFE_MS;
    this.#addresses.set(mark, { id: media.id, expiresAt });
    if (this.#addresses.size > 10_000) {
      const oldest = this.#addresses.keys().next().value;
      if (oldest !== undefined) this.#addresses.delete(oldest);
    }
    return `/whatsapp_business/attachments/?mid=${media.id}&ext=${Math.floor(expiresAt / 1000)}&hash=${mark}`;
  }

  findByAddress(mark: string): Media | undefined {
    const address = this.#addresses.get(mark);
    if (!address || address.expiresAt <= this.#clock.now()) return undefined;
    return this.find(address.id);
  }

  #path(id: string): string {
    return join(this.#folder, id);
  }
}
