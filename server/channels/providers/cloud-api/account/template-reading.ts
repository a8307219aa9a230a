import { health } from './health.ts';
import { fields, instant, list, listOrNone, number, object, optional, type Reader, text, word } from './reading.ts';

/** A language as the API takes it: answers and webhooks also write `en-US`. */
export const language: Reader<string> = (value, place) => text(value, place).replace('-', '_');

const datedScore = object({ score: word, date: optional(instant) });

// Lists give the score alone, nodes give it with its day.
const qualityScore: Reader<ReturnType<typeof datedScore>> = (value, place) =>
  typeof value === 'string' ? { score: value.toUpperCase() } : datedScore(value, place);

/** A template as Meta has it. `components` stay in Meta's form: they are what templates are written in. */
export const template = object({
  id: text,
  name: text,
  language,
  status: word,
  category: word,
  components: listOrNone(fields),
  parameterFormat: optional(word),
  subCategory: optional(word),
  previousCategory: optional(word),
  correctCategory: optional(word),
  rejectedReason: optional(word),
  qualityScore: optional(qualityScore),
  messageSendTtlSeconds: optional(number),
  libraryTemplateName: optional(text),
  healthStatus: optional(health),
});
export type Template = ReturnType<typeof template>;

/** Asked for by name: without them Meta leaves out why a template was rejected and how good it is. */
export const templateFields = [
  'id',
  'name',
  'language',
  'status',
  'category',
  'sub_category',
  'previous_category',
  'correct_category',
  'components',
  'parameter_format',
  'rejected_reason',
  'quality_score',
  'message_send_ttl_seconds',
  'library_template_name',
].join(',');

export const createdTemplate = object({ id: text, status: word, category: optional(word) });
export type CreatedTemplate = ReturnType<typeof createdTemplate>;

/** A template of Meta's own library, approved at once when it is taken. */
export const libraryTemplate = object({
  id: optional(text),
  name: text,
  language,
  category: word,
  topic: optional(text),
  usecase: optional(text),
  industry: listOrNone(text),
  header: optional(text),
  body: optional(text),
  bodyParams: listOrNone(text),
  bodyParamTypes: listOrNone(text),
  buttons: listOrNone(fields),
});
export type LibraryTemplate = ReturnType<typeof libraryTemplate>;

/** How a one-time-code template reads in one language. */
export const authenticationPreview = object({
  language,
  body: text,
  footer: optional(text),
  buttons: list(object({ text, autofillText: optional(text) })),
});
export type AuthenticationPreview = ReturnType<typeof authenticationPreview>;
