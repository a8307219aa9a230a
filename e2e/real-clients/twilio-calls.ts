import twilio from 'twilio';

// Every call of the package that the twin has, made in a process of its own; what came back is printed as JSON.

const {
  TWILIO_SID: sid = '',
  TWILIO_TOKEN: token = '',
  TWILIO_KEY: key = '',
  TWILIO_SECRET: secret = '',
} = process.env;
const client = twilio(sid, token);
const to = '+15550001111';

async function codeOf(deed: Promise<unknown>): Promise<string> {
  try {
    await deed;
    return 'no error';
  } catch (error) {
    const { status, code, moreInfo } = error as { status: number; code: number; moreInfo: string };
    return `${status} ${code} ${moreInfo}`;
  }
}

async function until(messageSid: string, status: string) {
  for (;;) {
    const message = await client.messages(messageSid).fetch();
    if (message.status === status) return message;
  }
}

const account = await client.api.v2010.accounts(sid).fetch();
const numbers = await client.incomingPhoneNumbers.list();
const from = numbers[0]?.phoneNumber ?? '';
const listening = await client
  .incomingPhoneNumbers(numbers[0]?.sid ?? '')
  .update({ smsUrl: 'https://example.com/in', smsMethod: 'POST' });

const sent = await client.messages.create({ to, from, body: 'Hello 😀', smartEncoded: true, validityPeriod: 600 });
const delivered = await until(sent.sid, 'delivered');
const withMedia = await client.messages.create({
  to,
  from,
  body: 'Look',
  mediaUrl: ['https://example.com/a.jpg', 'https://example.com/b.jpg'],
});
await until(withMedia.sid, 'delivered');
const media = await client.messages(withMedia.sid).media.list();
const listed = await client.messages.list({ to, dateSentAfter: new Date(Date.now() - 86_400_000), pageSize: 1 });
const redacted = await client.messages(sent.sid).update({ body: '' });
const isRemoved = await client.messages(sent.sid).remove();

const [service] = await client.messaging.v1.services.list();
const pool = await client.messaging.v1.services(service?.sid ?? '').phoneNumbers.list();
const scheduled = await client.messages.create({
  to,
  messagingServiceSid: service?.sid ?? '',
  body: 'Later',
  scheduleType: 'fixed',
  sendAt: new Date(Date.now() + 3_600_000),
});
const canceled = await client.messages(scheduled.sid).update({ status: 'canceled' });

const [sender] = await client.messaging.v2.channelsSenders.list({ channel: 'whatsapp' });
const webhook = { callback_url: 'https://example.com/wa', callback_method: 'POST' };
const changed = await client.messaging.v2.channelsSenders(sender?.sid ?? '').update({
  // The package writes what it is given; its type has other names.
  webhook: webhook as object,
});

const [content] = await client.content.v1.contents.list();
const approval = await client.content.v1
  .contents(content?.sid ?? '')
  .approvalFetch()
  .fetch();
const template = await client.messages.create({
  to: `whatsapp:${to}`,
  from: `whatsapp:${from}`,
  contentSid: content?.sid ?? '',
  contentVariables: JSON.stringify({ '1': 'Bo', '2': '77' }),
});
await until(template.sid, 'delivered');
const place = await client.messages.create({
  to: `whatsapp:${to}`,
  from: `whatsapp:${from}`,
  body: 'Here',
  persistentAction: ['geo:37.7,-122.3|Twilio'],
});
const asked = await client.messages.create({ to, from, body: '1234', provideFeedback: true });
const feedback = await client.messages(asked.sid).feedback.create({ outcome: 'confirmed' });

const byKey = await twilio(key, secret, { accountSid: sid }).messages.list({ limit: 2 });
const again = await twilio(sid, token, { autoRetry: true }).messages.create({
  to: '+15550007777',
  from,
  body: 'Again',
});

const refusals = {
  stopped: await codeOf(client.messages.create({ to: '+155521610', from, body: 'x' })),
  noRecipient: await codeOf(client.messages.create({ to: 'nobody', from, body: 'x' })),
  wrongToken: await codeOf(twilio(sid, 'wrong').messages.list()),
  unknown: await codeOf(client.messages(`SM${'0'.repeat(32)}`).fetch()),
};

process.stdout.write(
  JSON.stringify({
    account: [account.sid === sid, account.status, account.type],
    numbers: numbers.map(({ capabilities }) => capabilities.sms),
    listening: listening.smsUrl,
    sent: [sent.status, sent.numSegments, sent.dateCreated instanceof Date, sent.dateSent],
    delivered: [delivered.dateSent instanceof Date, delivered.errorCode, delivered.direction],
    media: media.map(({ contentType }) => contentType),
    listed: listed.map(({ sid: each }) => [sent.sid, withMedia.sid].indexOf(each)),
    redacted: redacted.body,
    isRemoved,
    pool: pool.length,
    scheduled: scheduled.status,
    canceled: canceled.status,
    sender: [sender?.status, sender?.senderId === `whatsapp:${from}`, changed.webhook.callbackUrl],
    content: [content?.friendlyName, (approval.whatsapp as { status?: string } | undefined)?.status],
    template: template.body,
    place: place.status,
    feedback: feedback.outcome,
    byKey: byKey.length,
    again: again.status,
    refusals,
  }),
);
