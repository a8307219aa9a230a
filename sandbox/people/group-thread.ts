import type { Group, Groups } from '#cloud-api/account/groups.ts';
import type { Media, MediaStore } from '#cloud-api/media.ts';
import type { LiveChanges } from '#control/events.ts';
import { type Chats, type Message, chatIdOf } from './chats.ts';
import { type MessageView, viewMessage } from './message-view.ts';
import type { People } from './people.ts';

interface Deps {
  chats: Chats;
  groups: Groups;
  people: People;
  media: MediaStore;
}

/** A message as the phone of one person shows it: in a group also what other participants wrote, under their names. */
export function viewFor(viewerId: string, message: Message, deps: Deps): MessageView {
  const view = viewMessage(message, mediaOf(message, deps));
  if (message.group_id === undefined) return view;
  const isOthers = message.from === 'person' && message.person_id !== viewerId;
  return {
    ...view,
    person_id: viewerId,
    context: view.context && { message_id: quotedFor(viewerId, view.context.message_id, deps) },
    reactions: reactionsFor(viewerId, message, deps),
    ...(isOthers ? { from: 'member', author: authorOf(message.person_id, deps) } : {}),
  };
}

/** What one person has of a chat, oldest first: of a group what everybody wrote since the person came. */
export function messagesFor(viewerId: string, chatId: string, deps: Deps): Message[] {
  const own = deps.chats.chat(viewerId, chatId).messages;
  const group = deps.groups.find(chatId);
  if (!group) return own;
  const since = group.joined_at?.[viewerId] ?? 0;
  // Whoever left is still read by those who stayed.
  const writers = new Set([...Object.keys(group.joined_at ?? {}), ...group.participants]);
  writers.delete(viewerId);
  const others = [...writers].flatMap((writer) =>
    deps.chats.chat(writer, chatId).messages.filter(({ from, at }) => from === 'person' && at >= since),
  );
  return [...own, ...others].toSorted((one, other) => one.at - other.at);
}

/** How many messages of other participants came since the person last looked. */
export function unreadOfOthers(viewerId: string, group: Group, shown: readonly Message[]): number {
  const readAt = group.read_at?.[viewerId] ?? group.joined_at?.[viewerId] ?? 0;
  return shown.filter(({ from, person_id, at }) => from === 'person' && person_id !== viewerId && at > readAt).length;
}

/** Shows a new or changed message on every phone that has it. */
export function showMessage(message: Message, deps: Deps & { changes: LiveChanges }): void {
  if (deps.changes.listenerCount('message') === 0) return;
  const show = (viewerId: string, shown: Message) =>
    deps.changes.emit('message', { message: viewFor(viewerId, shown, deps) });
  if (message.group_id === undefined) {
    show(message.person_id, message);
  } else if (message.group_wamid === undefined) {
    const participants = deps.groups.find(message.group_id)?.participants ?? [];
    for (const viewerId of new Set([message.person_id, ...participants])) show(viewerId, message);
  } else {
    // Each participant has an own copy, and sees the reactions to all of them.
    for (const copy of deps.chats.copiesOf(message.group_wamid)) show(copy.person_id, copy);
  }
}

/** Whose phones show a chat: the person's, or those of all participants of a group. */
export function viewersOf(message: Message, { groups }: Pick<Deps, 'groups'>): readonly string[] {
  return groups.find(chatIdOf(message))?.participants ?? [message.person_id];
}

function mediaOf({ media_id: id }: Message, { media }: Deps): Media | undefined {
  return id === null ? undefined : media.find(id);
}

// A participant quotes the own copy of what the business sent; the others have another one.
function quotedFor(viewerId: string, quotedId: string, { chats }: Deps): string {
  const wamid = chats.find(quotedId)?.group_wamid;
  return wamid === undefined ? quotedId : (chats.findFor(viewerId, wamid)?.id ?? quotedId);
}

function reactionsFor(viewerId: string, message: Message, deps: Deps): MessageView['reactions'] {
  const copies = message.group_wamid === undefined ? [message] : deps.chats.copiesOf(message.group_wamid);
  return copies.flatMap((copy) =>
    copy.reactions.map((reaction) => {
      const { from, emoji, person_id: personId = copy.person_id } = reaction;
      if (from === 'business' || personId === viewerId) return { from, emoji };
      return { from: 'member' as const, emoji, author: authorOf(personId, deps) };
    }),
  );
}

function authorOf(personId: string, { people }: Deps): { id: string; name: string } {
  return { id: personId, name: people.find(personId)?.name ?? 'Somebody' };
}
