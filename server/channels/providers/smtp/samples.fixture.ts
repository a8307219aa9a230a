import type { ConnectionSecrets, ConnectionSettings, MessageContent } from '#channels/provider.ts';

export const settings: ConnectionSettings = {
  baseUrl: 'smtp://127.0.0.1:2525',
  apiVersion: '',
  businessAccountId: 'mailer@127.0.0.1',
  options: { from_name: 'The Shop', bounce_address: 'bounce@mail.shop.example', tls: 'none' },
  webhookUrl: 'https://carillon.example/webhooks/smtp/01990000-0000-7000-8000-000000000001/key',
};

export const secrets: ConnectionSecrets = {
  accessToken: 'pass-word-1',
  appSecrets: [],
  verifyToken: 'unguessable-key',
};

export const contents: readonly MessageContent[] = [
  { type: 'email', email: { subject: 'Your order', text: 'It is on its way.' } },
  {
    type: 'email',
    email: {
      subject: 'Grüße ☀ from the shop',
      preheader: 'Soon with you',
      html: '<table role="presentation"><tr><td style="color:#333"><h1>Hello</h1><p>See <a href="https://shop.example/o/1">your order</a>.</p></td></tr></table>',
      text: 'Hello. See https://shop.example/o/1',
      reply_to: 'help@shop.example',
      headers: { 'X-Campaign': 'autumn' },
    },
  },
  { type: 'email', email: { subject: 'HTML alone', html: '<p>Only this.</p>' } },
  { type: 'text', text: { body: 'A plain text\nof two lines.' } },
];

export const badContents: readonly MessageContent[] = [
  { type: 'email', email: { subject: 'No body' } },
  { type: 'email', email: { text: 'No subject.' } },
  { type: 'email', email: { subject: ' ', text: 'Blank subject.' } },
  { type: 'email', email: { subject: 'Injected\r\nBcc: eve@example.com', text: 'x' } },
  { type: 'email', email: { subject: 'x'.repeat(251), text: 'x' } },
  { type: 'email', email: { subject: 'x', preheader: 'a\nb', text: 'x' } },
  { type: 'email', email: { subject: 'x', text: 'x', reply_to: 'nobody' } },
  { type: 'email', email: { subject: 'x', text: 'x', reply_to: 'a@example.com\r\nBcc: b@example.com' } },
  { type: 'email', email: { subject: 'x', text: 'x', headers: { Bcc: 'eve@example.com' } } },
  { type: 'email', email: { subject: 'x', text: 'x', headers: { 'X-A': 'b\r\nBcc: eve@example.com' } } },
  { type: 'email', email: { subject: 'x', text: 'x', headers: { 'X-Carillon-Attempt': 'forged' } } },
  { type: 'email', email: { subject: 'x', html: '<p>Hello</p><script>alert(1)</script>' } },
  { type: 'email', email: { subject: 'x', html: '<a href="javascript:alert(1)">Here</a>' } },
  { type: 'email', email: { subject: 'x', html: '<img src="https://shop.example/a.png" onerror="alert(1)">' } },
  { type: 'email', email: { subject: 'x', html: '<iframe src="https://shop.example"></iframe>' } },
  { type: 'email', email: { subject: 'x', text: 'x', attachments: [] } },
  { type: 'email', email: [] as unknown as object },
  { type: 'text', text: { body: '' } },
  { type: 'template', template: { name: 'hello', language: { code: 'en' } } },
  { type: 'image', image: { link: 'https://shop.example/a.png' } },
];

/** A mail as it came: lines end as on the wire. */
export function mailOf(...lines: string[]): Buffer {
  return Buffer.from(lines.join('\r\n'));
}

export const reply = mailOf(
  'Return-Path: <ana@example.com>',
  'Delivered-To: shop@shop.example',
  'From: =?utf-8?Q?Ana_Mar=C3=ADa?= <ana@Example.com>',
  'To: The Shop <shop@shop.example>',
  'Subject: Re: Your order',
  'Message-ID: <CAF1@mail.example.com>',
  'In-Reply-To: <a1.AZqK0000000000000000aa.1.abcdefghijk@mail.shop.example>',
  'Date: Fri, 27 Nov 2026 05:00:00 +0100',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="=_one"',
  '',
  '--=_one',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'When does it arrive=3F',
  '',
  'On Fri, The Shop wrote:',
  '> It is on its way. STOP',
  '--=_one',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>When does it arrive?</p><script>alert(1)</script>',
  '--=_one--',
);

/** A report of delivery as Postfix writes it. */
export function reportOf(
  address: string,
  group: readonly string[] = [
    'Final-Recipient: rfc822; ana@example.com',
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 <ana@example.com>: no such user',
  ],
  returned: readonly string[] = ['From: The Shop <shop@shop.example>', 'To: ana@example.com', 'Subject: Your order'],
): Buffer {
  return mailOf(
    'Return-Path: <>',
    'From: MAILER-DAEMON@mx.example.com (Mail Delivery System)',
    `To: ${address}`,
    'Subject: Undelivered Mail Returned to Sender',
    'Auto-Submitted: auto-replied',
    'Date: Fri, 27 Nov 2026 04:00:05 +0000 (UTC)',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status;',
    '\tboundary="B1/mx.example.com"',
    '',
    '--B1/mx.example.com',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'This is the mail system at host mx.example.com.',
    '',
    '--B1/mx.example.com',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.com',
    'Arrival-Date: Fri, 27 Nov 2026 04:00:00 +0000 (UTC)',
    '',
    ...group,
    '',
    '--B1/mx.example.com',
    'Content-Type: text/rfc822-headers',
    '',
    ...returned,
    '',
    '--B1/mx.example.com--',
    '',
  );
}
