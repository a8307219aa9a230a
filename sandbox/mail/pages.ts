import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Mail } from './mail.ts';
import { type MailView, oneClickUrl, summaryOf, unsubscribeByOneClick, viewOf } from './mail-view.ts';

type Id = { Params: { id: string } };

const REASONS = {
  unknown: { status: '5.1.1', text: 'User unknown', action: 'failed' },
  full: { status: '5.2.2', text: 'Mailbox full', action: 'failed' },
  delivered: { status: '2.0.0', text: 'Delivered', action: 'delivered' },
} as const;

/** The mailboxes in the browser at `/mail`: what came, and what a person does with it. It works without scripts. */
export function mailPages(app: FastifyInstance, { mail }: { mail: Mail }): void {
  const { mailbox } = mail;
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(body as string))),
  );

  app.get('/mail', async (_request, reply) => {
    const mails = await Promise.all(mailbox.list().slice(0, 200).map(summaryOf));
    const rows = mails.map(
      ({ id, at, to, subject, notes }) =>
        `<tr><td>${escapeHtml(at.slice(0, 19).replace('T', ' '))}<td>${escapeHtml(to)}<td><a href="/mail/${id}">${escapeHtml(subject || '(no subject)')}</a><td>${escapeHtml(notes.join(', '))}`,
    );
    const list =
      rows.length === 0
        ? '<p>No mail yet. Send to any address: whoever is written to has a mailbox here.</p>'
        : `<table><tr><th>Time<th>To<th>Subject<th>What was done${rows.join('')}</table>`;
    return sendPage(reply, 'Mail', `${list}${callbackForm(mail.posts.url)}`);
  });

  app.post<{ Body: { url?: string } }>('/mail/callback', (request, reply) => {
    const url = request.body.url?.trim() ?? '';
    if (url === '' || URL.canParse(url)) mail.posts.url = url;
    return reply.redirect('/mail', 303);
  });

  app.get<Id>('/mail/:id', async (request, reply) => {
    const found = mailbox.find(request.params.id);
    if (!found) return sendPage(reply.code(404), 'Mail', '<p>This mail is not here any more.</p>');
    return sendPage(reply, 'Mail', drawMail(await viewOf(found), mail.posts.url !== ''));
  });

  app.post<Id & { Body: { deed?: string; text?: string } }>('/mail/:id', async (request, reply) => {
    const found = mailbox.find(request.params.id);
    if (!found) return reply.redirect('/mail', 303);
    const { deed = '', text = '' } = request.body;
    if (deed === 'unsubscribe' && oneClickUrl(found.raw) !== null) {
      const status = await unsubscribeByOneClick(found).catch(() => 'no answer');
      mailbox.note(found, `unsubscribed: ${typeof status === 'number' ? `HTTP ${status}` : status}`);
    } else if (deed === 'reply' && text.trim() !== '') mail.answer(found, text);
    else if (deed === 'complain') mail.complain(found);
    else if (deed === 'unknown' || deed === 'full' || deed === 'delivered') mail.bounce(found, REASONS[deed]);
    return reply.redirect(`/mail/${found.id}`, 303);
  });
}

function drawMail(view: MailView, isPassedOn: boolean): string {
  const { sender, to, subject, at, text, html, notes, one_click_url: url } = view;
  // Nothing of a mail runs, and nothing of it acts as this page.
  const body =
    html === null
      ? `<pre>${escapeHtml(text)}</pre>`
      : `<iframe sandbox title="Message" srcdoc="${escapeHtml(html)}"></iframe><details><summary>As text</summary><pre>${escapeHtml(text)}</pre></details>`;
  const done = notes.length === 0 ? '' : `<p role="status">Done: ${escapeHtml(notes.join(', '))}</p>`;
  const hint = isPassedOn ? '' : '<p>Answers and reports go nowhere until a callback is set on the list of mails.</p>';
  return `<p><a href="/mail">All mail</a></p><h1>${escapeHtml(subject || '(no subject)')}</h1>
<p>From ${escapeHtml(sender)}<br>To ${escapeHtml(to)}<br>${escapeHtml(at)}</p>${done}${body}
<form method="post">${url === null ? '' : button('unsubscribe', 'Unsubscribe')}
<label>Answer<br><textarea name="text" rows="3"></textarea></label>${button('reply', 'Reply')}</form>
<form method="post">${button('unknown', 'Bounce: no such mailbox')}${button('full', 'Bounce: mailbox full')}${button('delivered', 'Report as delivered')}${button('complain', 'Report as spam')}</form>${hint}`;
}

function button(deed: string, words: string): string {
  return `<button name="deed" value="${deed}">${words}</button>`;
}

function callbackForm(url: string): string {
  return `<form method="post" action="/mail/callback"><label>Callback that answers and reports are passed on to<br>
<input name="url" size="80" value="${escapeHtml(url)}" placeholder="http://127.0.0.1:4000/webhooks/smtp/…"></label><button>Set</button></form>`;
}

function sendPage(reply: FastifyReply, title: string, body: string): FastifyReply {
  return reply
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; img-src https: http: data:; frame-src 'self'; form-action 'self'; frame-ancestors 'none'",
    )
    .type('text/html; charset=utf-8')
    .send(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – Carillon sandbox</title>
<style>body{font:16px/1.5 system-ui;max-width:56rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}table{width:100%;border-collapse:collapse}
td,th{text-align:left;padding:.3rem .6rem .3rem 0;border-bottom:1px solid #8884}iframe{width:100%;height:24rem;border:1px solid #8888;background:#fff}
textarea,input{width:100%;font:inherit}button{font:inherit;margin:.4rem .4rem .4rem 0}pre{white-space:pre-wrap}</style>
<main>${body}</main></html>`);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
