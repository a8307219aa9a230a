import { useState, type FormEvent } from 'react';
import { Dialog } from '@carillon/message-view/dialog.tsx';
import type { Request } from '@carillon/message-view/drawing.ts';
import { formAnswer } from './answers.ts';
import type { Outgoing } from './api.ts';

/** The answers of a form. Its screens are not in the message, so the person names the fields: those that the business
 *  filled in are there already. */
export function FormSheet({
  request,
  onClose,
  onSend,
}: {
  request: Request & { kind: 'flow' };
  onClose: () => void;
  onSend: (content: Outgoing) => void;
}) {
  const [answers, setAnswers] = useState(() => {
    const given = Object.entries(request.values).map(([name, text]) => ({ name, text }));
    return given.length > 0 ? given : [{ name: 'answer', text: '' }];
  });
  const change = (at: number, part: Partial<{ name: string; text: string }>): void => {
    setAnswers((now) => now.map((answer, index) => (index === at ? { ...answer, ...part } : answer)));
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    onSend(formAnswer(request.token, answers));
    onClose();
  };
  return (
    <Dialog title={request.title || 'Form'} onClose={onClose}>
      <form className="ph-sheet" onSubmit={submit}>
        <p className="ph-row-detail">
          The answers go back with the token <bdi>{request.token}</bdi>. Numbers, lists and true or false are sent as
          such.
        </p>
        {answers.map((answer, index) => (
          <div key={index} className="ph-pair">
            <label className="ph-field">
              Field
              <input
                autoComplete="off"
                maxLength={200}
                value={answer.name}
                onChange={(event) => change(index, { name: event.target.value })}
              />
            </label>
            <label className="ph-field">
              Answer
              <input
                dir="auto"
                autoComplete="off"
                maxLength={4000}
                value={answer.text}
                onChange={(event) => change(index, { text: event.target.value })}
              />
            </label>
          </div>
        ))}
        <button
          type="button"
          className="ph-link"
          onClick={() => setAnswers((now) => [...now, { name: '', text: '' }])}
          disabled={answers.length >= 50}
        >
          Another field
        </button>
        <button type="submit" className="ph-button">
          Send
        </button>
      </form>
    </Dialog>
  );
}
