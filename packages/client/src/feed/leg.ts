import { ConcordError } from '@concord/protocol';
import type { Change, FeedRequest } from '../changes.ts';

/**
 * How a stretch of the feed, read by one transport, came to its end. `blocked`: this transport does not get through here,
 * though another one may. `cut`: it got through, and it is over; or the server asks for patience. `refused`: for good.
 */
export type LegEnd =
  { readonly kind: 'blocked' } | { readonly kind: 'cut' } | { readonly kind: 'refused'; readonly error: Error };

/** What a leg tells, in order. Nothing comes behind its end. */
export interface LegListener {
  /** It gets through. */
  onOpened(): void;
  /** From that cursor on events come. */
  onReady(cursor: string): void;
  onChange(change: Change): void;
  /** Nothing lies before that cursor that has not been told. */
  onMoved(cursor: string): void;
  onEnded(end: LegEnd): void;
}

/** Reads the feed by one transport, from `since` on, until its end or until what it answers is called. */
export type OpenLeg = (request: FeedRequest, since: string, listener: LegListener) => () => void;

const blocked: LegEnd = { kind: 'blocked' };
const cut: LegEnd = { kind: 'cut' };

/** What a failure means for the leg that met it. */
export function legEndOf(error: unknown, wasOpen: boolean): LegEnd {
  // What the page's own function for tokens throws, or code that could not be loaded.
  if (!(error instanceof ConcordError)) return cut;
  const { code, entry } = error;
  // Some transports count as connections, and others do not.
  if (code === 'too_many_subscriptions' || code === 'too_many_connections') return blocked;
  if (code === 'unreachable') return wasOpen ? cut : blocked;
  return entry.retry === 'never' ? { kind: 'refused', error } : cut;
}
