import type { Json } from '#people/chats.ts';

/** One webhook that is still to be told. */
export interface Post {
  seq: number;
  instance_id: string;
  payload: Json;
  /** The person's message of which it tells. */
  inbound_id: string | null;
}
