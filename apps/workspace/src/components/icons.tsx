import type { ReactNode } from 'react';

/** Two circles that overlap: Concord's mark. */
export function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="3">
        <circle cx="13" cy="16" r="6" />
        <circle cx="19" cy="16" r="6" />
      </g>
    </svg>
  );
}

const shapes = {
  plus: 'M8 3v10M3 8h10',
  back: 'M10 3 5 8l5 5',
  next: 'm6 3 5 5-5 5',
  up: 'm3.5 10 4.5-4.5 4.5 4.5',
  down: 'm3.5 6 4.5 4.5L12.5 6',
  search: 'M11 7a4 4 0 1 1-8 0 4 4 0 0 1 8 0M10 10l3.5 3.5',
  trash: 'M2.5 4.5h11M6.5 4V2.5h3V4M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4',
  undo: 'M5.5 3 2.5 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7',
  redo: 'm10.5 3 3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H9',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.3-2.3a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.2 9.1a2.6 2.6 0 0 0 3.7 3.7l.9-.9',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  close: 'm4 4 8 8M12 4l-8 8',
  check: 'm3 8.5 3.2 3L13 4.5',
  filter: 'M2 3.5h12M4.5 8h7M6.5 12.5h3',
  columns: 'M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10',
  code: 'M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  ticket: 'M2.5 4.5h11v2.3a1.3 1.3 0 0 0 0 2.4v2.3h-11V9.2a1.3 1.3 0 0 0 0-2.4zM10 4.5v7',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6 6.5v6',
  sun: 'M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1',
  moon: 'M13 9.6A5.5 5.5 0 0 1 6.4 3a5.3 5.3 0 1 0 6.6 6.6',
  screen: 'M2 3h12v8H2zM5.5 13.5h5',
  leave: 'M6.5 2.5h-4v11h4M10 5l3 3-3 3M13 8H6',
  clock: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M8 4.5V8l2.3 1.6',
  cloud: 'M4.5 12.5a3 3 0 0 1-.3-6 4 4 0 0 1 7.7.6 2.7 2.7 0 0 1-.2 5.4zM2.5 2.5l11 11',
  warning: 'M8 2.2 14.3 13H1.7zM8 6.5v3M8 11.3h.01',
  inbox: 'M2.5 9.5 4.3 3h7.4l1.8 6.5v3.5h-11zM2.5 9.5h3.2c.3 1.2 1.2 1.8 2.3 1.8s2-.6 2.3-1.8h3.2',
  chat: 'M2.5 3.5h11V11H7.2l-2.7 2.4V11h-2z',
  hash: 'M6.4 2.5 5 13.5M11 2.5 9.6 13.5M3 6h10.5M2.5 10H13',
  lock: 'M4 7.5h8v6H4zM5.5 7.5V5.3a2.5 2.5 0 0 1 5 0v2.2',
  bell: 'M4 11V7.2a4 4 0 0 1 8 0V11l1.2 1.3H2.8zM6.6 13.8a1.5 1.5 0 0 0 2.8 0',
  mute: 'M4 11V7.2a4 4 0 0 1 .6-2M6.8 3.4A4 4 0 0 1 12 7.2v2.3M2.8 12.3h9.2M6.6 13.8a1.5 1.5 0 0 0 2.8 0M2.5 2.5l11 11',
  people:
    'M8.2 5.2a2.3 2.3 0 1 1-4.6 0 2.3 2.3 0 0 1 4.6 0M2 13c0-2.5 1.7-3.9 3.9-3.9S9.8 10.5 9.8 13M10.6 3.1a2.3 2.3 0 0 1 0 4.2M11.6 9.3c1.5.4 2.5 1.7 2.5 3.7',
  archive: 'M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.7h3',
  support:
    'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M10.4 8a2.4 2.4 0 1 1-4.8 0 2.4 2.4 0 0 1 4.8 0M3.8 3.8l2.5 2.5M9.7 9.7l2.5 2.5M12.2 3.8 9.7 6.3M6.3 9.7l-2.5 2.5',
  keyboard: 'M1.5 4.5h13v7h-13zM4 7h.01M6.7 7h.01M9.3 7h.01M12 7h.01M5 9.3h6',
  pencil: 'm10.6 3 2.4 2.4-7.2 7.2-3.1.7.7-3.1z',
  export: 'M8 2.5v7.5M5 7l3 3 3-3M2.5 11v2.5h11V11',
} as const;

export type IconName = keyof typeof shapes;

/** Decoration: what it means is said beside it, or by the label of its button. */
export function Icon({ name }: { name: IconName }): ReactNode {
  return (
    <svg
      className="icon"
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.2 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={shapes[name]} />
    </svg>
  );
}
