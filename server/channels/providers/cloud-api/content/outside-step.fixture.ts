import type { MessageContent } from '#channels/provider.ts';

/** A name, a content that is inside every limit, the place to be changed and its new value, the provider's code, and where
 *  the adapter points when it is not that place. */
export type Step = readonly [
  name: string,
  inside: MessageContent,
  place: string,
  value: unknown,
  code: number,
  pointer?: string,
];
