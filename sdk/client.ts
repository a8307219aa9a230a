import createFetchClient, { type Client } from 'openapi-fetch';
import { CarillonError, errorOf, unreachable } from './carillon-error.ts';
import { readEvents } from './event-stream.ts';
import { type Fetch, type RetryOptions, retryingFetch } from './retries.ts';
import type { operations, paths } from './schema.ts';

export interface ClientOptions extends RetryOptions {
  /** Where Carillon is, e.g. https://chat.example.com. */
  baseUrl: string;
  /** Absent: the console's session cookie, in a browser. */
  apiKey?: string | undefined;
  /** A stream in which nothing comes for so long is lost; 45 when absent. The server says something every 15. */
  silenceSeconds?: number;
  /** Instead of the global one. */
  fetch?: Fetch;
}

type Body<Name extends keyof operations> = operations[Name] extends {
  requestBody: { content: { 'application/json': infer Content } };
}
  ? Content
  : never;
/** The query parameters that an operation takes. */
export type Query<Name extends keyof operations> = NonNullable<operations[Name]['parameters']['query']>;
/** What an operation answers with a status. */
export type Answer<Name extends keyof operations, Status extends number> = operations[Name] extends {
  responses: Record<Status, { content: { 'application/json': infer Content } }>;
}
  ? Content
  : never;

export type Message = Answer<'getMessage', 200>;
export type Trace = Answer<'traceMessage', 200>;
export type MessageRequest = Body<'sendMessage'>;
export type AcceptedMessage = Answer<'sendMessage', 202>;
export type BatchResult = Answer<'sendMessages', 200>['results'][number];
export type Explanation = Answer<'explainMessage', 200>;
export type Upload = Answer<'uploadFile', 201>;
export type MessageFilters = Omit<Query<'listMessages'>, 'after'>;

export type TextRequest = Omit<MessageRequest, 'content'> & { body: string; preview_url?: boolean };
export type TemplateRequest = Omit<MessageRequest, 'content'> & {
  name: string;
  /** As the template was made, e.g. `en_US`. */
  language: string;
  /** Parameters, as for the Cloud API. */
  components?: unknown[];
};

/** `ready` comes when the watch begins and after each lost connection: read the list again, changes may have been missed.
 *  `lost` comes when the connection breaks, and after each try to open it that failed: until `ready` nothing is told.
 *  `message` is a message that is new, changed its status, or had something else happen to it (then `status` is null). */
export type MessageChange =
  | { kind: 'ready' | 'lost' }
  | { kind: 'message'; id: string; type: string; status: Message['status'] | null };

export interface SendOptions {
  /** A value of yours that makes a repetition of this call harmless, also from another process. Made up when absent. */
  idempotencyKey?: string;
}

export interface CarillonClient {
  /** Every route with its types, by openapi-fetch. Rejects with a CarillonError instead of returning `error`; `dataOf` gets
   *  at the answer: `await dataOf(carillon.api.GET('/v1/workspace'))`. */
  api: Client<paths>;
  /** Resolves when the message is stored and will be sent. Rejects when a rule blocks it. */
  send(message: MessageRequest, options?: SendOptions): Promise<AcceptedMessage>;
  /** A free-form text; it needs an open service window, or `direct_send`. */
  sendText(message: TextRequest, options?: SendOptions): Promise<AcceptedMessage>;
  /** An approved template; it may open a conversation. */
  sendTemplate(message: TemplateRequest, options?: SendOptions): Promise<AcceptedMessage>;
  /** 1 to 1,000 messages, with a result for each in the same order. */
  sendMany(messages: readonly MessageRequest[], options?: SendOptions): Promise<BatchResult[]>;
  /** What would happen to a message, and why. Sends nothing. */
  explain(message: MessageRequest): Promise<Explanation>;
  /** A file to send messages with: name its `id` where the Cloud API has a media id. The same file again is harmless. */
  uploadFile(file: Blob, filename: string): Promise<Upload>;
  getMessage(id: string): Promise<Message>;
  traceMessage(id: string): Promise<Trace>;
  cancelMessage(id: string): Promise<Message>;
  /** All messages that fit, newest first; pages are fetched as they are needed. `limit` is the size of a page. */
  messages(filters?: MessageFilters): AsyncGenerator<Message, void>;
  /** Changes of messages as they happen, until `signal` ends it. Connects again by itself when the connection is lost. */
  watchMessages(options?: { signal?: AbortSignal }): AsyncGenerator<MessageChange, void>;
}

const longestWaitMs = 15_000;

/** A client of one workspace. Makes no call by itself. */
export function createClient(options: ClientOptions): CarillonClient {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const fetch: Fetch = options.fetch ?? ((request) => globalThis.fetch(request));
  const { silenceSeconds = 45, wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)) } =
    options;
  const headers = {
    accept: 'application/json',
    ...(options.apiKey ? { authorization: `Bearer ${options.apiKey}` } : undefined),
  };
  const api = createFetchClient<paths>({ baseUrl, headers, fetch: retryingFetch(fetch, options) });
  api.use({
    onResponse: async ({ response }) => {
      if (!response.ok) throw await errorOf(response);
    },
  });
  const keyOf = ({ idempotencyKey }: SendOptions) =>
    idempotencyKey === undefined ? {} : { header: { 'Idempotency-Key': idempotencyKey } };

  async function send(message: MessageRequest, sendOptions: SendOptions = {}): Promise<AcceptedMessage> {
    return dataOf(api.POST('/v1/messages', { body: message, params: keyOf(sendOptions) }));
  }

  async function* watchMessages({ signal }: { signal?: AbortSignal } = {}): AsyncGenerator<MessageChange, void> {
    for (let failures = 0; !signal?.aborted; failures++) {
      try {
        const request = new Request(`${baseUrl}/v1/messages/live`, {
          headers: { ...headers, accept: 'text/event-stream' },
          ...(signal ? { signal } : undefined),
        });
        const response = await fetch(request).catch((error: unknown) => Promise.reject(unreachable(error)));
        if (!response.ok) throw await errorOf(response);
        if (!response.body) throw unreachable(new Error('The stream has no body'));
        for await (const { event, data } of readEvents(response.body, silenceSeconds * 1_000)) {
          if (signal?.aborted) return;
          failures = 0;
          if (event === 'ready') yield { kind: 'ready' };
          else if (event === 'message')
            yield { kind: 'message', ...(JSON.parse(data) as { id: string; type: string; status: Message['status'] }) };
        }
      } catch (error) {
        if (signal?.aborted) return;
        // A refusal stays one: a wrong key, for example. What broke while it was read comes as any other error.
        if (error instanceof CarillonError && !error.isRetryable) throw error;
        if (error instanceof SyntaxError) throw error;
      }
      if (signal?.aborted) return;
      yield { kind: 'lost' };
      await wait(Math.min(longestWaitMs, 500 * 2 ** failures));
    }
  }

  return {
    api,
    send,
    sendText: ({ body, preview_url, ...message }, sendOptions) =>
      send(
        {
          ...message,
          content: { type: 'text', text: { body, ...(preview_url === undefined ? undefined : { preview_url }) } },
        },
        sendOptions,
      ),
    sendTemplate: ({ name, language, components, ...message }, sendOptions) => {
      const template = { name, language: { code: language }, ...(components ? { components } : undefined) };
      return send({ ...message, content: { type: 'template', template } }, sendOptions);
    },
    sendMany: async (messages, sendOptions = {}) => {
      const body = { messages: [...messages] };
      return (await dataOf(api.POST('/v1/messages/batch', { body, params: keyOf(sendOptions) }))).results;
    },
    explain: (message) => dataOf(api.POST('/v1/messages/explain', { body: message })),
    uploadFile: (file, filename) => {
      const form = new FormData();
      form.append('file', file, filename);
      return dataOf(api.POST('/v1/uploads', { body: form as never, bodySerializer: () => form }));
    },
    getMessage: (id) => dataOf(api.GET('/v1/messages/{id}', { params: { path: { id } } })),
    traceMessage: (id) => dataOf(api.GET('/v1/messages/{id}/trace', { params: { path: { id } } })),
    cancelMessage: (id) => dataOf(api.POST('/v1/messages/{id}/cancel', { params: { path: { id } } })),
    messages: (filters = {}) =>
      entriesOf((place) => dataOf(api.GET('/v1/messages', { params: { query: { ...filters, ...place } } }))),
    watchMessages,
  };
}

/** The data of an answer. Calls of this client reject when they fail, so there always is one. */
export async function dataOf<Result extends { data?: unknown }>(
  answer: Promise<Result>,
): Promise<NonNullable<Result['data']>> {
  return (await answer).data as NonNullable<Result['data']>;
}

/** A part of a list; `next_cursor` is where the next part begins, null at the end. */
export interface Page<Entry> {
  data: Entry[];
  next_cursor: string | null;
}

/** All entries of a list, page after page. `getPage` gets `{}` first and then `{ after }`. */
export async function* entriesOf<Entry>(
  getPage: (place: { after?: string }) => Promise<Page<Entry>>,
): AsyncGenerator<Entry, void> {
  let place: { after?: string } = {};
  for (;;) {
    const page = await getPage(place);
    yield* page.data;
    if (page.next_cursor === null) return;
    place = { after: page.next_cursor };
  }
}
