import type { MessageRequest } from '@carillon/sdk';
import type { Command } from 'commander';
import { collect, given, oneOf, readInstant, readJsonFrom, readNumber } from './options.ts';
import { UsageProblem } from './settings.ts';

export interface RequestOptions {
  template?: string;
  language: string;
  param: string[];
  content?: string;
  purpose?: MessageRequest['purpose'];
  sender?: string;
  sendAt?: string;
  expiresAt?: string;
  replyTo?: string;
  directSend?: DirectSend['category'];
  ttlSeconds?: number;
  directSendName?: string;
  tag: string[];
  metadata: string[];
}

type DirectSend = NonNullable<MessageRequest['direct_send']>;

const purposes = ['authentication', 'transactional', 'service', 'marketing'] as const;

/** Why a message is sent that is billed as a category, when nobody says. */
const purposeOf = { utility: 'transactional', authentication: 'authentication', service: 'service' } as const;
const categories = ['utility', 'authentication', 'service'] as const;
const longestTtlSeconds = 2_592_000;

/** What `send` and `explain` take. */
export function messageOptions(command: Command): Command {
  return command
    .argument('<to>', 'phone number with +, e-mail address, id of a contact, or business-scoped user id')
    .argument('[text]', 'what to say, when the service window is open')
    .option('--template <name>', 'an approved template instead of a text')
    .option('--language <code>', 'of the template', 'en_US')
    .option('--param <text>', "the template's next body parameter; repeat for more", collect, [])
    .option(
      '--content <json>',
      'any content in the words of the Cloud API; @file reads it from a file, - from standard input',
    )
    .option(
      '--purpose <purpose>',
      `${purposes.join(', ')}; when absent a text is service, and --direct-send tells`,
      oneOf(purposes),
    )
    .option('--sender <id>', 'needed when there are several')
    .option('--send-at <instant>', 'not before, e.g. 15m or 2026-12-24T18:00:00Z', readInstant)
    .option('--expires-at <instant>', 'not after', readInstant)
    .option('--reply-to <id>', 'the message that it answers')
    .option(
      '--direct-send <category>',
      `billed as ${categories.join(', ')}, so that no open service window is needed`,
      oneOf(categories),
    )
    .option(
      '--ttl-seconds <count>',
      'with --direct-send: how long the provider keeps it for a phone that is off',
      (ttl) => readNumber(ttl, 1, longestTtlSeconds),
    )
    .option('--direct-send-name <name>', 'with --direct-send: what the provider is to call the content')
    .option('--tag <tag>', 'repeat for more', collect, [])
    .option('--metadata <name=value>', 'comes back with the message; repeat for more', collect, []);
}

/** The request that was meant. Throws UsageProblem. */
export function readRequest(to: string, text: string | undefined, options: RequestOptions): MessageRequest {
  const ways = [text, options.template, options.content].filter((way) => way !== undefined).length;
  if (ways !== 1) throw new UsageProblem('Give one of: a text, --template, --content.');
  const directSend = directSendOf(options);
  const purpose =
    options.purpose ?? (directSend ? purposeOf[directSend.category] : text === undefined ? undefined : 'service');
  if (purpose === undefined)
    throw new UsageProblem('Say why it is sent: --purpose, since consent and limits depend on it.');
  return {
    ...addressOf(to),
    purpose,
    content: contentOf(text, options),
    ...given({
      sender_id: options.sender,
      send_at: options.sendAt,
      expires_at: options.expiresAt,
      reply_to: options.replyTo,
      direct_send: directSend,
      tags: options.tag.length > 0 ? options.tag : undefined,
      metadata: options.metadata.length > 0 ? metadataOf(options.metadata) : undefined,
    }),
  };
}

function addressOf(to: string): { to: string } | { contact_id: string } | { recipient: string } | { to_email: string } {
  if (/^\+?[\d\s().-]+$/.test(to)) return { to };
  // Ids of WhatsApp have an @, too.
  if (to.includes('@') && !/@(?:lid|g\.us)$/.test(to)) return { to_email: to };
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(to) ? { contact_id: to } : { recipient: to };
}

function directSendOf({ directSend, ttlSeconds, directSendName }: RequestOptions): DirectSend | undefined {
  if (directSend !== undefined)
    return { category: directSend, ...given({ ttl_seconds: ttlSeconds, template_name: directSendName }) };
  if (ttlSeconds !== undefined || directSendName !== undefined)
    throw new UsageProblem('--ttl-seconds and --direct-send-name belong to --direct-send: give a category with it.');
  return undefined;
}

function contentOf(text: string | undefined, options: RequestOptions): MessageRequest['content'] {
  if (text !== undefined) return { type: 'text', text: { body: text } };
  if (options.template !== undefined) {
    const parameters = options.param.map((value) => ({ type: 'text', text: value }));
    const components = parameters.length > 0 ? { components: [{ type: 'body', parameters }] } : {};
    return {
      type: 'template',
      template: { name: options.template, language: { code: options.language }, ...components },
    };
  }
  return readContent(options.content ?? '');
}

/** Content as an option gives it: JSON, @file or - for standard input. Throws UsageProblem. */
export function readContent(told: string): MessageRequest['content'] {
  try {
    const content = readJsonFrom(told);
    if (typeof content === 'object' && content !== null && 'type' in content && typeof content.type === 'string')
      return { ...content, type: content.type };
  } catch (error) {
    throw new UsageProblem(`--content cannot be used. ${(error as Error).message}`);
  }
  throw new UsageProblem('--content must be an object with a type, e.g. {"type":"text","text":{"body":"Hello"}}.');
}

function metadataOf(pairs: string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageProblem(`--metadata must be name=value, not ${JSON.stringify(pair)}.`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
