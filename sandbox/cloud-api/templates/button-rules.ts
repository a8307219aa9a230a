import { characterCount } from '#cloud-api/checks.ts';
import { GraphError } from '#cloud-api/graph-error.ts';
import type { TemplateButton, TemplateDefinition } from '#cloud-api/templates.ts';

interface ButtonRule {
  /** How many a template may have. */
  most: number;
  /** How long the label may be; null where the client has a fixed one. */
  maxText: number | null;
  categories?: readonly TemplateDefinition['category'][];
  check?: (button: TemplateButton, path: string) => void;
}

const RULES: Readonly<Record<string, ButtonRule>> = {
  QUICK_REPLY: { most: 10, maxText: 25 },
  URL: { most: 2, maxText: 25, check: checkUrl },
  PHONE_NUMBER: { most: 1, maxText: 25, check: checkPhone },
  COPY_CODE: { most: 1, maxText: null, check: checkCode },
  OTP: { most: 1, maxText: 25, categories: ['AUTHENTICATION'] },
  FLOW: { most: 1, maxText: 25, check: checkFlow },
  CATALOG: { most: 1, maxText: null, categories: ['MARKETING'] },
  MPM: { most: 1, maxText: null, categories: ['MARKETING'] },
  SPM: { most: 1, maxText: null, categories: ['MARKETING'] },
  VOICE_CALL: { most: 1, maxText: 20, check: checkCall },
  REQUEST_CONTACT_INFO: { most: 1, maxText: null, categories: ['MARKETING', 'UTILITY'] },
  ORDER_DETAILS: { most: 1, maxText: 25 },
};

/** Checks the buttons of a template or of a carousel's card. Throws 100. */
export function checkButtons(
  buttons: readonly TemplateButton[],
  category: TemplateDefinition['category'],
  path: string,
): void {
  const counts = new Map<string, number>();
  for (const [index, button] of buttons.entries()) {
    const place = `${path}[${index}]`;
    const rule = RULES[button.type];
    if (!rule) {
      throw new GraphError(100, `Param ${place}['type'] must be one of {${Object.keys(RULES).join(', ')}}.`);
    }
    const count = (counts.get(button.type) ?? 0) + 1;
    counts.set(button.type, count);
    if (count > rule.most) {
      throw new GraphError(100, `A template may have ${rule.most} button(s) of type ${button.type}.`, {
        subcode: 2388039,
      });
    }
    if (rule.categories && !rule.categories.includes(category)) {
      throw new GraphError(100, `A button of type ${button.type} is not possible in the category ${category}.`, {
        subcode: 2388039,
      });
    }
    checkLabel(button, rule, place);
    rule.check?.(button, place);
  }
  checkNeighbours(buttons);
}

function checkLabel(button: TemplateButton, rule: ButtonRule, place: string): void {
  if (rule.maxText === null) return;
  // The label of a one-time password has a standard text.
  if (button.type === 'OTP' && button.text === undefined) return;
  if (typeof button.text !== 'string' || button.text === '')
    throw new GraphError(100, `Param ${place}['text'] is required.`);
  if (characterCount(button.text) > rule.maxText) {
    throw new GraphError(100, `${place}['text'] is longer than ${rule.maxText} characters.`, { subcode: 2388040 });
  }
}

/** Quick replies stand together, before or after all others. */
function checkNeighbours(buttons: readonly TemplateButton[]): void {
  let changes = 0;
  for (const [index, button] of buttons.entries()) {
    const previous = buttons[index - 1];
    if (previous && (previous.type === 'QUICK_REPLY') !== (button.type === 'QUICK_REPLY')) changes++;
  }
  if (changes > 1) {
    throw new GraphError(100, 'Quick replies must stand together, before or after all other buttons.', {
      subcode: 2388039,
    });
  }
}

function checkUrl(button: TemplateButton, place: string): void {
  const { url } = button;
  if (typeof url !== 'string' || !/^https?:\/\/[^\s/]/i.test(url)) {
    throw new GraphError(100, `Param ${place}['url'] must be an address that starts with http:// or https://.`);
  }
  if (url.length > 2000) {
    throw new GraphError(100, `${place}['url'] is longer than 2000 characters.`, { subcode: 2388040 });
  }
  const places = [...url.matchAll(/\{\{/g)];
  if (places.length > 1 || (places.length === 1 && !/\{\{\w+\}\}$/.test(url))) {
    throw new GraphError(100, `${place}['url'] may have one variable, at its end.`, { subcode: 2388039 });
  }
}

function checkPhone(button: TemplateButton, place: string): void {
  const { phone_number: number } = button;
  if (typeof number !== 'string' || !/^\+?[\d\s().-]{5,}$/.test(number)) {
    throw new GraphError(100, `Param ${place}['phone_number'] must be a phone number.`);
  }
  if (number.length > 20) {
    throw new GraphError(100, `${place}['phone_number'] is longer than 20 characters.`, { subcode: 2388040 });
  }
}

function checkCode(button: TemplateButton, place: string): void {
  const example: unknown = Array.isArray(button.example) ? button.example[0] : button.example;
  if (typeof example !== 'string' || example === '')
    throw new GraphError(100, `Param ${place}['example'] is required.`);
  if (characterCount(example) > 20) {
    throw new GraphError(100, `${place}['example'] is longer than 20 characters.`, { subcode: 2388040 });
  }
}

function checkFlow(button: TemplateButton, place: string): void {
  if (!['flow_id', 'flow_name', 'flow_json'].some((key) => button[key] !== undefined)) {
    throw new GraphError(100, `Param ${place} needs one of flow_id, flow_name, flow_json.`);
  }
}

function checkCall(button: TemplateButton, place: string): void {
  const { ttl_minutes: ttl } = button;
  if (ttl !== undefined && !(typeof ttl === 'number' && ttl >= 1440 && ttl <= 43_200)) {
    throw new GraphError(100, `Param ${place}['ttl_minutes'] must be from 1440 to 43200.`);
  }
}
