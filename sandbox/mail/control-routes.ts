import type { FastifyInstance } from 'fastify';
import { notFound, Refusal } from '#control/refusal.ts';
import type { Mail } from './mail.ts';
import { summaryOf, unsubscribeByOneClick, viewOf } from './mail-view.ts';

type Id = { Params: { id: string } };

/** What a test or a script does in place of the people whose mailboxes these are. */
export function mailControlRoutes(app: FastifyInstance, { mail }: { mail: Mail }): void {
  app.get<{ Querystring: { to?: string } }>(
    '/_sandbox/mail/messages',
    { schema: { querystring: LIST_SCHEMA } },
    async ({ query }) => {
      const wanted = query.to?.toLowerCase();
      const mails = mail.mailbox.list().filter(({ to }) => wanted === undefined || to.toLowerCase() === wanted);
      return { data: await Promise.all(mails.slice(0, 200).map(summaryOf)) };
    },
  );

  app.get<Id>('/_sandbox/mail/messages/:id', async ({ params }) => {
    const found = get(params.id);
    return { ...(await viewOf(found)), raw: found.raw };
  });

  app.post<{ Body: { url: string } }>(
    '/_sandbox/mail/webhook',
    { schema: { body: WEBHOOK_SCHEMA } },
    ({ body: { url } }) => {
      if (url !== '' && !URL.canParse(url)) throw new Refusal('url is no address', 'url');
      mail.posts.url = url;
      return { url };
    },
  );

  app.post<Id>('/_sandbox/mail/messages/:id/unsubscribe', async ({ params }) => {
    const found = get(params.id);
    const status = await unsubscribeByOneClick(found);
    if (status === null) throw new Refusal('The message offers no unsubscribing by one click');
    mail.mailbox.note(found, `unsubscribed: HTTP ${status}`);
    return { status };
  });

  app.post<Id & { Body: { text: string } }>(
    '/_sandbox/mail/messages/:id/reply',
    { schema: { body: REPLY_SCHEMA } },
    ({ params, body }) => {
      mail.answer(get(params.id), body.text);
      return { passed_on: mail.posts.url !== '' };
    },
  );

  app.post<Id & { Body: Bounce }>(
    '/_sandbox/mail/messages/:id/bounce',
    { schema: { body: BOUNCE_SCHEMA } },
    ({ params, body: { status = '5.1.1', text = 'User unknown', action = 'failed' } }) => {
      mail.bounce(get(params.id), { status, text, action });
      return { passed_on: mail.posts.url !== '' };
    },
  );

  app.post<Id>('/_sandbox/mail/messages/:id/complaint', ({ params }) => {
    mail.complain(get(params.id));
    return { passed_on: mail.posts.url !== '' };
  });

  function get(id: string) {
    const found = mail.mailbox.find(id);
    if (!found) throw notFound(`The mail ${id.slice(0, 100)}`);
    return found;
  }
}

interface Bounce {
  status?: string;
  text?: string;
  action?: 'failed' | 'delayed' | 'delivered';
}

const LIST_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: { to: { type: 'string', maxLength: 320 } },
} as const;

const WEBHOOK_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: { url: { type: 'string', maxLength: 2000 } },
} as const;

const REPLY_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['text'],
  properties: { text: { type: 'string', minLength: 1, maxLength: 100_000 } },
} as const;

const BOUNCE_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  properties: {
    status: { type: 'string', pattern: '^[245]\\.\\d{1,3}\\.\\d{1,3}$' },
    text: { type: 'string', minLength: 1, maxLength: 300, pattern: '^[ -~]+$' },
    action: { enum: ['failed', 'delayed', 'delivered'] },
  },
} as const;
