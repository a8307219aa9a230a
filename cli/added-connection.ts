import { dataOf } from '@carillon/sdk';
import { CarillonError } from '@carillon/sdk/error';
import type { Context } from './context.ts';
import { BadResult } from './failure.ts';
import { mark, type Output, style } from './output.ts';
import { askYes } from './questions.ts';

/** What each way to connect an account ends with. */
export interface AddedConnection {
  id: string;
  name: string;
  sender_id: string;
  callback_url: string | null;
  warning: string | null;
  checks: readonly { name: string; ok: boolean; message: string }[];
}

/** Says that it was saved, and what the checks found. */
export function sayAdded(out: Output, added: AddedConnection): void {
  for (const check of added.checks) if (check.name !== 'webhooks') out.note(mark(check.ok, check.message));
  out.note(mark(true, `Connected as "${added.name}".`));
  if (added.warning) out.note(style('yellow', added.warning));
}

/** The result of the command: the connection as it is by now. */
export async function showAdded({ client, out }: Context<object>, added: AddedConnection): Promise<void> {
  const connection = await dataOf(client.api.GET('/v1/connections/{id}', { params: { path: { id: added.id } } }));
  out.result(
    // The address for webhooks may be shown whole this once alone.
    { ...connection, callback_url: added.callback_url, sender_id: added.sender_id },
    () => `connection  ${added.id}\nsender      ${added.sender_id}`,
  );
}

/** What to do before the provider can reach this server; `last` is the step behind that. */
export function howToBeReached(why: string, last: string): string {
  return [
    '',
    why,
    '  1. Make it reachable over https, e.g. behind a reverse proxy or a tunnel.',
    '  2. Set CARILLON_PUBLIC_URL=https://your.address and start Carillon again.',
    `  3. ${last}`,
    '',
  ].join('\n');
}

/** Has the provider send webhooks here, when this server can be reached and that is wanted. */
export async function subscribeAdded(
  { client, out, options }: Context<{ subscribe?: boolean }>,
  added: AddedConnection,
  words: { address: string; question: string; done: string },
): Promise<void> {
  const later = `carillon connections subscribe ${added.id}`;
  if (added.callback_url === null) {
    const why = 'Receipts and answers come by webhook, and the public address of this server is not known:';
    out.note(howToBeReached(why, `Run: ${later}`));
    return;
  }
  out.note(`\n${words.address}\n`);
  if (!(options.subscribe ?? (out.isInteractive && (await askYes(words.question))))) {
    out.note(`Subscribe later with: ${later}`);
    return;
  }
  try {
    await client.api.POST('/v1/connections/{id}/subscribe', { params: { path: { id: added.id } } });
    out.note(mark(true, words.done));
  } catch (error) {
    // The connection is saved; what is left can be done again, or by hand as the problem says.
    if (!(error instanceof CarillonError)) throw error;
    out.note(mark(false, error.detail || error.message));
    // What is done by hand at the provider is not tried again from here.
    if (error.code !== 'conflict') out.note(`Try again with: ${later}`);
  }
}

/** Tries to add it; in a terminal `askAgain` is asked for what was wrong, and it is tried again. */
export async function addUntilRight<Added>(
  { out }: Context<object>,
  words: string,
  add: () => Promise<Added>,
  askAgain: () => Promise<void>,
): Promise<Added> {
  for (;;) {
    out.note(style('dim', words));
    try {
      return await add();
    } catch (error) {
      if (!(error instanceof CarillonError) || error.errors.length === 0) throw error;
      const isWrong = error.errors.some(({ code }) => code === 'credentials');
      if (isWrong) {
        for (const { message } of error.errors) out.note(mark(false, message));
        out.note('Nothing was saved.');
      }
      // As JSON the error is told once, where scripts look for it.
      if (!out.isInteractive) throw isWrong && !out.isJson ? new BadResult() : error;
      if (!(await askYes('Give them again?'))) throw new BadResult();
      await askAgain();
    }
  }
}
