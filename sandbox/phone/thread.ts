import type { TickState } from '@carillon/message-view/ticks.tsx';
import type { Message, MessagePage, MessageStatus, Outgoing } from './api.ts';

/** One chat as far as it was read: the newest messages, oldest first, and what the person sent that the sandbox has not
 *  shown yet. */
export interface Thread {
  messages: readonly Message[];
  hasMore: boolean;
  outbox: readonly Unsent[];
}

export interface Unsent {
  key: string;
  content: Outgoing;
  at: string;
  /** The id that the sandbox gave, once it has answered. */
  id?: string;
  /** Why it was not sent, in words. */
  problem?: string;
  /** It is taken for this message, which came before the answer: drawing both would show it twice for a moment. */
  shownAs?: string;
}

export const emptyThread: Thread = { messages: [], hasMore: false, outbox: [] };

const rank: Readonly<Record<MessageStatus, number>> = {
  sent: 1,
  delivered: 2,
  read: 3,
  played: 4,
  failed: 5,
  expired: 5,
};

/** Takes in messages, whether new or known. Events and answers overtake each other, so a status does not go back. */
export function withMessages(thread: Thread, messages: readonly Message[]): Thread {
  if (messages.length === 0) return thread;
  const byId = new Map(thread.messages.map((message) => [message.id, message]));
  for (const message of messages) {
    const known = byId.get(message.id);
    byId.set(
      message.id,
      known && rank[known.status] > rank[message.status] ? { ...message, status: known.status } : message,
    );
  }
  return {
    ...thread,
    messages: Array.from(byId.values()).toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
    outbox: thread.outbox.filter((unsent) => unsent.id === undefined || !byId.has(unsent.id)),
  };
}

/** Takes in a message that just happened. One of the person's that the sandbox tells of before it answers is most
 *  likely the oldest of its kind that waits for its answer. */
export function withArrival(thread: Thread, message: Message): Thread {
  const isNew = !thread.messages.some(({ id }) => id === message.id);
  const sent =
    isNew && message.from === 'person'
      ? thread.outbox.find(
          ({ id, problem, shownAs, content }) => !id && !problem && !shownAs && content.type === message.content.type,
        )
      : undefined;
  const outbox = thread.outbox.map((unsent) => (unsent === sent ? { ...unsent, shownAs: message.id } : unsent));
  return withMessages({ ...thread, outbox }, [message]);
}

/** What was sent and stands nowhere else yet. */
export function waitingOf(thread: Thread): Unsent[] {
  return thread.outbox.filter(({ shownAs }) => shownAs === undefined);
}

/** Takes in a page of older messages, or the newest page when the chat is opened. */
export function withPage(thread: Thread, page: MessagePage): Thread {
  return { ...withMessages(thread, page.data), hasMore: page.has_more };
}

export function withStatus(thread: Thread, id: string, status: MessageStatus, error: Message['error']): Thread {
  const known = thread.messages.find((message) => message.id === id);
  if (!known || rank[known.status] >= rank[status]) return thread;
  return {
    ...thread,
    messages: thread.messages.map((message) => (message.id === id ? { ...message, status, error } : message)),
  };
}

export function withUnsent(thread: Thread, unsent: Unsent): Thread {
  return { ...thread, outbox: [...thread.outbox.filter(({ key }) => key !== unsent.key), unsent] };
}

/** The sandbox took the message. It leaves the outbox now if it was shown already, else when it comes. */
export function withSent(thread: Thread, key: string, id: string): Thread {
  const isShown = thread.messages.some((message) => message.id === id);
  return {
    ...thread,
    outbox: isShown
      ? thread.outbox.filter((unsent) => unsent.key !== key)
      : thread.outbox.map((unsent) => (unsent.key === key ? { ...unsent, id } : unsent)),
  };
}

export function withProblem(thread: Thread, key: string, problem: string): Thread {
  return {
    ...thread,
    outbox: thread.outbox.map((unsent) => {
      if (unsent.key !== key) return unsent;
      // It was another one that came.
      const { shownAs: _, ...waiting } = unsent;
      return { ...waiting, problem };
    }),
  };
}

export function withoutUnsent(thread: Thread, key: string): Thread {
  return { ...thread, outbox: thread.outbox.filter((unsent) => unsent.key !== key) };
}

/** The ticks beside what the person wrote. */
export function ticksOf({ status }: Message): TickState {
  return status === 'expired' ? 'failed' : status;
}

/** Whether the phone has the message: what the business sent is only there once it was delivered. */
export function isOnPhone(message: Message): boolean {
  return message.from !== 'business' || ['delivered', 'read', 'played'].includes(message.status);
}
