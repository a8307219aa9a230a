import type { FastifyInstance } from 'fastify';
import type { Settings } from '#control/settings.ts';
import type { WebhookQueue } from '#webhooks/queue.ts';
import { accessToNumber } from '#cloud-api/access.ts';
import { requireText, shown } from '#cloud-api/checks.ts';
import type { BusinessNumber, Credentials } from '#cloud-api/credentials.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import { fieldsOf } from '#cloud-api/request-body.ts';
import type { ContactBook } from '#people/contact-book.ts';
import type { People } from '#people/people.ts';
import type { AccountStates } from './account-states.ts';
import type { NumberStates } from './number-states.ts';

interface Deps {
  credentials: Credentials;
  settings: Settings;
  numbers: NumberStates;
  accounts: AccountStates;
  people: People;
  contactBook: ContactBook;
  webhooks: WebhookQueue;
}

type ById = { Params: { id: string } };

/** The names under which a business can be found instead of by its number. */
export function usernameRoutes(app: FastifyInstance, deps: Deps): void {
  const { numbers, credentials, webhooks } = deps;

  app.get<ById>('/:id/username', (request) => {
    const { username } = numbers.of(accessToNumber(request, request.params.id, deps).phone_number_id);
    return username === null ? { status: 'deleted' } : { username, status: 'approved' };
  });

  app.post<ById>('/:id/username', (request) => {
    const number = accessToNumber(request, request.params.id, deps);
    const fields = fieldsOf(request);
    const username = requireText(fields, 'username', 'username', 100).toLowerCase();
    const problem = usernameProblem(username);
    if (problem !== undefined) throw new GraphError(100, `Param username ${problem}.`);
    const tier = deps.accounts.messagingLimit;
    if (tier === 'TIER_50' || tier === 'TIER_250') {
      throw new GraphError(147002, 'The portfolio needs a messaging limit of at least 2000 for a username.');
    }
    const owner = credentials.phone_numbers.find((each) => numbers.of(each.phone_number_id).username === username);
    if (deps.settings.page_usernames.includes(username)) {
      throw new GraphError(147003, 'The username belongs to a Facebook Page: link it to the portfolio first.');
    }
    if (deps.settings.instagram_usernames.includes(username)) {
      throw new GraphError(147004, 'The username belongs to an Instagram account: link it to the portfolio first.');
    }
    if (deps.people.findByUsername(username)) throw new GraphError(147001, 'The username is taken.');
    if (owner && owner !== number) {
      if (shown(fields['transfer_action'] ?? 'none') !== 'force_transfer') {
        throw new GraphError(147005, 'The username belongs to another number of the portfolio: use force_transfer.');
      }
      remove(owner);
    }
    numbers.change(number.phone_number_id, { username });
    tell(number, { username, status: 'approved' });
    return { success: true };
  });

  app.delete<ById>('/:id/username', (request) => {
    const number = accessToNumber(request, request.params.id, deps);
    if (numbers.of(number.phone_number_id).username !== null) remove(number);
    return { success: true };
  });

  app.delete<ById>('/:id/contact_book', (request) => {
    accessToNumber(request, request.params.id, deps);
    const userId = requireText(fieldsOf(request), 'bsuid', 'bsuid', 150);
    const person = deps.people.findByUserId(userId);
    if (!person) throw new GraphError(131009, 'Param bsuid is not a user id of this business portfolio.');
    deps.contactBook.forget(person);
    return { success: true };
  });

  app.get<ById>('/:id/username_suggestions', (request) => {
    const { verified_name } = accessToNumber(request, request.params.id, deps);
    const word = verified_name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '.')
      .replaceAll(/^\.+|\.+$/g, '')
      .slice(0, 25);
    const name = /[a-z]/.test(word) && word.length >= 3 ? word : `shop.${word}`;
    return { data: [{ username_suggestions: [name, `${name}.official`, `hello.${name}`].filter(isFree) }] };
  });

  function isFree(username: string): boolean {
    const isOurs = credentials.phone_numbers.some((each) => numbers.of(each.phone_number_id).username === username);
    return !isOurs && deps.people.findByUsername(username) === undefined && usernameProblem(username) === undefined;
  }

  function remove(number: BusinessNumber): void {
    numbers.change(number.phone_number_id, { username: null });
    tell(number, { status: 'deleted' });
  }

  function tell(number: BusinessNumber, more: { username?: string; status: string }): void {
    webhooks.tellAccount(number.waba_id, 'business_username_updates', {
      messaging_product: 'whatsapp',
      display_phone_number: number.display_phone_number.replaceAll(/\D/g, ''),
      ...more,
    });
  }
}

/** Why a text cannot be a username, or undefined. */
export function usernameProblem(username: string): string | undefined {
  if (!/^[a-z0-9._]{3,35}$/.test(username)) return 'must have 3 to 35 of a-z, 0-9, . and _';
  if (!/[a-z]/.test(username)) return 'must have a letter';
  if (username.startsWith('.') || username.endsWith('.') || username.includes('..')) {
    return 'cannot begin or end with a dot or have two in a row';
  }
  if (username.startsWith('www')) return 'cannot begin with www';
  return /\.(com|net|org|io|de|uk|in|br|shop|app|html?|php)$/.test(username) ? 'cannot look like a domain' : undefined;
}
