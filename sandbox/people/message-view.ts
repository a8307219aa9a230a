import { titleOf } from '#cloud-api/graph-error.ts';
import type { Media } from '#cloud-api/media.ts';
import { isoInstant } from '#storage/clock.ts';
import { type Message, chatIdOf } from './chats.ts';

interface Author {
  id: string;
  name: string;
}

/** A message as the phone draws it; described in the README. `member` is another participant of a group. */
export interface MessageView extends Omit<ReturnType<typeof viewMessage>, 'from' | 'reactions'> {
  from: Message['from'] | 'member';
  author?: Author;
  reactions: { from: Message['from'] | 'member'; emoji: string; author?: Author }[];
}

export function viewMessage(message: Message, media: Media | undefined) {
  return {
    id: message.id,
    from: message.from,
    person_id: message.person_id,
    phone_number_id: chatIdOf(message),
    ...(message.group_id === undefined ? {} : { group_id: message.group_id }),
    at: isoInstant(message.at),
    type: message.type,
    content: message.content,
    context: message.context_id === null ? null : { message_id: message.context_id },
    status: message.status,
    error: message.error && { ...message.error, title: titleOf(message.error.code) },
    reactions: message.reactions,
    edited_at: message.edited_at === undefined ? null : isoInstant(message.edited_at),
    deleted_at: message.deleted_at === undefined ? null : isoInstant(message.deleted_at),
    rendered: message.rendered,
    media:
      media && message.deleted_at === undefined
        ? {
            id: media.id,
            mime_type: media.mime_type,
            file_size: media.file_size,
            filename: media.filename,
            url: `/_sandbox/media/${media.id}`,
          }
        : null,
  };
}
