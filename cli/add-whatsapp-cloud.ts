import { randomBytes } from 'node:crypto';
import { type Answer, dataOf } from '@carillon/sdk';
import { CarillonError } from '@carillon/sdk/error';
import type { operations } from '@carillon/sdk/schema';
import type { Context } from './context.ts';
import { BadResult } from './failure.ts';
import { given } from './options.ts';
import { mark, type Output, style } from './output.ts';
import { askSecret, askText, askYes } from './questions.ts';
import { UsageProblem } from './settings.ts';
import { watchConnection } from './watch-connection.ts';

type Body = operations['addConnection']['requestBody']['content']['application/json'];
type Added = Answer<'addConnection', 201>;

export interface AddOptions {
  phoneNumberId?: string;
  businessAccountId?: string;
  accessToken?: string;
  appSecret?: string;
  verifyToken?: string;
  appId?: string;
  baseUrl?: string;
  apiVersion?: string;
  messagingAccountId?: string;
  directSend?: boolean;
  name?: string;
  force?: boolean;
  subscribe?: boolean;
  wait?: boolean;
  timeout: number;
}

interface Question {
  option: 'phoneNumberId' | 'businessAccountId' | 'accessToken' | 'appSecret' | 'appId';
  /** The field of the API, as its problems point to it. */
  field: keyof Body;
  flag: string;
  variable: string;
  message: string;
  isSecret?: true;
  isOptional?: true;
}

/** What Meta knows and we have to be told, in the order in which its pages show it. */
const questions: Question[] = [
  {
    option: 'phoneNumberId',
    field: 'phone_number_id',
    flag: '--phone-number-id',
    variable: 'WHATSAPP_PHONE_NUMBER_ID',
    message: 'Phone number id (WhatsApp, API setup; not the number itself)',
  },
  {
    option: 'businessAccountId',
    field: 'business_account_id',
    flag: '--business-account-id',
    variable: 'WHATSAPP_BUSINESS_ACCOUNT_ID',
    message: 'WhatsApp Business Account id (WABA id, beside it)',
  },
  {
    option: 'accessToken',
    field: 'access_token',
    flag: '--access-token',
    variable: 'WHATSAPP_ACCESS_TOKEN',
    message: 'Access token (of a system user, so that it does not expire)',
    isSecret: true,
  },
  {
    option: 'appSecret',
    field: 'app_secret',
    flag: '--app-secret',
    variable: 'WHATSAPP_APP_SECRET',
    message: 'App secret (App settings, Basic); webhooks are verified with it',
    isSecret: true,
  },
  {
    option: 'appId',
    field: 'app_id',
    flag: '--app-id',
    variable: 'WHATSAPP_APP_ID',
    message: 'App id (leave empty to find it by the token)',
    isOptional: true,
  },
];

/** Connects an account of the WhatsApp Cloud API, step by step. */
export async function addWhatsAppCloud(context: Context<AddOptions>): Promise<void> {
  const { out, options, client } = context;
  const answers: AddOptions = { ...options };
  const isAsking = out.isInteractive;
  const missing = questions.filter(({ option, isOptional }) => !answers[option] && !isOptional);
  if (!isAsking && missing.length > 0) {
    const needed = missing.map(({ flag, variable }) => `${flag} (${variable})`);
    throw new UsageProblem(
      `These are needed: ${needed.join(', ')}. Set the variables, or run this in a terminal to be asked.`,
    );
  }
  if (isAsking) for (const question of questions) if (!answers[question.option]) await ask(question, answers);
  if (!answers.verifyToken)
    answers.verifyToken = isAsking ? await askVerifyToken() : randomBytes(18).toString('base64url');

  const added = await tryUntilRight(context, answers);
  for (const check of added.checks) if (check.name !== 'webhooks') out.note(mark(check.ok, check.message));
  out.note(mark(true, `Connected as "${added.name}".`));
  const callbackUrl = await subscribe(context, added, answers.verifyToken);
  const isWaiting = options.wait ?? (isAsking && callbackUrl !== null);
  const connection = isWaiting
    ? await watchConnection(client, out, added.id, options.timeout * 1_000)
    : await dataOf(client.api.GET('/v1/connections/{id}', { params: { path: { id: added.id } } }));
  out.result(
    { ...connection, sender_id: added.sender_id },
    () => `connection  ${added.id}\nsender      ${added.sender_id}`,
  );
  if (isWaiting && connection.first_webhook_at === null) throw new BadResult();
}

/** Tries the credentials; in a terminal what is wrong can be given again. */
async function tryUntilRight({ client, out, options }: Context<AddOptions>, answers: AddOptions): Promise<Added> {
  for (;;) {
    out.note(style('dim', 'Trying the credentials…'));
    try {
      return await dataOf(client.api.POST('/v1/connections', { body: bodyOf(answers, options.force) }));
    } catch (error) {
      if (!(error instanceof CarillonError) || error.errors.length === 0 || !out.isInteractive) {
        if (error instanceof CarillonError && isAboutCredentials(error)) sayRefused(out, error);
        throw isAlreadySaid(error, out.isJson) ? new BadResult() : error;
      }
      sayRefused(out, error);
      const wrong = questions.filter(({ field }) => error.errors.some(({ pointer }) => pointer === `/${field}`));
      if (wrong.length === 0 || !(await askYes('Give it again?'))) throw new BadResult();
      for (const question of wrong) await ask(question, answers);
    }
  }
}

function sayRefused(out: Output, refused: CarillonError): void {
  for (const { message } of refused.errors) out.note(mark(false, message));
  out.note('Nothing was saved.');
}

function isAboutCredentials({ errors }: CarillonError): boolean {
  return errors.some(({ code }) => code === 'credentials');
}

function isAlreadySaid(error: unknown, isJson: boolean): boolean {
  return !isJson && error instanceof CarillonError && isAboutCredentials(error);
}

function bodyOf(answers: AddOptions, force: boolean | undefined): Body {
  return {
    provider: 'whatsapp-cloud',
    phone_number_id: answers.phoneNumberId ?? '',
    business_account_id: answers.businessAccountId ?? '',
    access_token: answers.accessToken ?? '',
    app_secret: answers.appSecret ?? '',
    verify_token: answers.verifyToken ?? '',
    ...given({
      app_id: answers.appId || undefined,
      base_url: answers.baseUrl,
      api_version: answers.apiVersion,
      messaging_account_id: answers.messagingAccountId,
      direct_send: answers.directSend,
      name: answers.name,
      force,
    }),
  };
}

async function ask(question: Question, answers: AddOptions): Promise<void> {
  const { option, message, isSecret, isOptional } = question;
  const isKept = !isSecret && answers[option];
  const how = { mayBeEmpty: isOptional ?? false, ...(isKept ? { initial: answers[option] ?? '' } : {}) };
  answers[option] = await (isSecret ? askSecret(message) : askText(message, how));
}

async function askVerifyToken(): Promise<string> {
  const typed = await askSecret('Verify token (any word of yours, without spaces; leave empty to have one made)', {
    mayBeEmpty: true,
  });
  return typed || randomBytes(18).toString('base64url');
}

/** Has Meta send webhooks here, when this server can be reached and that is wanted. Returns the callback URL. */
async function subscribe(
  { client, out, options }: Context<AddOptions>,
  added: Added,
  verifyToken: string,
): Promise<string | null> {
  if (added.callback_url === null) {
    out.note(
      [
        '',
        'Receipts and answers come by webhook, and the public address of this server is not known:',
        '  1. Make it reachable over https, e.g. behind a reverse proxy or a tunnel.',
        '  2. Set CARILLON_PUBLIC_URL=https://your.address and start Carillon again.',
        `  3. Run: carillon connections subscribe ${added.id} --wait`,
        `Meta will then call https://your.address${added.webhook_path}`,
        '',
      ].join('\n'),
    );
    return null;
  }
  out.note(`\nCallback URL: ${added.callback_url}\n`);
  const isWanted =
    options.subscribe ??
    (out.isInteractive && (await askYes('Have Meta send the webhooks of this account there now?')));
  if (isWanted) {
    try {
      await client.api.POST('/v1/connections/{id}/subscribe', { params: { path: { id: added.id } } });
      out.note(mark(true, 'The webhooks of the account are subscribed.'));
    } catch (error) {
      // The connection is saved; what is left can be done again.
      if (!(error instanceof CarillonError)) throw error;
      out.note(
        `${mark(false, error.detail || error.message)}\nTry again with: carillon connections subscribe ${added.id}`,
      );
    }
  } else if (!options.verifyToken) {
    out.note(`To set it up by hand, this is the verify token: ${verifyToken}`);
  } else {
    out.note(`Subscribe later with: carillon connections subscribe ${added.id}`);
  }
  return added.callback_url;
}
