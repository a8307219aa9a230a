import { type Account, askGraph, pathOf, tellGraph } from './asking.ts';
import { list, listOrNone, object, optional, text } from './reading.ts';

/** The name that people can find a number by. `status`: approved, reserved, deleted. */
const username = object({ username: optional(text), status: optional(text) });
export interface Username {
  username: string | null;
  status: string | null;
}

export async function getUsername(account: Account): Promise<Username> {
  return presented(await askGraph(account, { path: edge(account) }, username));
}

/** Asks for a username. With `isTransfer` it is taken from the number of the same portfolio that has it (147005 without). */
export async function setUsername(account: Account, name: string, isTransfer = false): Promise<Username> {
  const body = { username: name, ...(isTransfer ? { transfer_action: 'force_transfer' } : {}) };
  return presented({
    username: name,
    ...(await askGraph(account, { path: edge(account), method: 'POST', body }, username)),
  });
}

export function removeUsername(account: Account): Promise<void> {
  return tellGraph(account, { path: edge(account), method: 'DELETE' });
}

/** Names that would be free. */
export async function suggestUsernames(account: Account): Promise<string[]> {
  const call = { path: pathOf(account.senderExternalId, 'username_suggestions') };
  const { data } = await askGraph(account, call, object({ data: list(suggestions) }));
  return data.flatMap(({ usernameSuggestions }) => usernameSuggestions);
}

const suggestions = object({ usernameSuggestions: listOrNone(text) });

/** Forgets which phone number belongs to a user id in the portfolio's contact book. */
export function removeFromContactBook(account: Account, providerUserId: string): Promise<void> {
  const path = pathOf(account.senderExternalId, 'contact_book');
  return tellGraph(account, { path, method: 'DELETE', query: { bsuid: providerUserId } });
}

function presented({ username: name, status }: ReturnType<typeof username>): Username {
  return { username: name ?? null, status: status?.toLowerCase() ?? null };
}

function edge(account: Account): string {
  return pathOf(account.senderExternalId, 'username');
}
