import type { Message, Page } from '@carillon/sdk';

/** Puts the newest page before what was read earlier. Ids grow with time, so the list is their order. Where the newest
 *  page does not reach what was read, there would be a gap, and the list begins anew. */
export function withNewest(pages: readonly Page<Message>[], newest: Page<Message>): Page<Message>[] {
  const known = new Set(pages.flatMap(({ data }) => data.map(({ id }) => id)));
  const first = pages[0];
  const isWhole = newest.next_cursor === null;
  if (!first || isWhole || !newest.data.some(({ id }) => known.has(id))) return [newest];
  const oldest = newest.data.at(-1)?.id ?? '';
  const replaced = new Set(newest.data.map(({ id }) => id));
  // What is newer than the newest page's end and not in it no longer matches the filters.
  const kept = pages.map((page) => ({ ...page, data: page.data.filter(({ id }) => id < oldest && !replaced.has(id)) }));
  return [{ data: [...newest.data, ...(kept[0]?.data ?? [])], next_cursor: first.next_cursor }, ...kept.slice(1)];
}

/** Changes the status of a listed message where it stands. */
export function withStatus(pages: readonly Page<Message>[], id: string, status: Message['status']): Page<Message>[] {
  return pages.map((page) =>
    page.data.some((message) => message.id === id)
      ? { ...page, data: page.data.map((message) => (message.id === id ? { ...message, status } : message)) }
      : page,
  );
}
