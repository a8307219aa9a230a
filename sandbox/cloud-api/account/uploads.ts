import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { SandboxClock } from '#storage/clock.ts';
import type { StateJournal } from '#storage/state.ts';
import type { MediaStore } from '#cloud-api/media.ts';

/** A file that is uploaded in steps. */
export interface UploadSession {
  id: string;
  app_id: string;
  file_name: string | null;
  mime_type: string;
  lengthBytes: number;
  received: Buffer[];
  receivedBytes: number;
}

/** What a handle stands for. */
interface Uploaded {
  handle: string;
  media_id: string;
  mime_type: string;
  /** Milliseconds of the epoch. */
  uploaded_at: number;
}

const MOST_SESSIONS = 100;

/** Resumable uploads. A session that was not finished is gone after a restart; a handle stays. */
export class Uploads {
  readonly #deps: { clock: SandboxClock; state: StateJournal; media: MediaStore; handleDays: () => number };
  readonly #sessions = new Map<string, UploadSession>();
  readonly #byHandle = new Map<string, Uploaded>();

  constructor(deps: { clock: SandboxClock; state: StateJournal; media: MediaStore; handleDays: () => number }) {
    this.#deps = deps;
    deps.state.on<Uploaded>('upload', (upload) => this.#byHandle.set(upload.handle, upload));
    deps.state.snapshot(() => [...this.#byHandle.values()].map((upload) => ['upload', upload] as const));
  }

  start(wanted: Pick<UploadSession, 'app_id' | 'file_name' | 'mime_type' | 'lengthBytes'>): UploadSession {
    const id = `upload:${randomBytes(24).toString('base64url')}`;
    const session: UploadSession = { ...wanted, id, received: [], receivedBytes: 0 };
    this.#sessions.set(id, session);
    if (this.#sessions.size > MOST_SESSIONS) {
      const oldest = this.#sessions.keys().next().value;
      if (oldest !== undefined) this.#sessions.delete(oldest);
    }
    return session;
  }

  find(id: string): UploadSession | undefined {
    return this.#sessions.get(id);
  }

  /** Takes the next bytes. Gives the handle once the file is whole, and null before. */
  async take(session: UploadSession, bytes: Buffer): Promise<string | null> {
    session.received.push(bytes);
    session.receivedBytes += bytes.length;
    if (session.receivedBytes < session.lengthBytes) return null;
    const { clock, state, media } = this.#deps;
    const stored = await media.store(
      Readable.from(session.received),
      { owner: 'business', phone_number_id: null, mime_type: session.mime_type, filename: session.file_name },
      session.lengthBytes,
    );
    const type = Buffer.from(session.mime_type).toString('base64');
    const handle = `4::${type}:${randomBytes(48).toString('base64url')}:e:${Math.floor(clock.now() / 1000)}:${session.app_id}`;
    const uploaded = { handle, media_id: stored.id, mime_type: session.mime_type, uploaded_at: clock.now() };
    this.#byHandle.set(handle, uploaded);
    state.record('upload', uploaded);
    this.#sessions.delete(session.id);
    return handle;
  }

  /** Finds what has not expired. */
  findByHandle(handle: string): Uploaded | undefined {
    const found = this.#byHandle.get(handle);
    const lifeMs = this.#deps.handleDays() * 86_400_000;
    return found && this.#deps.clock.now() < found.uploaded_at + lifeMs ? found : undefined;
  }
}
