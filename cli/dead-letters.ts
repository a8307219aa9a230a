import { dataOf } from '@carillon/sdk';
import type { Command } from 'commander';
import { action } from './context.ts';
import { readContent } from './message-request.ts';
import { given, oneOf, type PageOptions, pageHint, pageOptions, pageQuery, readNumber } from './options.ts';
import { localTime, mark, table } from './output.ts';
import { confirmed } from './questions.ts';
import { UsageProblem } from './settings.ts';

const states = ['open', 'redriven', 'discarded', 'recovered', 'rerouted'] as const;

interface RedriveOptions {
  class?: string;
  fingerprint?: string;
  all?: boolean;
  dryRun?: boolean;
  perSecond?: number;
  evenIfUnknown?: boolean;
  content?: string;
  yes?: boolean;
}

export function addDeadLetterCommands(program: Command): void {
  const deadLetters = program.command('dead-letters').description('messages that no further attempt is made for');

  pageOptions(deadLetters.command('list').description('list dead letters, newest first'))
    .option('--state <state>', states.join(', '), oneOf(states), 'open')
    .option('--class <class>', 'rejected, retries_exhausted, reported or unknown')
    .option('--fingerprint <fingerprint>', 'those of one cause; see groups')
    .action(
      action<PageOptions & { state: (typeof states)[number]; class?: string; fingerprint?: string }>(
        async ({ client, out, options }) => {
          const { state, fingerprint } = options;
          const query = { ...pageQuery(options), state, ...given({ class: options.class, fingerprint }) };
          const page = await dataOf(client.api.GET('/v1/dead-letters', { params: { query } }));
          const rows = page.data.map((one) => [
            one.message_id,
            localTime(one.last_at),
            one.class,
            one.code,
            one.title,
            one.failures,
          ]);
          const headings = ['message', 'last', 'class', 'code', 'why', 'failures'];
          out.result(page, () => table(headings, rows, 'There are no such dead letters.') + pageHint(page));
        },
      ),
    );

  deadLetters
    .command('groups')
    .description('open dead letters by cause')
    .action(
      action(async ({ client, out }) => {
        const answer = await dataOf(client.api.GET('/v1/dead-letters/groups'));
        const rows = answer.data.map((one) => [
          one.messages,
          one.class,
          one.code,
          one.title,
          localTime(one.last_at),
          one.fingerprint,
        ]);
        const headings = ['messages', 'class', 'code', 'why', 'last', 'fingerprint'];
        out.result(answer, () => table(headings, rows, 'There are no open dead letters.'));
      }),
    );

  deadLetters
    .command('redrive')
    .description('send dead letters again: those that are named, or those that fit')
    .argument('[message ids...]')
    .option('--class <class>', 'all open ones of this class')
    .option('--fingerprint <fingerprint>', 'all open ones of this cause')
    .option('--all', 'all open ones')
    .option('--dry-run', 'only count them')
    .option('--per-second <count>', 'how fast; 5 when not told', (text) => readNumber(text, 1, 1_000))
    .option('--even-if-unknown', 'also those that the provider may have delivered: they may arrive twice')
    .option('--content <json>', 'mended content, for one message; @file reads it from a file, - from standard input')
    .option('--yes', 'do not ask')
    .action(
      action<RedriveOptions, [string[]]>(async ({ client, out, options }, ids) => {
        const isFiltered = options.all || options.class !== undefined || options.fingerprint !== undefined;
        if (ids.length === 0 && !isFiltered)
          throw new UsageProblem('Name messages, or give --fingerprint, --class or --all.');
        if (ids.length > 0 && isFiltered) throw new UsageProblem('Name messages or give a filter, not both.');
        if (options.content !== undefined) {
          const [id, ...others] = ids;
          if (id === undefined || others.length > 0 || options.dryRun)
            throw new UsageProblem('--content mends one message: name it, without --dry-run.');
          const body = { content: readContent(options.content), ...given({ even_if_unknown: options.evenIfUnknown }) };
          const done = await dataOf(
            client.api.POST('/v1/dead-letters/{message_id}/redrive', { params: { path: { message_id: id } }, body }),
          );
          out.result(done, mark(true, 'It will be sent again.'));
          return;
        }
        const chosen = {
          ...given({
            class: options.class,
            fingerprint: options.fingerprint,
            message_ids: ids.length > 0 ? ids : undefined,
          }),
          ...given({ per_second: options.perSecond, even_if_unknown: options.evenIfUnknown }),
        };
        const count = async () =>
          (await dataOf(client.api.POST('/v1/dead-letters/redrive', { body: { ...chosen, dry_run: true } }))).matching;
        if (options.dryRun) {
          const matching = await count();
          out.result({ matching, redriven: 0 }, `${matching} would be sent again.`);
          return;
        }
        if (isFiltered && !options.yes) await confirmed(out, options, `Send ${await count()} messages again?`);
        const done = await dataOf(client.api.POST('/v1/dead-letters/redrive', { body: chosen }));
        const left = done.matching - done.redriven;
        const missing = ids.length - done.matching;
        const words = [
          `${done.redriven} will be sent again.`,
          ...(left > 0 ? [`${left} stay: their outcome is unknown, or they are too many for one call.`] : []),
          ...(missing > 0 ? [`${missing} are no open dead letters.`] : []),
        ];
        out.result(done, mark(done.redriven > 0, words.join(' ')));
      }),
    );

  deadLetters
    .command('discard')
    .description('let dead letters go')
    .argument('<message ids...>')
    .option('--yes', 'do not ask')
    .action(
      action<{ yes?: boolean }, [string[]]>(async ({ client, out, options }, ids) => {
        await confirmed(
          out,
          options,
          `Discard ${ids.length === 1 ? 'this message' : `${ids.length} messages`}? Nothing is sent for them any more.`,
        );
        for (const id of ids)
          await client.api.POST('/v1/dead-letters/{message_id}/discard', { params: { path: { message_id: id } } });
        out.result({ discarded: ids.length }, mark(true, `${ids.length} discarded.`));
      }),
    );
}
