import type { FileFacts } from '#channels/media.ts';

/** Twilio takes links alone, so there is no file of ours that it would take. */
export function problemsOfFile(_file: FileFacts, _use: { kind: string; isVoice: boolean }): string[] {
  return ['Twilio fetches files by a public link, and takes none that was uploaded.'];
}
