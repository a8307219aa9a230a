import type { PaymentOutcome } from '@carillon/message-view/drawing.ts';

/** A person with a phone. `blocked` means that the person blocked the business. */
export interface Person {
  id: string;
  phone: string | null;
  user_id: string;
  username: string | null;
  name: string;
  online: boolean;
  read_receipts: boolean;
  blocked: boolean;
  marketing_opted_out: boolean;
  old_client: boolean;
}

export type PersonSwitch = 'online' | 'read_receipts' | 'blocked' | 'marketing_opted_out' | 'old_client';
/** `expired`: the phone was without a connection for longer than the message was to wait. */
export type MessageStatus = 'sent' | 'delivered' | 'read' | 'played' | 'failed' | 'expired';

export type Side = 'business' | 'person' | 'member';

export interface Message {
  id: string;
  /** `member`: another participant of a group, who stands in `author`. */
  from: Side;
  author?: { name: string };
  person_id: string;
  phone_number_id: string;
  at: string;
  content: { type: string } & Readonly<Record<string, unknown>>;
  context: { message_id: string } | null;
  status: MessageStatus;
  error: { code: number; title: string } | null;
  reactions: { from: Side; emoji: string; author?: { name: string } }[];
  edited_at: string | null;
  deleted_at: string | null;
  rendered: unknown;
}

export interface Chat {
  phone_number_id: string;
  display_phone_number: string;
  verified_name: string;
  unread: number;
  last_message: Message | null;
  window_closes_at: string | null;
  /** Present where the number may always write. */
  has_window?: false;
  /** Of a number at another provider than the Cloud API: what its messages go by. */
  channel?: 'sms' | 'whatsapp';
  /** Of a group, whose subject is `verified_name`: the business that made it, and the names of those who are in it. */
  group_id?: string;
  business_name?: string;
  participants?: string[];
  suspended?: boolean;
}

export interface Call {
  id: string;
  phone_number_id: string;
  person_id: string;
  direction: 'BUSINESS_INITIATED' | 'USER_INITIATED';
  state: 'ringing' | 'connected' | 'ended';
  started_at: string;
  connected_at: string | null;
  ended_at: string | null;
  is_rejected?: boolean;
}

export type CallAction = 'accept' | 'reject' | 'hang_up';

export interface Group {
  id: string;
  subject: string;
  description: string | null;
  invite_link: string;
}

export interface MessagePage {
  data: Message[];
  has_more: boolean;
}

/** What a person sends: content as the Cloud API's webhooks write it. */
export type Outgoing = {
  type: string;
  context?: { message_id: string; referred_product?: { catalog_id: string; product_retailer_id: string } };
} & Readonly<Record<string, unknown>>;

const control = (path: string) => new URL(`_sandbox/${path}`, document.baseURI);
const segment = encodeURIComponent;

/** The sandbox said no, with its reason. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

/** Every call fails with an `Error` whose message can be shown, a `Refusal` when the sandbox answered. */
async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const isBytes = body instanceof Blob;
  const headers: Record<string, string> = {};
  if (isBytes) headers['content-type'] = body.type || 'application/octet-stream';
  else if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(control(path), {
      method,
      headers,
      body: isBytes ? body : body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(isBytes ? 120_000 : 20_000),
    });
  } catch (error) {
    throw new Error('The sandbox does not answer.', { cause: error });
  }
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw new Refusal(response.status, refusal(answer) ?? `The sandbox answered ${response.status}.`);
  return answer as Answer;
}

function refusal(answer: unknown): string | undefined {
  const { error } = (answer ?? {}) as { error?: { message?: unknown } };
  return typeof error?.message === 'string' ? error.message : undefined;
}

export const listPeople = (after?: string) =>
  call<{ data: Person[]; next_after: string | null }>(
    'GET',
    `people?limit=200${after ? `&after=${segment(after)}` : ''}`,
  );

/** Somebody by id or number. A number that nobody has is somebody new, as for a message to it. */
export const openPerson = (who: string) => call<Person>('PUT', `people/${segment(who)}`, {});

export const addPerson = (person: { phone?: string; username?: string; name?: string }) =>
  call<Person>('POST', 'people', person);

export const changePerson = (id: string, change: Partial<Pick<Person, PersonSwitch | 'name'>>) =>
  call<Person>('PATCH', `people/${segment(id)}`, change);

export const changeNumber = (id: string, phone: string) =>
  call<Person>('POST', `people/${segment(id)}/number`, { phone });

export const listChats = (personId: string) => call<{ data: Chat[] }>('GET', `people/${segment(personId)}/chats`);

export const listMessages = (personId: string, chatId: string, before?: string) =>
  call<MessagePage>(
    'GET',
    `people/${segment(personId)}/chats/${segment(chatId)}/messages?limit=50${before ? `&before=${segment(before)}` : ''}`,
  );

export const readChat = (personId: string, chatId: string) =>
  call<{ read: number }>('POST', `people/${segment(personId)}/chats/${segment(chatId)}/read`, {});

/** The person listens to a message of the business. */
export const playMessage = (personId: string, messageId: string) =>
  call<{ played: boolean }>('POST', `people/${segment(personId)}/played`, { message_id: messageId });

/** The person pays an order of the business, or tries to. */
export const payOrder = (personId: string, messageId: string, status: PaymentOutcome) =>
  call<unknown>('POST', `people/${segment(personId)}/payments`, { message_id: messageId, status });

export const listCalls = (personId: string) => call<{ data: Call[] }>('GET', `people/${segment(personId)}/calls`);

/** The person calls a business, by a button if there is a payload. */
export const startCall = (personId: string, phone_number_id: string, cta_payload?: string) =>
  call<Call>('POST', `people/${segment(personId)}/calls`, {
    phone_number_id,
    ...(cta_payload ? { cta_payload } : {}),
  });

export const actOnCall = (callId: string, action: CallAction) =>
  call<Call>('POST', `calls/${segment(callId)}/${action}`, {});

export const listGroups = () => call<{ data: Group[] }>('GET', 'groups');

/** The person joins by a link, or asks to where the group decides: then the answer has the id of the request. */
export const joinGroup = (personId: string, invite_link: string) =>
  call<{ group_id: string; join_request_id: string | null }>('POST', `people/${segment(personId)}/groups`, {
    invite_link,
  });

export const leaveGroup = (personId: string, groupId: string) =>
  call<unknown>('DELETE', `people/${segment(personId)}/groups/${segment(groupId)}`);

/** The person writes; gives the id of the new message. */
export async function writeMessage(personId: string, chatId: string, content: Outgoing): Promise<string> {
  const answer = await call<{ messages: { id: string }[] }>('POST', `people/${segment(personId)}/messages`, {
    ...content,
    phone_number_id: chatId,
  });
  return answer.messages[0]?.id ?? '';
}

/** Puts a file on the person's phone; gives the id to send it by. */
export async function uploadFile(personId: string, file: File): Promise<string> {
  const { id } = await call<{ id: string }>(
    'POST',
    `people/${segment(personId)}/media?filename=${segment(file.name)}`,
    file,
  );
  return id;
}

/** Where the bytes of a file are, of either direction, by its id. What the business sent by an address of its own was
 *  never in the sandbox. */
export function mediaAddress({ id }: { id?: string }): string | undefined {
  return id === undefined ? undefined : control(`media/${segment(id)}`).href;
}

export const eventsAddress = () => control('events').href;
