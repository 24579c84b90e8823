import type { Change, ChangesOptions, Feed } from '../changes.ts';
import { onceLoaded } from '../once-loaded.ts';

/** A feed that is loaded when somebody follows it. */
export function createLazyFeed(load: () => Promise<Feed>): Feed {
  const loaded = onceLoaded(load);
  return {
    follow(request, listener) {
      let stop: (() => void) | undefined;
      let isOver = false;
      loaded().then(
        (feed) => {
          if (!isOver) stop = feed.follow(request, listener);
        },
        (error: Error) => {
          if (!isOver) listener.onRefused(error);
        },
      );
      return () => {
        isOver = true;
        stop?.();
      };
    },
  };
}

/** What `createChanges` makes, loaded when somebody begins to loop. */
export function createLazyChanges(feed: Feed, options: ChangesOptions, closing: AbortSignal): AsyncIterable<Change> {
  return {
    [Symbol.asyncIterator]() {
      const opened = import('./create-changes.ts').then(({ createChanges }) =>
        createChanges(feed, options, closing)[Symbol.asyncIterator](),
      );
      return {
        next: async () => (await opened).next(),
        return: async () => (await (await opened).return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}
