import { type Answer, dataOf } from '@carillon/sdk';
import type { operations } from '@carillon/sdk/schema';
import type { Command } from 'commander';
import { action } from './context.ts';
import { given, oneOf, type PageOptions, pageHint, pageOptions, pageQuery, readInstant } from './options.ts';
import { mark, table } from './output.ts';

type Sender = Answer<'getSender', 200>;
type Lane = operations['stopLane']['parameters']['path']['lane'];

const lanes = ['authentication', 'transactional', 'service', 'marketing'] as const satisfies readonly Lane[];

export function addSenderCommands(program: Command): void {
  const senders = program.command('senders').description('the numbers that messages are sent from');

  pageOptions(senders.command('list').description('list the senders')).action(
    action<PageOptions>(async ({ client, out, options }) => {
      const page = await dataOf(client.api.GET('/v1/senders', { params: { query: pageQuery(options) } }));
      const rows = page.data.map((sender) => [
        sender.id,
        sender.phone ?? sender.external_id,
        sender.display_name,
        sender.status,
        `${sender.throughput_per_second}/s`,
        sender.health.detail,
      ]);
      const headings = ['id', 'number', 'name', 'status', 'limit', 'health'];
      out.result(page, () => table(headings, rows, 'There are no senders.') + pageHint(page));
    }),
  );

  senders
    .command('pause')
    .description('hold everything that a sender would send')
    .argument('<id>')
    .requiredOption('--reason <words>', 'why; it is shown with what is held')
    .option('--until <instant>', 'it goes on by itself then, e.g. 2h or 2026-12-24T18:00:00Z', readInstant)
    .action(
      action<{ reason: string; until?: string }, [string]>(async ({ client, out, options }, id) => {
        const body = { reason: options.reason, ...given({ until: options.until }) };
        const sender = await dataOf(client.api.POST('/v1/senders/{id}/pause', { params: { path: { id } }, body }));
        out.result(sender, () => state(sender));
      }),
    );

  senders
    .command('resume')
    .description('let a sender send again')
    .argument('<id>')
    .action(
      action<object, [string]>(async ({ client, out }, id) => {
        const sender = await dataOf(client.api.POST('/v1/senders/{id}/resume', { params: { path: { id } } }));
        out.result(sender, () => state(sender));
      }),
    );

  const lane = program.command('lanes').description(`the lanes of a sender: ${lanes.join(', ')}`);

  lane
    .command('stop')
    .description('stop one lane of a sender')
    .argument('<sender id>')
    .argument('<lane>', lanes.join(', '), oneOf(lanes))
    .requiredOption('--reason <words>', 'why; it is shown with what is held')
    .action(
      action<{ reason: string }, [string, Lane]>(async ({ client, out, options }, id, name) => {
        const params = { path: { id, lane: name } };
        const body = { reason: options.reason };
        const sender = await dataOf(client.api.POST('/v1/senders/{id}/lanes/{lane}/stop', { params, body }));
        out.result(sender, () => state(sender));
      }),
    );

  lane
    .command('resume')
    .description('let a lane go on')
    .argument('<sender id>')
    .argument('<lane>', lanes.join(', '), oneOf(lanes))
    .action(
      action<object, [string, Lane]>(async ({ client, out }, id, name) => {
        const params = { path: { id, lane: name } };
        const sender = await dataOf(client.api.POST('/v1/senders/{id}/lanes/{lane}/resume', { params }));
        out.result(sender, () => state(sender));
      }),
    );
}

function state(sender: Sender): string {
  const { phone, external_id: externalId, health } = sender;
  return mark(health.state === 'ok', `${phone ?? externalId}: ${health.detail}`);
}
