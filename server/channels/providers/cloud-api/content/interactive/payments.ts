import { type Fields, isFields } from '#channels/providers/payloads/fields.ts';
import {
  checkText,
  checkTexts,
  checkWord,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
  untoldMax,
} from '#channels/providers/content-checks/checks.ts';

/** The caller's own id of an order. India's rule holds unless the currency is Brazil's; without a currency either may be
 *  meant, so the wider one does. */
export function checkReference(problems: Problems, pointer: string, value: unknown, currency: unknown): void {
  const isIndian = currency === 'INR';
  if (!checkText(problems, pointer, value, { max: isIndian ? 35 : 60, singleLine: true })) return;
  if (isIndian && !/^[A-Za-z0-9_.-]+$/.test(value)) {
    refuse(problems, pointer, 'It must have letters from A to Z, digits, underscores, dots and hyphens only.');
  }
}

type CheckSetting = (problems: Problems, pointer: string, setting: unknown) => void;

const checkPaymentLink: CheckSetting = (problems, pointer, value) => {
  const link = fieldsAt(problems, pointer, value, ['uri']);
  if (link) checkText(problems, `${pointer}/uri`, link['uri'], { max: 2048, singleLine: true });
};

const indianSettings: Readonly<Record<string, CheckSetting>> = {
  payment_gateway: checkGateway,
  payment_link: checkPaymentLink,
  upi_intent_link: (problems, pointer, value) => {
    const link = fieldsAt(problems, pointer, value, ['link']);
    if (link) checkText(problems, `${pointer}/link`, link['link'], { max: 2048, singleLine: true });
  },
};

const brazilianSettings: Readonly<Record<string, CheckSetting>> = {
  pix_dynamic_code: checkPix,
  payment_link: checkPaymentLink,
  boleto: (problems, pointer, value) => {
    const boleto = fieldsAt(problems, pointer, value, ['digitable_line']);
    if (boleto)
      checkText(problems, `${pointer}/digitable_line`, boleto['digitable_line'], { max: 100, singleLine: true });
  },
  // Its shape is not documented in public: whatever object comes is left to Meta.
  offsite_card_pay: (problems, pointer, value) => {
    if (!isFields(value)) fieldsAt(problems, pointer, value, []);
  },
};

/** How an order can be paid: in India by a gateway, a link or UPI, in Brazil by Pix, a link, boleto or card. */
export function checkPaymentRoute(problems: Problems, pointer: string, details: Fields): void {
  const { currency, payment_type: type, payment_configuration: configuration, payment_settings: settings } = details;
  const isBrazilian = currency === 'BRL';
  if (isBrazilian) checkWord(problems, `${pointer}/payment_type`, type, ['br']);
  else checkWord(problems, `${pointer}/payment_type`, type, ['upi'], { optional: true });
  // The older way in India: a configuration of the business account, named beside the type.
  if (type === 'upi' && settings === undefined) {
    checkText(problems, `${pointer}/payment_configuration`, configuration, { max: 60, singleLine: true });
    return;
  }
  checkText(problems, `${pointer}/payment_configuration`, configuration, { max: 60, singleLine: true, optional: true });
  const kinds = isBrazilian ? brazilianSettings : indianSettings;
  listAt(problems, `${pointer}/payment_settings`, settings, 1, 10)?.forEach((entry, index) => {
    const here = `${pointer}/payment_settings/${index}`;
    const kind = isFields(entry) ? entry['type'] : undefined;
    const check = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (!check) {
      if (isFields(entry)) checkWord(problems, `${here}/type`, kind, Object.keys(kinds));
      else fieldsAt(problems, here, entry, []);
      return;
    }
    const setting = fieldsAt(problems, here, entry, ['type', String(kind)]);
    if (setting) check(problems, `${here}/${String(kind)}`, setting[String(kind)]);
  });
}

const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}${index + 1}`);

/** What each gateway takes beside its name. */
const gateways: Readonly<Record<string, readonly string[]>> = {
  razorpay: ['receipt', 'notes'],
  payu: numbered('udf', 4),
  billdesk: numbered('additional_info', 7),
  zaakpay: numbered('extra', 2),
};

function checkGateway(problems: Problems, pointer: string, value: unknown): void {
  const gateway = fieldsAt(problems, pointer, value, ['type', 'configuration_name', ...Object.keys(gateways)]);
  if (!gateway) return;
  const { type } = gateway;
  checkWord(problems, `${pointer}/type`, type, Object.keys(gateways));
  checkText(problems, `${pointer}/configuration_name`, gateway['configuration_name'], { max: 60, singleLine: true });
  for (const [name, fields] of Object.entries(gateways)) {
    const extra = gateway[name];
    if (extra === undefined) continue;
    if (name === type) checkExtra(problems, `${pointer}/${name}`, extra, fields);
    else if (typeof type === 'string' && Object.hasOwn(gateways, type)) {
      refuse(problems, `${pointer}/${name}`, `It does not belong to the gateway "${type}".`);
    }
  }
}

function checkExtra(problems: Problems, pointer: string, value: unknown, known: readonly string[]): void {
  const texts = known.filter((name) => name !== 'notes');
  const extra = isFields(value) && known.includes('notes') ? withoutNotes(value) : value;
  checkTexts(problems, pointer, extra, texts);
  const notes = isFields(value) ? value['notes'] : undefined;
  if (notes === undefined || !known.includes('notes')) return;
  const fields = isFields(notes) ? notes : fieldsAt(problems, `${pointer}/notes`, notes, []);
  for (const note of Object.values(fields ?? {})) {
    if (typeof note !== 'string' || note.length > untoldMax) {
      refuse(problems, `${pointer}/notes`, `It must have texts of at most ${untoldMax} characters only.`);
      return;
    }
  }
}

function withoutNotes(extra: Fields): Fields {
  const { notes: _, ...others } = extra;
  return others;
}

function checkPix(problems: Problems, pointer: string, value: unknown): void {
  const pix = fieldsAt(problems, pointer, value, ['code', 'merchant_name', 'key', 'key_type']);
  if (!pix) return;
  checkText(problems, `${pointer}/code`, pix['code'], { max: untoldMax, singleLine: true });
  checkText(problems, `${pointer}/merchant_name`, pix['merchant_name'], { max: untoldMax, singleLine: true });
  checkText(problems, `${pointer}/key`, pix['key'], { max: untoldMax, singleLine: true });
  checkWord(problems, `${pointer}/key_type`, pix['key_type'], ['CPF', 'CNPJ', 'EMAIL', 'PHONE', 'EVP']);
}
