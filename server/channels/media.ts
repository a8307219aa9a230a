/** A file of a message cannot be had. `isFinal`: no further try will help. */
export class MediaUnavailable extends Error {
  override readonly name = 'MediaUnavailable';
  readonly isFinal: boolean;

  constructor(message: string, isFinal: boolean, cause?: unknown) {
    super(message, { cause });
    this.isFinal = isFinal;
  }
}
