import type { Settings } from '#control/settings.ts';
import type { Json } from '#people/chats.ts';
import { longDate } from '#storage/clock.ts';
import { type Template, buttonsOf, componentOf } from '#cloud-api/templates.ts';

// The values of the webhooks about templates. `message_template_id` is a text here and becomes a JSON number, with all
// its digits, when the POST is written: a number of JavaScript would round the larger ones.

function named(template: Template): Json {
  return {
    message_template_id: template.id,
    message_template_name: template.name,
    message_template_language: template.language,
  };
}

/** Meta writes the language as `en_US` in some of these webhooks and as `en-US` in others. */
export function inLanguageForm(value: Json, { template_language_form: form }: Settings): Json {
  const language = String(value['message_template_language']);
  return form === 'hyphen' ? { ...value, message_template_language: language.replace('_', '-') } : value;
}

export function statusValue(
  template: Template,
  event: string,
  reason: string | null,
  more: { title?: string; description?: string; because?: string; recommendation?: string; disabledAt?: number } = {},
): Json {
  return {
    event,
    ...named(template),
    reason,
    message_template_category: template.category,
    ...(more.disabledAt === undefined ? {} : { disable_info: { disable_date: longDate(more.disabledAt) } }),
    ...(more.title === undefined ? {} : { other_info: { title: more.title, description: more.description ?? '' } }),
    ...(more.because === undefined
      ? {}
      : { rejection_info: { reason: more.because, recommendation: more.recommendation ?? '' } }),
  };
}

export function qualityValue(template: Template, previous: string): Json {
  return { previous_quality_score: previous, new_quality_score: template.quality.score, ...named(template) };
}

export function componentsValue(template: Template): Json {
  const header = componentOf(template, 'HEADER')?.text;
  const footer = componentOf(template, 'FOOTER')?.text;
  const buttons = buttonsOf(template);
  return {
    ...named(template),
    message_template_element: componentOf(template, 'BODY')?.text ?? '',
    ...(header === undefined ? {} : { message_template_title: header }),
    ...(footer === undefined ? {} : { message_template_footer: footer }),
    ...(buttons.length === 0
      ? {}
      : {
          message_template_buttons: buttons.map((button) => ({
            message_template_button_type: button.type,
            message_template_button_text: button.text ?? '',
            ...(button.url === undefined ? {} : { message_template_button_url: button.url }),
            ...(button.phone_number === undefined ? {} : { message_template_button_phone_number: button.phone_number }),
          })),
        }),
  };
}

/** 24 hours before: `new_category` is still the present one. */
export function categoryNoticeValue(template: Template): Json {
  return {
    ...named(template),
    new_category: template.category,
    correct_category: template.correct_category,
    category_update_timestamp: Math.floor((template.category_changes_at ?? 0) / 1000),
  };
}

export function categoryChangedValue(template: Template): Json {
  return { ...named(template), previous_category: template.previous_category, new_category: template.category };
}

export function categoryDetectedValue(template: Template): Json {
  return { ...named(template), category: template.category, correct_category: template.correct_category };
}
