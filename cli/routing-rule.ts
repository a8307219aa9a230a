import type { operations } from '@carillon/sdk/schema';
import type { Command } from 'commander';
import { collect, given, oneOf, readJsonFrom, readNumber } from './options.ts';
import { UsageProblem } from './settings.ts';

export type RuleBody = operations['addRoutingRule']['requestBody']['content']['application/json'];
type Purpose = NonNullable<RuleBody['when']['purposes']>[number];
type Channel = NonNullable<RuleBody['when']['preferred_channels']>[number];
type ListedSender = RuleBody['senders'][number];

export interface RuleOptions {
  rule?: string;
  name?: string;
  sender: string[];
  purpose: Purpose[];
  country: string[];
  preferredChannel: Channel[];
  order?: NonNullable<RuleBody['order']>;
  position?: number;
  reroute?: 'on' | 'off';
  maxHops?: number;
  priceCeiling?: string;
  whenWaiting?: number;
}

const purposes = ['authentication', 'transactional', 'service', 'marketing'] as const satisfies readonly Purpose[];
const channels = ['whatsapp', 'sms', 'email'] as const satisfies readonly Channel[];

/** What `set` takes. */
export function ruleOptions(command: Command): Command {
  const add =
    <Word extends string>(read: (text: string) => Word) =>
    (text: string, before: Word[]) => [...before, read(text)];
  return command
    .option('--rule <json>', 'the whole rule as the API has it; @file reads it from a file, - from standard input')
    .option('--name <name>', 'what it is called')
    .option(
      '--sender <id[=price]>',
      'who sends, e.g. <id>=0.075EUR; repeat for the next to be tried',
      collect,
      [] as string[],
    )
    .option('--purpose <purpose>', `for ${purposes.join(', ')}; repeat for more`, add(oneOf(purposes)), [] as Purpose[])
    .option('--country <code>', 'for phone numbers of a country, e.g. DE; repeat for more', collect, [] as string[])
    .option(
      '--preferred-channel <channel>',
      `for contacts who prefer ${channels.join(', ')}; repeat for more`,
      add(oneOf(channels)),
      [] as Channel[],
    )
    .option('--order <order>', 'listed, or cheapest first', oneOf(['listed', 'cheapest']))
    .option('--position <number>', 'rules are looked at from the smallest', (text) => readNumber(text, 1, 100_000))
    .option('--reroute <on|off>', 'whether a refused message may go by the next sender', oneOf(['on', 'off']))
    .option('--max-hops <count>', 'how often it may be rerouted', (text) => readNumber(text, 1, 5))
    .option('--price-ceiling <price>', 'what the next sender may cost, e.g. 0.08EUR')
    .option('--when-waiting <seconds>', 'reroute also what waits for so long', (text) => readNumber(text, 5, 86_400));
}

/**
 * The rule that was meant: what options name, in the place of what `--rule` or the rule before has. Throws UsageProblem; what
 * is wrong with the rule itself is for the server to say.
 */
export function readRule(options: RuleOptions, before: RuleBody | undefined): RuleBody {
  const start = options.rule === undefined ? before : wholeRule(options.rule);
  const { sender, purpose, country, preferredChannel } = options;
  const many = <Word>(words: Word[]) => (words.length > 0 ? words : undefined);
  const senders = many(sender.map(readSender)) ?? start?.senders;
  const name = options.name ?? start?.name;
  if (name === undefined || senders === undefined)
    throw new UsageProblem('A rule has a name and senders: give --name and --sender, or --rule.');
  const reroute = {
    ...start?.reroute,
    ...given({
      enabled: options.reroute === undefined ? undefined : options.reroute === 'on',
      max_hops: options.maxHops,
      price_ceiling: options.priceCeiling === undefined ? undefined : readPrice(options.priceCeiling),
      when_waiting_seconds: options.whenWaiting,
    }),
  };
  return {
    ...start,
    name,
    senders,
    when: {
      ...start?.when,
      ...given({
        purposes: many(purpose),
        countries: many(country.map((code) => code.toUpperCase())),
        preferred_channels: many(preferredChannel),
      }),
    },
    ...given({ order: options.order, position: options.position }),
    ...(Object.keys(reroute).length > 0 ? { reroute } : {}),
  };
}

/** What the API shows of a rule, without what it does not take back. */
export function bodyOf(shown: RuleBody & { id?: string; created_at?: string; updated_at?: string }): RuleBody {
  const { id: _id, created_at: _createdAt, updated_at: _updatedAt, ...body } = shown;
  return body;
}

function wholeRule(told: string): RuleBody {
  try {
    const rule = readJsonFrom(told);
    if (typeof rule === 'object' && rule !== null && !Array.isArray(rule)) return bodyOf(rule as RuleBody);
  } catch (error) {
    throw new UsageProblem(`--rule cannot be used. ${(error as Error).message}`);
  }
  throw new UsageProblem('--rule must be an object, e.g. {"name":"Orders","when":{},"senders":[{"sender_id":"…"}]}.');
}

function readSender(told: string): ListedSender {
  const [, id = '', price] = /^([^=]*)(?:=(.*))?$/s.exec(told) ?? [];
  if (id === '') throw new UsageProblem('--sender needs the id of a sender; "carillon senders list" has them.');
  if (price === undefined) return { sender_id: id };
  return { sender_id: id, price: readPrice(price) };
}

function readPrice(told: string): NonNullable<ListedSender['price']> {
  const [, amount, currency] = /^(\d{1,9}(?:\.\d{1,6})?)\s?([A-Za-z]{3})$/.exec(told) ?? [];
  if (amount === undefined || currency === undefined)
    throw new UsageProblem(`A price is written like 0.075EUR, not ${JSON.stringify(told)}.`);
  return { amount, currency: currency.toUpperCase() };
}
