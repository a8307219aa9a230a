/** Where a client is pointed, and whom it writes to. */
export interface Target {
  /** Where `https://graph.facebook.com` would be, without a slash at the end. */
  baseUrl: string;
  token: string;
  phoneNumberId: string;
  businessAccountId: string;
  /** Digits of a person who has written. */
  person: string;
  /** The id of what they wrote. */
  question: string;
}

/** A webhook as its receiver gets it. */
export interface Webhook {
  body: Buffer;
  signature: string;
}

/** What a receiver made of a webhook, in the words that all clients share. */
export interface Heard {
  statuses: { id: string; status: string }[];
  messages: { id: string; type: string }[];
}

export interface ClientUnderTest {
  name: string;
  /** Sends one of each kind that the client can make; each gives the id that it was answered with. */
  sends: (target: Target) => Record<string, () => Promise<string>>;
  read: (target: Target) => Promise<boolean>;
  /** Uploads a file, reads its description, downloads it where that says, and deletes it; gives the downloaded bytes. */
  media: (target: Target, file: Buffer) => Promise<{ id: string; bytes: Buffer }>;
  /** The names of the templates; null when the client cannot list them. */
  templates: ((target: Target) => Promise<string[]>) | null;
  /** The code of the error that the client gets for a text to this number. */
  refusal: (target: Target, to: string) => Promise<number>;
  /** Checks the signature and reads the webhook with the client's own means. Throws when the signature is not right. */
  receive: (webhook: Webhook, appSecret: string) => Promise<Heard>;
}

export const picture = 'https://example.com/picture.jpg';

/** The smallest picture there is: a white point. */
export const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/x8AAwMCAO+ip1sAAAAASUVORK5CYII=',
  'base64',
);

export function idOf(answer: unknown): string {
  const id = (answer as { messages?: { id?: unknown }[] }).messages?.[0]?.id;
  if (typeof id !== 'string') throw new Error(`There is no message id in ${JSON.stringify(answer)}`);
  return id;
}
