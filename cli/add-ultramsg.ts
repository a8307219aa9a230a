import { type Answer, dataOf } from '@carillon/sdk';
import { CarillonError } from '@carillon/sdk/error';
import type { operations } from '@carillon/sdk/schema';
import { type Command, Option } from 'commander';
import { action, type Context } from './context.ts';
import { BadResult } from './failure.ts';
import { given } from './options.ts';
import { mark, style } from './output.ts';
import { askSecret, askText, askYes } from './questions.ts';
import { UsageProblem } from './settings.ts';
import { showQr } from './qr.ts';

type Body = operations['addUltramsgConnection']['requestBody']['content']['application/json'];
type Added = Answer<'addUltramsgConnection', 201>;

interface AddUltramsgOptions {
  instanceId?: string;
  token?: string;
  baseUrl?: string;
  name?: string;
  force?: boolean;
  subscribe?: boolean;
  qr?: boolean;
}

/** The command below `connections add`. */
export function addUltramsgCommand(add: Command): void {
  add
    .command('ultramsg')
    .description('connect an instance of UltraMsg (unofficial); asks for what is not given')
    .addOption(new Option('--instance-id <id>', 'on the page of the instance').env('ULTRAMSG_INSTANCE_ID'))
    .addOption(
      new Option('--token <token>', 'better in the environment: others can see arguments').env('ULTRAMSG_TOKEN'),
    )
    .addOption(
      new Option('--base-url <address>', 'of what speaks like UltraMsg, e.g. the sandbox').env('ULTRAMSG_BASE_URL'),
    )
    .option('--name <name>', 'else the name of the account')
    .option('--force', 'save although a check fails')
    .option('--subscribe', 'have the webhooks sent here (asked in a terminal)')
    .option('--no-subscribe', 'do not')
    .option('--qr', 'show the QR code when no phone is linked (asked in a terminal)')
    .option('--no-qr', 'do not')
    .action(action<AddUltramsgOptions>((context) => addUltramsg(context)));
}

/** Connects an instance of UltraMsg, step by step: the token, the phone, the webhooks. */
async function addUltramsg(context: Context<AddUltramsgOptions>): Promise<void> {
  const { out, options, client } = context;
  const answers: AddUltramsgOptions = { ...options };
  if (!out.isInteractive && (!answers.instanceId || !answers.token)) {
    throw new UsageProblem(
      'These are needed: --instance-id (ULTRAMSG_INSTANCE_ID), --token (ULTRAMSG_TOKEN). Set the variables, or run this in a terminal to be asked.',
    );
  }
  if (!answers.instanceId) answers.instanceId = await askText('Instance id (on the page of the instance at UltraMsg)');
  if (!answers.token) answers.token = await askSecret('Token (beside it)');

  const added = await tryUntilRight(context, answers);
  for (const check of added.checks) if (check.name !== 'webhooks') out.note(mark(check.ok, check.message));
  out.note(mark(true, `Connected as "${added.name}".`));
  if (added.warning) out.note(style('yellow', added.warning));
  const isLinked = added.checks.every(({ name, ok }) => ok || name !== 'phone');
  if (!isLinked && (options.qr ?? (out.isInteractive && (await askYes('Show the QR code to link a phone now?')))))
    await showQr(context, added.id, undefined);
  await subscribe(context, added);
  const connection = await dataOf(client.api.GET('/v1/connections/{id}', { params: { path: { id: added.id } } }));
  out.result(
    { ...connection, callback_url: added.callback_url, sender_id: added.sender_id },
    () => `connection  ${added.id}\nsender      ${added.sender_id}`,
  );
}

/** Tries the token; in a terminal what is wrong can be given again. */
async function tryUntilRight(
  { client, out, options }: Context<AddUltramsgOptions>,
  answers: AddUltramsgOptions,
): Promise<Added> {
  for (;;) {
    out.note(style('dim', 'Trying the token…'));
    const body: Body = {
      instance_id: answers.instanceId ?? '',
      token: answers.token ?? '',
      ...given({ base_url: answers.baseUrl, name: answers.name, force: options.force }),
    };
    try {
      return await dataOf(client.api.POST('/v1/connections/ultramsg', { body }));
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
      answers.instanceId = await askText('Instance id', { initial: answers.instanceId ?? '' });
      answers.token = await askSecret('Token');
    }
  }
}

/** Has UltraMsg send webhooks here, when this server can be reached and that is wanted. */
async function subscribe({ client, out, options }: Context<AddUltramsgOptions>, added: Added): Promise<void> {
  if (added.callback_url === null) {
    out.note(
      [
        '',
        'Receipts and answers come by webhook, and the public address of this server is not known:',
        '  1. Make it reachable over https, e.g. behind a reverse proxy or a tunnel.',
        '  2. Set CARILLON_PUBLIC_URL=https://your.address and start Carillon again.',
        `  3. Run: carillon connections subscribe ${added.id}`,
        '',
      ].join('\n'),
    );
    return;
  }
  out.note(
    `\nAddress for webhooks, shown this once (whoever knows it can pretend to be UltraMsg):\n${added.callback_url}\n`,
  );
  const isWanted =
    options.subscribe ??
    (out.isInteractive && (await askYes('Have UltraMsg send the webhooks of this instance there now?')));
  if (!isWanted) {
    out.note(`Subscribe later with: carillon connections subscribe ${added.id}`);
    return;
  }
  try {
    await client.api.POST('/v1/connections/{id}/subscribe', { params: { path: { id: added.id } } });
    out.note(mark(true, 'The webhooks of the instance come here.'));
  } catch (error) {
    // The connection is saved; what is left can be done again.
    if (!(error instanceof CarillonError)) throw error;
    out.note(
      `${mark(false, error.detail || error.message)}\nTry again with: carillon connections subscribe ${added.id}`,
    );
  }
}
