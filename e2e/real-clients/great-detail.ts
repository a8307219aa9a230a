import Client from '@great-detail/whatsapp';
import { type ClientUnderTest, idOf, picture, type Target } from './client-under-test.ts';

// With this client the version is lost on the way when the base URL has a path, so it also tries addresses without one.
const clientOf = ({ baseUrl, token }: Pick<Target, 'baseUrl' | 'token'>) =>
  new Client({ baseUrl, graphVersion: 'v23.0', request: { headers: { Authorization: `Bearer ${token}` }, retry: 0 } });

type NewMessage = Parameters<Client['message']['createMessage']>[0];

export const greatDetail: ClientUnderTest = {
  name: '@great-detail/whatsapp',

  sends: (target) => {
    const { message } = clientOf(target);
    const send = async (said: object) =>
      idOf(
        await message
          .createMessage({ phoneNumberID: target.phoneNumberId, to: target.person, ...said } as NewMessage)
          .json(),
      );
    const interactive = (type: string, action: object, more: object = {}) =>
      send({ type: 'interactive', interactive: { type, body: { text: 'Well?' }, action, ...more } });
    return {
      text: () => send({ type: 'text', text: { body: 'Hello 😀' }, biz_opaque_callback_data: 'order 17' }),
      reply: () => send({ type: 'text', text: { body: 'Hello' }, context: { message_id: target.question } }),
      image: () => send({ type: 'image', image: { link: picture } }),
      audio: () => send({ type: 'audio', audio: { link: 'https://example.com/a.mp3' } }),
      video: () => send({ type: 'video', video: { link: 'https://example.com/a.mp4' } }),
      document: () => send({ type: 'document', document: { link: 'https://example.com/a.pdf', filename: 'a.pdf' } }),
      sticker: () => send({ type: 'sticker', sticker: { link: 'https://example.com/a.webp' } }),
      location: () => send({ type: 'location', location: { latitude: -33.45, longitude: -70.66 } }),
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
      'cta url': () =>
        interactive('cta_url', { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://example.com/' } }),
      'location request': () => interactive('location_request_message', { name: 'send_location' }),
    };
  },

  read: async (target) => {
    const asked = { phoneNumberID: target.phoneNumberId, message_id: target.question, status: 'read' as const };
    const answer: unknown = await clientOf(target)
      .message.createStatus({ ...asked, typing_indicator: { type: 'text' } })
      .json();
    return (answer as { success: boolean }).success;
  },

  media: async (target, file) => {
    const { media } = clientOf(target);
    const phoneNumberID = target.phoneNumberId;
    const blob = new Blob([file as Uint8Array<ArrayBuffer>], { type: 'image/png' });
    const { id } = (await media
      .upload({ phoneNumberID, file: blob, filename: 'a.png', mimeType: 'image/png' })
      .json()) as { id: string };
    const { url } = (await media.getURL({ mediaID: id, phoneNumberID }).json()) as { url: string };
    const download = media.download({
      mediaURL: url,
      request: { headers: { Authorization: `Bearer ${target.token}` } },
    });
    const bytes = Buffer.from(await download.arrayBuffer());
    await media.delete({ mediaID: id, phoneNumberID });
    return { id, bytes };
  },

  templates: async (target) => {
    const answer: unknown = await clientOf(target).template.list(target.businessAccountId, { limit: 50 }).json();
    return (answer as { data: { name: string }[] }).data.map(({ name }) => name);
  },

  refusal: async (target, to) => {
    const { message } = clientOf(target);
    const asked = { phoneNumberID: target.phoneNumberId, to, type: 'text', text: { body: 'x' } } as NewMessage;
    const answer: unknown = await message.createMessage({ ...asked, request: { throwHttpErrors: false } }).json();
    return (answer as { error: { code: number } }).error.code;
  },

  receive: async ({ body, signature }, appSecret) => {
    const { webhook } = clientOf({ baseUrl: 'http://unused', token: 'unused' });
    const request = {
      method: 'POST',
      query: {},
      headers: { 'x-hub-signature-256': signature },
      body: body.toString('utf8'),
    };
    const received = await webhook.eventNotification(request);
    await received.verifySignature(appSecret);
    const values = (received.eventNotification as unknown as Notification).entry.flatMap(({ changes }) =>
      changes.map(({ value }) => value),
    );
    return {
      statuses: values.flatMap(({ statuses = [] }) => statuses.map(({ id, status }) => ({ id, status }))),
      messages: values.flatMap(({ messages = [] }) => messages.map(({ id, type }) => ({ id, type }))),
    };
  },
};

interface Notification {
  entry: {
    changes: {
      value: { statuses?: { id: string; status: string }[]; messages?: { id: string; type: string }[] };
    }[];
  }[];
}
