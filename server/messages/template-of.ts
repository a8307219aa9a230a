import type { MessageContent } from '#channels/provider.ts';

/** The template that a message is made from, as it is known by: name and language. Null for other content. */
export function templateOf(content: MessageContent): { name: string; language: string } | null {
  const template = content['template'];
  if (content.type !== 'template' || typeof template !== 'object' || template === null) return null;
  const { name, language } = template as { name?: unknown; language?: { code?: unknown } | null };
  const code = language?.code;
  // Providers write "en-US" in one place and "en_US" in another.
  return typeof name === 'string' && typeof code === 'string' ? { name, language: code.replace('-', '_') } : null;
}
