/** Dialogs, on the browser's own element: it keeps the focus inside, closes on Escape and gives the focus back. */
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { setPersonName, usePersonName } from '../lib/person.ts';
import type { Decision } from '../lib/queries.ts';
import { Icon } from './icons.tsx';

export function Dialog({
  title,
  close,
  children,
}: {
  title: string;
  close: () => void;
  children: ReactNode;
}) {
  const ref: RefObject<HTMLDialogElement | null> = useRef(null);
  const titleId = useId();
  useEffect(() => {
    ref.current?.showModal();
    // What is to be filled in comes first, not the button that closes.
    ref.current?.querySelector('textarea')?.focus();
  }, []);
  return (
    <dialog ref={ref} aria-labelledby={titleId} onClose={close}>
      <header>
        <h2 id={titleId}>{title}</h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={() => ref.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

interface DecisionDialogProps {
  title: string;
  /** What will happen. */
  children: ReactNode;
  label: string;
  noteLabel: string;
  noteRequired: boolean;
  danger?: boolean;
  decide: (decision: Decision) => void;
  close: () => void;
}

/** Asks who decides and why; both stand in the story afterwards. */
export function DecisionDialog(props: DecisionDialogProps) {
  const remembered = usePersonName();
  const [by, setBy] = useState(remembered);
  const [note, setNote] = useState('');
  const noteId = useId();
  const byId = useId();
  return (
    <Dialog title={props.title} close={props.close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setPersonName(by);
          props.decide({ by: by.trim(), note: note.trim() });
          props.close();
        }}
      >
        <div className="dialog-text">{props.children}</div>
        <label htmlFor={noteId}>
          {props.noteLabel}
          {props.noteRequired ? null : <span className="quiet"> (optional)</span>}
        </label>
        <textarea
          id={noteId}
          rows={3}
          maxLength={2000}
          required={props.noteRequired}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <label htmlFor={byId}>Your name</label>
        <input
          id={byId}
          required
          maxLength={200}
          autoComplete="name"
          value={by}
          onChange={(event) => setBy(event.target.value)}
        />
        <footer>
          <button type="button" onClick={props.close}>
            Leave it
          </button>
          <button type="submit" className={props.danger ? 'danger' : 'primary'}>
            {props.label}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
