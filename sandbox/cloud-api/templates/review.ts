import type { Template, TemplateDefinition } from '#cloud-api/templates.ts';
import { isOtherScript } from './languages.ts';
import { variablesWithoutExample } from './template-rules.ts';

export type Verdict =
  | { status: 'APPROVED' }
  | { status: 'REJECTED'; reason: RejectionReason; because: string; recommendation: string };

export type RejectionReason =
  | 'ABUSIVE_CONTENT'
  | 'CATEGORY_NOT_AVAILABLE'
  | 'INCORRECT_CATEGORY'
  | 'INVALID_FORMAT'
  | 'PROMOTIONAL'
  | 'SCAM'
  | 'TAG_CONTENT_MISMATCH';

const SENSITIVE = /\b(passwords?|credit card numbers?|card numbers?|cvv|social security|passport numbers?|pin code)\b/i;
const THREATS = /\b(legal action|or else|arrest(ed)?|we will sue|final warning)\b/i;
const SCAMS = /\b(you (have )?won|lottery|inheritance|wire transfer|double your money|claim your prize)\b/i;
const GOODS =
  /\b(guns?|rifles?|ammunition|cigarettes?|tobacco|vapes?|cannabis|cocaine|whisky|vodka|casino|betting|escort)\b/i;
const MARKETING =
  /\b(sale|discounts?|% off|\d+ ?% off|offers?|buy now|shop now|deals?|promo(tion)?|coupon|voucher|limited time|free gift|new collection|exclusive)\b/i;

/** Whether a text sells. One word is enough: WhatsApp, too, prefers the dearer category. */
export function sells(definition: Pick<TemplateDefinition, 'components'>): boolean {
  return MARKETING.test(textOf(definition)) || definition.components.some(({ type }) => type === 'LIMITED_TIME_OFFER');
}

/** What the review decides on a template. `others` are the templates of the same account. */
export function reviewOf(
  template: Template,
  others: readonly Template[],
  rules: { utilityWithMarketing: 'flip' | 'reject'; isUtilityBlocked: boolean },
): Verdict {
  // Its texts are WhatsApp's own.
  if (template.category === 'AUTHENTICATION') return { status: 'APPROVED' };
  const text = textOf(template);
  const format = formatProblemOf(template);
  if (format !== undefined) {
    return rejected('INVALID_FORMAT', format, 'Correct the variables and give an example for each of them.');
  }
  if (template.category === 'UTILITY' && rules.isUtilityBlocked) {
    return rejected('CATEGORY_NOT_AVAILABLE', 'The account may not create utility templates.', 'Wait for its end.');
  }
  if (SENSITIVE.test(text)) {
    return rejected('ABUSIVE_CONTENT', 'The template asks for sensitive data.', 'Never ask for it in a message.');
  }
  if (THREATS.test(text)) {
    return rejected('ABUSIVE_CONTENT', 'The template threatens its reader.', 'Use a neutral wording.');
  }
  if (SCAMS.test(text)) return rejected('SCAM', 'The template looks like a fraud.', 'Say what the message is for.');
  if (GOODS.test(text)) {
    return rejected('ABUSIVE_CONTENT', 'The template is about goods that may not be sold.', 'Leave them out.');
  }
  if (isOtherScript(bodyOf(template), template.language)) {
    return rejected('TAG_CONTENT_MISMATCH', 'The text is not in the language of the template.', 'Choose its language.');
  }
  if (template.category === 'UTILITY' && rules.utilityWithMarketing === 'reject' && sells(template)) {
    return rejected('INCORRECT_CATEGORY', 'The template sells something.', 'Use the category MARKETING.');
  }
  const twin = others.find((other) => other.id !== template.id && isTwin(other, template));
  if (twin) {
    return rejected('INVALID_FORMAT', `Body and footer are those of ${twin.name}.`, 'Use the existing template.');
  }
  return { status: 'APPROVED' };
}

/** What is wrong with the variables, in words. */
function formatProblemOf(template: Template): string | undefined {
  for (const { text } of template.components) {
    if (typeof text !== 'string') continue;
    if ((text.match(/\{\{/g) ?? []).length !== (text.match(/\}\}/g) ?? []).length) return 'Braces do not match.';
    if (/\{\{[^}]*[#$%][^}]*\}\}/.test(text)) return 'A variable has characters that are not allowed.';
    if (/\}\}\s*\{\{/.test(text)) return 'Two variables stand side by side.';
    if (template.parameter_format === 'NAMED') continue;
    const numbers = [...new Set([...text.matchAll(/\{\{\s*(\d+)\s*\}\}/g)].map((match) => Number(match[1])))];
    const isSequence = numbers.toSorted((one, other) => one - other).every((number, index) => number === index + 1);
    if (!isSequence) return 'The numbers of the variables have gaps.';
  }
  const without = variablesWithoutExample(template);
  return without.length === 0 ? undefined : `There is no example for ${without.join(', ')}.`;
}

function rejected(reason: RejectionReason, because: string, recommendation: string): Verdict {
  return { status: 'REJECTED', reason, because, recommendation };
}

function isTwin(other: Template, template: Template): boolean {
  if (other.category === 'AUTHENTICATION' || other.status === 'REJECTED' || other.language !== template.language) {
    return false;
  }
  return bodyOf(other) === bodyOf(template) && footerOf(other) === footerOf(template);
}

function bodyOf({ components }: Pick<TemplateDefinition, 'components'>): string {
  return components.find((component) => component.type === 'BODY')?.text?.trim() ?? '';
}

function footerOf({ components }: Pick<TemplateDefinition, 'components'>): string {
  return components.find((component) => component.type === 'FOOTER')?.text?.trim() ?? '';
}

function textOf({ components }: Pick<TemplateDefinition, 'components'>): string {
  return components
    .flatMap((component) => [component.text ?? '', ...(component.buttons ?? []).map((button) => button.text ?? '')])
    .join('\n');
}
