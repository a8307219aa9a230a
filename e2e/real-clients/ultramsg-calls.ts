import { createRequire } from 'node:module';

// A program as a customer of UltraMsg writes it. It calls every method of the client once and prints what came back.

type Client = Record<string, (...values: unknown[]) => Promise<unknown>>;

const require = createRequire(import.meta.url);
const Ultramsg = require('ultramsg-whatsapp-api') as new (instanceId: string, token: string) => Client;
const client = new Ultramsg(process.env['ULTRAMSG_INSTANCE'] ?? '', process.env['ULTRAMSG_TOKEN'] ?? '');

const to = '+15550001111';
const jid = '15550001111@c.us';
const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Bo Li\nTEL;TYPE=CELL:+15550003333\nEND:VCARD';

const calls: [method: string, ...values: unknown[]][] = [
  ['getInstanceStatus'],
  ['getInstanceMe'],
  ['sendInstanceSettings', '1', process.env['ULTRAMSG_WEBHOOK_URL'] ?? '', true, true, true, true],
  ['getInstanceSettings'],
  ['sendChatMessage', to, 'Hello 😀', 5, 'job-1'],
  ['sendImageMessage', to, 'A', 'https://example.com/a.jpg'],
  ['sendDocumentMessage', to, 'a.pdf', 'https://example.com/a.pdf'],
  ['sendAudioMessage', to, 'https://example.com/a.mp3'],
  ['sendVoiceMessage', to, 'https://example.com/a.ogg'],
  ['sendVideoMessage', to, 'V', 'https://example.com/a.mp4'],
  ['sendLinkMessage', to, 'https://example.com/'],
  ['sendContactMessage', to, '15550002222@c.us'],
  ['sendLocationMessage', to, 'Here\n1 Way', 25.2, 55.27],
  ['sendVcardMessage', to, vcard],
  ['sendChatMessage', '+15550000000', 'to nobody'],
  ['getMessages', 1, 10, 'invalid'],
  ['getMessages', 1, 10, 'all', 'asc', '', 'job-1'],
  ['getMessageStatistics'],
  ['resendById', 11],
  ['resendByStatus', 'unsent'],
  ['sendClearMessage', 'invalid'],
  ['getChats'],
  ['getChatsMessages', jid, 2],
  ['getContacts'],
  ['getContact', jid],
  ['blockContact', jid],
  ['getBlockedContacts'],
  ['unblockContact', jid],
  ['checkContact', jid],
  ['sendInstanceTakeover'],
  ['sendInstanceRestart'],
  ['getInstanceScreenshot', 'base64'],
  ['sendInstanceLogout'],
  ['getInstanceQr'],
  ['getInstanceQrCode'],
  ['sendInstanceClear'],
];

const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(client) as object);
const answers: [string, unknown][] = [];
for (const [method, ...values] of calls) answers.push([method, await client[method]?.(...values)]);
const wrong = new Ultramsg('999', 'wrong');
const stranger: unknown = await wrong['getInstanceStatus']?.();
process.stdout.write(`${JSON.stringify({ methods, answers, stranger })}\n`);
