import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }): ReactNode {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** Two circles that overlap: Concord's mark. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="3">
        <circle cx="13" cy="16" r="6" />
        <circle cx="19" cy="16" r="6" />
      </g>
    </svg>
  );
}

export const PlusIcon = (): ReactNode => (
  <Icon>
    <path d="M8 3v10M3 8h10" />
  </Icon>
);
export const BackIcon = (): ReactNode => (
  <Icon>
    <path d="M10 3 5 8l5 5" />
  </Icon>
);
export const SearchIcon = (): ReactNode => (
  <Icon>
    <circle cx="7" cy="7" r="4" />
    <path d="m10 10 3.5 3.5" />
  </Icon>
);
export const TrashIcon = (): ReactNode => (
  <Icon>
    <path d="M2.5 4.5h11M6.5 4V2.5h3V4M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4" />
  </Icon>
);
export const BulletsIcon = (): ReactNode => (
  <Icon>
    <path d="M6 4h7.5M6 8h7.5M6 12h7.5M2.5 4h.01M2.5 8h.01M2.5 12h.01" />
  </Icon>
);
export const NumbersIcon = (): ReactNode => (
  <Icon>
    <path d="M7 4h6.5M7 8h6.5M7 12h6.5M2 3l1-.5v3M2 10.2c.3-.8 2-.7 1.8.3-.1.6-1.8 1.3-1.8 2.3h2" />
  </Icon>
);
export const QuoteIcon = (): ReactNode => (
  <Icon>
    <path d="M2.5 3v10M6 5h7.5M6 8h7.5M6 11h5" />
  </Icon>
);
export const CodeIcon = (): ReactNode => (
  <Icon>
    <path d="M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5" />
  </Icon>
);
export const UndoIcon = (): ReactNode => (
  <Icon>
    <path d="M5.5 3 2.5 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7" />
  </Icon>
);
export const RedoIcon = (): ReactNode => (
  <Icon>
    <path d="m10.5 3 3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H9" />
  </Icon>
);
