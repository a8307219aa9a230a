/** A file of a message cannot be had. `isFinal`: no further try will help. */
export class MediaUnavailable extends Error {
  override readonly name = 'MediaUnavailable';
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean, cause?: unknown) {
    super(message, { cause });
    this.isFinal = isFinal;
  }
}
/** What the bytes of a file say, whatever its name and its sender claim. */
export interface FileFacts {
  /** As the bytes are recognised; null when they are not. */
  mimeType: string | null;
  sizeBytes: number;
  image?: {
    width: number;
    height: number;
    isAnimated: boolean;
    /** Bits of a channel; null when the format does not say. */
    bitDepth: number | null;
    colors: 'rgb' | 'rgba' | 'gray' | 'palette' | 'cmyk' | 'other';
  };
  /** Sound alone, or the sound of a video. Codecs are named in lower case, e.g. `opus`, `aac`, `h264`. */
  audio?: { codec: string | null; channels: number | null; streams: number };
  video?: { codec: string | null; streams: number };
}
