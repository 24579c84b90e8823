import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react';

/** Something that was done, or was not, and what can be done about it. */
export interface Notice {
  readonly text: string;
  readonly isBad?: boolean;
  readonly action?: { readonly label: string; run(): void };
}

type Tell = (notice: Notice) => void;

const ToastContext = createContext<Tell>(() => undefined);

/** Tells whoever is in front of the page. */
export function useToast(): Tell {
  return use(ToastContext);
}

const shownMs = 10_000;

export function ToastProvider({ children }: { children: ReactNode }): ReactNode {
  const [shown, setShown] = useState<{ readonly notice: Notice } | null>(null);
  const tell = useCallback<Tell>((notice) => setShown({ notice }), []);
  const gone = useCallback(() => setShown(null), []);
  return (
    <ToastContext value={tell}>
      {children}
      <Toast shown={shown} onGone={gone} />
    </ToastContext>
  );
}

function Toast({ shown, onGone }: { shown: { readonly notice: Notice } | null; onGone(): void }): ReactNode {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (shown === null || isHeld) return;
    const timer = setTimeout(onGone, shownMs);
    return () => clearTimeout(timer);
  }, [shown, isHeld, onGone]);
  const notice = shown?.notice;
  return (
    <div className="toast-place" role="status">
      {notice !== undefined && (
        <div
          className={notice.isBad === true ? 'toast toast-bad' : 'toast'}
          data-testid="toast"
          // Whoever reads it, or is about to press, is not hurried.
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
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
