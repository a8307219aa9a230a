import { type Answer, dataOf } from '@carillon/sdk';
import { CarillonError } from '@carillon/sdk/error';
import type { operations } from '@carillon/sdk/schema';
import { type Command, Option } from 'commander';
import { sayAdded, showAdded, subscribeAdded } from './added-connection.ts';
import { action, type Context } from './context.ts';
import { BadResult } from './failure.ts';
import { given, oneOf } from './options.ts';
import { mark, type Output, style } from './output.ts';
import { askSecret, askText, askYes } from './questions.ts';
import { UsageProblem } from './settings.ts';

type Body = operations['addTwilioConnection']['requestBody']['content']['application/json'];
type Added = Answer<'addTwilioConnection', 201>;

interface AddTwilioOptions {
  channel: Body['channel'];
  accountSid?: string;
  authToken?: string;
  apiKeySid?: string;
  apiKeySecret?: string;
  sender?: string;
  smartEncoding?: boolean;
  baseUrl?: string;
  name?: string;
  force?: boolean;
  subscribe?: boolean;
}

interface Question {
  option: 'accountSid' | 'authToken' | 'sender';
  /** The field of the API, as its problems point to it. */
  field: keyof Body;
  flag: string;
  variable: string;
  message: string;
  isSecret?: true;
}

const questions: Question[] = [
  {
    option: 'accountSid',
    field: 'account_sid',
    flag: '--account-sid',
    variable: 'TWILIO_ACCOUNT_SID',
    message: 'Account SID (AC…, on the first page of the Twilio console)',
  },
  {
    option: 'authToken',
    field: 'auth_token',
    flag: '--auth-token',
    variable: 'TWILIO_AUTH_TOKEN',
    message: 'Auth token (beside it); webhooks are verified with it',
    isSecret: true,
  },
  {
    option: 'sender',
    field: 'sender',
    flag: '--sender',
    variable: 'TWILIO_SENDER',
    message: 'Number with + and country code, or the SID of a messaging service (MG…)',
  },
];

/** The command below `connections add`. */
export function addTwilioCommand(add: Command): void {
  const secret = 'better in the environment: others can see arguments';
  add
    .command('twilio')
    .description('connect an account of Twilio, for SMS or WhatsApp; asks for what is not given')
    .addOption(
      new Option('--channel <channel>', 'sms or whatsapp')
        .env('TWILIO_CHANNEL')
        .default('sms')
        .argParser(oneOf(['sms', 'whatsapp'])),
    )
    .addOption(new Option('--account-sid <sid>', 'from the Twilio console').env('TWILIO_ACCOUNT_SID'))
    .addOption(new Option('--auth-token <token>', secret).env('TWILIO_AUTH_TOKEN'))
    .addOption(new Option('--api-key-sid <sid>', 'to call with a key in place of the token').env('TWILIO_API_KEY_SID'))
    .addOption(new Option('--api-key-secret <secret>', secret).env('TWILIO_API_KEY_SECRET'))
    .addOption(new Option('--sender <number or sid>', 'a number, or a messaging service').env('TWILIO_SENDER'))
    .addOption(
      new Option('--base-url <address>', 'of what speaks like Twilio, e.g. the sandbox').env('TWILIO_BASE_URL'),
    )
    .option('--smart-encoding', 'have Twilio write SMS so that they need fewer segments')
    .option('--name <name>', 'else the name of the account')
    .option('--force', 'save although a check fails')
    .option('--subscribe', 'have messages to the number sent here (asked in a terminal)')
    .option('--no-subscribe', 'do not')
    .action(action<AddTwilioOptions>((context) => addTwilio(context)));
}

/** Connects an account of Twilio, step by step. */
async function addTwilio(context: Context<AddTwilioOptions>): Promise<void> {
  const { out, options } = context;
  const answers: AddTwilioOptions = { ...options };
  const missing = questions.filter(({ option }) => !answers[option]);
  if (!out.isInteractive && missing.length > 0) {
    const needed = missing.map(({ flag, variable }) => `${flag} (${variable})`);
    throw new UsageProblem(
      `These are needed: ${needed.join(', ')}. Set the variables, or run this in a terminal to be asked.`,
    );
  }
  for (const question of missing) await ask(question, answers);

  const added = await tryUntilRight(context, answers);
  sayAdded(out, added);
  await subscribeAdded(context, added, {
    address: `Receipts come to ${added.callback_url} by themselves.`,
    question: 'Have Twilio send messages to this number there, too?',
    done: 'Messages to the number come here.',
  });
  await showAdded(context, added);
}

/** Tries the credentials; in a terminal what is wrong can be given again. */
async function tryUntilRight({ client, out }: Context<AddTwilioOptions>, answers: AddTwilioOptions): Promise<Added> {
  for (;;) {
    out.note(style('dim', 'Trying the credentials…'));
    try {
      return await dataOf(client.api.POST('/v1/connections/twilio', { body: bodyOf(answers) }));
    } catch (error) {
      if (!(error instanceof CarillonError) || !isAboutCredentials(error)) throw error;
      sayRefused(out, error);
      const wrong = questions.filter(({ field }) => error.errors.some(({ pointer }) => pointer === `/${field}`));
      if (!out.isInteractive && out.isJson) throw error;
      if (!out.isInteractive || wrong.length === 0 || !(await askYes('Give it again?'))) throw new BadResult();
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

function bodyOf(answers: AddTwilioOptions): Body {
  return {
    channel: answers.channel,
    account_sid: answers.accountSid ?? '',
    auth_token: answers.authToken ?? '',
    sender: answers.sender ?? '',
    ...given({
      api_key_sid: answers.apiKeySid,
      api_key_secret: answers.apiKeySecret,
      smart_encoding: answers.smartEncoding,
      base_url: answers.baseUrl,
      name: answers.name,
      force: answers.force,
    }),
  };
}

async function ask({ option, message, isSecret }: Question, answers: AddTwilioOptions): Promise<void> {
  const before = answers[option];
  answers[option] = await (isSecret ? askSecret(message) : askText(message, before ? { initial: before } : {}));
}
