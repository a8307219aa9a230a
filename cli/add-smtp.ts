import { type Answer, dataOf } from '@carillon/sdk';
import type { operations } from '@carillon/sdk/schema';
import { type Command, Option } from 'commander';
import { addUntilRight, howToBeReached, sayAdded, showAdded } from './added-connection.ts';
import { action, type Context } from './context.ts';
import { given, oneOf, readNumber } from './options.ts';
import { askSecret, askText } from './questions.ts';
import { UsageProblem } from './settings.ts';

type Body = operations['addSmtpConnection']['requestBody']['content']['application/json'];
type Added = Answer<'addSmtpConnection', 201>;

interface AddSmtpOptions {
  host?: string;
  port?: number;
  tls?: NonNullable<Body['tls']>;
  user?: string;
  password?: string;
  from?: string;
  fromName?: string;
  bounceAddress?: string;
  name?: string;
  force?: boolean;
}

/** The command below `connections add`. */
export function addSmtpCommand(add: Command): void {
  add
    .command('smtp')
    .description('connect an SMTP server for e-mail; asks for what is not given')
    .addOption(new Option('--host <name>', 'of the server, e.g. smtp.example.com').env('SMTP_HOST'))
    .option('--port <number>', '465 for implicit TLS, else 587', (text) => readNumber(text, 1, 65_535))
    .option(
      '--tls <way>',
      'starttls, implicit, or none (to this machine only)',
      oneOf(['starttls', 'implicit', 'none']),
    )
    .addOption(new Option('--user <name>', 'signs in').env('SMTP_USER'))
    .addOption(
      new Option('--password <password>', 'better in the environment: others can see arguments').env('SMTP_PASSWORD'),
    )
    .addOption(new Option('--from <address>', 'that messages are sent from').env('SMTP_FROM'))
    .option('--from-name <name>', 'as people see the sender')
    .option('--bounce-address <address>', 'of the mailbox for bounces; else the sender')
    .option('--name <name>', 'of the connection')
    .option('--force', 'save although a check fails')
    .action(action<AddSmtpOptions>((context) => addSmtp(context)));
}

/** Connects a server for mail: where it is, who signs in, who sends. */
async function addSmtp(context: Context<AddSmtpOptions>): Promise<void> {
  const { out, options } = context;
  const answers: AddSmtpOptions = { ...options };
  if (!out.isInteractive && !(answers.host && answers.user && answers.password && answers.from)) {
    throw new UsageProblem(
      'These are needed: --host (SMTP_HOST), --user (SMTP_USER), --password (SMTP_PASSWORD), --from (SMTP_FROM). Set the variables, or run this in a terminal to be asked.',
    );
  }
  if (!answers.host) answers.host = await askText('Server, e.g. smtp.example.com');
  if (!answers.user) answers.user = await askText('User name');
  if (!answers.password) answers.password = await askSecret('Password (often one made for programs)');
  if (!answers.from) answers.from = await askText('Address that messages are sent from');
  const added = await tryUntilRight(context, answers);
  sayAdded(out, added);
  out.note(howMailComes(added));
  await showAdded(context, added);
}

/** Signs in; in a terminal what is wrong can be given again. */
function tryUntilRight(context: Context<AddSmtpOptions>, answers: AddSmtpOptions): Promise<Added> {
  const add = () => dataOf(context.client.api.POST('/v1/connections/smtp', { body: bodyOf(answers) }));
  return addUntilRight(context, 'Signing in…', add, async () => {
    answers.host = await askText('Server', { initial: answers.host ?? '' });
    answers.user = await askText('User name', { initial: answers.user ?? '' });
    answers.password = await askSecret('Password');
  });
}

function bodyOf(answers: AddSmtpOptions): Body {
  return {
    host: answers.host ?? '',
    user: answers.user ?? '',
    password: answers.password ?? '',
    from: answers.from ?? '',
    ...given({
      port: answers.port,
      tls: answers.tls,
      from_name: answers.fromName,
      bounce_address: answers.bounceAddress,
      name: answers.name,
      force: answers.force,
    }),
  };
}

function howMailComes({ callback_url: address }: Added): string {
  if (address === null) {
    const why = 'Bounces, answers and one-click unsubscribing need the public address of this server:';
    return howToBeReached(why, 'Have the mailboxes pass their mail on, as docs/email.md says.');
  }
  return `\nAddress that mailboxes pass their mail on to, shown this once (whoever knows it can pretend to be them):\n${address}\ndocs/email.md says how.\n`;
}
