import { type CarillonClient, dataOf, entriesOf } from '@carillon/sdk';
import type { Command } from 'commander';
import { action } from './context.ts';
import { given, oneOf, type PageOptions, pageHint, pageOptions, pageQuery } from './options.ts';
import { fields, localTime, mark, table } from './output.ts';
import { UsageProblem } from './settings.ts';

const states = ['pending', 'applied', 'quarantined'] as const;

export function addWebhookCommands(program: Command): void {
  const webhooks = program.command('webhooks').description('what providers sent, as it came');

  pageOptions(webhooks.command('list').description('list the webhooks, newest first'))
    .option('--state <state>', states.join(', '), oneOf(states))
    .action(
      action<PageOptions & { state?: (typeof states)[number] }>(async ({ client, out, options }) => {
        const query = { ...pageQuery(options), ...given({ state: options.state }) };
        const page = await dataOf(client.api.GET('/v1/webhooks', { params: { query } }));
        const rows = page.data.map((one) => [
          one.id,
          localTime(one.received_at),
          one.state,
          one.attempts,
          one.size_bytes,
          one.error,
        ]);
        const headings = ['id', 'received', 'state', 'attempts', 'bytes', 'error'];
        out.result(page, () => table(headings, rows, 'There are no such webhooks.') + pageHint(page));
      }),
    );

  webhooks
    .command('get')
    .description('show a webhook with its body')
    .argument('<id>')
    .action(
      action<object, [string]>(async ({ client, out }, id) => {
        const one = await dataOf(client.api.GET('/v1/webhooks/{id}', { params: { path: { id } } }));
        const about = fields([
          ['id', one.id],
          ['received', localTime(one.received_at)],
          ['state', one.state],
          ['attempts', one.attempts],
          ['error', one.error],
          [one.body_encoding === 'utf8' ? 'body' : 'body (base64)', one.body],
        ]);
        out.result(one, about);
      }),
    );

  program
    .command('replay')
    .description('apply kept webhooks again; what took effect before does not happen twice')
    .argument('[webhook ids...]')
    .option('--quarantined', 'all those that could not be applied')
    .action(
      action<{ quarantined?: boolean }, [string[]]>(async ({ client, out, options }, given) => {
        if (given.length === 0 && !options.quarantined)
          throw new UsageProblem('Name the webhooks, or give --quarantined. "carillon webhooks list" has their ids.');
        const ids = options.quarantined ? [...given, ...(await quarantinedIds(client))] : given;
        const replayed: string[] = [];
        for (const id of new Set(ids)) {
          await client.api.POST('/v1/webhooks/{id}/replay', { params: { path: { id } } });
          replayed.push(id);
          out.note(mark(true, id));
        }
        const words =
          replayed.length === 0 ? 'There was nothing to replay.' : `${replayed.length} will be applied again.`;
        out.result({ replayed }, words);
      }),
    );
}

async function quarantinedIds(client: CarillonClient): Promise<string[]> {
  const query = { state: 'quarantined', limit: 200 } as const;
  const ids: string[] = [];
  // Read to the end before the first is replayed: replaying takes them out of the list.
  const all = entriesOf((place) =>
    dataOf(client.api.GET('/v1/webhooks', { params: { query: { ...query, ...place } } })),
  );
  for await (const { id } of all) ids.push(id);
  return ids;
}
