import { type CarillonClient, dataOf, type Message, type MessageFilters, type Trace } from '@carillon/sdk';
import type { Command } from 'commander';
import { action } from './context.ts';
import { BadResult } from './failure.ts';
import { messageOptions, readRequest, type RequestOptions } from './message-request.ts';
import { given, oneOf, type PageOptions, pageHint, pageOptions, pageQuery, readNumber } from './options.ts';
import { fields, localTime, mark, type Output, plain, style, table } from './output.ts';
import { storyOf } from './story.ts';

/** How far a message came; a later one stands for those before it. */
const stations = ['accepted', 'sent', 'delivered', 'read', 'played'] as const;
type Station = (typeof stations)[number];
const badEnds = new Set<Message['status']>(['failed', 'expired', 'canceled', 'blocked', 'unknown_final']);
const pollMs = 400;

interface SendOptions extends RequestOptions {
  idempotencyKey?: string;
  wait?: Station | true;
  timeout: number;
}

export function addMessageCommands(program: Command): void {
  const messages = program.command('messages').description('send messages and follow them');

  messageOptions(messages.command('send').description('send a message'))
    .option('--idempotency-key <key>', 'makes a repetition of this command harmless')
    .option('--wait [station]', `wait until it is ${stations.join(', ')}; delivered when not told`, oneOf(stations))
    .option('--timeout <seconds>', 'how long to wait', (text) => readNumber(text, 1, 86_400), 60)
    .action(
      action<SendOptions, [string, string | undefined]>(async ({ client, out, options }, to, text) => {
        const request = readRequest(to, text, options);
        const accepted = await client.send(request, given({ idempotencyKey: options.idempotencyKey }));
        if (options.wait === undefined) {
          const words = () => `${mark(true, `${accepted.status}: ${accepted.decision.rule}`)}\n${accepted.id}`;
          out.result(accepted, words);
          return;
        }
        const station = options.wait === true ? 'delivered' : options.wait;
        const message = await follow(client, out, accepted.id, station, options.timeout * 1_000);
        out.result(message, () => aboutMessage(message));
        if (!hasReached(message, station)) throw new BadResult();
      }),
    );

  messageOptions(
    messages.command('explain').description('say what would happen to a message, without sending it'),
  ).action(
    action<RequestOptions, [string, string | undefined]>(async ({ client, out, options }, to, text) => {
      const answer = await client.explain(readRequest(to, text, options));
      const { outcome, rule, facts, until } = answer.decision;
      const pairs: [string, unknown][] = [
        ['rule', rule],
        ...(until ? [['until', localTime(until)] as [string, unknown]] : []),
      ];
      pairs.push(...Object.entries(facts), ['sender', answer.sender_id], ['contact', answer.contact_id]);
      if (answer.sms) {
        const { encoding, segments, characters, forcing } = answer.sms;
        const why = forcing.length > 0 ? `, because of ${forcing.join(' ')}` : '';
        pairs.push([
          'SMS',
          `${segments} segment${segments === 1 ? '' : 's'} of ${encoding}${why}; ${characters} characters`,
        ]);
      }
      const verbs = { send: 'It would be sent', hold: 'It would be held', block: 'It would be refused' };
      out.result(
        answer,
        () => `${mark(outcome === 'send', verbs[outcome])}\n${fields(pairs.filter(([, value]) => value !== null))}`,
      );
    }),
  );

  pageOptions(messages.command('list').description('list messages, newest first'))
    .option('--direction <direction>', 'outbound, inbound', oneOf(['outbound', 'inbound']))
    .option('--status <status>', 'e.g. held, failed, unknown')
    .option('--purpose <purpose>', 'why it was sent')
    .option('--type <type>', 'e.g. text, template')
    .option('--contact <contact>', 'id, or phone number with +')
    .option('--sender <id>', 'from or to this number of ours')
    .action(
      action<PageOptions & MessageFilters & { sender?: string }>(async ({ client, out, options }) => {
        const { direction, status, purpose, type, contact, sender } = options;
        const query = {
          ...pageQuery(options),
          ...given({ direction, status, purpose, type, contact, sender_id: sender }),
        };
        const page = await dataOf(client.api.GET('/v1/messages', { params: { query } }));
        const rows = page.data.map((message) => [
          message.id,
          localTime(message.created_at),
          message.direction === 'inbound' ? '←' : '→',
          message.contact.name ?? message.to ?? message.recipient ?? message.contact.phone,
          message.status,
          summaryOf(message),
        ]);
        const headings = ['id', 'at', '', 'who', 'status', 'what'];
        out.result(page, () => table(headings, rows, 'There are no such messages.') + pageHint(page));
      }),
    );

  messages
    .command('get')
    .description('show a message and where it is')
    .argument('<id>')
    .action(
      action<object, [string]>(async ({ client, out }, id) => {
        const message = await client.getMessage(id);
        out.result(message, () => aboutMessage(message));
      }),
    );

  messages
    .command('trace')
    .description('tell the whole story of a message')
    .argument('<id>')
    .action(
      action<object, [string]>(async ({ client, out }, id) => {
        const trace: Trace = await client.traceMessage(id);
        out.result(trace, () => `${aboutMessage(trace.message)}\n\n${storyOf(trace)}`);
      }),
    );

  messages
    .command('cancel')
    .description('take back a message that still waits')
    .argument('<id>')
    .action(
      action<object, [string]>(async ({ client, out }, id) => {
        const message = await client.cancelMessage(id);
        out.result(message, () => mark(message.status === 'canceled', `${message.id} is ${message.status}.`));
      }),
    );
}

/** Tells each change until the message is at the station, ended badly, is held, or the time is over. */
async function follow(
  client: CarillonClient,
  out: Output,
  id: string,
  station: Station,
  limitMs: number,
): Promise<Message> {
  const deadline = performance.now() + limitMs;
  let last = '';
  out.note(style('dim', id));
  for (;;) {
    const message = await client.getMessage(id);
    if (message.status !== last) out.note(`${style('dim', localTime(message.updated_at))}  ${message.status}`);
    last = message.status;
    if (hasReached(message, station) || badEnds.has(message.status)) return message;
    if (message.status === 'held' || message.status === 'scheduled') {
      out.note('It waits; "carillon messages trace" tells what for.');
      return message;
    }
    if (performance.now() > deadline) {
      out.note(`It is not ${station} yet; it goes on without us.`);
      return message;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function hasReached({ status }: Message, station: Station): boolean {
  return stations.indexOf(status as Station) >= stations.indexOf(station);
}

function aboutMessage(message: Message): string {
  const { error, timestamps } = message;
  const pairs: [string, unknown][] = [
    ['id', message.id],
    ['status', message.status],
    [message.direction === 'inbound' ? 'from' : 'to', message.to ?? message.recipient ?? message.contact.phone],
    ['what', `${message.purpose}, ${summaryOf(message)}`],
    ['rule', message.decision?.rule],
    ...Object.entries(timestamps).map(([name, at]): [string, unknown] => [
      name.replace(/_at$/, ''),
      at && localTime(at),
    ]),
    ['failed because', error && `${error.title} (${error.code}) ${error.details ?? ''}`.trim()],
    ['what to do', error?.advice],
  ];
  return fields(pairs.filter(([, value]) => value !== null && value !== undefined));
}

function summaryOf({ type, content }: Message): string {
  const inner = content[type];
  if (type === 'text' && hasField(inner, 'body')) return plain(inner.body, 60);
  if (type === 'template' && hasField(inner, 'name')) return plain(`template ${String(inner.name)}`, 60);
  return plain(type, 60);
}

function hasField<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === 'object' && value !== null && name in value;
}
