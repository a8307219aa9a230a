import { randomBytes } from 'node:crypto';
import { type CarillonClient, dataOf, entriesOf } from '@carillon/sdk';
import { type Command, Option } from 'commander';
import { action } from './context.ts';
import { given, oneOf, type PageOptions, pageHint, pageOptions, pageQuery } from './options.ts';
import { fields, localTime, mark, table } from './output.ts';
import { confirmed } from './questions.ts';
import { UsageProblem } from './settings.ts';

const states = ['pending', 'delivered', 'failed'] as const;

interface SetOptions {
  verifyToken?: string;
  appSecret?: string;
}

export function addForwardingCommands(program: Command): void {
  const forwarding = program
    .command('forwarding')
    .description("webhooks sent on in Meta's shape, to what receives them from Meta now");

  forwarding
    .command('set')
    .description('send webhooks on; the receiver is asked at once')
    .argument('<url>', 'its address, https')
    .addOption(
      new Option('--verify-token <token>', 'that the receiver expects; made up when absent').env(
        'CARILLON_FORWARDING_VERIFY_TOKEN',
      ),
    )
    .addOption(
      new Option('--app-secret <secret>', 'that the receiver checks signatures with; made up when absent').env(
        'CARILLON_FORWARDING_APP_SECRET',
      ),
    )
    .action(
      action<SetOptions, [string]>(async ({ client, out, options }, url) => {
        const secrets = {
          verify_token: options.verifyToken ?? randomBytes(18).toString('base64url'),
          app_secret: options.appSecret ?? randomBytes(32).toString('hex'),
        };
        // Said before the receiver is asked: it must know what was made up here.
        if (options.verifyToken === undefined) out.note(`Verify token: ${secrets.verify_token}`);
        if (options.appSecret === undefined) out.note(`App secret:   ${secrets.app_secret}`);
        const set = await dataOf(client.api.PUT('/v1/forwarding', { body: { url, ...secrets } }));
        out.result(set, mark(true, `The receiver answered the challenge; webhooks go to ${set.url}`));
      }),
    );

  forwarding
    .command('show')
    .description('where webhooks go')
    .action(
      action<object>(async ({ client, out }) => {
        const shown = await dataOf(client.api.GET('/v1/forwarding'));
        const about = fields([
          ['url', shown.url ?? 'nowhere: carillon forwarding set <url>'],
          ['verified', localTime(shown.verified_at)],
        ]);
        out.result(shown, about);
      }),
    );

  pageOptions(forwarding.command('deliveries').description('what was sent on or waits for it, newest first'))
    .option('--state <state>', states.join(', '), oneOf(states))
    .action(
      action<PageOptions & { state?: (typeof states)[number] }>(async ({ client, out, options }) => {
        const query = { ...pageQuery(options), ...given({ state: options.state }) };
        const page = await dataOf(client.api.GET('/v1/forwarding/deliveries', { params: { query } }));
        const rows = page.data.map((one) => [
          one.id,
          localTime(one.created_at),
          one.state,
          one.attempts,
          one.http_status,
          one.raw_webhook_id ?? one.message_id,
          one.error,
        ]);
        const headings = ['id', 'since', 'state', 'attempts', 'HTTP', 'webhook or message', 'error'];
        out.result(page, () => table(headings, rows, 'Nothing was sent on.') + pageHint(page));
      }),
    );

  forwarding
    .command('redeliver')
    .description('send webhooks on again that were given up on, or were taken and lost')
    .argument('[delivery ids...]')
    .option('--failed', 'all those that were given up on')
    .action(
      action<{ failed?: boolean }, [string[]]>(async ({ client, out, options }, named) => {
        if (named.length === 0 && !options.failed)
          throw new UsageProblem('Name deliveries, or give --failed. "carillon forwarding deliveries" has their ids.');
        const redelivered: string[] = [];
        for (const id of new Set(options.failed ? [...named, ...(await failedIds(client))] : named)) {
          await client.api.POST('/v1/forwarding/deliveries/{id}/redeliver', { params: { path: { id } } });
          redelivered.push(id);
          out.note(mark(true, id));
        }
        const words =
          redelivered.length === 0 ? 'Nothing was given up on.' : `${redelivered.length} will be sent again.`;
        out.result({ redelivered }, words);
      }),
    );

  forwarding
    .command('off')
    .description('send webhooks on no longer; what still waits is given up')
    .option('--yes', 'do it without being asked')
    .action(
      action<{ yes?: boolean }>(async ({ client, out, options }) => {
        await confirmed(out, options, 'End forwarding?');
        const shown = await dataOf(client.api.DELETE('/v1/forwarding'));
        out.result(shown, mark(true, 'Webhooks are sent on no longer.'));
      }),
    );
}

async function failedIds(client: CarillonClient): Promise<string[]> {
  const query = { state: 'failed', limit: 200 } as const;
  const ids: string[] = [];
  // Read to the end before the first is sent: that takes them out of the list.
  const all = entriesOf((place) =>
    dataOf(client.api.GET('/v1/forwarding/deliveries', { params: { query: { ...query, ...place } } })),
  );
  for await (const { id } of all) ids.push(id);
  return ids;
}
