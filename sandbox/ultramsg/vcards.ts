import type { Json } from '#people/chats.ts';

/** A vCard as the phone draws a contact: its name and numbers. */
export function readVcard(vcard: string): Json {
  const lines = vcard.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);
  const valuesOf = (property: string) =>
    lines.flatMap((line) => {
      const [, name, value] = /^(?:[\w-]+\.)?([A-Za-z]+)[^:]*:(.*)$/.exec(line) ?? [];
      return name?.toUpperCase() === property && value ? [value.replaceAll(/\\([,;\\])/g, '$1')] : [];
    });
  const phones = valuesOf('TEL');
  return {
    name: { formatted_name: valuesOf('FN')[0] ?? phones[0] ?? 'Contact' },
    phones: phones.map((phone) => ({ phone, wa_id: phone.replaceAll(/\D/g, '') })),
    emails: valuesOf('EMAIL').map((email) => ({ email })),
  };
}
