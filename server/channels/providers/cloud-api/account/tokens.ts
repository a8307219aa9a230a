import { appOf } from './app-token.ts';
import { type Account, askGraph } from './asking.ts';
import { flag, listOrNone, number, object, optional, text, word } from './reading.ts';

const inspected = object({
  appId: optional(text),
  type: optional(word),
  application: optional(text),
  isValid: flag,
  expiresAt: optional(number),
  dataAccessExpiresAt: optional(number),
  scopes: listOrNone(text),
  granularScopes: listOrNone(object({ scope: text, targetIds: listOrNone(text) })),
  userId: optional(text),
});

/** What a token is good for. */
export interface TokenReport extends Omit<ReturnType<typeof inspected>, 'expiresAt' | 'dataAccessExpiresAt'> {
  /** Null: never. */
  expiresAt: Temporal.Instant | null;
}

/** What Meta knows of a token, by default the connection's own. A token that does not work is an answer too. */
export async function inspectToken(account: Account, token = account.secrets.accessToken): Promise<TokenReport> {
  const call = { path: 'debug_token', query: { input_token: token } };
  const { data } = await askGraph(account, call, object({ data: inspected }));
  const { expiresAt, dataAccessExpiresAt: _, ...rest } = data;
  // 0 says that it does not expire.
  return { ...rest, expiresAt: expiresAt ? Temporal.Instant.fromEpochMilliseconds(expiresAt * 1000) : null };
}

/** The token for the account of a customer who has just signed up with the app, for the code that the sign-up gave. */
export async function exchangeCode(account: Account, code: string): Promise<string> {
  const { appId, token, secret } = appOf(account);
  const query = { client_id: appId, client_secret: secret, code };
  const call = { path: 'oauth/access_token', query, app: { token, secret } };
  return (await askGraph(account, call, object({ accessToken: text }))).accessToken;
}
