import type { Fields } from '#channels/providers/payloads/fields.ts';
import { type Account, askGraph, pathOf } from './asking.ts';
import { list, object, text, word } from './reading.ts';
import { type AuthenticationPreview, authenticationPreview, language } from './template-reading.ts';

/** A template for one-time codes in many languages at once. Its words are Meta's; only the options are ours. */
export interface AuthenticationTemplates {
  name: string;
  languages: readonly string[];
  components: readonly Fields[];
}

const upserted = object({ data: list(object({ id: text, status: word, language })) });

/** Creates the template in each of the languages, or changes it where it exists. */
export async function upsertAuthenticationTemplates(
  account: Account,
  { name, languages, components }: AuthenticationTemplates,
): Promise<{ id: string; status: string; language: string }[]> {
  const call = {
    path: pathOf(account.settings.businessAccountId, 'upsert_message_templates'),
    method: 'POST',
    body: { name, languages, category: 'AUTHENTICATION', components },
  } as const;
  return (await askGraph(account, call, upserted)).data;
}

export interface PreviewOptions {
  languages?: readonly string[];
  addSecurityRecommendation?: boolean;
  /** 1 to 90. */
  codeExpirationMinutes?: number;
  buttonTypes?: readonly string[];
}

/** How templates for one-time codes read, without creating any. */
export async function previewAuthenticationTemplates(
  account: Account,
  options: PreviewOptions,
): Promise<AuthenticationPreview[]> {
  const call = {
    path: pathOf(account.settings.businessAccountId, 'message_template_previews'),
    query: {
      category: 'AUTHENTICATION',
      languages: options.languages?.join(','),
      add_security_recommendation: options.addSecurityRecommendation,
      code_expiration_minutes: options.codeExpirationMinutes,
      button_types: options.buttonTypes?.join(','),
    },
  };
  return (await askGraph(account, call, object({ data: list(authenticationPreview) }))).data;
}
