import type { FastifyReply } from 'fastify';
import type { Database } from '#platform/database.ts';
import type { HttpServer } from '#platform/http.ts';
import { pageHeaders } from '#platform/security-headers.ts';
import { webhookScope } from '#platform/webhook-scope.ts';
import { readUnsubscribeToken, unsubscribe } from './unsubscribe.ts';
import { findRecipient } from './unsubscribe-store.ts';

export interface UnsubscribeRoutesDeps {
  worker: Database;
  callbackKey: Buffer;
}

type Link = { Params: { token: string } };

const path = '/u/:token';
const limitBytes = 8 * 1024;

/**
 * Where the links of marketing mail lead. Scanners follow every link in a mail, so opening one shows a page and changes
 * nothing; the button of the page, and the button that mail programs show themselves (RFC 8058), post to the same address.
 */
export async function unsubscribeRoutes(
  server: HttpServer,
  { worker, callbackKey }: UnsubscribeRoutesDeps,
): Promise<void> {
  server.get<Link>(
    path,
    { config: { access: 'public', kind: 'page', shed: 'ui' }, schema: { hide: true } },
    async (request, reply) => {
      const link = readUnsubscribeToken(callbackKey, request.params.token);
      const recipient = link && (await findRecipient(worker, link.connectionId, link.messageId));
      if (!recipient) return sendPage(reply, 404, gone);
      return sendPage(reply, 200, recipient.isSuppressed ? done(recipient.senderName) : question(recipient.senderName));
    },
  );

  await webhookScope(server, limitBytes, (scope) => {
    scope.post<Link>(
      path,
      { config: { access: 'public', kind: 'webhook', shed: 'ingress' }, schema: { hide: true } },
      async (request, reply) => {
        const link = readUnsubscribeToken(callbackKey, request.params.token);
        const recipient = link && (await unsubscribe(worker, link, Temporal.Now.instant()));
        return recipient ? sendPage(reply, 200, done(recipient.senderName)) : sendPage(reply, 404, gone);
      },
    );
  });
}

function sendPage(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply
    .code(status)
    .headers({ ...pageHeaders(), 'cache-control': 'no-store', 'x-robots-tag': 'noindex' })
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Unsubscribe</title>
<link rel="icon" href="data:,">
<body style="font: 16px/1.5 system-ui; max-width: 32rem; margin: 4rem auto; padding: 0 1rem">
${body}
</html>
`);
}

function question(sender: string): string {
  return `<h1>Unsubscribe?</h1>
<p>You will get no more marketing by e-mail from ${escapeHtml(sender)}. Messages about your orders and requests still come.</p>
<form method="post"><button type="submit" style="font: inherit; padding: .6rem 1.2rem">Unsubscribe</button></form>`;
}

function done(sender: string): string {
  return `<h1>You are unsubscribed</h1>
<p>You get no more marketing by e-mail from ${escapeHtml(sender)}. To get it again, write to the sender.</p>`;
}

const gone = `<h1>This link does not work</h1>
<p>It is not complete, or its message was deleted. To get no more messages, answer one of them with the word STOP.</p>`;

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
