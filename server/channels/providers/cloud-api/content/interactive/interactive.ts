import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import {
  type CheckContext,
  checkText,
  fieldsAt,
  type Problems,
  refuse,
} from '#channels/providers/content-checks/checks.ts';
import { checkMedia } from '#channels/providers/cloud-api/content/media.ts';
import { checkCarousel } from './carousel.ts';
import { checkFlow } from './flow.ts';
import { checkOrderDetailsAction, checkOrderStatusAction } from './orders.ts';
import { checkCatalog, checkProduct, checkProductList } from './products.ts';
import { checkButtons, checkList } from './replies.ts';
import {
  checkAddressRequest,
  checkCallButton,
  checkCallPermission,
  checkContactRequest,
  checkCtaUrl,
  checkLocationRequest,
} from './requests.ts';

type HeaderKind = 'text' | 'image' | 'video' | 'document';
type CheckAction = (problems: Problems, pointer: string, action: unknown, context: CheckContext) => void;

/** What a kind of interactive message has around its action. */
interface Shape {
  /** Kinds of header that it may have; none: it has no header. */
  headers: readonly HeaderKind[];
  headerRequired?: true;
  /** In characters. */
  maxBody: number;
  bodyOptional?: true;
  footer: boolean;
  checkAction: CheckAction;
}

const anyHeader: readonly HeaderKind[] = ['text', 'image', 'video', 'document'];
const framed = { headers: anyHeader, maxBody: 1024, footer: true };
const withFooter = { headers: [], maxBody: 1024, footer: true };
const bodyAlone = { headers: [], maxBody: 1024, footer: false };

const shapes: Readonly<Record<string, Shape>> = {
  button: { ...framed, checkAction: checkButtons },
  list: { headers: ['text'], maxBody: 4096, footer: true, checkAction: checkList },
  cta_url: { ...framed, checkAction: checkCtaUrl },
  location_request_message: { ...bodyAlone, checkAction: checkLocationRequest },
  address_message: { ...framed, checkAction: checkAddressRequest },
  flow: { ...framed, checkAction: checkFlow },
  product: { ...withFooter, bodyOptional: true, checkAction: checkProduct },
  product_list: { ...withFooter, headers: ['text'], headerRequired: true, checkAction: checkProductList },
  catalog_message: { ...withFooter, checkAction: checkCatalog },
  carousel: { ...bodyAlone, checkAction: checkCarousel },
  call_permission_request: { ...bodyAlone, bodyOptional: true, checkAction: checkCallPermission },
  voice_call: { ...bodyAlone, checkAction: checkCallButton },
  request_contact_info: { ...bodyAlone, checkAction: checkContactRequest },
  order_details: { ...framed, headers: ['image'], checkAction: checkOrderDetailsAction },
  order_status: { ...framed, headers: ['image'], checkAction: checkOrderStatusAction },
};

/** The interactive kinds that are sent. */
export const interactiveTypes = Object.keys(shapes);

export function checkInteractiveContent(problems: Problems, content: Fields, context: CheckContext): void {
  const pointer = '/interactive';
  const interactive = content['interactive'];
  if (!isFields(interactive)) {
    fieldsAt(problems, pointer, interactive, []);
    return;
  }
  const { type } = interactive;
  if (type === 'contact_request') {
    return refuse(problems, `${pointer}/type`, 'It is called "request_contact_info" since 28 May 2026.');
  }
  const shape = typeof type === 'string' && Object.hasOwn(shapes, type) ? shapes[type] : undefined;
  if (!shape) return refuse(problems, `${pointer}/type`, `It must be one of: ${interactiveTypes.join(', ')}.`);
  const known = ['type', ...(shape.headers.length > 0 ? ['header'] : []), 'body', ...(shape.footer ? ['footer'] : [])];
  fieldsAt(problems, pointer, interactive, [...known, 'action']);
  if (shape.headers.length > 0 && (interactive['header'] !== undefined || shape.headerRequired)) {
    checkHeader(problems, `${pointer}/header`, interactive['header'], shape.headers);
  }
  if (interactive['body'] !== undefined || !shape.bodyOptional) {
    checkTextObject(problems, `${pointer}/body`, interactive['body'], shape.maxBody);
  }
  if (shape.footer && interactive['footer'] !== undefined) {
    checkTextObject(problems, `${pointer}/footer`, interactive['footer'], 60);
  }
  shape.checkAction(problems, `${pointer}/action`, interactive['action'], context);
}

function checkTextObject(problems: Problems, pointer: string, value: unknown, max: number): void {
  const fields = fieldsAt(problems, pointer, value, ['text']);
  if (fields) checkText(problems, `${pointer}/text`, fields['text'], { max });
}

function checkHeader(problems: Problems, pointer: string, value: unknown, kinds: readonly HeaderKind[]): void {
  if (!isFields(value)) {
    fieldsAt(problems, pointer, value, []);
    return;
  }
  const kind = kinds.find((known) => known === value['type']);
  if (!kind) {
    const names = kinds.map((known) => `"${known}"`).join(' or ');
    return refuse(problems, `${pointer}/type`, `The header of this kind of message must be of the type ${names}.`);
  }
  fieldsAt(problems, pointer, value, ['type', kind]);
  if (kind === 'text') checkText(problems, `${pointer}/text`, value['text'], { max: 60 });
  else checkMedia(problems, `${pointer}/${kind}`, value[kind], kind === 'document' ? ['filename'] : []);
}
