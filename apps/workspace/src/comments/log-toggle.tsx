import { useInbox } from '@concord/react';
import type { ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import { CountBadge } from '../inbox/count-badge.tsx';
import { badgeOf } from '../inbox/item-badge.ts';
import { wordsOf } from '../words/words.ts';

interface LogToggleProps {
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  readonly isOpen: boolean;
  onToggle(): void;
}

/** Opens a log beside its record, or closes it; says how much is new in it. */
export function LogToggle({ collection, record, log, isOpen, onToggle }: LogToggleProps): ReactNode {
  const inbox = useInbox();
  const words = wordsOf(log);
  return (
    <button
      type="button"
      className="button button-quiet log-toggle"
      aria-pressed={isOpen}
      title={words}
      data-testid="log-toggle"
      onClick={onToggle}
    >
      <Icon name="chat" /> <span className="wide-only">{words}</span>
      <CountBadge badge={badgeOf(inbox.item(collection, record, log))} />
    </button>
  );
}
