/** A name for people: no path, no control and direction characters, not too long. Null when nothing is left. */
export function cleanName(filename: string | null): string | null {
  if (filename === null) return null;
  const base = filename.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const cleaned = base
    // oxlint-disable-next-line no-control-regex -- control characters are what is taken out here
    .replaceAll(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069"<>|:*?]/g, '')
    .replace(/^\.+/, '')
    .trim();
  return cleaned === '' ? null : Array.from(cleaned.toWellFormed()).slice(0, 120).join('');
}
