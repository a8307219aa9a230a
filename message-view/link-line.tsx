import type { Referral } from './drawing.ts';
import { Icon } from './icons.tsx';
import { safeLink } from './links.ts';
import { cleanName } from './shorten.ts';

/** The advertisement or post that a person came from. */
export function ReferralLine({ referral }: { referral: Referral }) {
  const link = safeLink(referral.url);
  const inner = (
    <>
      <Icon name="open" />
      <span className="mv-file-words">
        <span className="mv-file-details">{referral.source}</span>
        {referral.title && <bdi className="mv-file-name">{cleanName(referral.title)}</bdi>}
        {referral.text && <bdi className="mv-file-details">{cleanName(referral.text)}</bdi>}
        {link && <bdi className="mv-file-details">{URL.parse(link.href)?.host}</bdi>}
      </span>
    </>
  );
  return link ? (
    <a className="mv-file" href={link.href} target="_blank" rel="noopener noreferrer nofollow">
      {inner}
    </a>
  ) : (
    <div className="mv-file">{inner}</div>
  );
}

/** Where an address leads. What WhatsApp would read from the page is not known here and is not fetched, so that a message
 *  cannot make the reader's browser call a stranger. */
export function LinkLine({ title, url }: { title?: string; url: string }) {
  const link = safeLink(url);
  if (!link) return null;
  const host = URL.parse(link.href)?.host ?? '';
  return (
    <a className="mv-file" href={link.href} target="_blank" rel="noopener noreferrer nofollow">
      <Icon name="open" />
      <span className="mv-file-words">
        {title && <bdi className="mv-file-name">{cleanName(title)}</bdi>}
        <bdi className={title ? 'mv-file-details' : 'mv-file-name'}>{host}</bdi>
        {!title && (
          <bdi className="mv-file-details mv-one-line" dir="ltr">
            {link.href}
          </bdi>
        )}
      </span>
    </a>
  );
}
