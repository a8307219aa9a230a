import { type Answer, dataOf } from '@carillon/sdk';
import type { operations } from '@carillon/sdk/schema';
import type { Command } from 'commander';
import { action } from './context.ts';
import { oneOf } from './options.ts';
import { table } from './output.ts';

type Stops = Answer<'listStops', 200>;
type Scope = operations['stop']['parameters']['path']['scope'];

const scopes = [
  'everything',
  'authentication',
  'transactional',
  'service',
  'marketing',
] as const satisfies readonly Scope[];

export function addStopCommands(program: Command): void {
  const stops = program.command('stops').description('the stop button for all senders at once');

  stops
    .command('list')
    .description('list what is stopped on all senders')
    .action(
      action<object>(async ({ client, out }) => {
        const standing = await dataOf(client.api.GET('/v1/stops'));
        out.result(standing, () => shown(standing));
      }),
    );

  stops
    .command('stop')
    .description('stop everything, or one lane, on all senders; messages wait, nothing is lost')
    .argument('<scope>', scopes.join(', '), oneOf(scopes))
    .requiredOption('--reason <words>', 'why; it is shown with what is held')
    .action(
      action<{ reason: string }, [string]>(async ({ client, out, options }, scope) => {
        const params = { path: { scope: scope as Scope } };
        const standing = await dataOf(
          client.api.PUT('/v1/stops/{scope}', { params, body: { reason: options.reason } }),
        );
        out.result(standing, () => shown(standing));
      }),
    );

  stops
    .command('resume')
    .description('let it go on; pauses and stops of single senders stand')
    .argument('<scope>', scopes.join(', '), oneOf(scopes))
    .action(
      action<object, [string]>(async ({ client, out }, scope) => {
        const params = { path: { scope: scope as Scope } };
        const standing = await dataOf(client.api.DELETE('/v1/stops/{scope}', { params }));
        out.result(standing, () => shown(standing));
      }),
    );
}

function shown({ data }: Stops): string {
  const rows = data.map(({ scope, reason, stopped_at: at, stopped_by: by }) => [scope, reason, at, by]);
  return table(['stopped', 'why', 'since', 'by'], rows, 'Nothing is stopped on all senders.');
}
