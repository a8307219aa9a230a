import { EventEmitter } from 'node:events';
import type { CallView } from '#calls/call-view.ts';
import type { Person } from '#people/people.ts';
import type { MessageView } from '#people/message-view.ts';

/** What a phone on the screen wants to know as it happens. */
export interface SandboxEvents {
  message: [{ message: MessageView }];
  status: [{ id: string; person_id: string; phone_number_id: string; status: string; error: unknown }];
  chat_read: [{ person_id: string; phone_number_id: string }];
  typing: [{ person_id: string; phone_number_id: string; seconds: number }];
  call: [{ call: CallView }];
  /** The list of chats of a person has another group, or one less, or one that changed. */
  chats: [{ person_id: string }];
  person: [{ person: Person }];
}

export type LiveChanges = EventEmitter<SandboxEvents>;

export function newLiveChanges(): LiveChanges {
  const changes: LiveChanges = new EventEmitter();
  // One listener for each open stream, and the number of streams is bounded where they are opened.
  changes.setMaxListeners(0);
  return changes;
}
