import { useEffect, type ReactNode } from 'react';

/** Something that was done, or was not, and what can be done about it. */
export interface Notice {
  readonly text: string;
  readonly bad?: boolean;
  readonly action?: { readonly label: string; run(): void };
}

const shownMs = 10_000;

export function Toast({ notice, onGone }: { notice: Notice | null; onGone(): void }): ReactNode {
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(onGone, shownMs);
    return () => clearTimeout(timer);
  }, [notice, onGone]);

  return (
    <div className="toast-place" role="status">
      {notice !== null && (
        <div className={notice.bad === true ? 'toast toast-bad' : 'toast'} data-testid="toast">
          <span>{notice.text}</span>
          {notice.action !== undefined && (
            <button
              type="button"
              className="toast-action"
              onClick={() => {
                onGone();
                notice.action?.run();
              }}
            >
              {notice.action.label}
            </button>
          )}
          <button type="button" className="toast-close" aria-label="Dismiss" onClick={onGone}>
            ×
          </button>
        </div>
      )}
    </div>
  );
}
