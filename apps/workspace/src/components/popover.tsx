import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { placePanel } from './place-panel.ts';

interface PopoverProps {
  /** What the button shows. */
  readonly button: ReactNode;
  /** The button's name, where what it shows is no text. */
  readonly buttonLabel?: string;
  readonly className?: string;
  /** The panel's name. */
  readonly label: string;
  readonly align?: 'start' | 'end';
  readonly panelClassName?: string;
  readonly testId?: string;
  /** Opens as soon as it is there: something was just added that is to be filled in. */
  readonly openAtFirst?: boolean;
  readonly children: (close: () => void) => ReactNode;
}

/**
 * A button, and a panel of the browser's top layer: closed by Escape, by a press elsewhere, and by what is in it; the focus
 * goes back to the button.
 */
export function Popover(props: PopoverProps): ReactNode {
  const { button, buttonLabel, className = 'button', label, align = 'start', panelClassName = '' } = props;
  const { testId, openAtFirst = false, children } = props;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!isOpen || panel.current === null || trigger.current === null) return;
    placePanel(panel.current, trigger.current, align);
    const first = panel.current.querySelector<HTMLElement>('[autofocus], input, select, textarea, button, a[href]');
    first?.focus();
  }, [isOpen, align]);

  useEffect(() => {
    if (openAtFirst) panel.current?.showPopover();
    // Once, when it comes to be there.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  return (
    <>
      <button
        ref={trigger}
        type="button"
        className={className}
        data-testid={testId}
        popoverTarget={id}
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        aria-label={buttonLabel}
        title={buttonLabel}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        className={`panel ${panelClassName}`}
        onToggle={(event) => setOpen(event.newState === 'open')}
        // What is typed here is nobody else's to hear.
        onKeyDown={(event) => event.stopPropagation()}
      >
        {isOpen && children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
