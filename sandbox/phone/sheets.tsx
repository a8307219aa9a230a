import type { Request } from '@carillon/message-view/drawing.ts';
import { AddressSheet } from './address-sheet.tsx';
import type { Message, Outgoing, Person } from './api.ts';
import { CartSheet } from './cart-sheet.tsx';
import { DeleteSheet, EditSheet } from './change-sheet.tsx';
import { ContactSheet } from './contact-sheet.tsx';
import { FormSheet } from './form-sheet.tsx';
import { JoinSheet, LeaveSheet } from './group-sheets.tsx';
import { LocationSheet } from './location-sheet.tsx';
import { PermissionSheet } from './permission-sheet.tsx';

/** What a button asks for with a form; to call needs none. */
export type FormRequest = Exclude<Request, { kind: 'call' }>;

/** What lies over the chat. `answering` is the id of the message whose button was tapped: the answer names it. */
export type Sheet =
  | { kind: 'location' | 'contact' }
  | { kind: 'join'; link: string }
  | { kind: 'leave'; groupId: string; subject: string }
  | { kind: 'edit' | 'delete'; message: Message }
  | { kind: 'request'; request: FormRequest; answering: string };

/** The one sheet that is open. */
export function OpenSheet({
  sheet,
  person,
  onClose,
  onSend,
}: {
  sheet: Sheet;
  person: Person;
  onClose: () => void;
  /** With the messages that were quoted, if any. */
  onSend: (content: Outgoing) => void;
}) {
  switch (sheet.kind) {
    case 'location':
      return <LocationSheet onClose={onClose} onSend={onSend} />;
    case 'contact':
      return <ContactSheet own={undefined} onClose={onClose} onSend={onSend} />;
    case 'edit':
      return <EditSheet message={sheet.message} onClose={onClose} onSend={onSend} />;
    case 'delete':
      return <DeleteSheet message={sheet.message} onClose={onClose} onSend={onSend} />;
    case 'join':
      return <JoinSheet personId={person.id} link={sheet.link} onClose={onClose} />;
    case 'leave':
      return <LeaveSheet personId={person.id} groupId={sheet.groupId} subject={sheet.subject} onClose={onClose} />;
    case 'request':
      return <RequestSheet {...sheet} person={person} onClose={onClose} onSend={onSend} />;
  }
}

function RequestSheet({
  request,
  answering,
  person,
  onClose,
  onSend,
}: {
  request: FormRequest;
  answering: string;
  person: Person;
  onClose: () => void;
  onSend: (content: Outgoing) => void;
}) {
  const answer = (content: Outgoing, referred_product?: { catalog_id: string; product_retailer_id: string }) =>
    onSend({ ...content, context: { message_id: answering, ...(referred_product ? { referred_product } : {}) } });
  switch (request.kind) {
    case 'location':
      return <LocationSheet onClose={onClose} onSend={answer} />;
    case 'contact':
      return <ContactSheet own={person} onClose={onClose} onSend={answer} />;
    case 'call_permission':
      return <PermissionSheet onClose={onClose} onSend={answer} />;
    case 'address':
      return <AddressSheet request={request} onClose={onClose} onSend={answer} />;
    case 'flow':
      return <FormSheet request={request} onClose={onClose} onSend={answer} />;
    case 'products':
      return <CartSheet request={request} onClose={onClose} onSend={answer} />;
  }
}
