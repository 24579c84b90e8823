import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Icon } from './icons.tsx';

interface DialogProps {
  readonly title: string;
  readonly className?: string;
  readonly testId?: string;
  /** Without a heading to be seen: the title is its name alone. */
  readonly isBare?: boolean;
  onClose(): void;
  readonly children: ReactNode;
}

/** A modal dialog of the browser: keeps the focus, is left by Escape and by a press beside it, and gives the focus back. */
export function Dialog({ title, className = '', testId, isBare = false, onClose, children }: DialogProps): ReactNode {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    const before = document.activeElement;
    if (shown?.open === false) shown.showModal();
    return () => {
      shown?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      data-testid={testId}
      aria-labelledby={isBare ? undefined : id}
      aria-label={isBare ? title : undefined}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => {
        if (event.target === dialog.current) onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="dialog-body">
        {!isBare && (
          <header className="dialog-head">
            <h2 id={id}>{title}</h2>
            <button type="button" className="button button-icon" aria-label="Close" onClick={onClose}>
              <Icon name="close" />
            </button>
          </header>
        )}
        {children}
      </div>
    </dialog>
  );
}
