import { afterAll, describe, expect, it } from 'vitest';
import { mailOf, reportOf } from '#channels/providers/smtp/samples.fixture.ts';
import { bounceAddressOf } from '#channels/providers/smtp/sending/bounce-address.ts';
import { smtp } from '#channels/providers/smtp/smtp.ts';
import { findContactByAddress, getContact } from '#contacts/contacts.ts';
import { scopes } from '#accounts/scopes.ts';
import { createHttpServer } from '#platform/http.ts';
import { sql } from '#platform/database.ts';
import { MessagePath } from '#testing/message-path.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { unsubscribeRoutes } from './unsubscribe-routes.ts';

const database = await createTestDatabase();
const path = await MessagePath.open(database, ['shop@shop.example'], 'mailer@mail.example', smtp);
const server = await createHttpServer({
  authenticate: () => ({ workspaceId: '', keyId: '', scopes: new Set() }),
  scopes,
});
await unsubscribeRoutes(server, { worker: path.worker, callbackKey: path.callbackKey });
await server.ready();
afterAll(async () => {
  await server.close();
  await database.close();
});

let people = 0;
const someone = () => `Person${(people += 1)}@Example.com`;
const aMail = (to: string) => ({
  to: undefined,
  to_email: to,
  purpose: 'marketing' as const,
  content: { type: 'email', email: { subject: 'Sale', text: 'Buy now' } },
});

const send = (to: string) => path.send(aMail(to) as never);
const contactOf = async (address: string) => {
  const id = await findContactByAddress(path.worker, path.workspaceId, ['email'], address);
  return id === undefined ? undefined : getContact(path.request, path.workspaceId, id);
};

function linkOf(messageId: string, connectionId = path.connectionId): string {
  const connection = Buffer.from(connectionId.replaceAll('-', ''), 'hex').toString('base64url');
  return `/u/${connection}.${encodeURIComponent(path.callbackData(messageId))}`;
}

describe('the link to unsubscribe', () => {
  it('shows a page with one button, and opening it changes nothing', async () => {
    const to = someone();
    const url = linkOf(await send(to));
    for (const method of ['GET', 'HEAD', 'GET'] as const) {
      const { statusCode, headers, body } = await server.inject({ method, url });
      expect(statusCode).toBe(200);
      expect(headers['content-security-policy']).toContain("script-src 'self'");
      if (method === 'GET') expect(body.match(/<button/g)).toHaveLength(1);
    }
    expect((await contactOf(to))?.suppressions).toEqual([]);
    expect((await path.accept(aMail(to) as never)).body[0]?.status).toBe('queued');
  });

  it('with one click ends marketing by e-mail, once, and says so; other mail still goes', async () => {
    const to = someone();
    const id = await send(to);
    const url = linkOf(id);
    const click = () =>
      server.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: 'List-Unsubscribe=One-Click',
      });
    for (let time = 0; time < 3; time += 1) {
      const answer = await click();
      expect(answer.statusCode).toBe(200);
      expect(answer.body).toContain('You are unsubscribed');
    }
    expect((await contactOf(to.toLowerCase()))?.suppressions).toMatchObject([
      { channel: 'email', kind: 'marketing_stop', source: 'unsubscribe', reason: expect.stringMatching(/link/) },
    ]);
    expect((await path.state(id)).events?.filter((kind) => kind === 'unsubscribed')).toHaveLength(1);
    expect((await path.accept(aMail(to) as never)).body[0]).toMatchObject({ status: 'blocked' });
    expect((await path.accept(aMail(to.toUpperCase()) as never)).body[0]).toMatchObject({ status: 'blocked' });
    const service = { ...aMail(to), purpose: 'transactional' };
    expect((await path.accept(service as never)).body[0]).toMatchObject({ status: 'queued' });
    const [mark] = await path.mark([id]);
    expect(mark).toBeDefined();
  });

  it('works after the connection was removed', async () => {
    const other = await MessagePath.open(database, ['old@shop.example'], 'old@mail.example', smtp);
    const id = await other.send(aMail(someone()) as never);
    await database.db.query(
      sql`update connection set removed_at = now(), secrets = null where id = ${other.connectionId}`,
    );
    expect((await server.inject({ method: 'POST', url: linkOf(id, other.connectionId) })).statusCode).toBe(200);
  });

  it('that was changed, or names a message of another connection, does nothing', async () => {
    const to = someone();
    const id = await send(to);
    const other = await MessagePath.open(database, ['other@shop.example'], 'other@mail.example', smtp);
    const right = linkOf(id);
    for (const url of [
      `${right.slice(0, -1)}${right.endsWith('A') ? 'B' : 'A'}`,
      linkOf(id, other.connectionId),
      '/u/x',
      '/u/%00',
      `/u/${'a'.repeat(22)}.${encodeURIComponent(path.callbackData(id))}`,
    ]) {
      for (const method of ['GET', 'POST'] as const) {
        const { statusCode, body } = await server.inject({ method, url });
        expect(statusCode, `${method} ${url}`).toBe(404);
        expect(body).not.toContain(to);
      }
    }
    expect((await contactOf(to))?.suppressions).toEqual([]);
  });
});

describe('mail that comes back', () => {
  it('a bounce fails the message that it names, with the code', async () => {
    const id = await send(someone());
    await path.mark([id]);
    await path.deliver(reportOf(bounceAddressOf(path.callbackData(id), 'bounce@shop.example').toLowerCase()));
    expect(await path.state(id)).toMatchObject({ failed: true });
  });

  it('an answer is a message of the contact by any spelling of the address, and STOP in it ends all', async () => {
    const to = someone();
    await send(to);
    const before = (await contactOf(to))?.id;
    const says = (text: string, id: string) =>
      path.deliver(mailOf(`From: ${to.toLowerCase()}`, 'To: shop@shop.example', `Message-ID: <${id}@x>`, '', text));
    await says('When?\n> STOP', 'one');
    expect((await contactOf(to))?.suppressions).toEqual([]);
    await says('STOP\n\nOn Friday wrote:\n> Buy now', 'two');
    const after = await contactOf(to);
    expect(after?.id).toBe(before);
    expect(after?.suppressions).toMatchObject([{ channel: 'email', kind: 'stop', source: 'keyword' }]);
  });

  it('a complaint ends all, in words', async () => {
    const to = someone();
    const id = await send(to);
    const verp = bounceAddressOf(path.callbackData(id), 'bounce@shop.example');
    await path.deliver(
      mailOf(
        'From: fbl@mx.example.com',
        `To: ${verp}`,
        'Content-Type: multipart/report; report-type=feedback-report; boundary=f',
        '',
        '--f',
        'Content-Type: message/feedback-report',
        '',
        'Feedback-Type: abuse',
        `Original-Rcpt-To: ${to}`,
        '',
        '--f',
        'Content-Type: text/rfc822-headers',
        '',
        'From: shop@shop.example',
        '--f--',
      ),
    );
    expect((await contactOf(to))?.suppressions).toMatchObject([
      { channel: 'email', kind: 'stop', source: 'provider', reason: 'The person reported a message as spam.' },
    ]);
  });
});
