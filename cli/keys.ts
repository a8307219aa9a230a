import { dataOf } from '@carillon/sdk';
import type { Command } from 'commander';
import { action } from './context.ts';
import { confirmed } from './questions.ts';
import { fields, localTime, style, table } from './output.ts';
import { collect, pageOptions, type PageOptions, pageHint, pageQuery, readInstant } from './options.ts';

type KeyScope = '*';

export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('API keys');

  pageOptions(keys.command('list').description('list the API keys, newest first')).action(
    action<PageOptions>(async ({ client, out, options }) => {
      const page = await dataOf(client.api.GET('/v1/api-keys', { params: { query: pageQuery(options) } }));
      const rows = page.data.map((key) => [
        key.id,
        key.name,
        key.prefix,
        key.scopes.join(' '),
        localTime(key.last_used_at),
        key.revoked_at
          ? `revoked ${localTime(key.revoked_at)}`
          : key.expires_at
            ? `expires ${localTime(key.expires_at)}`
            : 'valid',
      ]);
      const headings = ['id', 'name', 'begins with', 'scopes', 'last used', 'state'];
      out.result(page, () => table(headings, rows, 'There are no keys.') + pageHint(page));
    }),
  );

  keys
    .command('create')
    .description('make an API key; it is shown once')
    .argument('<name>', 'what it is for')
    .option('--scope <scope>', 'what it is good for, e.g. messages:send; repeat for more', collect, [])
    .option('--full-access', 'good for everything')
    .option('--expires-at <instant>', 'e.g. 2027-01-01T00:00:00Z', readInstant)
    .action(
      action<{ scope: string[]; fullAccess?: boolean; expiresAt?: string }, [string]>(
        async ({ client, out, options }, name) => {
          // The server knows the scopes and names the wrong one.
          const scopes = (options.fullAccess ? ['*'] : options.scope) as KeyScope[];
          const body = { name, scopes, ...(options.expiresAt ? { expires_at: options.expiresAt } : {}) };
          const created = await dataOf(client.api.POST('/v1/api-keys', { body }));
          out.note('Keep it now: it cannot be shown again.');
          out.result(created, created.key);
        },
      ),
    );

  keys
    .command('revoke')
    .description('end the use of an API key and of its sessions')
    .argument('<id>')
    .option('--yes', 'do not ask')
    .action(
      action<{ yes?: boolean }, [string]>(async ({ client, out, options }, id) => {
        await confirmed(out, options, `Revoke the key ${id}? Whatever uses it stops working at once.`);
        const revoked = await dataOf(client.api.DELETE('/v1/api-keys/{id}', { params: { path: { id } } }));
        out.result(
          revoked,
          () =>
            `${style('green', '✓')} Revoked.\n${fields([
              ['name', revoked.name],
              ['begins with', revoked.prefix],
            ])}`,
        );
      }),
    );
}
