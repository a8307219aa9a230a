/** A template, or a card of its carousel, with its values put in. */
export interface RenderedPart {
  header: Record<string, unknown> | null;
  body: string;
  footer: string | null;
  buttons: Record<string, unknown>[];
}

/** What the person sees; described in the README. */
export interface Rendered extends RenderedPart {
  cards?: RenderedPart[];
  limited_time_offer?: { text: string; expiration_time_ms: number | null };
  /** Where a tap on the bubble leads. */
  tap_target?: { url: string; title: string };
}
