import type { Fields } from './fields.ts';

/** A file, by the id that the provider gave it or by a public address. */
export interface Media {
  kind: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  id?: string;
  link?: string;
  caption?: string;
  filename?: string;
  mimeType?: string;
  voice: boolean;
}

export interface Place {
  latitude: number;
  longitude: number;
  name?: string;
  address?: string;
}

export interface Person {
  name: string;
  organisation?: string;
  phones: string[];
  emails: string[];
  /** What else the card says, each with its name: addresses, sites, the birthday. */
  more: { label: string; text: string }[];
}

export type Header =
  | { kind: 'text'; text: string }
  | { kind: 'media'; media: Media }
  | { kind: 'location'; place: Place }
  | { kind: 'product'; productId: string };

/** An offer that ends: at an instant in milliseconds of the epoch, if it has one. */
export interface Offer {
  text: string;
  endsAtMs?: number;
  code?: string;
}

/** An order of the business: what is to be paid, or how far it has come. Amounts are words in their currency. */
export interface Bill {
  reference: string;
  status: string;
  description?: string;
  payment?: string;
  items: { name: string; quantity: number; amount: string }[];
  lines: { label: string; amount: string }[];
  total?: string;
  endsAtMs?: number;
  beneficiaries: string[];
}

export interface ProductSection {
  title: string;
  productIds: string[];
}

/** Header, body and footer, which templates and interactive messages have in common, and what some kinds add. */
export interface Card {
  header?: Header;
  body: string;
  footer?: string;
  offer?: Offer;
  bill?: Bill;
  /** Where a tap on the bubble leads. */
  target?: { title: string; url: string };
  /** One line about what a button opens, such as how many products. */
  about?: string;
}

export interface Row {
  id: string;
  title: string;
  description?: string;
}

/** What a button asks the reader for. The page answers it with a form of its own. */
export type Request =
  | { kind: 'location' }
  | { kind: 'contact' }
  | { kind: 'call_permission' }
  /** To call the business; `payload` tells it by which button. */
  | { kind: 'call'; payload?: string }
  | {
      kind: 'address';
      country: string;
      values: Readonly<Record<string, string>>;
      problems: Readonly<Record<string, string>>;
      saved: { id: string; values: Readonly<Record<string, string>> }[];
    }
  | { kind: 'flow'; title: string; token: string; values: Readonly<Record<string, string>> }
  | { kind: 'products'; title: string; catalogId: string; sections: ProductSection[] };

/** What became of a try to pay. */
export type PaymentOutcome = 'captured' | 'pending' | 'failed';

/** A button below a bubble. An `answer` is the content to send, as the Cloud API's webhooks write it. */
export type Action =
  | { kind: 'answer'; text: string; answer: Fields }
  | { kind: 'link'; text: string; url: string }
  | { kind: 'copy'; text: string; code: string }
  | { kind: 'phone'; text: string; phone: string }
  | { kind: 'list'; text: string; sections: { title: string; rows: Row[] }[] }
  /** A payable one asks for money; the other says how far an order has come. */
  | { kind: 'bill'; text: string; bill: Bill; isPayable: boolean }
  | { kind: 'request'; text: string; request: Request }
  | { kind: 'other'; text: string };

/** One card of a carousel. */
export interface Slide {
  header?: Header;
  body: string;
  actions: Action[];
}

/** Where a person comes from who tapped an advertisement or a post. */
export interface Referral {
  source: 'Advertisement' | 'Post';
  title: string;
  text: string;
  url: string;
}

/** What is to be drawn, whatever the message looked like on the wire. */
export type Drawing =
  | { kind: 'text'; body: string; link?: string }
  | { kind: 'media'; media: Media }
  | { kind: 'location'; place: Place }
  | { kind: 'contacts'; people: Person[] }
  | { kind: 'reaction'; emoji: string; messageId: string }
  /** `what` names it where there are no words: in a list of chats, or in a quote. */
  | { kind: 'card'; what: string; card: Card; actions: Action[]; slides: Slide[] }
  | { kind: 'template'; name: string; language: string; values: string[] }
  | { kind: 'choice'; title: string; description?: string }
  | { kind: 'form'; title: string; answers: { name: string; text: string }[] }
  | { kind: 'order'; text?: string; products: { id: string; quantity: number; price?: string }[]; total?: string }
  | { kind: 'notice'; text: string }
  /** `isFile`: the kind is known, and it is the file that did not come. */
  | { kind: 'unsupported'; type: string; reason?: string; isFile?: true };
