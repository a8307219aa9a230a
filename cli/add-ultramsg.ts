import { type Answer, dataOf } from '@carillon/sdk';
import type { operations } from '@carillon/sdk/schema';
import { type Command, Option } from 'commander';
import { addUntilRight, sayAdded, showAdded, subscribeAdded } from './added-connection.ts';
import { action, type Context } from './context.ts';
import { given } from './options.ts';
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
  const { out, options } = context;
  const answers: AddUltramsgOptions = { ...options };
  if (!out.isInteractive && (!answers.instanceId || !answers.token)) {
    throw new UsageProblem(
      'These are needed: --instance-id (ULTRAMSG_INSTANCE_ID), --token (ULTRAMSG_TOKEN). Set the variables, or run this in a terminal to be asked.',
    );
  }
  if (!answers.instanceId) answers.instanceId = await askText('Instance id (on the page of the instance at UltraMsg)');
  if (!answers.token) answers.token = await askSecret('Token (beside it)');

  const added = await tryUntilRight(context, answers);
  sayAdded(out, added);
  const isLinked = added.checks.every(({ name, ok }) => ok || name !== 'phone');
  if (!isLinked && (options.qr ?? (out.isInteractive && (await askYes('Show the QR code to link a phone now?')))))
    await showQr(context, added.id, undefined);
  await subscribeAdded(context, added, {
    address: `Address for webhooks, shown this once (whoever knows it can pretend to be UltraMsg):\n${added.callback_url}`,
    question: 'Have UltraMsg send the webhooks of this instance there now?',
    done: 'The webhooks of the instance come here.',
  });
  await showAdded(context, added);
}

/** Tries the token; in a terminal what is wrong can be given again. */
function tryUntilRight(context: Context<AddUltramsgOptions>, answers: AddUltramsgOptions): Promise<Added> {
  const add = () => {
    const body: Body = {
      instance_id: answers.instanceId ?? '',
      token: answers.token ?? '',
      ...given({ base_url: answers.baseUrl, name: answers.name, force: answers.force }),
    };
    return dataOf(context.client.api.POST('/v1/connections/ultramsg', { body }));
  };
  return addUntilRight(context, 'Trying the token…', add, async () => {
    answers.instanceId = await askText('Instance id', { initial: answers.instanceId ?? '' });
    answers.token = await askSecret('Token');
  });
}
