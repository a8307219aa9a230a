import { writeOggOpus } from './ogg-opus.ts';
import { readWebmOpus } from './webm-opus.ts';

/** A voice message while it is being recorded. */
export interface Recording {
  /** Ends it and gives the file. */
  finish: () => Promise<File>;
  /** Ends it and forgets it. */
  discard: () => void;
}

const OGG = 'audio/ogg;codecs=opus';
const WEBM = 'audio/webm;codecs=opus';

/** Begins to record. Fails with an `Error` whose words can be shown: there is no microphone, or it may not be used. */
export async function record(): Promise<Recording> {
  // A page that did not come by https or from this machine has no microphone.
  if (!('mediaDevices' in navigator) || typeof MediaRecorder === 'undefined') {
    throw new Error('This browser cannot record here. Attach an audio file instead.');
  }
  const mimeType = [OGG, WEBM].find((type) => MediaRecorder.isTypeSupported(type));
  if (!mimeType) throw new Error('This browser cannot record voice messages. Attach an audio file instead.');
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).catch((error: unknown) => {
    throw new Error('The microphone cannot be used. Allow it, or attach an audio file instead.', { cause: error });
  });
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 24_000 });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
  recorder.start();
  const release = (): void => {
    for (const track of stream.getTracks()) track.stop();
  };
  return {
    async finish() {
      const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
      recorder.stop();
      await stopped;
      release();
      const recorded = new Blob(parts);
      const ogg =
        mimeType === OGG ? recorded : writeOggOpus(readWebmOpus(new Uint8Array(await recorded.arrayBuffer())));
      return new File([ogg], 'voice-message.ogg', { type: 'audio/ogg; codecs=opus' });
    },
    discard() {
      if (recorder.state !== 'inactive') recorder.stop();
      release();
    },
  };
}
