import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailOf, reply, reportOf } from '#channels/providers/smtp/samples.fixture.ts';
import { bounceAddressOf } from '#channels/providers/smtp/sending/bounce-address.ts';
import { newWords } from './inbound.ts';
import { decodeWebhook } from './webhooks.ts';

const attempt = 'a1:AZqK0000000000000000aa:1:abcdefghijk';
const verp = bounceAddressOf(attempt, 'bounce@mail.shop.example');
const ourId = '<a1.AZqK0000000000000000aa.1.abcdefghijk@mail.shop.example>';

describe('mail that people write', () => {
  it('is a message of theirs, with what it answers, and without our own words below', () => {
    expect(decodeWebhook(reply, '')).toEqual([
      {
        kind: 'message',
        contentKey: expect.stringMatching(/^smtp message /),
        senderExternalId: 'shop@shop.example',
        providerMessageId: '<CAF1@mail.example.com>',
        from: { email: 'ana@example.com', profileName: 'Ana María' },
        at: { epochSeconds: 1_795_752_000, suspicious: false },
        content: {
          type: 'email',
          email: {
            subject: 'Re: Your order',
            text: 'When does it arrive?\n\nOn Fri, The Shop wrote:\n> It is on its way. STOP',
            html: '<p>When does it arrive?</p>',
          },
        },
        supported: true,
        text: 'When does it arrive?',
        replyToProviderId: ourId,
        opensWindow: false,
      },
    ]);
  });

  it('belongs to the sender that the query names, whatever the mail says, and to one with a tag', () => {
    const [event] = decodeWebhook(reply, 'to=Other%2Btag%40Shop.example');
    expect(event).toMatchObject({ senderExternalId: 'other@shop.example' });
  });

  it('is read in any charset, with files named, and a text made of HTML alone', () => {
    const mail = mailOf(
      'From: ana@example.com',
      'To: shop@shop.example',
      'Subject: =?iso-8859-1?Q?Caf=E9?=',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      'preamble',
      '--x',
      'Content-Type: text/html; charset=iso-8859-1',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '<p>Caf=E9</p>',
      '--x',
      'Content-Type: application/pdf; name="a.pdf"',
      'Content-Disposition: attachment; filename="bill.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      'JVBERi0xLjQ=',
      '--x--',
    );
    expect(decodeWebhook(mail, '')).toMatchObject([
      {
        kind: 'message',
        content: {
          email: {
            subject: 'Café',
            text: 'Café',
            attachments: [{ filename: 'bill.pdf', mime_type: 'application/pdf', size_bytes: 8 }],
          },
        },
      },
    ]);
  });

  it('an absence note is kept, and no word of it counts as a word of the person', () => {
    const note = mailOf('From: ana@example.com', 'To: shop@shop.example', 'Auto-Submitted: auto-replied', '', 'STOP');
    const [event] = decodeWebhook(note, '');
    expect(event).toMatchObject({ kind: 'message', content: { email: { automatic: true } } });
    expect(event).not.toHaveProperty('text');
  });

  it('an empty mail with the subject "unsubscribe", as readers write it, says that word', () => {
    const mail = mailOf('From: ana@example.com', 'To: shop@shop.example', 'Subject: unsubscribe', '', '');
    expect(decodeWebhook(mail, '')).toMatchObject([{ kind: 'message', text: 'unsubscribe' }]);
  });

  it.each([
    ['STOP\n\nOn Fri, 27 Nov 2026 The Shop <shop@shop.example> wrote:\n\n> Buy now', 'STOP'],
    ['Stop\n\n-----Original Message-----\nFrom: The Shop', 'Stop'],
    ['Hello\n-- \nAna', 'Hello'],
    ['> all quoted', ''],
    ['Two questions:\nWhen? Where?', 'Two questions:\nWhen? Where?'],
  ])('%j says %j', (text, words) => expect(newWords(text)).toBe(words));
});

describe('reports of delivery', () => {
  it('a hard bounce names the attempt by the address it came to, even in capitals and without our headers', () => {
    for (const address of [verp, verp.toUpperCase()]) {
      expect(decodeWebhook(reportOf(address, undefined, ['Subject: Your order']), '')).toMatchObject([
        {
          kind: 'status',
          status: 'failed',
          providerStatus: 'failed',
          callbackData: attempt,
          providerMessageId: ourId,
          senderExternalId: '*',
          recipient: { email: 'ana@example.com' },
          error: { code: '5.1.1', subcode: '550', title: 'There is no such mailbox' },
          row: { code: '5.1.1', reaction: 'fail', advice: expect.stringContaining('hard bounce') },
        },
      ]);
    }
  });

  it('or by the id of our mail, when it came to a mailbox of bounces', () => {
    const report = reportOf('bounce@mail.shop.example', undefined, [`Message-ID: ${ourId}`, 'From: shop@shop.example']);
    expect(decodeWebhook(report, '')).toMatchObject([
      { kind: 'status', callbackData: attempt, providerMessageId: ourId, senderExternalId: 'shop@shop.example' },
    ]);
  });

  it.each([
    ['delivered', '2.0.0', 'delivered', undefined],
    ['relayed', '2.0.0', 'sent', undefined],
    ['delayed', '4.4.1', 'other', undefined],
    ['failed', '5.2.2', 'failed', '5.2.2'],
    ['failed', '5.9.9', 'failed', 'unlisted_5xx'],
    ['failed', '4.4.7', 'failed', '4.4.7'],
  ])('%s with %s is the status %s', (action, code, status, row) => {
    const group = ['Final-Recipient: rfc822; ana@example.com', `Action: ${action}`, `Status: ${code}`];
    const [event] = decodeWebhook(reportOf(verp, group), '');
    expect(event).toMatchObject({ kind: 'status', status, ...(row === undefined ? {} : { row: { code: row } }) });
  });

  it('what the server said is finer than a status of 5.0.0', () => {
    const group = ['Action: failed', 'Status: 5.0.0', 'Diagnostic-Code: smtp; 550 5.1.1 unknown user'];
    expect(decodeWebhook(reportOf(verp, group), '')).toMatchObject([{ error: { code: '5.1.1' } }]);
  });

  it('one about no mail of ours is kept as unknown', () => {
    expect(decodeWebhook(reportOf('bounce@mail.shop.example'), '')).toMatchObject([
      { kind: 'unknown', field: 'report', reason: expect.stringMatching(/\.$/) },
    ]);
  });

  it('what is no report at the address for bounces is never an answer of a person', () => {
    const mail = mailOf('From: MAILER-DAEMON@mx.example.com', `To: ${verp}`, '', 'Your mail bounced.');
    expect(decodeWebhook(mail, '')).toMatchObject([{ kind: 'unknown', field: 'bounce' }]);
  });
});

describe('complaints', () => {
  const complaint = (type: string, ...fields: string[]) =>
    mailOf(
      'From: fbl@mx.example.com',
      `To: ${verp}`,
      'Content-Type: multipart/report; report-type=feedback-report; boundary=f',
      '',
      '--f',
      'Content-Type: text/plain',
      '',
      'A complaint.',
      '--f',
      'Content-Type: message/feedback-report',
      '',
      `Feedback-Type: ${type}`,
      'User-Agent: fbl/1',
      ...fields,
      '',
      '--f',
      'Content-Type: message/rfc822',
      '',
      'From: shop@shop.example',
      'To: ana@example.com',
      `Message-ID: ${ourId}`,
      '',
      'Buy now',
      '--f--',
    );

  it('end everything on the channel for the person, and show on the message', () => {
    for (const mail of [complaint('abuse'), complaint('abuse', 'Original-Rcpt-To: <ana@example.com>')]) {
      expect(decodeWebhook(mail, '')).toMatchObject([
        { kind: 'status', status: 'other', providerStatus: 'complaint_abuse', callbackData: attempt },
        { kind: 'preference', marketing: 'stop', everything: true, person: { email: 'ana@example.com' } },
      ]);
    }
  });

  it('one that says "not spam" ends nothing', () => {
    expect(decodeWebhook(complaint('not-spam'), '').map(({ kind }) => kind)).toEqual(['status']);
  });
});

describe('mail that is broken', () => {
  it('is kept, whatever it is, and the same again has the same keys', () => {
    const line = fc.oneof(
      fc.constantFrom(
        'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
        'Content-Type: message/delivery-status',
        'Content-Type: multipart/mixed; boundary=""',
        'Content-Type: message/rfc822',
        'Content-Transfer-Encoding: base64',
        'Content-Transfer-Encoding: quoted-printable',
        '--x',
        '--x--',
        '',
        'From: ana@example.com',
        `To: ${verp}`,
        'To: shop@shop.example',
        'Action: failed',
        'Status: 5.1.1',
        'Subject: =?utf-8?B?////?=',
        'Date: 31 Feb 2026',
        '=ZZ=\0',
        ' folded',
      ),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 40 }),
        fc.constantFrom('\r\n', '\n'),
        fc.string(),
        (lines, end, query) => {
          const raw = Buffer.from(lines.join(end), 'latin1');
          const events = decodeWebhook(raw, query);
          expect(events.length).toBeGreaterThan(0);
          expect(decodeWebhook(raw, query)).toEqual(events);
          expect(JSON.stringify(events)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('does not nest without end, and is not split without end', () => {
    let deep = 'From: ana@example.com\r\nTo: shop@shop.example\r\n\r\nhello';
    for (let level = 0; level < 200; level += 1)
      deep = `Content-Type: message/rfc822\r\nFrom: ana@example.com\r\nTo: shop@shop.example\r\n\r\n${deep}`;
    expect(decodeWebhook(Buffer.from(deep), '')).toHaveLength(1);
    const wide = `From: ana@example.com\r\nTo: shop@shop.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n${'--x\r\n\r\na\r\n'.repeat(20_000)}`;
    expect(decodeWebhook(Buffer.from(wide), '')).toHaveLength(1);
  });
});
