import { initials } from '@carillon/message-view/shorten.ts';

/** A round sign in place of a portrait, its hue taken from the name. */
export function Avatar({ name, seed }: { name: string; seed: string }) {
  let hue = 0;
  for (const character of seed) hue = (hue * 31 + (character.codePointAt(0) ?? 0) * 137) % 360;
  return (
    <span className="ph-avatar" style={{ '--ph-hue': hue } as React.CSSProperties} aria-hidden="true">
      {initials(name) || '?'}
    </span>
  );
}
