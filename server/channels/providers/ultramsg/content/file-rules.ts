import type { FileFacts } from '#channels/media.ts';

/** UltraMsg keeps no files for us, so none that was uploaded here can be handed to it. */
export function problemsOfFile(_file: FileFacts, _use: { kind: string; isVoice: boolean }): string[] {
  return ['UltraMsg takes files by link only: give a link that it can fetch.'];
}
