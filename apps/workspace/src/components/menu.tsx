import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';
import { placePanel } from './place-panel.ts';

export interface MenuItem {
  readonly key: string;
  readonly label: ReactNode;
  readonly icon?: IconName;
  /** For choices: whether it is the one at hand. */
  readonly isChosen?: boolean;
  readonly isBad?: boolean;
  run(): void;
}

interface MenuProps {
  readonly button: ReactNode;
  /** Of the menu, and of the button where that does not say its name by what it shows. */
  readonly buttonLabel: string;
  readonly isNamedByContent?: boolean;
  readonly className?: string;
  readonly items: readonly MenuItem[];
  readonly align?: 'start' | 'end';
  readonly testId?: string;
  /** As in a grid, where the focus moves by arrows: −1 keeps the button out of the order of tabs. */
  readonly tabIndex?: number;
}

/** A menu as people know them: arrows, Home, End and the first letters move, Enter chooses, Escape leaves. */
export function Menu(props: MenuProps): ReactNode {
  const { button, buttonLabel, isNamedByContent = false, className = 'button', items, align, testId, tabIndex } = props;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const entries = (): HTMLElement[] => [...(panel.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];

  useEffect(() => {
    if (!isOpen || panel.current === null || trigger.current === null) return;
    placePanel(panel.current, trigger.current, align);
    const all = entries();
    (all.find((entry) => entry.ariaChecked === 'true') ?? all[0])?.focus();
  }, [isOpen, align]);

  function move(event: KeyboardEvent): void {
    event.stopPropagation();
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = nextIndex(event.key, at, all);
    if (event.key === 'Tab') panel.current?.hidePopover();
    if (to === null) return;
    event.preventDefault();
    all[to]?.focus();
  }

  return (
    <>
      <button
        ref={trigger}
        type="button"
        className={className}
        data-testid={testId}
        data-widget
        tabIndex={tabIndex}
        popoverTarget={id}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-label={isNamedByContent ? undefined : buttonLabel}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="menu"
        aria-label={buttonLabel}
        className="panel menu"
        onToggle={(event) => setOpen(event.newState === 'open')}
        onKeyDown={move}
      >
        {isOpen &&
          items.map((item) => (
            <button
              key={item.key}
              type="button"
              className={item.isBad === true ? 'menu-item menu-item-bad' : 'menu-item'}
              tabIndex={-1}
              onClick={() => {
                panel.current?.hidePopover();
                item.run();
              }}
              {...(item.isChosen === undefined ? { role: 'menuitem' } : { role: 'menuitemradio', 'aria-checked': item.isChosen })}
            >
              {item.icon !== undefined && <Icon name={item.icon} />} {item.label}
            </button>
          ))}
      </div>
    </>
  );
}

function nextIndex(key: string, at: number, all: readonly HTMLElement[]): number | null {
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % all.length;
    case 'ArrowUp':
      return (at - 1 + all.length) % all.length;
    case 'Home':
      return 0;
    case 'End':
      return all.length - 1;
    default: {
      if (key.length !== 1 || key === ' ') return null;
      const from = [...all.keys()].map((offset) => (at + 1 + offset) % all.length);
      return from.find((index) => all[index]?.textContent.toLowerCase().startsWith(key.toLowerCase())) ?? null;
    }
  }
}
