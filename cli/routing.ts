import { type Answer, dataOf } from '@carillon/sdk';
import type { Command } from 'commander';
import { action } from './context.ts';
import { messageOptions, readRequest, type RequestOptions } from './message-request.ts';
import { fields, localTime, mark, plain, style, table } from './output.ts';
import { confirmed } from './questions.ts';
import { bodyOf, readRule, ruleOptions, type RuleOptions } from './routing-rule.ts';

type Rule = Answer<'getRoutingRule', 200>;
type Preview = Answer<'previewRouting', 200>;

export function addRoutingCommands(program: Command): void {
  const routing = program.command('routing').description('rules that say which sender sends a message');

  routing
    .command('list')
    .description('list the rules in the order in which they are looked at')
    .action(
      action<object>(async ({ client, out }) => {
        const page = await dataOf(client.api.GET('/v1/routing/rules'));
        const rows = page.data.map((rule) => [
          rule.id,
          rule.position,
          rule.name,
          conditionsOf(rule),
          rule.senders.length,
          rule.order,
          rule.reroute.enabled ? 'on' : 'off',
        ]);
        const headings = ['id', 'position', 'name', 'for', 'senders', 'order', 'reroute'];
        out.result(page, () => table(headings, rows, 'There are no rules: each message names its sender.'));
      }),
    );

  routing
    .command('show')
    .description('show a rule; with --json in the form that set takes')
    .argument('<id>')
    .action(
      action<object, [string]>(async ({ client, out }, id) => {
        const rule = await dataOf(client.api.GET('/v1/routing/rules/{id}', { params: { path: { id } } }));
        out.result(rule, () => aboutRule(rule));
      }),
    );

  ruleOptions(routing.command('set').description('add a rule, or change the one with this id'))
    .argument('[id]', 'of the rule to change; what no option names stays')
    .addHelpText(
      'after',
      `
Examples:
  carillon routing set --name Orders --purpose transactional --sender <id>=0.06EUR --sender <id>=0.075EUR
  carillon routing set <id> --order cheapest
  carillon routing show <id> --json > rule.json; carillon routing set <id> --rule @rule.json`,
    )
    .action(
      action<RuleOptions, [string | undefined]>(async ({ client, out, options }, id) => {
        if (id === undefined) {
          const body = readRule(options, undefined);
          const added = await dataOf(client.api.POST('/v1/routing/rules', { body }));
          out.result(added, () => `${mark(true, 'The rule is there.')}\n${aboutRule(added)}`);
          return;
        }
        const params = { path: { id } };
        const before = bodyOf(await dataOf(client.api.GET('/v1/routing/rules/{id}', { params })));
        const body = readRule(options, before);
        const changed = await dataOf(client.api.PUT('/v1/routing/rules/{id}', { params, body }));
        out.result(changed, () => `${mark(true, 'The rule was changed.')}\n${aboutRule(changed)}`);
      }),
    );

  routing
    .command('delete')
    .description('remove a rule; messages that it was for may have no sender then')
    .argument('<id>')
    .option('--yes', 'do it without being asked')
    .action(
      action<{ yes?: boolean }, [string]>(async ({ client, out, options }, id) => {
        await confirmed(out, options, `Remove the rule ${id}?`);
        const removed = await dataOf(client.api.DELETE('/v1/routing/rules/{id}', { params: { path: { id } } }));
        out.result(removed, mark(true, 'The rule is gone.'));
      }),
    );

  messageOptions(
    routing.command('preview').description('show a message as it would be at each sender of its rule, without sending'),
  ).action(
    action<RequestOptions, [string, string | undefined]>(async ({ client, out, options }, to, text) => {
      const preview = await dataOf(client.api.POST('/v1/routing/preview', { body: readRequest(to, text, options) }));
      out.result(preview, () => aboutPreview(preview));
    }),
  );
}

function aboutRule(rule: Rule): string {
  const { reroute } = rule;
  const ceiling = reroute.price_ceiling;
  const hops = `on, at most ${reroute.max_hops} time${reroute.max_hops === 1 ? '' : 's'}`;
  const patience = reroute.when_waiting_seconds;
  const about = fields([
    ['id', rule.id],
    ['name', rule.name],
    ['position', rule.position],
    ['for', conditionsOf(rule)],
    ['order', rule.order],
    [
      'reroute',
      reroute.enabled
        ? `${hops}${ceiling ? `, up to ${priceOf(ceiling)}` : ''}${patience ? `, after ${patience} s of waiting` : ''}`
        : 'off',
    ],
    ['changed', localTime(rule.updated_at)],
  ]);
  const senders = table(
    ['sender', 'price'],
    rule.senders.map((one) => [one.sender_id, priceOf(one.price)]),
    '',
  );
  const twins = rule.twins.map((twin) => {
    const places = twin.variants.map(({ channel, sender_id: sender }) => channel ?? sender).join(', ');
    return `${style('dim', 'twin')}  ${plain(`${twin.template} ${twin.language}: ${places}`, 200)}`;
  });
  return [about, '', senders, ...twins].join('\n');
}

function conditionsOf({ when }: Rule): string {
  const parts = [when.purposes, when.countries, when.preferred_channels].flatMap((words) => words?.join(', ') ?? []);
  return parts.length > 0 ? parts.join('; ') : 'every message';
}

function aboutPreview(preview: Preview): string {
  const taken = preview.sender_id;
  const title =
    taken === null
      ? mark(false, `No sender of the rule "${preview.rule.name}" can send it.`)
      : mark(true, `The rule "${preview.rule.name}" sends it by ${taken}.`);
  const rows = preview.senders.map((one) => [
    one.sender_id,
    one.channel,
    one.goes ? 'yes' : 'no',
    one.said_as?.replaceAll('_', ' '),
    priceOf(one.price),
    one.detail,
  ]);
  const { reroute } = preview;
  const next = reroute.sender_id
    ? `If it is refused there, it goes by ${reroute.sender_id}.`
    : `If it is refused there, it is not rerouted: ${reroute.detail ?? reroute.rule ?? 'no sender is left'}`;
  const contents = preview.senders.flatMap((one) =>
    one.content && one.said_as !== 'as_written'
      ? [`${style('dim', `at ${one.sender_id}`)}  ${plain(textOf(one.content), 4_000)}`]
      : [],
  );
  return [
    title,
    ...(taken === null ? [] : [next]),
    table(['sender', 'channel', 'goes', 'said as', 'price', 'why not'], rows, ''),
    ...contents,
  ].join('\n');
}

function textOf(content: Record<string, unknown>): unknown {
  const text = content['text'];
  return typeof text === 'object' && text !== null && 'body' in text ? text.body : content;
}

function priceOf(price: { amount: string; currency: string } | null | undefined): string | null {
  return price ? `${price.amount} ${price.currency}` : null;
}
