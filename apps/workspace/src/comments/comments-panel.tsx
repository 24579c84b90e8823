import { useEffect, useRef, type ReactNode } from 'react';
import { Icon } from '../components/icons.tsx';
import { wordsOf } from '../words/words.ts';
import { Chat } from './chat.tsx';

interface CommentsPanelProps {
  readonly collection: string;
  readonly record: string;
  readonly log: string;
  /** The number of the entry to be shown. */
  readonly entry: number | undefined;
  onClose(): void;
}

/** What is said about a record, beside it. */
export function CommentsPanel({ collection, record, log, entry, onClose }: CommentsPanelProps): ReactNode {
  const words = wordsOf(log);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const leave = (event: KeyboardEvent): void => {
      // What is in it hears of it first: it may have something of its own to close.
      if (event.key === 'Escape' && !event.defaultPrevented && isOver(panel.current)) onClose();
    };
    const element = panel.current;
    element?.addEventListener('keydown', leave);
    return () => element?.removeEventListener('keydown', leave);
  }, [onClose]);
  return (
    <aside ref={panel} className="comments" aria-label={words} data-testid="comments">
      <Chat
        collection={collection}
        record={record}
        log={log}
        label={words}
        placeholder={`Add to ${words.toLowerCase()}`}
        entry={entry}
      >
        <div slot="header" className="comments-head">
          <h2>{words}</h2>
          <button type="button" className="button button-icon" aria-label={`Close ${words.toLowerCase()}`} onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
      </Chat>
    </aside>
  );
}

/** Whether it covers the record. */
function isOver(panel: HTMLElement | null): boolean {
  return panel !== null && getComputedStyle(panel).position === 'fixed';
}
