import { WhatsAppAPI } from 'whatsapp-api-js';
import {
  ActionButtons,
  ActionCatalog,
  ActionContactRequest,
  ActionCTA,
  ActionList,
  ActionLocation,
  ActionNavigateFlow,
  ActionProduct,
  ActionProductList,
  Audio,
  Body,
  Button,
  CatalogProduct,
  Contacts,
  Document,
  Header,
  Image,
  Interactive,
  ListSection,
  Location,
  Name,
  Phone,
  Product,
  ProductSection,
  Reaction,
  Row,
  Sticker,
  Template,
  Text,
  Video,
} from 'whatsapp-api-js/messages';
import { type ClientUnderTest, type Heard, idOf, picture, type Target } from './client-under-test.ts';

// It knows one host. What it may be given instead of the global one is a fetch, and ours changes nothing but that host.
function clientOf({ baseUrl, token }: Pick<Target, 'baseUrl' | 'token'>, appSecret = 'unused'): WhatsAppAPI {
  const moved: typeof fetch = (url, options) => {
    const address = url instanceof Request ? url.url : String(url);
    return fetch(address.replace('https://graph.facebook.com', baseUrl), options);
  };
  return new WhatsAppAPI({ token, appSecret, v: 'v25.0', ponyfill: { fetch: moved } });
}

export const whatsappApiJs: ClientUnderTest = {
  name: 'whatsapp-api-js',

  sends: (target) => {
    const client = clientOf(target);
    const { phoneNumberId, person, question } = target;
    const send = async (message: Parameters<WhatsAppAPI['sendMessage']>[2], context?: string, callbackData?: string) =>
      idOf(await client.sendMessage(phoneNumberId, person, message, context, callbackData));
    const body = new Body('Well?');
    const product = new Product('sku-1');
    return {
      text: () => send(new Text('Hello 😀'), undefined, 'order 17'),
      reply: () => send(new Text('Hello', true), question),
      image: () => send(new Image(picture, false, 'A')),
      audio: () => send(new Audio('https://example.com/a.mp3', false)),
      video: () => send(new Video('https://example.com/a.mp4', false, 'A')),
      document: () => send(new Document('https://example.com/a.pdf', false, 'A', 'a.pdf')),
      sticker: () => send(new Sticker('https://example.com/a.webp', false)),
      location: () => send(new Location(-70.66, -33.45, 'Santiago', 'Chile')),
      contacts: () => send(new Contacts([new Name('Ada Okafor', 'Ada'), new Phone('+15550001111', 'CELL')])),
      template: () => send(new Template('hello_world', 'en_US')),
      reaction: () => send(new Reaction(question, '👍')),
      buttons: () =>
        send(
          new Interactive(new ActionButtons(new Button('yes', 'Yes'), new Button('no', 'No')), body, new Header('Hm')),
        ),
      list: () =>
        send(
          new Interactive(new ActionList('Open', new ListSection('One', new Row('r1', 'First', 'The first'))), body),
        ),
      'cta url': () => send(new Interactive(new ActionCTA('Open', 'https://example.com/'), body)),
      'location request': () => send(new Interactive(new ActionLocation(), body)),
      flow: () => send(new Interactive(new ActionNavigateFlow('token', '1234567890', 'Book', 'FIRST', { a: 1 }), body)),
      product: () => send(new Interactive(new ActionProduct(new CatalogProduct('sku-1', '1')), body)),
      'product list': () =>
        send(new Interactive(new ActionProductList('1', new ProductSection('One', product)), body, new Header('Shop'))),
      catalog: () => send(new Interactive(new ActionCatalog(product), body)),
      'contact request': () => send(new Interactive(new ActionContactRequest(), body)),
    };
  },

  read: async (target) => {
    const answer = await clientOf(target).markAsRead(target.phoneNumberId, target.question, 'text');
    return 'success' in answer && answer.success;
  },

  media: async (target, file) => {
    const client = clientOf(target);
    const form = new FormData();
    form.set('file', new Blob([file as Uint8Array<ArrayBuffer>], { type: 'image/png' }), 'a.png');
    const uploaded = await client.uploadMedia(target.phoneNumberId, form);
    if (!('id' in uploaded)) throw new Error(JSON.stringify(uploaded));
    const found = await client.retrieveMedia(uploaded.id, target.phoneNumberId);
    if (!('url' in found)) throw new Error(JSON.stringify(found));
    const answer = await client.fetchMedia(found.url);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const deleted = await client.deleteMedia(uploaded.id, target.phoneNumberId);
    if (!('success' in deleted)) throw new Error(JSON.stringify(deleted));
    return { id: uploaded.id, bytes };
  },

  templates: null,

  refusal: async (target, to) => {
    const answer = await clientOf(target).sendMessage(target.phoneNumberId, to, new Text('x'));
    return 'error' in answer ? answer.error.code : 0;
  },

  receive: async ({ body, signature }, appSecret) => {
    const client = clientOf({ baseUrl: '', token: 'unused' }, appSecret);
    const heard: Heard = { statuses: [], messages: [] };
    client.on.message = ({ message }) => void heard.messages.push({ id: message.id, type: message.type });
    client.on.status = ({ id, status }) => void heard.statuses.push({ id, status });
    await client.post(JSON.parse(body.toString('utf8')), body.toString('utf8'), signature);
    return heard;
  },
};
