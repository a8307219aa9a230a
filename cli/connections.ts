import { type CarillonClient, dataOf } from '@carillon/sdk';
import { type Command, Option } from 'commander';
import { addSmtpCommand } from './add-smtp.ts';
import { addTwilioCommand } from './add-twilio.ts';
import { addUltramsgCommand } from './add-ultramsg.ts';
import { addWhatsAppCloud, type AddOptions } from './add-whatsapp-cloud.ts';
import { action } from './context.ts';
import { BadResult } from './failure.ts';
import {
  given,
  oneOf,
  type PageOptions,
  pageHint,
  pageOptions,
  pageQuery,
  readInstant,
  readNumber,
} from './options.ts';
import { localTime, mark, style } from './output.ts';
import { showQr } from './qr.ts';
import { askSecret, confirmed } from './questions.ts';
import { UsageProblem } from './settings.ts';
import { hasChallenge, watchConnection } from './watch-connection.ts';

interface RotateOptions {
  accessToken?: string;
  appSecret?: string;
  verifyToken?: string;
  dropPreviousAppSecret?: boolean;
  force?: boolean;
}

interface ChangeOptions {
  directSend?: 'on' | 'off';
  messagingAccountId?: string;
  /** False when it is to be taken away. */
  messagingAccount: boolean;
}

const waitSeconds = 600;
const breakerStates = ['automatic', 'forced_open', 'forced_closed'] as const;
type BreakerState = (typeof breakerStates)[number];

export function addConnectionCommands(program: Command): void {
  const connections = program.command('connections').description('accounts at providers');

  pageOptions(connections.command('list').description('list the connections with their health')).action(
    action<PageOptions>(async ({ client, out, options }) => {
      const page = await dataOf(client.api.GET('/v1/connections', { params: { query: pageQuery(options) } }));
      const words = page.data.map((one) =>
        [
          `${style('bold', one.name)}  ${style('dim', `${one.provider} ${one.api_version}  ${one.id}`)}`,
          ...(one.warning === null ? [] : [`  ${style('yellow', one.warning)}`]),
          `  ${mark(one.health.state === 'ok', one.health.detail)}`,
          `  ${style('dim', 'webhooks')}  ${hasChallenge(one) ? `challenge ${localTime(one.challenge_seen_at)}, ` : ''}first ${localTime(one.first_webhook_at)}, last ${localTime(one.last_webhook_at)}`,
          sendingWords(one),
          ...one.senders.map(
            (sender) =>
              `  ${style('dim', 'sender')}    ${sender.phone ?? sender.external_id}  ${sender.status}  ${style('dim', sender.id)}`,
          ),
        ].join('\n'),
      );
      out.result(
        page,
        () =>
          (words.join('\n\n') || 'There are no connections yet: carillon connections add whatsapp-cloud') +
          pageHint(page),
      );
    }),
  );

  const add = connections.command('add').description('connect an account of a provider');
  addSmtpCommand(add);
  addTwilioCommand(add);
  addUltramsgCommand(add);

  add
    .command('whatsapp-cloud')
    .description("connect a number of Meta's WhatsApp Cloud API; asks for what is not given")
    .addOption(new Option('--phone-number-id <id>', 'from WhatsApp, API setup').env('WHATSAPP_PHONE_NUMBER_ID'))
    .addOption(
      new Option('--waba-id, --business-account-id <id>', 'of the WhatsApp Business Account').env(
        'WHATSAPP_BUSINESS_ACCOUNT_ID',
      ),
    )
    .addOption(
      new Option('--access-token <token>', 'better in the environment: others can see arguments').env(
        'WHATSAPP_ACCESS_TOKEN',
      ),
    )
    .addOption(
      new Option('--app-secret <secret>', 'better in the environment: others can see arguments').env(
        'WHATSAPP_APP_SECRET',
      ),
    )
    .addOption(
      new Option('--verify-token <token>', 'any word of yours, without spaces; made up when absent').env(
        'WHATSAPP_VERIFY_TOKEN',
      ),
    )
    .addOption(new Option('--app-id <id>', 'found by the token when absent').env('WHATSAPP_APP_ID'))
    .addOption(
      new Option('--base-url <address>', 'of what speaks like the Graph API, e.g. the sandbox').env(
        'WHATSAPP_BASE_URL',
      ),
    )
    .addOption(new Option('--api-version <version>', 'of the Graph API, e.g. v25.0').env('WHATSAPP_API_VERSION'))
    .addOption(
      new Option('--messaging-account-id <id>', 'that messages are sent for, where the number has several').env(
        'WHATSAPP_MESSAGING_ACCOUNT_ID',
      ),
    )
    .option('--direct-send', 'Meta lets this account use Direct Send')
    .option('--name <name>', "else the number's verified name")
    .option('--force', 'save although a check fails')
    .option('--subscribe', 'have the webhooks sent here (asked in a terminal)')
    .option('--no-subscribe', 'do not')
    .option('--wait', 'wait for the challenge and the first webhook (usual in a terminal)')
    .option('--no-wait', 'do not')
    .option('--timeout <seconds>', 'how long to wait', (text) => readNumber(text, 1, 86_400), waitSeconds)
    .action(action<AddOptions>((context) => addWhatsAppCloud(context)));

  connections
    .command('qr')
    .description('show the QR code that links a phone to an instance of UltraMsg')
    .argument('[id]', 'not needed when there is one')
    .option('--output <file>', 'write it there as a PNG')
    .action(
      action<{ output?: string }, [string | undefined]>(async (context, told) =>
        showQr(context, await idOf(context.client, told), context.options.output),
      ),
    );

  connections
    .command('check')
    .description('try the credentials again')
    .argument('[id]', 'not needed when there is one')
    .action(
      action<object, [string | undefined]>(async ({ client, out }, told) => {
        const id = await idOf(client, told);
        const found = await dataOf(client.api.POST('/v1/connections/{id}/check', { params: { path: { id } } }));
        const connection = await dataOf(client.api.GET('/v1/connections/{id}', { params: { path: { id } } }));
        const { challenge_seen_at: challenge, first_webhook_at: first, last_webhook_at: last } = connection;
        const seen = [
          ...(hasChallenge(connection) ? [sayChallenge(challenge)] : []),
          mark(first !== null, first ? `Webhooks come; the last at ${localTime(last)}.` : 'No webhook came yet.'),
        ];
        out.result({ ...found, challenge_seen_at: challenge, first_webhook_at: first, last_webhook_at: last }, () =>
          [...found.checks.map(({ ok, message }) => mark(ok, message)), ...seen].join('\n'),
        );
        if (found.checks.some(({ ok }) => !ok)) throw new BadResult();
      }),
    );

  connections
    .command('subscribe')
    .description('have the provider send the webhooks of the account here')
    .argument('[id]', 'not needed when there is one')
    .option('--wait', 'wait for the challenge and the first webhook')
    .option('--timeout <seconds>', 'how long to wait', (text) => readNumber(text, 1, 86_400), waitSeconds)
    .action(
      action<{ wait?: boolean; timeout: number }, [string | undefined]>(async ({ client, out, options }, told) => {
        const id = await idOf(client, told);
        const answer = await dataOf(client.api.POST('/v1/connections/{id}/subscribe', { params: { path: { id } } }));
        out.result(answer, mark(true, `Webhooks go to ${answer.callback_url}`));
        if (!options.wait) return;
        if ((await watchConnection(client, out, id, options.timeout * 1_000)).first_webhook_at === null)
          throw new BadResult();
      }),
    );

  connections
    .command('rotate')
    .description(
      'replace secrets; what is not given stays, and webhooks signed with the old app secret are taken until it is dropped',
    )
    .argument('[id]', 'not needed when there is one')
    .addOption(new Option('--access-token <token>', 'the new one').env('WHATSAPP_ACCESS_TOKEN'))
    .addOption(new Option('--app-secret <secret>', 'the new one').env('WHATSAPP_APP_SECRET'))
    .addOption(new Option('--verify-token <token>', 'the new one').env('WHATSAPP_VERIFY_TOKEN'))
    .option('--drop-previous-app-secret', 'take no webhooks signed with the old one any more')
    .option('--force', 'save although a check fails')
    .action(
      action<RotateOptions, [string | undefined]>(async ({ client, out, options }, told) => {
        const id = await idOf(client, told);
        const { accessToken, appSecret, verifyToken, dropPreviousAppSecret, force } = options;
        let changes = { access_token: accessToken, app_secret: appSecret, verify_token: verifyToken };
        const isNothing = Object.values(changes).every((value) => !value) && !dropPreviousAppSecret;
        if (isNothing && !out.isInteractive)
          throw new UsageProblem(
            'Give what is new: --access-token, --app-secret, --verify-token or --drop-previous-app-secret.',
          );
        if (isNothing) {
          const ask = async (what: string) =>
            (await askSecret(`New ${what} (leave empty to keep the old one)`, { mayBeEmpty: true })) || undefined;
          changes = {
            access_token: await ask('access token'),
            app_secret: await ask('app secret'),
            verify_token: await ask('verify token'),
          };
        }
        const body = given({ ...changes, drop_previous_app_secret: dropPreviousAppSecret, force });
        const found = await dataOf(client.api.PUT('/v1/connections/{id}/secrets', { params: { path: { id } }, body }));
        out.result(found, () => found.checks.map(({ ok, message }) => mark(ok, message)).join('\n'));
      }),
    );

  connections
    .command('change')
    .description('change how messages are sent by the account; what is not given stays')
    .argument('[id]', 'not needed when there is one')
    .option('--direct-send <on or off>', 'whether Meta lets this account use Direct Send', oneOf(['on', 'off']))
    .option('--messaging-account-id <id>', 'that messages are sent for, where the number has several')
    .option('--no-messaging-account', 'say nothing of a messaging account any more')
    .action(
      action<ChangeOptions, [string | undefined]>(async ({ client, out, options }, told) => {
        const { directSend, messagingAccount, messagingAccountId } = options;
        if (!messagingAccount && messagingAccountId !== undefined)
          throw new UsageProblem('Give one of: --messaging-account-id, --no-messaging-account.');
        const body = given({
          direct_send: directSend && directSend === 'on',
          messaging_account_id: messagingAccount ? messagingAccountId : null,
        });
        if (Object.keys(body).length === 0)
          throw new UsageProblem(
            'Give what is to change: --direct-send, --messaging-account-id or --no-messaging-account.',
          );
        const id = await idOf(client, told);
        const connection = await dataOf(client.api.PATCH('/v1/connections/{id}', { params: { path: { id } }, body }));
        out.result(connection, () =>
          [mark(true, `${connection.name} was changed.`), sendingWords(connection)].join('\n'),
        );
      }),
    );

  connections
    .command('pause')
    .description('hold everything that its senders would send')
    .argument('<id>')
    .requiredOption('--reason <words>', 'why; it is shown with what is held')
    .action(
      action<{ reason: string }, [string]>(async ({ client, out, options }, id) => {
        const body = { reason: options.reason };
        const connection = await dataOf(
          client.api.POST('/v1/connections/{id}/pause', { params: { path: { id } }, body }),
        );
        out.result(connection, mark(true, `${connection.name} is ${connection.status}.`));
      }),
    );

  connections
    .command('resume')
    .description('let its senders send again')
    .argument('<id>')
    .action(
      action<object, [string]>(async ({ client, out }, id) => {
        const connection = await dataOf(client.api.POST('/v1/connections/{id}/resume', { params: { path: { id } } }));
        out.result(connection, mark(true, `${connection.name} is ${connection.status}.`));
      }),
    );

  connections
    .command('breaker')
    .description('force the breaker of an account open or closed, or let it decide again')
    .argument('<id>')
    .argument('<state>', breakerStates.join(', '), oneOf(breakerStates))
    .requiredOption('--reason <words>', 'why; it is kept in the audit trail')
    .option('--until <instant>', 'it is automatic again then, e.g. 2h or 2026-12-24T18:00:00Z', readInstant)
    .action(
      action<{ reason: string; until?: string }, [string, BreakerState]>(
        async ({ client, out, options }, id, state) => {
          const body = { state, reason: options.reason, ...given({ until: options.until }) };
          const connection = await dataOf(
            client.api.POST('/v1/connections/{id}/breaker', { params: { path: { id } }, body }),
          );
          out.result(connection, () =>
            mark(connection.health.state === 'ok', `${connection.name}: ${connection.health.detail}`),
          );
        },
      ),
    );

  connections
    .command('remove')
    .description('end the use of an account and forget its secrets; its messages stay')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action(
      action<{ yes?: boolean }, [string]>(async ({ client, out, options }, id) => {
        await confirmed(
          out,
          options,
          `Remove the connection ${id}? Its senders send nothing more, and its secrets are gone.`,
        );
        await client.api.DELETE('/v1/connections/{id}', { params: { path: { id } } });
        out.result({ removed: id }, mark(true, 'Removed.'));
      }),
    );
}

/** How messages are sent by the account, in words. */
function sendingWords(one: { direct_send: boolean; messaging_account_id: string | null }): string {
  const account = one.messaging_account_id === null ? '' : `, for the messaging account ${one.messaging_account_id}`;
  return `  ${style('dim', 'sending')}   Direct Send is ${one.direct_send ? 'on' : 'off'}${account}`;
}

function sayChallenge(at: string | null): string {
  return mark(at !== null, at ? `The challenge was answered at ${localTime(at)}.` : 'The challenge was not seen yet.');
}

/** The connection that was named, or the only one. */
async function idOf(client: CarillonClient, told: string | undefined): Promise<string> {
  if (told !== undefined) return told;
  const { data } = await dataOf(client.api.GET('/v1/connections', { params: { query: { limit: 2 } } }));
  const [only, ...others] = data;
  if (!only) throw new UsageProblem('There are no connections yet: carillon connections add whatsapp-cloud');
  if (others.length > 0)
    throw new UsageProblem('There are several connections: name one. "carillon connections list" has their ids.');
  return only.id;
}
