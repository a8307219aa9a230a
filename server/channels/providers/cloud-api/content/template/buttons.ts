import { isFields } from '#channels/providers/payloads/fields.ts';
import {
  type CheckContext,
  checkText,
  checkUnique,
  checkWholeNumber,
  fieldsAt,
  listAt,
  type Problems,
  refuse,
  wordIn,
} from '#channels/providers/content-checks/checks.ts';
import { checkOrderDetails } from '#channels/providers/cloud-api/content/interactive/orders.ts';
import {
  checkProductId,
  checkProductSections,
  checkThumbnail,
} from '#channels/providers/cloud-api/content/interactive/products.ts';
import { checkGroupId } from './parameters.ts';

type CheckParameter = (problems: Problems, pointer: string, parameter: unknown, context: CheckContext) => void;

interface ButtonKind {
  min: number;
  max: number;
  check: CheckParameter;
}

const kinds: Readonly<Record<string, ButtonKind>> = {
  quick_reply: { min: 1, max: 1, check: text('payload', 256) },
  url: { min: 1, max: 1, check: checkLinkEnd },
  copy_code: { min: 1, max: 1, check: text('coupon_code', 20) },
  // A button whose parameters are all optional may stand without any.
  catalog: { min: 0, max: 1, check: action(checkThumbnail) },
  mpm: { min: 1, max: 1, check: action(checkProducts) },
  flow: { min: 0, max: 1, check: action(checkFlowData) },
  voice_call: { min: 0, max: 2, check: checkCallParameter },
  order_details: { min: 1, max: 1, check: action(checkOrder) },
};

/** What a button of a template needs at the send. `places` remembers which have been given. */
export function checkButtonComponent(
  problems: Problems,
  pointer: string,
  value: unknown,
  places: Set<unknown>,
  maxCoupon: number,
  context: CheckContext,
): void {
  const button = fieldsAt(problems, pointer, value, ['type', 'sub_type', 'index', 'parameters']);
  if (!button) return;
  const { index } = button;
  if (!/^[0-9]$/.test(typeof index === 'number' || typeof index === 'string' ? String(index) : '')) {
    refuse(problems, `${pointer}/index`, 'It must be the place of the button, 0 to 9.');
  } else {
    checkUnique(problems, `${pointer}/index`, `button ${String(index)}`, places, 'button');
  }
  const subType = wordIn(button, 'sub_type');
  const kind = Object.hasOwn(kinds, subType) ? kinds[subType] : undefined;
  if (!kind) {
    const message =
      subType === 'phone_number'
        ? 'A button that calls a number is a fixed part of the template: leave it out.'
        : `It must be one of: ${Object.keys(kinds).join(', ')}.`;
    return refuse(problems, `${pointer}/sub_type`, message);
  }
  if (button['parameters'] === undefined && kind.min === 0) return;
  const parameters = listAt(problems, `${pointer}/parameters`, button['parameters'], kind.min, kind.max);
  const types = new Set<unknown>();
  parameters?.forEach((parameter, place) => {
    const here = `${pointer}/parameters/${place}`;
    kind.check(problems, here, parameter, context);
    checkUnique(problems, `${here}/type`, wordIn(parameter, 'type'), types, 'parameter');
    if (subType === 'copy_code' && maxCoupon < 20 && isFields(parameter)) {
      const coupon = parameter['coupon_code'];
      if (typeof coupon === 'string' && coupon.length <= 20) {
        checkText(problems, `${here}/coupon_code`, coupon, { max: maxCoupon });
      }
    }
  });
}

/** A parameter that is one text, in the field of its type. */
function text(type: string, max: number): CheckParameter {
  return (problems, pointer, value) => {
    const parameter = fieldsAt(problems, pointer, value, ['type', type]);
    if (!parameter) return;
    if (wordIn(parameter, 'type') !== type) refuse(problems, `${pointer}/type`, `It must be "${type}".`);
    checkText(problems, `${pointer}/${type}`, parameter[type], { max, singleLine: true });
  };
}

/** A parameter of the type "action", whose object `check` looks at. */
function action(check: CheckParameter): CheckParameter {
  return (problems, pointer, value, context) => {
    const parameter = fieldsAt(problems, pointer, value, ['type', 'action']);
    if (!parameter) return;
    if (wordIn(parameter, 'type') !== 'action') refuse(problems, `${pointer}/type`, 'It must be "action".');
    check(problems, `${pointer}/action`, parameter['action'], context);
  };
}

// Where a link ends is free in the template: a text, or the link that invites to a group.
function checkLinkEnd(problems: Problems, pointer: string, value: unknown, context: CheckContext): void {
  if (wordIn(value, 'type') === 'group_id') return checkGroupId(problems, pointer, value);
  text('text', 2000)(problems, pointer, value, context);
}

function checkProducts(problems: Problems, pointer: string, value: unknown): void {
  const thumbnail = 'thumbnail_product_retailer_id';
  const products = fieldsAt(problems, pointer, value, [thumbnail, 'sections']);
  if (!products) return;
  checkProductId(problems, `${pointer}/${thumbnail}`, products[thumbnail]);
  checkProductSections(problems, `${pointer}/sections`, products['sections']);
}

function checkFlowData(problems: Problems, pointer: string, value: unknown): void {
  const flow = fieldsAt(problems, pointer, value, ['flow_token', 'flow_action_data']);
  if (!flow) return;
  checkText(problems, `${pointer}/flow_token`, flow['flow_token'], { max: 4096, optional: true });
  const given = flow['flow_action_data'];
  if (given !== undefined && !isFields(given)) fieldsAt(problems, `${pointer}/flow_action_data`, given, []);
}

function checkCallParameter(problems: Problems, pointer: string, value: unknown, context: CheckContext): void {
  if (wordIn(value, 'type') !== 'ttl_minutes') return text('payload', 512)(problems, pointer, value, context);
  const parameter = fieldsAt(problems, pointer, value, ['type', 'ttl_minutes']);
  if (parameter) checkWholeNumber(problems, `${pointer}/ttl_minutes`, parameter['ttl_minutes'], 1, 43_200);
}

function checkOrder(problems: Problems, pointer: string, value: unknown, context: CheckContext): void {
  const order = fieldsAt(problems, pointer, value, ['order_details']);
  if (order) checkOrderDetails(problems, `${pointer}/order_details`, order['order_details'], context);
}
