import { type Fields, isFields } from '#channels/providers/cloud-api/fields.ts';
import { checkText, checkUnique, fieldsAt, listAt, type Problems, refuse, refuseForNow } from './checks.ts';
import { checkMedia } from './media.ts';

const laterKinds: readonly unknown[] = [
  'cta_url',
  'location_request_message',
  'address_message',
  'flow',
  'product',
  'product_list',
  'catalog_message',
  'carousel',
  'call_permission_request',
  'voice_call',
  'request_contact_info',
  'contact_request',
  'order_details',
  'order_status',
];

export function checkInteractiveContent(problems: Problems, content: Fields): void {
  const interactive = content['interactive'];
  const type = isFields(interactive) ? interactive['type'] : undefined;
  if (laterKinds.includes(type))
    return refuseForNow(problems, '/interactive/type', `The interactive kind "${String(type)}"`);
  const fields = fieldsAt(problems, '/interactive', interactive, ['type', 'header', 'body', 'footer', 'action']);
  if (!fields) return;
  if (type !== 'button' && type !== 'list')
    return refuse(problems, '/interactive/type', 'It must be "button" or "list".');
  const isList = type === 'list';
  if (fields['header'] !== undefined) checkHeader(problems, fields['header'], isList);
  checkTextObject(problems, '/interactive/body', fields['body'], isList ? 4096 : 1024);
  if (fields['footer'] !== undefined) checkTextObject(problems, '/interactive/footer', fields['footer'], 60);
  if (isList) checkList(problems, fields['action']);
  else checkButtons(problems, fields['action']);
}

function checkTextObject(problems: Problems, pointer: string, value: unknown, max: number): void {
  const fields = fieldsAt(problems, pointer, value, ['text']);
  if (fields) checkText(problems, `${pointer}/text`, fields['text'], { max });
}

function checkHeader(problems: Problems, value: unknown, textOnly: boolean): void {
  const pointer = '/interactive/header';
  const type = isFields(value) ? value['type'] : undefined;
  if (type === 'text') {
    const header = fieldsAt(problems, pointer, value, ['type', 'text']);
    if (header) checkText(problems, `${pointer}/text`, header['text'], { max: 60 });
  } else if (textOnly) {
    refuse(problems, `${pointer}/type`, 'A list can only have a header of the type "text".');
  } else if (type === 'image' || type === 'video' || type === 'document') {
    const header = fieldsAt(problems, pointer, value, ['type', type]);
    if (header) checkMedia(problems, `${pointer}/${type}`, header[type], type === 'document' ? ['filename'] : []);
  } else {
    refuse(problems, `${pointer}/type`, 'It must be "text", "image", "video" or "document".');
  }
}

function checkButtons(problems: Problems, value: unknown): void {
  const action = fieldsAt(problems, '/interactive/action', value, ['buttons']);
  const buttons = action && listAt(problems, '/interactive/action/buttons', action['buttons'], 1, 3);
  const ids = new Set<unknown>();
  const titles = new Set<unknown>();
  buttons?.forEach((entry, index) => {
    const pointer = `/interactive/action/buttons/${index}`;
    const button = fieldsAt(problems, pointer, entry, ['type', 'reply']);
    if (!button) return;
    if (button['type'] !== 'reply') refuse(problems, `${pointer}/type`, 'It must be "reply".');
    const reply = fieldsAt(problems, `${pointer}/reply`, button['reply'], ['id', 'title']);
    if (!reply) return;
    if (checkText(problems, `${pointer}/reply/id`, reply['id'], { max: 256 })) {
      if (reply['id'] !== reply['id'].trim()) {
        refuse(problems, `${pointer}/reply/id`, 'It must not begin or end with a space.');
      }
      checkUnique(problems, `${pointer}/reply/id`, reply['id'], ids, 'button');
    }
    if (checkText(problems, `${pointer}/reply/title`, reply['title'], { max: 20, singleLine: true })) {
      checkUnique(problems, `${pointer}/reply/title`, reply['title'], titles, 'button');
    }
  });
}

function checkList(problems: Problems, value: unknown): void {
  const action = fieldsAt(problems, '/interactive/action', value, ['button', 'sections']);
  if (!action) return;
  checkText(problems, '/interactive/action/button', action['button'], { max: 20, singleLine: true });
  const sections = listAt(problems, '/interactive/action/sections', action['sections'], 1, 10);
  const ids = new Set<unknown>();
  let rowCount = 0;
  sections?.forEach((entry, index) => {
    const pointer = `/interactive/action/sections/${index}`;
    const section = fieldsAt(problems, pointer, entry, ['title', 'rows']);
    if (!section) return;
    // With one section its title is optional: there is nothing to tell it from.
    checkText(problems, `${pointer}/title`, section['title'], {
      max: 24,
      singleLine: true,
      optional: sections.length === 1,
    });
    const rows = listAt(problems, `${pointer}/rows`, section['rows'], 1, 10);
    rowCount += rows?.length ?? 0;
    rows?.forEach((row, rowIndex) => checkRow(problems, `${pointer}/rows/${rowIndex}`, row, ids));
  });
  if (rowCount > 10) {
    refuse(
      problems,
      '/interactive/action/sections',
      `The sections have ${rowCount} rows; at most 10 are allowed in all.`,
    );
  }
}

function checkRow(problems: Problems, pointer: string, value: unknown, ids: Set<unknown>): void {
  const row = fieldsAt(problems, pointer, value, ['id', 'title', 'description']);
  if (!row) return;
  if (checkText(problems, `${pointer}/id`, row['id'], { max: 200 }))
    checkUnique(problems, `${pointer}/id`, row['id'], ids, 'row');
  checkText(problems, `${pointer}/title`, row['title'], { max: 24, singleLine: true });
  checkText(problems, `${pointer}/description`, row['description'], { max: 72, optional: true });
}
