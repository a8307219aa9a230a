import { Dialog } from '@carillon/message-view/dialog.tsx';
import { permissionAnswer } from './answers.ts';
import type { Outgoing } from './api.ts';

const choices = [
  { choice: 'temporary', label: 'Allow for 7 days' },
  { choice: 'permanent', label: 'Always allow' },
  { choice: 'declined', label: 'Do not allow' },
] as const;

/** Whether the business may call. */
export function PermissionSheet({ onClose, onSend }: { onClose: () => void; onSend: (content: Outgoing) => void }) {
  return (
    <Dialog title="May this business call you?" onClose={onClose}>
      <div className="ph-sheet">
        {choices.map(({ choice, label }) => (
          <button
            key={choice}
            type="button"
            className="ph-choice"
            onClick={() => {
              onSend(permissionAnswer(choice));
              onClose();
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </Dialog>
  );
}
