import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { WABAClient, WebhookClient } from 'whatsapp-business';
import { type ClientUnderTest, type Heard, idOf, picture, type Target } from './client-under-test.ts';
import { moveHost } from './moved-host.ts';

type Message = Parameters<WABAClient['sendMessage']>[0];

/** Runs `work` with a client whose fixed host leads to the target. */
async function within<Result>(target: Target, work: (client: WABAClient) => Promise<Result>): Promise<Result> {
  using _ = moveHost('graph.facebook.com', target.baseUrl);
  const { token, phoneNumberId, businessAccountId } = target;
  return await work(new WABAClient({ apiToken: token, phoneId: phoneNumberId, accountId: businessAccountId }));
}

export const whatsappBusiness: ClientUnderTest = {
  name: 'whatsapp-business',

  sends: (target) => {
    const send = (said: object) =>
      within(target, async (client) => idOf(await client.sendMessage({ to: target.person, ...said } as Message)));
    const interactive = (type: string, action: object) =>
      send({ type: 'interactive', interactive: { type, body: { text: 'Well?' }, action } });
    return {
      text: () => send({ type: 'text', text: { body: 'Hello 😀' }, biz_opaque_callback_data: 'order 17' }),
      reply: () => send({ type: 'text', text: { body: 'Hello' }, context: { message_id: target.question } }),
      image: () => send({ type: 'image', image: { link: picture, caption: 'A' } }),
      audio: () => send({ type: 'audio', audio: { link: 'https://example.com/a.mp3' } }),
      video: () => send({ type: 'video', video: { link: 'https://example.com/a.mp4' } }),
      document: () => send({ type: 'document', document: { link: 'https://example.com/a.pdf', filename: 'a.pdf' } }),
      sticker: () => send({ type: 'sticker', sticker: { link: 'https://example.com/a.webp' } }),
      location: () => send({ type: 'location', location: { latitude: -33.45, longitude: -70.66, name: 'Santiago' } }),
      contacts: () =>
        send({
          type: 'contacts',
          contacts: [{ name: { formatted_name: 'Ada', first_name: 'Ada' }, phones: [{ phone: '+15550001111' }] }],
        }),
      template: () => send({ type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }),
      reaction: () => send({ type: 'reaction', reaction: { message_id: target.question, emoji: '👍' } }),
      buttons: () => interactive('button', { buttons: [{ type: 'reply', reply: { id: 'yes', title: 'Yes' } }] }),
      list: () =>
        interactive('list', { button: 'Open', sections: [{ title: 'One', rows: [{ id: 'r1', title: 'First' }] }] }),
      product: () => interactive('product', { catalog_id: '1', product_retailer_id: 'sku-1' }),
      catalog: () =>
        interactive('catalog_message', {
          name: 'catalog_message',
          parameters: { thumbnail_product_retailer_id: 'sku-1' },
        }),
    };
  },

  read: (target) => within(target, async (client) => (await client.markMessageAsRead(target.question)).success),

  media: async (target, file) => {
    const folder = await mkdtemp(join(tmpdir(), 'whatsapp-business-'));
    try {
      const path = join(folder, 'a.png');
      await writeFile(path, file);
      return await within(target, async (client) => {
        const { id } = await client.uploadMedia({ file: path as never, type: 'image/png' });
        const { url } = await client.getMedia(id);
        const saved = join(folder, 'saved.png');
        const stream = (await client.downloadMedia(url, saved)) as Writable;
        if (!stream.writableFinished) await once(stream, 'finish');
        await client.deleteMedia(id);
        return { id, bytes: await readFile(saved) };
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },

  templates: null,

  refusal: (target, to) =>
    within(target, async (client) => {
      const message = { to, type: 'text', text: { body: 'x' } } as Message;
      const error: unknown = await client.sendMessage(message).catch((reason: unknown) => reason);
      return (error as { code: number }).code;
    }),

  // This client does not look at signatures.
  receive: async ({ body }) => {
    const heard: Heard = { statuses: [], messages: [] };
    const client = new WebhookClient({
      path: '/',
      token: 'unused',
      expressApp: { app: { use: () => undefined } } as never,
    });
    client.initWebhook({
      onMessageReceived: ({ id, type }) => void heard.messages.push({ id: String(id), type }),
      onStatusReceived: ({ id, status }) => void heard.statuses.push({ id: String(id), status: String(status) }),
    });
    const request = { method: 'POST', url: '/', headers: {}, body: JSON.parse(body.toString('utf8')) as unknown };
    await new Promise<void>((resolve, reject) => {
      client['router'](request as never, { send: () => resolve() } as never, () =>
        reject(new Error('Nobody took the webhook.')),
      );
    });
    return heard;
  },
};
