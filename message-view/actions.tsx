import { useState, type ReactNode } from 'react';
import { BillView } from './bill-view.tsx';
import { Dialog } from './dialog.tsx';
import type { Action, Request } from './drawing.ts';
import { useDrawing } from './drawing-context.ts';
import { Icon, type IconName } from './icons.tsx';
import { ListSheet } from './list-sheet.tsx';
import { safeLink } from './links.ts';
import { cleanName } from './shorten.ts';

const MOST_SHOWN = 3;

/** The buttons below a bubble. Of more than three, WhatsApp shows two and the rest behind "See all options". */
export function Actions({ actions }: { actions: readonly Action[] }) {
  const [isOpen, setOpen] = useState(false);
  if (actions.length === 0) return null;
  const shown = actions.length > MOST_SHOWN ? actions.slice(0, MOST_SHOWN - 1) : actions;
  return (
    <div className="mv-actions">
      {shown.map((action, index) => (
        // Buttons are known by their place: two may say the same.
        <ActionView key={index} action={action} />
      ))}
      {shown.length < actions.length && <ActionButton icon="list" text="See all options" onTap={() => setOpen(true)} />}
      {isOpen && (
        <Dialog title="All options" onClose={() => setOpen(false)}>
          <div className="mv-all-actions" onClick={(event) => closesSheet(event.target) && setOpen(false)}>
            {actions.map((action, index) => (
              <ActionView key={index} action={action} />
            ))}
          </div>
        </Dialog>
      )}
    </div>
  );
}

// A copied code says so in its button, and what opens a window of its own stands in front: those keep the sheet.
function closesSheet(target: EventTarget): boolean {
  return target instanceof Element && target.closest('[data-closes]') !== null;
}

const icons: Readonly<Record<Request['kind'], IconName>> = {
  location: 'place',
  contact: 'person',
  call_permission: 'phone',
  call: 'phone',
  address: 'place',
  flow: 'form',
  products: 'basket',
};

function ActionView({ action }: { action: Action }) {
  const { onAnswer, onRequest } = useDrawing();
  switch (action.kind) {
    case 'answer':
      return (
        <ActionButton icon="reply" text={action.text} closes onTap={onAnswer && (() => onAnswer(action.answer))} />
      );
    case 'request':
      return (
        <ActionButton
          icon={icons[action.request.kind]}
          text={action.text}
          closes
          onTap={onRequest && (() => onRequest(action.request))}
        />
      );
    case 'link':
      return <LinkAction text={action.text} url={action.url} />;
    case 'phone':
      return <PhoneAction text={action.text} phone={action.phone} />;
    case 'copy':
      return <CopyAction text={action.text} code={action.code} />;
    case 'list':
      return (
        <Opener icon="list" text={action.text}>
          {(close) => <ListSheet sections={action.sections} onChosen={close} />}
        </Opener>
      );
    case 'bill':
      return (
        <Opener icon="bill" text={action.text}>
          {(close) => (
            <>
              <BillView bill={action.bill} />
              {action.isPayable && <Payment total={action.bill.total} onDone={close} />}
            </>
          )}
        </Opener>
      );
    case 'other':
      return <ActionButton icon="open" text={action.text} onTap={undefined} />;
  }
}

function ActionButton({
  icon,
  text,
  closes = false,
  onTap,
}: {
  icon: IconName;
  text: string;
  closes?: boolean;
  onTap: (() => void) | undefined;
}) {
  return (
    <button
      type="button"
      className="mv-action"
      disabled={!onTap}
      data-closes={closes && onTap ? true : undefined}
      onClick={onTap}
    >
      <Icon name={icon} />
      <bdi>{cleanName(text)}</bdi>
    </button>
  );
}

// A button with a window of its own.
function Opener({
  icon,
  text,
  children,
}: {
  icon: IconName;
  text: string;
  children: (close: () => void) => ReactNode;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <ActionButton icon={icon} text={text} onTap={() => setOpen(true)} />
      {isOpen && (
        <Dialog title={cleanName(text)} onClose={() => setOpen(false)}>
          {children(() => setOpen(false))}
        </Dialog>
      )}
    </>
  );
}

// What the reader decides of a payment: there is no bank behind it.
const outcomes = [
  ['captured', 'Pay'],
  ['pending', 'Pay, but leave it pending'],
  ['failed', 'Let the payment fail'],
] as const;

function Payment({ total, onDone }: { total: string | undefined; onDone: () => void }) {
  const { onPay } = useDrawing();
  if (!onPay) return null;
  return (
    <div className="mv-all-actions mv-payment">
      {outcomes.map(([outcome, label]) => (
        <ActionButton
          key={outcome}
          icon="bill"
          text={outcome === 'captured' && total ? `${label} ${total}` : label}
          onTap={() => {
            onDone();
            onPay(outcome);
          }}
        />
      ))}
    </div>
  );
}

function LinkAction({ text, url }: { text: string; url: string }) {
  const link = safeLink(url);
  if (!link) return <ActionButton icon="open" text={text} onTap={undefined} />;
  const host = URL.parse(link.href)?.host ?? '';
  return (
    <a className="mv-action" href={link.href} target="_blank" rel="noopener noreferrer nofollow" title={link.href}>
      <Icon name="open" />
      <bdi>{cleanName(text) || host}</bdi>
      {/* The text is the business's; where it leads is not for it to say. */}
      <span className="mv-host">{host}</span>
    </a>
  );
}

function PhoneAction({ text, phone }: { text: string; phone: string }) {
  const digits = phone.replace(/[\s().-]+/gu, '');
  if (!/^\+?\d{3,20}$/u.test(digits)) return <ActionButton icon="phone" text={text} onTap={undefined} />;
  return (
    <a className="mv-action" href={`tel:${digits}`} title={digits}>
      <Icon name="phone" />
      <bdi>{cleanName(text)}</bdi>
    </a>
  );
}

function CopyAction({ text, code }: { text: string; code: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    // Without permission the code can still be read in the message.
    void navigator.clipboard?.writeText(code).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return <ActionButton icon="copy" text={isCopied ? 'Copied' : text} onTap={code ? copy : undefined} />;
}
