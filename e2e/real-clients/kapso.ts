import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { type ClientUnderTest, idOf, picture, type Target } from './client-under-test.ts';

const clientOf = ({ baseUrl, token }: Target) =>
  new WhatsAppClient({ baseUrl, graphVersion: 'v24.0', accessToken: token });

export const kapso: ClientUnderTest = {
  name: '@kapso/whatsapp-cloud-api',

  sends: (target) => {
    const { messages } = clientOf(target);
    // This client writes numbers with "+".
    const common = { phoneNumberId: target.phoneNumberId, to: `+${target.person}` };
    const buttons = [{ id: 'yes', title: 'Yes' }];
    const card = (cardIndex: number) => ({
      cardIndex,
      header: { type: 'image' as const, image: { link: picture } },
      bodyText: 'A card',
      action: { displayText: 'Look', url: 'https://example.com/' },
    });
    const calls: Record<string, () => Promise<unknown>> = {
      text: () => messages.sendText({ ...common, body: 'Hello 😀', bizOpaqueCallbackData: 'order 17' }),
      reply: () => messages.sendText({ ...common, body: 'Hello', contextMessageId: target.question }),
      image: () => messages.sendImage({ ...common, image: { link: picture, caption: 'A' } }),
      audio: () => messages.sendAudio({ ...common, audio: { link: 'https://example.com/a.mp3' } }),
      video: () => messages.sendVideo({ ...common, video: { link: 'https://example.com/a.mp4', caption: 'A' } }),
      document: () =>
        messages.sendDocument({ ...common, document: { link: 'https://example.com/a.pdf', filename: 'a.pdf' } }),
      sticker: () => messages.sendSticker({ ...common, sticker: { link: 'https://example.com/a.webp' } }),
      location: () =>
        messages.sendLocation({ ...common, location: { latitude: -33.45, longitude: -70.66, name: 'Santiago' } }),
      contacts: () =>
        messages.sendContacts({
          ...common,
          contacts: [
            {
              name: { formattedName: 'Ada Okafor', firstName: 'Ada' },
              phones: [{ phone: '+15550001111', type: 'CELL' }],
            },
          ],
        }),
      template: () =>
        messages.sendTemplate({ ...common, template: { name: 'hello_world', language: { code: 'en_US' } } }),
      reaction: () => messages.sendReaction({ ...common, reaction: { messageId: target.question, emoji: '👍' } }),
      buttons: () => messages.sendInteractiveButtons({ ...common, bodyText: 'Well?', buttons }),
      list: () =>
        messages.sendInteractiveList({
          ...common,
          bodyText: 'Choose',
          buttonText: 'Open',
          sections: [{ title: 'One', rows: [{ id: 'r1', title: 'First' }] }],
        }),
      'cta url': () =>
        messages.sendInteractiveCtaUrl({
          ...common,
          bodyText: 'Look',
          parameters: { displayText: 'Open', url: 'https://example.com/' },
        }),
      'location request': () =>
        messages.sendInteractiveLocationRequest({
          ...common,
          bodyText: 'Where?',
          parameters: { requestMessage: 'Where?' },
        }),
      address: () =>
        messages.sendInteractiveAddress({ ...common, bodyText: 'Where to?', parameters: { country: 'IN' } }),
      flow: () =>
        messages.sendInteractiveFlow({
          ...common,
          bodyText: 'Book',
          parameters: {
            flowId: '1234567890',
            flowCta: 'Book',
            flowToken: 'token',
            flowAction: 'navigate',
            flowActionPayload: { screen: 'FIRST' },
          },
        }),
      product: () =>
        messages.sendInteractiveProduct({ ...common, bodyText: 'This', catalogId: '1', productRetailerId: 'sku-1' }),
      'product list': () =>
        messages.sendInteractiveProductList({
          ...common,
          bodyText: 'These',
          header: { type: 'text', text: 'Shop' },
          catalogId: '1',
          sections: [{ title: 'One', productItems: [{ productRetailerId: 'sku-1' }] }],
        }),
      catalog: () =>
        messages.sendInteractiveCatalogMessage({
          ...common,
          bodyText: 'All',
          parameters: { thumbnailProductRetailerId: 'sku-1' },
        }),
      carousel: () => messages.sendInteractiveCarousel({ ...common, bodyText: 'Cards', cards: [card(0), card(1)] }),
    };
    return Object.fromEntries(Object.entries(calls).map(([kind, call]) => [kind, async () => idOf(await call())]));
  },

  read: async (target) => {
    const { phoneNumberId, question: messageId } = target;
    const answer = await clientOf(target).messages.markRead({
      phoneNumberId,
      messageId,
      typingIndicator: { type: 'text' },
    });
    return answer.success;
  },

  media: async (target, file) => {
    const { media } = clientOf(target);
    const { phoneNumberId } = target;
    const blob = new Blob([file as Uint8Array<ArrayBuffer>], { type: 'image/png' });
    const { id: mediaId } = await media.upload({ phoneNumberId, type: 'image/png', file: blob, fileName: 'a.png' });
    const bytes = await media.download({ mediaId, phoneNumberId, auth: 'always' });
    await media.delete({ mediaId, phoneNumberId });
    return { id: mediaId, bytes: Buffer.from(bytes as ArrayBuffer) };
  },

  templates: async (target) => {
    const { data } = await clientOf(target).templates.list({ businessAccountId: target.businessAccountId });
    return data.map(({ name }) => name);
  },

  refusal: async (target, to) => {
    const { phoneNumberId } = target;
    const error: unknown = await clientOf(target)
      .messages.sendText({ phoneNumberId, to, body: 'x' })
      .catch((reason: unknown) => reason);
    return (error as { code: number }).code;
  },

  receive: async ({ body, signature }, appSecret) => {
    if (!verifySignature({ appSecret, rawBody: body, signatureHeader: signature }))
      throw new Error('The signature is wrong.');
    const heard = normalizeWebhook(JSON.parse(body.toString('utf8')));
    return {
      statuses: heard.statuses.map(({ id, status }) => ({ id, status })),
      messages: heard.messages.map(({ id, type }) => ({ id, type })),
    };
  },
};
